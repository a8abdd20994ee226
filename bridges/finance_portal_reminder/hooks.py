"""What installing and uninstalling does beyond the ORM's own work."""


def post_init_hook(env):
    """Give each company the usual steps; reminders stay off until somebody turns them on."""
    companies = env["res.company"].with_context(active_test=False)
    env["finance.portal.reminder.step"]._create_defaults(companies.search([]))  # pylint: disable=no-search-all


def uninstall_hook(env):
    """Delete the steps, and their email templates that staff made, which nothing renders for."""
    env["finance.portal.reminder.step"].with_context(active_test=False).search([]).unlink()  # pylint: disable=no-search-all
    env["mail.template"].search([("model", "=", "finance.portal.reminder")]).unlink()
