"""What installing and uninstalling does beyond the ORM's own work."""


def uninstall_hook(env):
    """Drop the database functions; the tables, and the triggers with them, go with the models."""
    env.cr.execute("DROP FUNCTION IF EXISTS finance_portal_link_guard() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS finance_portal_activity_guard() CASCADE")
    env["ir.config_parameter"].sudo().search([("key", "=like", "finance_portal.%")]).unlink()
