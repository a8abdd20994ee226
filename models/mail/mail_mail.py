from odoo import api, fields, models
from odoo.tools import email_normalize_all, html2plaintext

from ...tools.secure_token import PLACEHOLDER


class MailMail(models.Model):
    """Emails about shared documents and accounts, and how they leave.

    Where several subjects have a say in one method of Odoo's, it is overridden here alone, so that
    the order of the steps can be read. What a step does is in the file of its subject.
    """

    _inherit = "mail.mail"

    finance_portal_listed = fields.Json(
        "Links To", help="The documents that an email with a list of them has links to."
    )
    # Few emails list documents; a company's queue may hold years of others.
    _finance_portal_listed_index = models.Index("(id) WHERE finance_portal_listed IS NOT NULL")

    def _finance_portal_get_document(self):
        """Return the shared document this email is about (sudo), or ``None``."""
        self.ensure_one()
        if not self.res_id or self.model not in self.env:
            return None
        # sudo: emails leave on behalf of the system
        document = self.env[self.model].sudo().browse(self.res_id)
        if not self.env["finance.portal.document"]._finance_portal_includes(document):
            return None
        # Not ``exists``: each step of sending asks again, and this is read once.
        document.fetch(["create_date", *document._finance_portal_get_mailed_fields()])
        is_there = "create_date" in document._cache
        return document if is_there and document._finance_portal_is_kind() else None

    def _finance_portal_get_documents(self):
        """Return the shared documents (sudo) this email brings links to, as a list of records.

        Usually the one it is about; an email that lists several brings a link to each.
        """
        if self.finance_portal_listed:
            return self._finance_portal_get_listed()
        document = self._finance_portal_get_document()
        return [] if document is None else [document]

    def _finance_portal_get_listed(self):
        """Return the documents (sudo) of an email with a list of them."""
        numbers, models = {}, self.env["finance.portal.document"]._finance_portal_get_models()
        for name, number in self.finance_portal_listed:
            numbers.setdefault(name, []).append(number)
        # sudo: emails leave on behalf of the system
        found = [
            self.env[name].sudo().browse(ids).exists()
            for name, ids in numbers.items()
            if name in models
        ]
        return [one for documents in found for one in documents if one._finance_portal_is_kind()]

    def _finance_portal_get_account_link(self):
        """Return the setup or reset link (sudo) whose email this is; most emails are none."""
        self.ensure_one()
        # sudo: emails leave on behalf of the system
        Link = self.env["finance.portal.account.link"].sudo()
        if PLACEHOLDER not in (self.body_html or "") or not self.mail_message_id:
            return Link
        # What is about a document brings the link to that; only contacts are mailed one of these.
        about = self.env.get(self.model or "")
        if self.env["finance.portal.document"]._finance_portal_includes(about):
            return Link
        return Link.search([("mail_message_id", "=", self.mail_message_id.id)], limit=1)

    def _finance_portal_get_account_address(self):
        """Return the address of the account of the user whom this email is about, or ``None``."""
        if self.model != "res.users" or not self.res_id:
            return None
        # sudo: emails leave on behalf of the system
        user = self.env["res.users"].sudo().browse(self.res_id)
        return user._finance_portal_get_account().email

    def _finance_portal_is_mailing(self):
        """Return whether it is one of a mailing to many; an app of Odoo's adds the field."""
        return "mailing_id" in self._fields and bool(self.mailing_id)

    def _finance_portal_gives_links(self):
        """Return whether each recipient gets a text of their own, with a secure link."""
        if self.finance_portal_listed:
            return True
        document = self._finance_portal_get_document()
        return document is not None and (
            document._finance_portal_native_closed() or PLACEHOLDER in (self.body_html or "")
        )

    # === AS IT LEAVES === #

    def _personalize_outgoing_body(self, body, partner=False, doc_to_followers=None):
        """Put each recipient's own secure link where the stored email has a placeholder."""
        body = self._finance_portal_name_web_addresses(body)
        body = super()._personalize_outgoing_body(body, partner, doc_to_followers)
        if link := self._finance_portal_get_account_link():
            return link._personalize(body, self)
        documents = self._finance_portal_get_documents() if partner else []
        if not documents:
            return body
        Links = self.env["finance.portal.several.links"]
        return Links._personalize(body, partner, self, documents)

    def _prepare_outgoing_list(self, mail_server=False, doc_to_followers=None):
        """Have whom it goes to, its files and its texts changed, in this order."""
        mail, mail_server = self._finance_portal_mark_files(mail_server)
        emails = super(MailMail, mail)._prepare_outgoing_list(mail_server, doc_to_followers)
        emails = mail._finance_portal_give_each_their_own(emails)
        emails = mail._finance_portal_keep_to_address(emails)
        self._finance_portal_carry_files(emails)
        self._finance_portal_leave_out_originals(emails)
        self._finance_portal_write_plain_text(emails)
        return emails

    def _finance_portal_give_each_their_own(self, emails):
        """Give bare addresses an email each: Odoo's one copy would share one secure link.

        What Odoo writes to a user with an account, such as a sign-in code, goes to the
        confirmed address alone.

        :param list emails: as Odoo prepared them
        """
        if address := self._finance_portal_get_account_address():
            one = {"email_to": [address], "email_to_normalized": [address], "email_cc": []}
            return [{**emails[0], **one, "email_to_raw": address}] if emails else emails
        documents = self._finance_portal_get_documents()
        if not documents or not self._finance_portal_gives_links():
            return emails
        return [one for email in emails for one in self._finance_portal_split(email, documents)]

    def _finance_portal_split(self, email, documents):
        """Return one of Odoo's prepared emails as a list with one for each address.

        :param dict email: for a recipient, or for all the bare addresses together
        :param list documents: the shared documents it brings links to
        """
        addresses = [*email["email_to"], *email["email_cc"]]
        if email["partner_id"] or not addresses:
            return [email]
        nobody = self.env["res.partner"]
        emails = []
        for address in addresses:
            normalized = email_normalize_all(address)
            body = self.env["finance.portal.several.links"]._personalize(
                email["body"], nobody, self, documents, address=", ".join(normalized)
            )
            own = {
                "body": body,
                "body_alternative": html2plaintext(body),
                "email_to": [address],
                "email_to_normalized": normalized,
                "email_to_raw": address,
                "email_cc": [],
            }
            emails.append({**email, **own})
        return emails

    def send(self, auto_commit=False, raise_exception=False, post_send_callback=None):
        """Hold emails until a confirmation is committed: a sent email can't be undone.

        Those about documents are split by address first. A caller that passes a callback is served
        at once: Odoo can't call that after the transaction. The other arguments mean nothing for an
        email that waits.
        """
        mails = self._finance_portal_split_by_address()
        if self.env.context.get("finance_portal_preview"):
            return None  # only looked at
        if self.env.context.get("finance_portal_mail_once_stored") and not post_send_callback:
            return mails.with_context(finance_portal_mail_once_stored=False).send_after_commit()
        return super(MailMail, mails).send(auto_commit, raise_exception, post_send_callback)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Store no link in the queue, such as one that a visitor typed into a contact form."""
        mask = self.env["finance.portal.received.secret"]._mask_values
        return super().create([mask(vals) for vals in vals_list])

    def write(self, vals):
        """Store no link, such as one that a mail server quotes in its answer."""
        return super().write(self.env["finance.portal.received.secret"]._mask_values(vals))
