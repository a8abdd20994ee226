from odoo import api, fields, models

from ..const import PREVIEW_CONTEXT


class AccountMoveSendWizard(models.TransientModel):
    _name = "account.move.send.wizard"
    _inherit = [
        "account.move.send.wizard",
        "finance.portal.address.warning",
        "finance.portal.email.preview",
        "finance.portal.recipient.warning",
        "finance.portal.size.warning",
        "finance.portal.template.warning",
    ]

    finance_secure = fields.Boolean(related="company_id.finance_portal_close_native")
    finance_live_link_count = fields.Integer(related="move_id.finance_live_link_count")
    finance_revoke_earlier = fields.Boolean(
        "Revoke earlier links",
        help="Links to this document sent earlier stop working at once.",
    )

    finance_recipients = fields.Char("Goes To", compute="_compute_finance_recipients")
    finance_has_files = fields.Boolean("Has Other Files", compute="_compute_finance_has_files")
    finance_show_files = fields.Boolean(
        "Also show the attached files on the customer's page",
        help="The official PDF is always shown. This applies to the other files.",
    )

    @api.depends("template_id", "move_id")
    def _compute_finance_template_problem(self):
        return super()._compute_finance_template_problem()

    def _finance_portal_get_templated(self):
        return self.move_id._origin, self.template_id._origin

    def _get_mail_default_field_value_from_template(self, mail_template, *args, **kwargs):
        """Leave what has an error to whoever writes in this dialog."""
        template = mail_template.with_context(finance_portal_by_hand=True)
        return super()._get_mail_default_field_value_from_template(template, *args, **kwargs)

    @api.depends("mail_partner_ids.email")
    def _compute_finance_recipients(self):
        for wizard in self:
            wizard.finance_recipients = ", ".join(
                wizard.mail_partner_ids.filtered("email").mapped("email")
            )

    @api.depends("mail_attachments_widget")
    def _compute_finance_has_files(self):
        for wizard in self:
            wizard.finance_has_files = bool(wizard._finance_portal_get_own_files())

    def _finance_portal_get_attached(self):
        """Return what the dialog knows of each stored file that the email takes along."""
        return [
            file
            for file in self.mail_attachments_widget or []
            if str(file["id"]).isdigit() and not (file.get("skip") and not file.get("manual"))
        ]

    def _finance_portal_get_own_files(self):
        """Return the attachments of this email that are not the official document."""
        return self.env["ir.attachment"].browse(
            int(file["id"])
            for file in self._finance_portal_get_attached()
            if file.get("mail_template_id") or not file.get("protect_from_deletion")
        )

    @api.depends("mail_attachments_widget", "mail_partner_ids", "sending_methods")
    def _compute_finance_size_warning(self):
        return super()._compute_finance_size_warning()

    @api.depends("mail_partner_ids", "sending_methods")
    def _compute_finance_recipient_warning(self):
        return super()._compute_finance_recipient_warning()

    def _finance_portal_get_recipients(self):
        is_shared = self.finance_secure and "email" in (self.sending_methods or [])
        recipients = self.mail_partner_ids._origin
        return recipients if is_shared else recipients.browse()

    def _finance_portal_get_document(self):
        return self.move_id

    def _finance_portal_get_mailed(self):
        move = self.move_id
        is_shared = self.finance_secure and "email" in (self.sending_methods or [])
        files = self.env["ir.attachment"].browse(
            int(file["id"]) for file in self._finance_portal_get_attached()
        )
        # As its browser may have them: a new record for each.
        return move if is_shared else move.browse(), self.mail_partner_ids._origin, files.exists()

    def _finance_portal_get_mailing_company(self):
        return self.company_id if self.finance_secure else self.company_id.browse()

    def _finance_portal_get_preview(self):
        self.move_id._finance_portal_check_state()
        wizard = self.with_context(**PREVIEW_CONTEXT)
        # Without the files: the official PDF may not have been made yet.
        data = {**wizard._get_sending_settings(), "mail_attachments_widget": []}
        return self.move_id, lambda: wizard._send_mails({wizard.move_id: data})

    def action_send_and_print(self, allow_fallback_pdf=False):
        """Close the earlier links when asked to, before new ones are mailed."""
        self.ensure_one()
        if "email" in (self.sending_methods or []):
            self._finance_portal_check_text()
        if self.finance_revoke_earlier and "email" in (self.sending_methods or []):
            self.move_id._finance_portal_get_live_links()._revoke("replaced")
        wizard = self
        if self.finance_show_files and (files := self._finance_portal_get_own_files()):
            wizard = self.with_context(**files._finance_portal_get_show_context())
        return super(AccountMoveSendWizard, wizard).action_send_and_print(
            allow_fallback_pdf=allow_fallback_pdf
        )
