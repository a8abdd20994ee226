"""Days, for customers and staff: nobody takes the 1st of March for the 3rd of January."""

import re
from datetime import date, datetime
from pathlib import Path

from odoo.modules import get_module_path
from odoo.tests import tagged

from .common import FinancePortalCase

# Whole days of the week, with their month.
FULL_DAYS = {"time_request_page.py"}
OWN_WAY = re.compile(r"\bformat_date(time)?\b")


@tagged("post_install", "-at_install")
class TestDays(FinancePortalCase):
    def day(self, value, lang="en_US", **context):
        page = self.env["finance.portal.page"].with_context(lang=lang, **context)
        return page._format_day(value)

    def test_the_month_has_a_name_in_every_language_there_is(self):
        for lang in self.env["res.lang"].with_context(active_test=False).search([]):
            lang.active = True
            for month in (1, 3, 12):
                with self.subTest(lang=lang.code, month=month):
                    self.assertRegex(self.day(date(2027, month, 3), lang.code), r"[^\W\d_]")

    def test_days_read_as_people_of_the_language_write_them(self):
        for lang, text in (
            ("en_US", "Dec 27, 2026"),
            ("en_GB", "27 Dec 2026"),
            ("de_DE", "27. Dez. 2026"),
        ):
            self.env["res.lang"]._activate_lang(lang)
            with self.subTest(lang):
                self.assertEqual(self.day(date(2026, 12, 27), lang), text)
                self.assertEqual(self.day("2026-12-27", lang), text)

    def test_a_moment_is_a_day_where_the_reader_is(self):
        moment = datetime(2026, 12, 27, 20, 0)
        self.assertEqual(self.day(moment, tz="Pacific/Auckland"), "Dec 28, 2026")
        self.assertEqual(self.day(moment, tz="UTC"), "Dec 27, 2026")
        midnight = datetime(2026, 12, 27)
        for value in (midnight, "2026-12-27 00:00:00"):
            self.assertEqual(self.day(value, tz="America/New_York"), "Dec 26, 2026")
        self.assertEqual(self.day("2026-12-27", tz="America/New_York"), "Dec 27, 2026")
        self.assertEqual(self.day(False), "")

    def test_a_moment_for_staff_has_its_month_by_name_too(self):
        for lang, zone, text in (
            ("en_US", "UTC", "Nov 29, 2026, 11:39 PM"),
            ("en_GB", "Europe/Paris", "30 Nov 2026, 00:39"),
            ("de_DE", "UTC", "29. Nov. 2026, 23:39"),
        ):
            self.env["res.lang"]._activate_lang(lang)
            user = self.env.user.with_context(lang=lang)
            user.tz = zone
            with self.subTest(lang):
                told = user._finance_portal_format_time(datetime(2026, 11, 29, 23, 39, 21))
                self.assertEqual(re.sub(r"\s", " ", told), text)

    def test_no_page_writes_days_its_own_way(self):
        """Every model of the addon and its bridges asks the one place that spells a month."""
        root = Path(get_module_path("finance_portal"))
        found = {
            path.name
            for folder in ("models", "controllers", "bridges", "wizard")
            for path in (root / folder).rglob("*.py")
            if "tests" not in path.parts and OWN_WAY.search(path.read_text())
        }
        self.assertEqual(found, FULL_DAYS | {"page_day.py"})
