from odoo import models


class PaymentLinkWizard(models.TransientModel):
    """Odoo's payment link: a permanent one, which is closed for documents that are shared."""

    _inherit = "payment.link.wizard"

    def _compute_warning_message(self):
        """Name the remedy before anybody mails a link that opens nothing."""
        result = super()._compute_warning_message()
        for wizard in self.filtered(lambda wizard: not wizard.warning_message):
            if wizard._finance_portal_is_closed():
                wizard.warning_message = self.env._(
                    "Permanent links to this document are closed, so this link wouldn't work."
                    " Use Send to Customer instead. The customer can pay on the page it opens."
                )
        return result

    def _finance_portal_is_closed(self):
        """Return whether the link leads to a document whose permanent links are closed."""
        Document, model = self.env["finance.portal.document"], self.env.get(self.res_model or "")
        if not self.res_id or not Document._finance_portal_includes(model):
            return False
        return model.browse(self.res_id)._finance_portal_native_closed()
