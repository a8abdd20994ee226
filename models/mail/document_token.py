from odoo import SUPERUSER_ID, api, models
from odoo.tools import email_normalize_all

from ...const import USER

# Kinds of messages that nobody of ours addresses: what others write to us, whoever they are, and
# what Odoo answers them by itself while somebody is away.
UNADDRESSED = ("email", "out_of_office")


class FinancePortalDocument(models.AbstractModel):
    """Put each recipient's own secure link into the email that is about to be sent.

    Until then an email holds a sealed placeholder. The seal names the document, its customer
    and what the recipient is to it, and only this database can make it: whoever writes a text like
    a placeholder, in a reply or through the API, gets nothing for it; and an email that
    waited while the document went to another customer brings no link any more.
    """

    _inherit = "finance.portal.document"

    def _finance_portal_get_mailed_fields(self):
        """Return the fields that every email reads as it leaves, in one query.

        By itself the ORM reads all columns of a wide table.
        """
        named = {"name", "access_token", *self._mail_get_partner_fields()}
        return self._finance_portal_get_read_fields() | (named & self._fields.keys())

    def _finance_portal_get_placeholder_url(self, role):
        """Return the address as it is stored: with a placeholder where the token will be.

        :param str role: "contact" of the customer, or "chosen" by staff, see
            :meth:`_finance_portal_get_role`
        """
        self.ensure_one()
        prefix = self._finance_portal_get_prefix()
        path = "q" if prefix == "q" else f"finance/{prefix}"
        subject = (self._name, self.id, self._finance_portal_get_customer().id, role)
        Mailed = self.env["finance.portal.mailed.secret.mixin"]
        return Mailed._make_placeholder_url(f"{self.get_base_url()}/{path}", subject)

    def _finance_portal_get_role(self, partner, message, explicit=False):
        """Return a recipient's relation to this document: "contact", "chosen", or ``None``.

        Contacts of the customer get a link with every email about the document. Others get
        one when staff chose them; a mere follower, or whoever an incoming email names or
        comes from, does not: following a document says nothing about who it belongs to now.

        :param partner: the recipient, or an empty recordset for a bare address
        :param message: the message that is sent
        :param bool explicit: whether the email was addressed by hand, not by a notification
        """
        if partner and partner.commercial_partner_id == self._finance_portal_get_customer():
            return "contact"
        if message.message_type in UNADDRESSED:
            return None
        return "chosen" if explicit or not partner or partner in message.partner_ids else None

    def _finance_portal_prepare_body(self, body, partner, mail, address=None):
        """Return ``(body, url, recipient)``: what an email shows this recipient of the document.

        :param str body: the body with placeholders, as it is stored
        :param partner: the recipient, or an empty recordset
        :param mail: the ``mail.mail`` that is being handed to the mail server
        :param str address: the bare address it goes to, when there is no recipient
        :return: the body without Odoo's own links; the address in it that takes a token, or
            an empty text; and the recipient, if a bare address is one of the customer's contacts
        """
        self.ensure_one()
        partner = partner or self._finance_portal_find_contact(address)
        role = self._finance_portal_get_role(
            partner, mail.mail_message_id, explicit=not mail.is_notification
        )
        if partner and role != "contact" and not partner.partner_share:
            return body, "", partner  # staff open documents in the back office
        # Without a role the placeholder stays; it opens nothing.
        url = self._finance_portal_get_placeholder_url(role)
        body = self._finance_portal_close_native_links(body, url)
        Mailed = self.env["finance.portal.mailed.secret.mixin"]
        shows_link = Mailed._has_placeholder(body, url) or self._finance_portal_shows_address(body)
        return body, url if role and shows_link else "", partner

    def _finance_portal_put_token(self, body, url, token):
        """Return ``body`` with a token wherever it leads to this document."""
        Mailed = self.env["finance.portal.mailed.secret.mixin"]
        personal = Mailed._get_personal_url(url, token)
        body = self._finance_portal_sub_shown_address(body, lambda: personal)
        return Mailed._put_token(body, url, token)

    def _finance_portal_shows_address(self, body):
        """Return whether an email shows Odoo's address of this document as text."""
        found = []
        self._finance_portal_sub_shown_address(body, lambda: found.append(True) or "")
        return bool(found)

    def _finance_portal_find_contact(self, address):
        """Return the customer's contact with this address; none if several contacts have it."""
        contacts = self._finance_portal_find_addressed(address)
        return contacts if len(contacts) == 1 else contacts.browse()

    def _finance_portal_find_addressed(self, address):
        """Return all of the customer's contacts (sudo) with this address."""
        # sudo: emails leave on behalf of the system
        Partner = self.env["res.partner"].sudo()
        if not address:
            return Partner
        customer = self._finance_portal_get_customer()
        # Wider than it has to be: the field may hold several addresses.
        domain = [("commercial_partner_id", "=", customer.id), ("email", "ilike", address)]
        return Partner.search(domain).filtered(
            lambda partner: address in partner._finance_portal_get_addresses()
        )

    def _finance_portal_may_issue(self, partner, mail, newest, address=None):
        """Return whether an email may bring its recipient a link to this document.

        Whoever caused the email has to be somebody who may send the document. And what staff
        revoked stays revoked, also for an email that waited in the queue meanwhile, and for what
        others write to us: only staff decide anew.

        :param newest: the recipient's newest link (sudo), possibly empty
        """
        if not self._finance_portal_may_leave_with(mail):
            return False
        on_file = partner._finance_portal_get_addresses()
        only = address or mail.finance_portal_address
        if partner and (only not in on_file if only else len(on_file) > 1):
            return False  # removed meanwhile; and no link is shared by two addresses
        unaddressed = mail.mail_message_id.message_type in UNADDRESSED
        revoked = newest.revoke_reason == "staff" and (
            unaddressed or newest.revoked_at >= mail.create_date
        )
        return self._finance_portal_is_shareable() and not revoked

    def _finance_portal_may_leave_with(self, mail):
        """Return whether whoever caused an email may send this document.

        Nobody knows that of a mailing: a job sends it as the system, whoever wrote it last.
        """
        if mail._finance_portal_is_mailing():
            return False
        return self._finance_portal_may_be_sent_by(mail.create_uid, mail.mail_message_id)

    def _finance_portal_may_be_sent_by(self, user, message=None):
        """Return whether an email that ``user`` caused may carry links to this document.

        This is the one place that decides, whatever way the email takes: Odoo lets its users
        write to anybody "about" any record, also about records they may not read. The system
        sends its own emails, such as confirmations; what it sends on for somebody, such as a
        message that was to leave later, counts as theirs. Who was archived meanwhile sends nothing.

        :param user: whoever queued the email, or is about to
        :param message: the message that is sent, if there is one yet
        """
        sender = self._finance_portal_get_sender(user, message)
        if sender.id == SUPERUSER_ID:
            return True
        # sudo: only whether they are in the group, and still work here
        known = sender.sudo()
        known.fetch(["active", "share"])  # by itself the ORM reads all columns, for each email
        may_send = bool(known) and known.active and known.has_group(USER)
        return may_send and not sender.share and self._finance_portal_is_readable_by(sender)

    @api.model
    def _finance_portal_get_sender(self, user, message=None):
        """Return the user whose email it is: of what the system sends on, its author.

        :param user: whoever queued the email, or is about to
        :param message: the message that is sent, if there is one yet
        """
        # sudo: whoever the email goes through, its author decides
        author = message.sudo().create_uid if message else user
        return author if user.id == SUPERUSER_ID else user

    def _finance_portal_is_readable_by(self, user):
        """Return whether ``user`` may read this document in one of their companies."""
        # sudo: the answer is kept for all who ask
        companies = list(user.sudo()._get_company_ids())
        # All at once, as this is asked several times of each document of a batch.
        context = {**self.env.context, "guest": None, "allowed_company_ids": companies}
        return self.with_env(self.env(user=user.id, context=context, su=False)).has_access("read")

    @api.model
    def _finance_portal_get_address_of(self, partner, mail, address=None):
        """Return the address a link is mailed to, which is one of the recipient's."""
        if partner:
            return address or mail.finance_portal_address or partner.email_normalized
        bare = email_normalize_all(f"{mail.email_to or ''}, {mail.email_cc or ''}")
        return address or ", ".join(bare)

    def _finance_portal_prepare_link(self, partner, mail, address=None):
        """Return the values of a link for one recipient, but for its token."""
        customer = self._finance_portal_get_customer()
        return {
            "res_model": self._name,
            "res_id": self.id,
            "document_name": self.display_name,
            "prefix": self._finance_portal_get_prefix(),
            "partner_id": partner.id if partner else False,
            "email": self._finance_portal_get_address_of(partner, mail, address),
            "is_external": not partner or partner.commercial_partner_id != customer,
            "customer_id": customer.id,
            "company_id": self._finance_portal_get_company().id,
            "mail_message_id": mail.mail_message_id.id,
        }

    @api.model
    def _finance_portal_store_links(self, vals_list, tokens, sender, is_first=False):
        """Store the links of one email durably, all in one transaction of their own.

        :param bool is_first: whether the recipient is known to have had no link to any of them
        """
        origin = {
            "verdict": "system",
            "user_id": sender.id,
            "ip": False,
            "agent": False,
            "reason": False,
        }

        def store(env):
            # In the company of the document: Odoo would look up the system's own.
            env = env(context={"allowed_company_ids": [vals_list[0]["company_id"]]})
            Link = env["finance.portal.link"]
            # One email, one recipient.
            if not is_first and Link._is_another_attempt(vals_list[0]):
                origin["reason"] = "again"
            links = Link._create_with_tokens(vals_list, tokens)
            env["finance.portal.event"]._record("sent", access=links, **origin)

        self.env["finance.portal.mailed.secret.mixin"]._store_durably(store)
