from itertools import product

from odoo import SUPERUSER_ID, models
from odoo.tools import email_normalize_all


class MailMail(models.Model):
    """While a contact's address waits for a manager, only staff write to it.

    What the system mails by itself, about whatever document and whichever way, fails as it would
    leave, and says why; once the address is confirmed, staff can send it again.
    """

    _inherit = "mail.mail"

    def _send(self, *args, **kwargs):
        """Give up what may not leave now, before any link is made."""
        for mail in self.filtered(lambda one: one.state == "outgoing"):
            if reason := mail._finance_portal_get_doubt_obstacle():
                mail.write({"state": "exception", "failure_reason": reason})
                mail._postprocess_sent_message(
                    [], [], failure_reason=reason, failure_type="unknown"
                )
        return super()._send(*args, **kwargs)

    def _finance_portal_get_doubt_obstacle(self):
        """Return why an email of the system's own may not leave now, or an empty text."""
        # Not of what is about an account: that tells the old address.
        documents = self._finance_portal_get_documents()
        if not documents or not self._finance_portal_is_automatic():
            return ""
        contacts = self.recipient_ids
        # Each has an email of its own, unless the company keeps Odoo's links.
        bare = email_normalize_all(f"{self.email_to or ''}, {self.email_cc or ''}")
        for document, address in product(documents, bare):
            contacts |= document._finance_portal_find_addressed(address)
        Account = self.env["finance.portal.account"]
        in_doubt = Account._find_in_doubt(contacts)
        return Account._describe_in_doubt(in_doubt[:1]) if in_doubt else ""

    def _finance_portal_is_automatic(self):
        """Return whether the system sends it by itself, be it because a customer did something."""
        Document = self.env["finance.portal.document"]
        sender = Document._finance_portal_get_sender(self.create_uid, self.mail_message_id)
        # sudo: only what kind of user it is
        return sender.id == SUPERUSER_ID or not sender.sudo()._is_internal()
