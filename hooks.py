"""What installing and uninstalling does beyond the ORM's own work."""

import logging

from . import log_masking, profiling

_logger = logging.getLogger(__name__)


def post_load():
    """Keep secrets out of log and profiler as soon as the server knows the addon.

    Odoo calls this for any database, or at its start, see ``log_masking.is_on_from_the_start``.
    """
    log_masking.install()
    profiling.install()


def post_init_hook(env):
    """Log what installing changed for customers who already have a link, and how to undo it."""
    companies = env["res.company"].search_count([("finance_portal_close_native", "=", True)])
    if not companies:
        return
    _logger.info(
        "Odoo's permanent links to quotes, orders, invoices and payments are now closed. Companies"
        " affected: %d. Anyone who follows an old link can request a secure one. Carts, checkout,"
        " Point of Sale and events aren't affected. To restore permanent links, uncheck Close"
        " Permanent Links in Invoicing > Configuration > Settings > Finance Portal.",
        companies,
    )


def uninstall_hook(env):
    """Drop the database functions; the tables, and the triggers with them, go with the models."""
    env.cr.execute("DROP FUNCTION IF EXISTS finance_portal_link_guard() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS finance_portal_account_link_guard() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS finance_portal_event_guard() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS finance_portal_decision_guard() CASCADE")
    # Without this addon its users would get Odoo's own portal, which nobody gave them.
    accounts = env["finance.portal.account"].search([])
    (accounts.user_id - accounts.filtered("adopted").user_id).active = False
    # Odoo sees to open activities when their type goes; it keeps done ones, which hold it.
    activities = env["mail.activity"].with_context(active_test=False)
    for name in ("mail_activity_answer", "mail_activity_address"):
        if own := env.ref(f"finance_portal.{name}", raise_if_not_found=False):
            todo = env.ref("mail.mail_activity_data_todo")
            activities.search([("activity_type_id", "=", own.id)]).activity_type_id = todo
    # The ORM drops tables, not the files that belong to their rows.
    own = [("res_model", "=like", "finance.portal.%"), ("res_field", "!=", False)]
    env["ir.attachment"].search(own).unlink()
    # sudo: whoever may uninstall may remove what was installed
    env["ir.config_parameter"].sudo().search([("key", "=like", "finance_portal.%")]).unlink()
