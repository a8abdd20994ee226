from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..const import PREVIEW_CONTEXT
from ..tools.quoted_original import cut_quotes
from ..tools.token_files import is_email


class MailComposeMessage(models.TransientModel):
    _name = "mail.compose.message"
    _inherit = [
        "mail.compose.message",
        "finance.portal.address.warning",
        "finance.portal.email.preview",
        "finance.portal.recipient.warning",
        "finance.portal.size.warning",
        "finance.portal.template.warning",
    ]

    finance_secure = fields.Boolean("Secure Link", compute="_compute_finance_secure")
    finance_live_link_count = fields.Integer("Live Links", compute="_compute_finance_secure")
    finance_revoke_earlier = fields.Boolean(
        "Revoke earlier links",
        help="Links to this document sent earlier stop working at once.",
    )
    finance_recipients = fields.Char("Goes To", compute="_compute_finance_recipients")
    finance_unreachable = fields.Char("Without an Address", compute="_compute_finance_recipients")

    finance_generated = fields.Json(
        "Generated Attachments",
        compute="_compute_finance_generated",
        store=True,
        readonly=False,
        help="Attachments made from the template, such as the official PDF.",
    )
    finance_has_files = fields.Boolean("Has Other Files", compute="_compute_finance_has_files")
    finance_show_files = fields.Boolean(
        "Also show the attached files on the customer's page",
        help="The official PDF is always shown. This applies to the other files.",
    )

    @api.model
    def default_get(self, fields):
        """Forward a customer's reply, and answer it, without the original that it quotes."""
        values = super().default_get(fields)
        option = values.get("composition_comment_option")
        record = self._finance_portal_find_record(values) if option else None
        if not hasattr(record, "message_post") or not record._finance_portal_is_answered():
            return values
        if values.get("body"):
            # Odoo itself introduces what it forwards.
            values["body"] = cut_quotes(values["body"], introduced=int(option == "forward"))
        if values.get("attachment_ids"):
            # Defaults hold commands, which a new record carries out.
            files = self.new({"attachment_ids": values["attachment_ids"]}).attachment_ids._origin
            kept = files.filtered(lambda file: not is_email(file.raw or b""))
            values["attachment_ids"] = [Command.set(kept.ids)]
        return values

    def _finance_portal_find_record(self, values):
        """Return the one record that a new dialog writes about, or ``None``."""
        wizard = self.new({name: values.get(name) for name in ("model", "res_ids")})
        ids = wizard._evaluate_res_ids() or []
        known = values.get("model") in self.env and len(ids) == 1
        return self.env[values["model"]].browse(ids) if known else None

    @api.depends("composition_mode", "model", "res_ids", "res_domain", "subtype_id")
    def _compute_finance_secure(self):
        for wizard in self:
            document = wizard._finance_portal_get_document()
            wizard.finance_secure = wizard._finance_portal_brings_link(document)
            wizard.finance_live_link_count = (
                len(document._finance_portal_get_live_links()) if wizard.finance_secure else 0
            )

    def _finance_portal_brings_link(self, document):
        """Return whether the email about a document, if it is one, has a secure link."""
        return (
            bool(document)
            and document._finance_portal_may_be_sent_by(self.env.user)
            and document._finance_portal_will_share()
        )

    @api.depends("partner_ids.email", "finance_secure")
    def _compute_finance_recipients(self):
        for wizard in self:
            partners = wizard.partner_ids if wizard.finance_secure else wizard.partner_ids.browse()
            reachable = partners.filtered("email")
            wizard.finance_recipients = ", ".join(reachable.mapped("email"))
            wizard.finance_unreachable = ", ".join((partners - reachable).mapped("display_name"))

    @api.depends("partner_ids", "finance_secure")
    def _compute_finance_recipient_warning(self):
        return super()._compute_finance_recipient_warning()

    def _finance_portal_get_recipients(self):
        recipients = self.partner_ids._origin
        return recipients if self.finance_secure else recipients.browse()

    @api.depends("composition_mode", "model", "res_ids", "res_domain", "template_id", "subtype_id")
    def _compute_finance_template_problem(self):
        return super()._compute_finance_template_problem()

    def _finance_portal_get_templated(self):
        return self._finance_portal_get_document(), self.template_id._origin

    def _set_value_from_template(self, template_fname, composer_fname=False):
        """Leave what has an error to whoever writes in this dialog."""
        dialog = self._finance_portal_as_dialog()
        return super(MailComposeMessage, dialog)._set_value_from_template(
            template_fname, composer_fname
        )

    def _generate_template_for_composer(self, *args, **kwargs):
        """Read whole rows for what the template prints; Odoo would ask for each field alone."""
        dialog = self._finance_portal_as_dialog().with_context(prefetch_fields=True)
        return super(MailComposeMessage, dialog)._generate_template_for_composer(*args, **kwargs)

    def _finance_portal_as_dialog(self):
        """Return this dialog as one that somebody sees, unless only a program uses it."""
        context = self.env.context
        is_unseen = context.get("finance_portal_batch") or context.get("finance_portal_automatic")
        if is_unseen or self.composition_mode != "comment" or self.composition_batch:
            return self
        return self.with_context(finance_portal_by_hand=True)

    @api.depends("composition_mode", "model", "res_ids", "res_domain", "template_id")
    def _compute_finance_generated(self):
        for wizard in self:
            drawn = wizard.attachment_ids - wizard.template_id.attachment_ids
            wizard.finance_generated = drawn._origin.ids if wizard.template_id else []

    @api.depends("attachment_ids", "finance_generated", "finance_secure")
    def _compute_finance_has_files(self):
        for wizard in self:
            files = wizard._finance_portal_get_own_files()
            wizard.finance_has_files = bool(wizard.finance_secure and files)

    def _finance_portal_get_own_files(self):
        """Return the attachments of this email that are not the official document."""
        drawn = set(self.finance_generated or [])
        return self.attachment_ids._origin.filtered(lambda file: file.id not in drawn)

    def _finance_portal_with_files(self):
        """Return this dialog with a context that shows the ticked files to the customer."""
        if len(self) != 1 or not self.finance_show_files or not self.finance_has_files:
            return self
        return self.with_context(
            **self._finance_portal_get_own_files()._finance_portal_get_show_context()
        )

    def _finance_portal_get_document(self):
        """Return the one shared document this dialog writes to the customer about, if any."""
        self.ensure_one()
        model = self.env.get(self.model or "")
        if (
            not self.env["finance.portal.document"]._finance_portal_includes(model)
            or self.composition_mode != "comment"
            or self.subtype_is_log
            or self.res_domain
        ):
            return None
        ids = self._evaluate_res_ids() or []
        return model.browse(ids) if len(ids) == 1 and ids[0] else None

    @api.depends("attachment_ids", "partner_ids", "finance_secure")
    def _compute_finance_size_warning(self):
        return super()._compute_finance_size_warning()

    def _finance_portal_get_mailed(self):
        document = self._finance_portal_get_document() if self.finance_secure else None
        return document, self.partner_ids._origin, self.attachment_ids._origin

    def _finance_portal_get_mailing_company(self):
        if not self.finance_secure:
            return self.env["res.company"]
        return self._finance_portal_get_document()._finance_portal_get_company()

    def _finance_portal_get_preview(self):
        document, wizard = self._finance_portal_check(), self.with_context(**PREVIEW_CONTEXT)

        def send():
            wizard.scheduled_date = False
            wizard._action_send_mail()

        return document, send

    def action_send_mail(self):
        """Close the earlier links when asked to, before new ones are mailed."""
        for wizard in self.filtered("finance_secure"):
            document = wizard._finance_portal_check()
            if wizard.finance_revoke_earlier:
                document._finance_portal_get_live_links()._revoke("replaced")
        wizards = self._finance_portal_with_files()
        return super(MailComposeMessage, wizards).action_send_mail()

    def _action_send_mail_comment(self, res_ids):
        """Mail several documents of a batch in a way of our own; check the text of any other."""
        if self._finance_portal_mails_several():
            return self._finance_portal_mail_several(res_ids)
        self._finance_portal_check_text()
        return super()._action_send_mail_comment(res_ids)

    def action_schedule_message(self):
        """Name what is missing now, not at the scheduled time."""
        for wizard in self.filtered("finance_secure"):
            wizard._finance_portal_check()
        self._finance_portal_check_text()
        wizards = self._finance_portal_with_files()
        return super(MailComposeMessage, wizards).action_schedule_message()

    def _finance_portal_check(self):
        """Return the document, when it and all the recipients can be reached.

        :raise UserError: naming the remedy
        """
        document = self._finance_portal_get_document()
        if self.env.context.get("finance_portal_send"):
            document._finance_portal_check_state()
        if self.finance_unreachable:
            raise UserError(document._finance_portal_get_unreachable_note(self.finance_unreachable))
        return document
