"""Odoo's periodic email tells what became of the documents that were sent."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools.convert import convert_file

from .test_sharing_status import SharingCase

KPIS = ("opened", "unopened", "unanswered", "accepted")


@tagged("post_install", "-at_install")
class TestDigest(SharingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls.make_user(
            "owner",
            "account.group_account_invoice",
            "sales_team.group_sale_salesman_all_leads",
            "finance_portal.group_finance_portal_user",
        )
        cls.digest = cls.env["digest.digest"].create(
            {
                "name": "Week",
                "company_id": cls.company.id,
                **{f"kpi_finance_portal_{name}": True for name in KPIS},
            }
        )

    def numbers(self, days=7, user=None, company=None):
        """Return what the email of a user tells of the last days, by number."""
        self.env.flush_all()
        self.env.invalidate_all()
        user = user or self.owner
        # Of all their companies, not only of those whose records the user sees at the moment.
        digest = self.digest.with_context(allowed_company_ids=user.company_ids.ids)
        found = digest._compute_kpis(company or self.company, user)
        column = {1: "kpi_col1", 7: "kpi_col2", 30: "kpi_col3"}[days]
        return {
            name: one[column]["value"]
            for one in found
            if (name := one["kpi_name"].removeprefix("kpi_finance_portal_")) in KPIS
        }

    def make_news(self):
        """Share documents that become all there is."""
        opened = self.issue_ago(hours=30)
        with self.some_time(minutes=1):  # the digest's time ends before this second
            self.view(opened, times=2)
        self.issue_ago(self.make_invoice(), days=4)
        self.issue_ago(self.make_invoice(), days=1)
        self.issue_ago(self.make_quote(), days=5)
        answered = self.issue_ago(self.make_quote(), hours=1)
        self.accept(answered, minutes=1)

    def accept(self, link, **ago):
        with self.some_time(**ago):
            self.env["finance.portal.decision"]._keep(link, "accepted", {}, None, {})

    def some_time(self, **ago):
        """Go back in time."""
        moment = fields.Datetime.now() - timedelta(**ago)
        return patch.object(fields.Datetime, "now", lambda: moment)

    def test_numbers_of_the_week(self):
        self.assertEqual(self.numbers(), dict.fromkeys(KPIS, 0))
        self.make_news()
        expected = {"opened": 1, "unopened": 2, "unanswered": 1, "accepted": 1}
        self.assertEqual(self.numbers(), expected)
        self.assertEqual(self.numbers(days=1), {**expected, "unopened": 0, "unanswered": 0})

    def test_another_company_has_numbers_of_its_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.owner.company_ids += other
        self.make_news()
        quote = self.make_quote(company_id=other.id)
        link = self.issue_ago(quote, days=5)
        with self.some_time(minutes=1):
            self.view(link)
        self.issue_ago(self.make_quote(company_id=other.id), days=5)
        own = {"opened": 1, "unopened": 2, "unanswered": 1, "accepted": 1}
        self.assertEqual(self.numbers(), own)
        self.digest.company_id = other
        theirs = {"opened": 1, "unopened": 1, "unanswered": 2, "accepted": 0}
        self.assertEqual(self.numbers(company=other), theirs)

    def test_who_does_not_use_finance_portal_is_told_nothing(self):
        self.make_news()
        other = self.make_user("other", "base.group_user")
        self.assertEqual(self.numbers(user=other), {})

    def test_what_is_turned_off_is_left_out(self):
        self.digest.kpi_finance_portal_opened = False
        self.assertEqual(set(self.numbers()), {*KPIS} - {"opened"})
        arch = self.env["digest.digest"].get_views([(False, "form")])["views"]["form"]["arch"]
        for name in KPIS:
            self.assertIn(f"kpi_finance_portal_{name}", arch)

    def test_the_email_is_drawn(self):
        self.make_news()
        self.digest.with_context(lang="en_US")._action_send_to_user(self.owner, tips_count=0)
        mail = self.env["mail.mail"].search([("email_to", "like", self.owner.email)], limit=1)
        for words in ("Links Opened", "Not Opened after 3 Days", "Accepted by Customers"):
            self.assertIn(words, mail.body_html)

    def install(self):
        convert_file(self.env, "finance_portal", "data/digest_data.xml", {}, "init", noupdate=True)

    def test_odoos_default_digest_has_them_once_installed(self):
        default = self.env.ref("digest.digest_digest_default")
        default.write({f"kpi_finance_portal_{name}": False for name in KPIS})
        self.install()
        for name in KPIS:
            self.assertTrue(default[f"kpi_finance_portal_{name}"], name)

    def test_a_business_without_the_default_digest_can_install(self):
        self.env.ref("digest.digest_digest_default").unlink()
        self.install()
        self.assertFalse(self.env.ref("digest.digest_digest_default", raise_if_not_found=False))

    def test_numbers_cost_no_more_with_more_documents(self):
        def count():
            self.numbers()
            before = self.env.cr.sql_log_count
            self.numbers()
            return self.env.cr.sql_log_count - before

        cost = count()
        for _time in range(4):
            self.issue_ago(self.make_invoice(), days=4)
        self.assertLessEqual(count(), cost)

    def test_numbers_are_those_of_the_time_alone(self):
        self.view(self.issue_ago(days=2))
        self.issue_ago(self.make_invoice(), days=20)
        self.accept(self.issue_ago(self.make_quote(), days=20), days=19)
        self.assertEqual(self.numbers()["accepted"], 0)
        self.assertEqual(self.numbers(days=30)["accepted"], 1)
        self.assertEqual(self.numbers()["unopened"], 0)
        self.assertEqual(self.numbers(days=30)["unopened"], 1)
