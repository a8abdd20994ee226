from odoo import models


class FinancePortalAccount(models.Model):
    """Remind contacts who never set up their account."""

    _inherit = "finance.portal.account"

    def action_remind(self):
        """Mail these contacts a new setup link, in a job, and show how it goes."""
        self.env["res.partner"]._finance_portal_check_manager_group()
        self.check_access("read")
        rows = []
        for account in self:
            # sudo: whoever may see the account may know whose it is
            contact, obstacle = account.sudo().partner_id, account._get_reminder_obstacle()
            row = contact._finance_portal_prepare_line(obstacle)
            rows.append({**row, "email": account.email})
        return self.env["finance.portal.enabling"]._start("remind", rows)._get_open_action()

    def _get_reminder_obstacle(self):
        """Return why a contact isn't to be reminded to set up the account now, or ``None``.

        Who gets too many emails takes them for spam, so the caps are those of what customers ask
        for themselves.
        """
        if not self:
            return self.env._("The contact no longer has an account.")
        self.ensure_one()
        account = self.sudo()  # sudo: whoever may see the account may see how it fares
        if account.set_up_at or not account._is_open():
            return account._get_status()
        if not account._has_room_for_mail(reminding=True):
            return self.env._(
                "A setup link was sent a moment ago, or too many were sent today. Try again later."
            )
        return None
