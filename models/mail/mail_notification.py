from odoo import models

from ...tools.masking import mask_value


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def write(self, vals):
        """Store no link that a mail server quotes in its answer."""
        if vals.get("failure_reason"):
            vals = {**vals, "failure_reason": mask_value(vals["failure_reason"])}
        return super().write(vals)
