from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Store no secure link that a customer's reply quotes."""
        mask = self.env["finance.portal.received.secret"]._mask_values
        return super().create([mask(vals) for vals in vals_list])

    def write(self, vals):
        """Store no secure link, see :meth:`create`."""
        return super().write(self.env["finance.portal.received.secret"]._mask_values(vals))
