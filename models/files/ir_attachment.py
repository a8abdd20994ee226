from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...const import MEGABYTE
from ..mail.leaving_files import get_leaving_files

PICTURES = ("image/gif", "image/jpeg", "image/png", "image/webp")


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    # === COMPUTE METHODS === #

    @api.depends("file_size", "create_date")
    @api.depends_context("finance_portal_details", "lang", "tz")
    def _compute_display_name(self):
        """Add what distinguishes files of the same name where staff tick them."""
        result = super()._compute_display_name()
        if self.env.context.get("finance_portal_details"):
            for attachment in self:
                page = self.env["finance.portal.page"]
                details = (
                    attachment.name,
                    page._format_size(attachment.file_size),
                    page._format_day(attachment.create_date),
                )
                attachment.display_name = "  ·  ".join(filter(None, details))
        return result

    # === BUSINESS METHODS === #

    def generate_access_token(self):
        """Make no tokens for files in an email about a shared document; its page shows them."""
        told = get_leaving_files(self.env)
        if not told:
            return super().generate_access_token()
        # sudo: emails leave on behalf of the system
        told.mail.sudo()._finance_portal_show_large_files(self)
        return [False] * len(self)

    @api.model
    def _finance_portal_files_domain(self):
        """Return the domain of what can be handed out as a file.

        Contents of fields are not attached to anything; what has an address of its own is
        somebody else's to hand out.
        """
        return (
            Domain("type", "=", "binary") & Domain("res_field", "=", False)
            & Domain("url", "in", (False, ""))
        )  # fmt: skip

    @api.model
    def _finance_portal_of(self, res_model, res_id):
        """Return the files (sudo) of a record: its own, and those of its messages."""
        # sudo: whose a file is does not depend on who asks
        files, Message = self.sudo(), self.env["mail.message"].sudo()
        if not res_id:
            return files.browse()
        messages = Message._search(Domain("model", "=", res_model) & Domain("res_id", "=", res_id))
        own = Domain("res_model", "=", res_model) & Domain("res_id", "=", res_id)
        posted = Domain("res_model", "=", "mail.message") & Domain("res_id", "in", messages)
        return files.search(self._finance_portal_files_domain() & (own | posted))

    def _finance_portal_get_show_context(self):
        """Return the context that makes a message show these files to the customer, too.

        By name and content: sending makes copies of them.
        """
        return {"finance_portal_show_files": [(file.name, file.checksum) for file in self]}

    def _finance_portal_check_size(self, company):
        """Raise if a file exceeds ``company``'s limit for downloads.

        :raise UserError: naming the file and the remedy
        """
        # sudo: a setting of the company
        most = company.sudo().finance_portal_file_mb
        page = self.env["finance.portal.page"]
        for attachment in self.filtered(lambda one: one.file_size > most * MEGABYTE):
            raise UserError(
                self.env._(
                    "%(name)s is too large for the customer's page: it is %(size)s, and the"
                    " limit is %(most)s. Attach a smaller version, or ask an administrator to"
                    " raise the limit in the Finance Portal settings.",
                    name=attachment.name,
                    size=page._format_size(attachment.file_size),
                    most=page._format_size(most * MEGABYTE),
                )
            )

    def _finance_portal_get_document(self):
        """Return the document (sudo) whose file this is, or one of its messages', or ``None``."""
        self.ensure_one()
        # sudo: whose a file is does not depend on who asks
        owner = self.sudo()
        model, res_id = owner.res_model, owner.res_id
        if model == "mail.message" and res_id:
            message = owner.env[model].browse(res_id).exists()
            model, res_id = message.model, message.res_id
        if not res_id or not self.env["finance.portal.document"]._finance_portal_includes(
            self.env.get(model)
        ):
            return None
        return owner.env[model].browse(res_id).exists() or None

    def _finance_portal_check_token(self):
        """Raise when a token alone would open a file of a document with closed native links.

        Whoever may read the document opens its files as before. Pictures within the text of
        a message stay: they are part of an email that its recipients keep anyway, and would
        turn into gaps in it; such a token opens the one picture and nothing else.

        :raise AccessError: as for a token that was made up
        """
        document = self._finance_portal_get_document()
        if (
            document is not None
            and document._finance_portal_native_closed()
            # sudo: a mark on the file itself
            and not self.sudo().public
            # sudo(False): the token made whoever asks almighty
            and not document.with_env(self.env).sudo(False).has_access("read")
            and not self._finance_portal_is_picture_in_message(document)
        ):
            raise AccessError(self.env._("This link is no longer active."))

    def _finance_portal_is_picture_in_message(self, document):
        """Return whether this is a picture that stands in the text of a message."""
        if self.mimetype not in PICTURES or not self.access_token:
            return False
        address = f"/web/image/{self.id}?access_token={self.access_token}"
        domain = Domain("model", "=", document._name) & Domain("res_id", "=", document.id)
        # sudo: whether it stands there does not depend on who asks
        messages = self.env["mail.message"].sudo()
        return bool(messages.search_count(domain & Domain("body", "like", address), limit=1))
