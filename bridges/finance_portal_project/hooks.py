"""What installing and uninstalling does beyond the ORM's own work."""

from odoo import Command


def pre_init_hook(env):
    """Add the columns whose values the ORM would otherwise write into every row."""
    env.cr.execute("ALTER TABLE project_task ADD COLUMN IF NOT EXISTS finance_shared boolean")
    env.cr.execute("ALTER TABLE project_project ADD COLUMN IF NOT EXISTS finance_shared_on date")
    # PostgreSQL keeps the default for the rows that are there without touching them.
    env.cr.execute(
        "ALTER TABLE project_project"
        " ADD COLUMN IF NOT EXISTS finance_show_milestones boolean DEFAULT true"
    )
    env.cr.execute(
        "ALTER TABLE project_project ALTER COLUMN finance_show_milestones DROP DEFAULT"
    )


def uninstall_hook(env):
    """Take back the right that project administrators were given; both groups stay."""
    managers = env.ref("project.group_project_manager")
    users = env.ref("finance_portal.group_finance_portal_user")
    managers.implied_ids = [Command.unlink(users.id)]
