from odoo import api, fields, models
from odoo.exceptions import UserError


class AccountMoveSendBatchWizard(models.TransientModel):
    _name = "account.move.send.batch.wizard"
    _inherit = [
        "account.move.send.batch.wizard",
        "finance.portal.address.warning",
        "finance.portal.email.preview",
        "finance.portal.recipient.warning",
    ]

    finance_secure = fields.Boolean("Secure Link", compute="_compute_finance_secure")

    @api.depends("move_ids")
    def _compute_finance_secure(self):
        for wizard in self:
            wizard.finance_secure = all(
                wizard.move_ids.company_id.mapped("finance_portal_close_native")
            )

    def _get_mail_default_field_value_from_template(self, mail_template, *args, **kwargs):
        """Pass over errors in texts that this dialog doesn't show."""
        template = mail_template.with_context(finance_portal_by_hand=True)
        return super()._get_mail_default_field_value_from_template(template, *args, **kwargs)

    def _finance_portal_get_preview(self):
        """Show the first of the emails."""
        mailed = self.move_ids.filtered(lambda move: move._finance_portal_goes_by_email())
        if not mailed:
            raise UserError(self.env._("None of these documents will be emailed."))
        return mailed[0], mailed[0]._finance_portal_write_emails

    @api.depends("move_ids")
    def _compute_finance_recipient_warning(self):
        return super()._compute_finance_recipient_warning()

    def _finance_portal_get_recipients(self):
        moves = self.move_ids if self.finance_secure else ()
        return self.env["res.partner"].union(
            *(move._finance_portal_get_default_recipient() for move in moves)
        )

    def _finance_portal_get_mailing_company(self):
        return self.move_ids.company_id[:1] if self.finance_secure else self.env["res.company"]
