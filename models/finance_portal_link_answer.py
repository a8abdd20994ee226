from odoo import models

from ..failures import UnknownLink
from ..tools.terms import Answer


class FinancePortalLink(models.Model):
    """What the holder of a link answers to its document."""

    _inherit = "finance.portal.link"

    def _answer(self, kind, form, visit):
        """Carry out what the holder of this live link answered.

        :return: see ``_finance_portal_answer`` of ``finance.portal.decidable``
        :raise UnknownLink: the document asks for no answer
        """
        # sudo: the resolver let the visitor in to this one document
        document = self._get_document().sudo().with_company(self.company_id)
        if not isinstance(document, self.env.registry["finance.portal.decidable"]):
            raise UnknownLink("nothing to decide on", key=self.ref)
        lang = self.env["finance.portal.page"]._get_link_lang(self)
        answer = Answer(self, kind, form, visit)
        return document.with_context(lang=lang)._finance_portal_answer(answer)
