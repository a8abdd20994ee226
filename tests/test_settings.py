"""The settings of a company, and what holds when nobody touched them."""

from odoo.tests import tagged

from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestSettings(FinancePortalCase):
    def test_defaults_are_the_safe_ones(self):
        company = self.env["res.company"].create({"name": "New"})
        self.assertTrue(company.finance_portal_close_native)
        self.assertEqual(company.finance_portal_email_change, "revoke")
        self.assertEqual(company.finance_portal_notify_decision, "both")
        self.assertEqual(company.finance_portal_notify_view, "chatter")
        self.assertTrue(company.finance_portal_offer_account)
        self.assertEqual(company.finance_portal_receipts, "never")
        self.assertFalse(company.finance_portal_require_sign_in)
        self.assertFalse(company.finance_portal_account_reach)
        self.assertEqual(company.finance_portal_event_months, 24)
        self.assertEqual(company.finance_portal_ip_days, 90)

    def test_settings_are_stored_per_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        values = {
            "finance_portal_close_native": False,
            "finance_portal_email_change": "ask",
            "finance_portal_notify_decision": "message",
            "finance_portal_notify_view": "responsible",
            "finance_portal_offer_account": False,
            "finance_portal_receipts": "online",
            "finance_portal_require_sign_in": True,
            "finance_portal_account_reach": "documents",
            "finance_portal_event_months": 6,
            "finance_portal_ip_days": 7,
        }
        self.env["res.config.settings"].create(values).execute()
        for name, value in values.items():
            self.assertEqual(self.company[name], value)
            self.assertNotEqual(other[name], value)

    def test_block_stands_in_odoos_own_settings(self):
        user = self.make_user("boss", "account.group_account_manager", "base.group_system")
        arch = (
            self.env["res.config.settings"]
            .with_user(user)
            .get_views([(False, "form")])["views"]["form"]["arch"]
        )
        for name in (
            "close_native", "email_change", "notify_decision", "notify_view", "event_months",
            "ip_days", "offer_account", "require_sign_in", "account_reach",
            "receipts",
        ):  # fmt: skip
            self.assertIn(f"finance_portal_{name}", arch)

    def test_accounts_reach_the_apps_where_there_is_a_shop_unless_the_company_says(self):
        company = self.env["res.company"].create({"name": "New"})
        has_shop = self.env["ir.module.module"]._get("website_sale").state == "installed"
        self.assertEqual(company._finance_portal_opens_apps(), has_shop)
        company.finance_portal_account_reach = "website"
        self.assertTrue(company._finance_portal_opens_apps())
        company.finance_portal_account_reach = "documents"
        self.assertFalse(company._finance_portal_opens_apps())

    def test_l3_no_setting_touches_the_lifetime(self):
        parameters = self.env["ir.config_parameter"].search([("key", "=like", "finance_portal.%")])
        self.assertFalse(parameters.filtered(lambda parameter: "life" in parameter.key))

    def test_jobs_are_there_and_active(self):
        for name in ("access_request", "retention", "confirmation_mail", "enable", "send_batch"):
            self.assertTrue(self.env.ref(f"finance_portal.ir_cron_{name}").active)
