"""What uninstalling does beyond the ORM's own work."""

from odoo import Command


def uninstall_hook(env):
    """Take back the right that timesheet approvers were given; both groups stay."""
    approvers = env.ref("hr_timesheet.group_hr_timesheet_approver")
    users = env.ref("finance_portal.group_finance_portal_user")
    approvers.implied_ids = [Command.unlink(users.id)]
