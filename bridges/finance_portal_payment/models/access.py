from odoo import models

from odoo.addons.finance_portal.failures import UnknownLink
from odoo.addons.finance_portal.tools.zones import get_zone


class FinancePortalAccess(models.AbstractModel):
    _inherit = "finance.portal.access"

    def _get_payable(self):
        """Return the document (sudo) in the words and days of who came this way.

        :raise UnknownLink: its kind is nothing that is paid
        """
        # sudo: the resolver let the visitor in to this one document
        document = self._get_document().sudo().with_company(self.company_id)
        if not document._finance_portal_takes_payments():
            raise UnknownLink("nothing to pay", recovery_key=self.ref)
        return document.with_context(
            lang=self._get_lang(),
            tz=str(get_zone(self.company_id.partner_id.tz, self.env.context.get("tz"))),
        )
