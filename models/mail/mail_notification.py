from odoo import models


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def write(self, vals):
        """Store no link that a mail server quotes in its answer."""
        return super().write(self.env["finance.portal.received.secret"]._mask_values(vals))
