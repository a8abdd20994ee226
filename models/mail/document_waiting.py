from odoo import fields, models
from odoo.fields import Domain

WAITING = ("outgoing", "exception")


class FinancePortalDocument(models.AbstractModel):
    """The emails about a document that wait, of its own or with a list of several."""

    _inherit = "finance.portal.document"

    # === ACTION METHODS === #

    def action_finance_portal_retry(self):
        """Hand the emails that wait to the mail server once more."""
        self.ensure_one()
        self.check_access("write")
        mails = self._finance_portal_get_waiting_mails()
        mails.mark_outgoing()
        mails.send_after_commit()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": self.env._(
                    "Trying again. The Sharing tab shows the result in a moment."
                ),
                "type": "info",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS === #

    def _finance_portal_get_waiting_mails(self):
        """Return the emails (sudo) about these documents that should have left, but have not."""
        # sudo: staff may know whether their own email left, though the queue is an admin's
        Mail = self.env["mail.mail"].sudo()
        shared = self.filtered(lambda document: document._finance_portal_is_kind())
        if not shared:
            return Mail
        mails = Mail.search(
            Domain("model", "=", self._name)
            & Domain("res_id", "in", shared.ids)
            & Domain("state", "in", WAITING)
            & (
                Domain("scheduled_date", "=", False)
                | Domain("scheduled_date", "<=", fields.Datetime.now())
                | Domain("finance_portal_refused_at", "!=", False)
            )
        )
        # What only tells colleagues of a view or an answer is no news of the customer's.
        return mails.filtered(
            lambda mail: (
                not mail.recipient_ids
                or mail._finance_portal_reaches_customer(self.browse(mail.res_id))
            )
        )

    def _finance_portal_drop_waiting(self):
        """Have no email that waits bring a link to this document; the caller checked who asks.

        One that lists it among others still leaves, without a link to it.
        """
        self.ensure_one()
        self._finance_portal_get_waiting_mails().cancel()
        # sudo: the queue is an admin's
        Mail = self.env["mail.mail"].sudo()
        for mail in Mail.search([("finance_portal_listed", "!=", False), ("state", "in", WAITING)]):
            kept = [one for one in mail.finance_portal_listed if one != [self._name, self.id]]
            mail.finance_portal_listed = kept
