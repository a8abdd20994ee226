from odoo import models

WAITING = ("outgoing", "exception")


class MailMail(models.Model):
    _inherit = "mail.mail"

    # Few emails list documents; a company's queue may hold years of others.
    _finance_portal_listed_index = models.Index("(id) WHERE finance_portal_listed IS NOT NULL")


class FinancePortalDocument(models.AbstractModel):
    """A document in emails that wait and list several."""

    _inherit = "finance.portal.document"

    def action_finance_portal_revoke_all(self):
        """Also give no link with an email that lists the document among others."""
        result = super().action_finance_portal_revoke_all()
        # sudo: the queue is an admin's
        Mail = self.env["mail.mail"].sudo()
        for mail in Mail.search([("finance_portal_listed", "!=", False), ("state", "in", WAITING)]):
            kept = [one for one in mail.finance_portal_listed if one != [self._name, self.id]]
            mail.finance_portal_listed = kept
        return result
