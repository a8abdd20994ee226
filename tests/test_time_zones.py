"""A zone that nobody knows falls back to the company's, then to UTC (section 13)."""

from datetime import datetime
from unittest.mock import Mock, patch

from freezegun import freeze_time

from odoo.tests import tagged

from ..models.access.viewer import Viewer
from .page_common import OrderPageCase, PageCase

USERS = "odoo.addons.finance_portal.models.accounts.res_users"
MOMENT = datetime(2026, 3, 10, 20, 30)  # half past five of the next day in Tokyo


@tagged("post_install", "-at_install")
class TestTimeZones(PageCase):
    def test_what_staff_read_of_an_account(self):
        staff = self.make_user("staff", "account.group_account_invoice")
        Account = self.env["finance.portal.account"].with_user(staff)
        for zone, company, shown in (
            ("Mars/Base", None, "8:30"),
            ("Mars/Base", "Asia/Tokyo", "5:30"),
            ("Europe/Berlin", "Asia/Tokyo", "9:30"),
        ):
            with self.subTest(zone=zone, company=company):
                self.set_zones(zone, company=company)
                self.assertIn(shown, Account._format(MOMENT))
                partner = staff.partner_id.with_user(staff)
                self.assertIn(shown, partner._finance_portal_format(MOMENT))

    def test_what_staff_read_follows_their_browser(self):
        """As the lists beside it do, whatever zone the user has."""
        staff = self.make_user("staff", "account.group_account_invoice")
        self.set_zones("Europe/Berlin")
        account = self.env["finance.portal.account"].with_user(staff)
        viewer = Viewer(self.ada, self.customer, self.company, False, account, staff, MOMENT)
        for zone, shown in (("Asia/Tokyo", "5:30"), ("Mars/Base", "9:30"), ("", "9:30")):
            browser = Mock(httprequest=Mock(cookies={"tz": zone}))
            with self.subTest(zone=zone), patch(f"{USERS}.request", browser):
                page = self.env["finance.portal.page"]
                self.assertIn(shown, account._format(MOMENT))
                partner = staff.partner_id.with_user(staff)
                self.assertIn(shown, partner._finance_portal_format(MOMENT))
                self.assertIn(shown, page._format_staff_until(viewer))
                day = self.invoice.with_user(staff)._finance_portal_word_day(MOMENT)
                self.assertEqual(day, "Mar 11" if zone == "Asia/Tokyo" else "Mar 10")

    def test_until_when_staff_look_as_the_customer(self):
        staff = self.make_user("staff", "account.group_account_invoice")
        account = self.env["finance.portal.account"]
        viewer = Viewer(self.ada, self.customer, self.company, False, account, staff, MOMENT)
        for company, shown in ((None, "8:30"), ("Asia/Tokyo", "5:30")):
            self.set_zones("Mars/Base", company=company)
            self.assertIn(shown, self.env["finance.portal.page"]._format_staff_until(viewer))

    def test_today_of_a_statement(self):
        Statement = self.env["finance.portal.statement"].with_context(tz="Mars/Base")
        for company, day in ((None, 10), ("Asia/Tokyo", 11)):
            self.set_zones("Mars/Base", company=company)
            with freeze_time(MOMENT):
                self.assertEqual(Statement._get_today(self.company).day, day)

    def test_zone_that_a_first_view_is_told_in(self):
        self.company.finance_portal_notify_view = "responsible"
        self.invoice.invoice_user_id = self.make_user(
            "staff", "account.group_account_invoice", notification_type="inbox"
        )
        self.set_zones("Mars/Base", company="Asia/Tokyo")
        link, _token = self.issue()
        link.viewed_at = MOMENT
        link._notify_first_view()
        notice = self.env["mail.message"].sudo().search([("subject", "like", "Ada opened")])
        self.assertIn("Asia/Tokyo", notice.body)
        self.assertNotIn("Mars", notice.body)

    def test_job_that_sends_for_a_user(self):
        self.set_zones("Mars/Base", company="Asia/Tokyo")
        line = self.env["finance.portal.batch.line"].new(
            {"user_id": self.env.user.id, "company_id": self.company.id}
        )
        self.assertEqual(line._as_starter().env.context["tz"], "Asia/Tokyo")


@tagged("post_install", "-at_install")
class TestTimeZonesOfQuotes(OrderPageCase):
    def test_last_day_of_a_quote(self):
        quote = self.make(days=0)
        for company, states in (
            (None, [("warn", "Expires today")]),
            ("Asia/Tokyo", [("bad", "Expired")]),
        ):
            with self.subTest(company=company):
                self.set_zones("Mars/Base", company=company)
                with freeze_time(MOMENT):
                    self.assertEqual(self.states(quote), states)
