from odoo import api, models

from ...tools.markup import isolate


class FinancePortalMailWords(models.AbstractModel):
    """The message of an email that is made of whole sentences, each translated as one."""

    _name = "finance.portal.mail.words"
    _description = "Messages Made of Sentences"

    @api.model
    def _render(self, name, sentences, about):
        """Return the message of an email, in the context's language.

        :param str name: who is greeted; a contact need not have one
        :param sentences: the paragraphs below the greeting
        :param about: the record that staff are told with where the text has an error
        """
        values = {"paragraphs": [self._greet(name), *sentences], "about": about}
        return self.env["ir.qweb"]._render("finance_portal.mail_words", values)

    @api.model
    def _greet(self, name):
        """Return the whole first line of an email, since languages punctuate it differently."""
        if name:
            return self.env._("Hello %(name)s,", name=isolate(name))
        return self.env._("Hello,")
