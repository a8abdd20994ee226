from odoo import api, models

from ...tools.masking import mask_links


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """Store no secure link that a customer's reply quotes."""
        return super().create([self._finance_portal_mask(vals) for vals in vals_list])

    def write(self, vals):
        """Store no secure link, see :meth:`create`."""
        return super().write(self._finance_portal_mask(vals))

    @api.model
    def _finance_portal_mask(self, vals):
        """Return ``vals`` with secure links masked in the texts an email brings in."""
        masked = {
            # type(): a body that is marked as safe HTML stays marked
            name: type(vals[name])(mask_links(vals[name]))
            for name in ("body", "subject")
            if isinstance(vals.get(name), str)
        }
        return {**vals, **masked} if masked else vals
