{
    "name": "Finance Portal: Projects",
    "summary": "Show customers how their project is going, by secure link and in the portal",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "author": "Finance Portal contributors",
    "license": "LGPL-3",
    "depends": ["finance_portal", "mail", "project", "uom"],
    "data": [
        "security/finance_portal_project_security.xml",
        "data/mail_template_data.xml",
        "views/project_project_views.xml",
        "views/project_task_views.xml",
        "views/project_project_templates.xml",
        "wizard/project_share_wizard_views.xml",
    ],
    "assets": {
        "web.assets_tests": ["finance_portal_project/static/tests/tours/**/*"],
    },
    "auto_install": True,
    "pre_init_hook": "pre_init_hook",
    "uninstall_hook": "uninstall_hook",
}
