{
    "name": "Finance Portal: Bill Time",
    "summary": "Keep hours out of invoices until the customer has approved them",
    "version": "19.0.1.0.0",
    "category": "Services/Timesheets",
    "author": "Finance Portal contributors",
    "license": "LGPL-3",
    "depends": ["finance_portal_timesheet", "account", "analytic", "sale", "sale_timesheet"],
    "data": ["views/res_config_settings_views.xml"],
    "auto_install": True,
}
