from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import PREVIEW_CONTEXT


class PortalShare(models.TransientModel):
    _name = "portal.share"
    _inherit = [
        "portal.share",
        "finance.portal.address.warning",
        "finance.portal.email.preview",
        "finance.portal.recipient.warning",
    ]

    finance_secure = fields.Boolean("Secure Link", compute="_compute_finance_secure")

    @api.model
    def default_get(self, fields):
        """Offer no address to copy: a secure link exists only in its recipient's email."""
        values = super().default_get(fields)
        if self.new(values).finance_secure:
            values["share_link"] = False
        return values

    @api.depends("res_model", "res_id")
    def _compute_finance_secure(self):
        for wizard in self:
            document = wizard._finance_portal_get_document()
            wizard.finance_secure = bool(document) and document._finance_portal_native_closed()

    @api.depends("finance_secure")
    def _compute_share_link(self):
        result = super()._compute_share_link()
        self.filtered("finance_secure").share_link = False
        return result

    def _finance_portal_get_document(self):
        """Return the shared document this dialog is about, if it is one."""
        Document, model = self.env["finance.portal.document"], self.env.get(self.res_model or "")
        if not self.res_id or not Document._finance_portal_includes(model):
            return None
        return model.browse(self.res_id)

    def _finance_portal_get_mailing_company(self):
        if not self.finance_secure:
            return self.env["res.company"]
        return self._finance_portal_get_document()._finance_portal_get_company()

    @api.depends("partner_ids", "finance_secure")
    def _compute_finance_recipient_warning(self):
        return super()._compute_finance_recipient_warning()

    def _finance_portal_get_recipients(self):
        recipients = self.partner_ids._origin
        return recipients if self.finance_secure else recipients.browse()

    def _finance_portal_get_preview(self):
        self._finance_portal_check()
        share = self.with_context(finance_portal_mails_contacts=True, **PREVIEW_CONTEXT)
        return self._finance_portal_get_document(), share._send_public_link

    def action_send_mail(self):
        """Mail each contact a secure link of their own, and nobody a sign-up link."""
        self.ensure_one()
        if not self.finance_secure:
            return super().action_send_mail()
        self._finance_portal_check()
        # Their bodies hold the document's plain address. It becomes the recipient's own link
        # as the email leaves, see `_finance_portal_close_native_links`.
        self.with_context(finance_portal_mails_contacts=True)._send_public_link()
        return {"type": "ir.actions.act_window_close"}

    def _finance_portal_check(self):
        """Raise unless the document can be shared with these contacts now.

        :raise UserError: naming the remedy
        """
        document = self._finance_portal_get_document()
        document._finance_portal_check_state()
        if not document._finance_portal_may_be_sent_by(self.env.user):
            raise UserError(document._finance_portal_get_no_right_note())
        if not document._finance_portal_is_shareable():
            raise UserError(
                self.env._(
                    "%s hasn't been sent yet. Use Send to Customer first.", document.display_name
                )
            )
        unreachable = self.partner_ids.filtered(lambda partner: not partner.email)
        if unreachable:
            names = ", ".join(unreachable.mapped("display_name"))
            raise UserError(document._finance_portal_get_unreachable_note(names))
