from odoo import fields, models
from odoo.tools import SQL, email_normalize, email_normalize_all
from odoo.tools.mail import email_split_and_format_normalize

# What decides how many emails leave; no more is read of a queue of a thousand.
ADDRESSED_BY = ("state", "email_to", "email_cc", "recipient_ids", "finance_portal_address")


class MailMail(models.Model):
    """One email for each address, so that each has a secure link and a delivery of its own.

    Odoo writes one email to all the addresses in a contact's email field, and one to all bare
    addresses together. They would share a link. And where one recipient of several is refused,
    those behind would get nothing, or those before would get it again on a retry.
    """

    _inherit = "mail.mail"

    finance_portal_address = fields.Char(
        "Only To", help="The one of the recipient's addresses that this email is for."
    )

    def _finance_portal_split_by_address(self):
        """Return these emails and those split from them: about documents, one for each address."""
        mails = self.exists()
        mails.fetch(ADDRESSED_BY)
        mails.recipient_ids.fetch(["email"])
        for mail in mails:
            several = mail.state == "outgoing" and mail._finance_portal_has_several_addresses()
            if several and mail._finance_portal_is_about_documents():
                mails |= mail._finance_portal_split_addresses()
        return mails

    def _finance_portal_get_recipient_names(self):
        """Return where this email goes, as text."""
        contacts = self.finance_portal_address or ", ".join(
            filter(None, self.recipient_ids.mapped("email"))
        )
        return ", ".join(filter(None, (contacts, self.email_to)))

    def _finance_portal_reaches_customer(self, document):
        """Return whether it goes to a contact of the document's customer, or to an outsider."""
        customer = document._finance_portal_get_customer()
        return bool(
            self.email_to
            or self.recipient_ids.filtered(
                lambda partner: partner.partner_share or partner.commercial_partner_id == customer
            )
        )

    def _finance_portal_has_several_addresses(self):
        """Return whether this one row would reach several addresses."""
        if self.finance_portal_address:
            return False
        bare = email_normalize_all(f"{self.email_to or ''}, {self.email_cc or ''}")
        return len(bare) + len(self.recipient_ids) > 1 or any(
            len(partner._finance_portal_get_addresses()) > 1 for partner in self.recipient_ids
        )

    def _finance_portal_is_about_documents(self):
        """Return whether it is about one document that is shared, or lists several."""
        return bool(self._finance_portal_get_documents())

    def _finance_portal_split_addresses(self):
        """Leave one piece of this email in it, and make a copy for each of the others.

        :return: the copies
        """
        self.ensure_one()
        pieces, notified = self._finance_portal_get_pieces(), {}
        # As whoever caused it: what they may send decides who gets a link.
        # sudo: the queue is an admin's
        author = self.with_user(self.create_uid).sudo()
        kept = {"headers": self.headers}
        if self.is_notification:
            kept["mail_message_id"] = self.mail_message_id.id
        # Otherwise the message goes with its email once that left, so each needs its own.
        copies = self.browse()
        for piece in pieces[1:]:
            copy = author.copy({**kept, **piece}).with_env(self.env)
            notified[copy] = piece
            copies |= copy
        self.write(pieces[0])
        for mail, piece in {self: pieces[0], **notified}.items():
            self._finance_portal_move_notifications(mail, piece)
        # When it was queued, not when it was split: staff may have closed a link in between.
        self.flush_model(["create_date"])
        self.env.cr.execute(
            SQL(
                "UPDATE mail_mail SET create_date = %s WHERE id = ANY(%s)",
                self.create_date, copies.ids,
            )
        )  # fmt: skip
        copies.invalidate_recordset(["create_date"])
        return copies

    def _finance_portal_get_pieces(self):
        """Return who gets each of the emails that this one becomes, as values to write.

        Bare addresses share one where there is no link to share.
        """
        bare = email_split_and_format_normalize(f"{self.email_to or ''}, {self.email_cc or ''}")
        together = {"recipient_ids": [fields.Command.clear()]}
        pieces = [
            {**together, "email_to": address, "email_cc": False} for address in dict.fromkeys(bare)
        ]
        if bare and not self._finance_portal_gives_links():
            pieces = [{**together, "email_to": self.email_to, "email_cc": self.email_cc}]
        nobody = {"email_to": False, "email_cc": False}
        for partner in self.recipient_ids:
            addresses = partner._finance_portal_get_addresses()
            pieces += [
                {
                    "recipient_ids": [fields.Command.set(partner.ids)],
                    "finance_portal_address": address,
                    **nobody,
                }
                # Of whoever has one address or none, Odoo reads it as the email leaves.
                for address in (addresses if len(addresses) > 1 else [False])
            ]
        return pieces

    def _finance_portal_move_notifications(self, mail, piece):
        """Have the notifications of this email follow the recipients of one piece.

        Odoo has one for each contact. It stays with the first address; each of the others gets
        one as a bare address has, so that it fails and bounces on its own.
        """
        # sudo: the system keeps track of its emails
        Notification = self.env["mail.notification"].sudo()
        domain = [
            ("mail_message_id", "=", self.mail_message_id.id),
            ("notification_type", "=", "email"),
        ]
        address = piece.get("finance_portal_address")
        if not mail.recipient_ids:
            own = [("mail_email_address", "=", email_normalize(mail.email_to, strict=False))]
            Notification.search([*domain, *own]).mail_mail_id = mail
            return
        found = Notification.search([*domain, ("res_partner_id", "in", mail.recipient_ids.ids)])
        if not address or address == mail.recipient_ids._finance_portal_get_addresses()[0]:
            found.mail_mail_id = mail
        elif found:
            found.copy(
                {"mail_mail_id": mail.id, "res_partner_id": False, "mail_email_address": address}
            )

    def _finance_portal_keep_to_address(self, emails):
        """Send to no other address of the recipient than the one this email is for.

        :param list emails: as Odoo prepared them
        """
        if not self.finance_portal_address:
            return emails
        for email in emails:
            email["email_to"] = [
                address
                for address in email["email_to"]
                if email_normalize(address) == self.finance_portal_address
            ]
            email["email_to_normalized"] = email_normalize_all(", ".join(email["email_to"]))
            email["email_to_raw"] = self.finance_portal_address
        # Somebody who is no longer reached at this address gets nothing there.
        return [email for email in emails if email["email_to"]]
