from itertools import product

from odoo import SUPERUSER_ID, models
from odoo.tools import email_normalize_all


class MailMail(models.Model):
    """What the system doesn't mail: to an address that waits for a manager, to whoever left.

    What it mails by itself, about whatever document and whichever way, fails when it is due to
    leave, and says why. Staff can send it once the address is confirmed, or to another contact.
    """

    _inherit = "mail.mail"

    def _finance_portal_give_up(self):
        """Give up what may not leave now."""
        for mail in self.filtered(lambda one: one.state == "outgoing"):
            if reason := mail._finance_portal_get_automatic_obstacle():
                mail.write({"state": "exception", "failure_reason": reason})
                mail._postprocess_sent_message(
                    [], [], failure_reason=reason, failure_type="unknown"
                )

    def _finance_portal_get_automatic_obstacle(self):
        """Return why an email of the system's own may not leave now, or an empty text."""
        # Not of what is about an account: that tells the old address.
        documents = self._finance_portal_get_documents()
        if not documents or not self._finance_portal_is_automatic():
            return ""
        # Each has an email of its own, unless the company keeps Odoo's links.
        bare = email_normalize_all(f"{self.email_to or ''}, {self.email_cc or ''}")
        return self._finance_portal_get_in_doubt_obstacle(
            documents, bare
        ) or self._finance_portal_get_left_obstacle(documents, bare)

    def _finance_portal_get_left_obstacle(self, documents, bare):
        """Return that it goes to a contact named on a document who left, or an empty text.

        :param bare: addresses that it goes to besides its recipients
        """
        for document in documents:
            for contact in document._mail_get_partners()[document.id]:
                is_reached = contact in self.recipient_ids or (
                    {*contact._finance_portal_get_addresses()} & {*bare}
                )
                if is_reached and document._finance_portal_was_left_by(contact):
                    return self.env._(
                        "%(name)s is no longer with %(customer)s. Send %(document)s to another"
                        " contact yourself.",
                        name=contact._finance_portal_get_name(),
                        customer=document._finance_portal_get_customer().display_name,
                        document=document.display_name,
                    )
        return ""

    def _finance_portal_get_in_doubt_obstacle(self, documents, bare):
        """Return that it goes to an address that waits for a manager, or an empty text.

        :param bare: as above
        """
        contacts = self.recipient_ids
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
