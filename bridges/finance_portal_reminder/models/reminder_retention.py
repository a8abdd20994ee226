from odoo import api, models

BATCH = 1000


class FinancePortalReminder(models.Model):
    """Forget what a reminder said and where it went, once its activity is deleted.

    The row stays: it is what keeps a step from being sent twice.
    """

    _inherit = "finance.portal.reminder"

    _kept_index = models.Index(
        "(company_id, send_at) WHERE state IN ('sent', 'skipped') AND email IS NOT NULL"
    )

    @api.model
    def _forget_batch(self, company, before):
        """Forget address and text of a batch of reminders from before a moment.

        :return: how many
        """
        # sudo: retention, run by the system
        reminders = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("state", "in", ("sent", "skipped")),
                ("send_at", "<", before),
                ("email", "!=", False),
            ],
            order="send_at",
            limit=BATCH,
        )
        reminders.write({"email": False, "own_subject": False, "own_body": False})
        return len(reminders)
