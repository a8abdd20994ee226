"""The activity record: append-only, trimmed by retention, and honest about who did what."""

from datetime import datetime
from unittest.mock import patch

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.audit import event
from ..tools.secure_token import new_ref
from .common import FinancePortalCase

PERSON = {
    "ip": "203.0.113.7", "agent": "Mozilla/5.0", "verdict": "person", "reason": "acted",
    "user_id": False,
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestEvent(FinancePortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.link, cls.token = cls.issue()

    def visitor(self, **values):
        """Pretend that this visitor makes the current request."""
        return patch.object(type(self.Event), "_visitor", lambda *_args: {**PERSON, **values})

    def refused(self, query, *args):
        with self.refused_by_database():
            self.env.cr.execute(query, args)

    # === APPEND ONLY === #

    def test_rows_cannot_be_changed_or_deleted_by_sql(self):
        row = self.Event._record("opened", access=self.link)
        self.env.flush_all()
        for column, value in (
            ("kind", "viewed"), ("date", "2020-01-01"), ("ip", "1.2.3.4"), ("agent", "x"),
            ("email", "x"), ("verdict", "person"), ("reason", "fetched"), ("visit", "x"),
            ("res_id", 0), ("res_model", "x"),
            ("document_name", "x"), ("company_id", self.env.ref("base.main_company").id),
        ):  # fmt: skip
            with self.subTest(column=column):
                self.refused(
                    f"UPDATE finance_portal_event SET {column} = %s WHERE id = %s", value, row.id
                )
        self.refused("DELETE FROM finance_portal_event WHERE id = %s", row.id)
        self.refused("TRUNCATE finance_portal_event")
        self.refused("TRUNCATE finance_portal_event CASCADE")

    def test_rows_cannot_be_changed_or_deleted_by_anybody(self):
        row = self.Event._record("opened", access=self.link)
        manager = self.make_user("manager", "account.group_account_manager", "base.group_system")
        for user in (manager, self.env.ref("base.user_admin")):
            event = row.with_user(user)
            for method, args in (
                (event.write, ({"kind": "viewed"},)),
                (event.unlink, ()),
                (event.create, ({"kind": "viewed", "company_id": self.company.id},)),
            ):
                with (
                    self.subTest(user=user.login, method=method.__name__),
                    self.assertRaises(AccessError),
                ):
                    method(*args)

    def test_superuser_cannot_either(self):
        row = self.Event._record("opened", access=self.link)
        self.env.flush_all()
        with self.refused_by_database():
            row.sudo().kind = "viewed"
            self.env.flush_all()
        with self.refused_by_database():
            row.sudo().unlink()

    def test_retention_door_closes_behind_the_job(self):
        row = self.Event._record("opened", access=self.link)
        with self.Event._past_the_guard():
            pass
        self.refused("DELETE FROM finance_portal_event WHERE id = %s", row.id)

    def test_rows_outlive_the_contact_and_the_user(self):
        contact = self.make_contact("Cy", email="cy@x.example.com")
        user = self.make_user("leaver", "base.group_user")
        link, _token = self.issue(partner=contact)
        row = self.Event._record("opened", access=link, user_id=user.id)
        contact.unlink()
        user.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(row.exists())
        self.assertFalse(row.partner_id or row.user_id)
        self.assertEqual(row.email, "cy@x.example.com")

    def test_rows_outlive_the_document(self):
        move = self.make_invoice()
        link, _token = self.issue(move)
        name = move.name
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        rows = self.Event.search([("link_id", "=", link.id)])
        self.assertEqual(set(rows.mapped("kind")), {"sent", "revoked"})
        self.assertEqual(set(rows.mapped("document_name")), {name})

    # === WHAT IS WRITTEN === #

    def test_sending_and_revoking_are_recorded(self):
        self.link._revoke("staff")
        rows = self.link_rows()
        self.assertEqual(rows.sorted("id").mapped("kind"), ["sent", "revoked"])
        self.assertEqual(rows[0].reason, "staff")
        self.assertEqual(set(rows.mapped("verdict")), {"system"})

    def link_rows(self, *domain):
        return self.Event.search([("link_id", "=", self.link.id), *domain])

    def test_verdict_of_the_visitor_is_stored(self):
        for verdict in ("person", "scanner", "staff", "unknown"):
            with self.subTest(verdict=verdict), self.visitor(verdict=verdict, reason="acted"):
                row = self.Event._record("opened", access=self.link)
                self.assertEqual((row.verdict, row.reason), (verdict, "acted"))
                self.assertEqual((row.ip, row.agent), ("203.0.113.7", "Mozilla/5.0"))

    def test_l7_view_counts_once_per_visit(self):
        visit = new_ref()
        with self.visitor():
            self.assertTrue(self.Event._record_view(self.link, visit))
            self.assertFalse(self.Event._record_view(self.link, visit))
            self.assertTrue(self.Event._record_view(self.link, new_ref()))
        self.assertEqual(len(self.link_rows(("kind", "=", "viewed"))), 2)
        self.assertTrue(self.link.viewed_at)

    def test_l7_first_view_is_the_one_that_is_kept(self):
        with self.visitor():
            self.Event._record_view(self.link, new_ref())
            first = self.link.viewed_at
            with patch.object(fields.Datetime, "now", lambda: first + relativedelta(hours=1)):
                self.Event._record_view(self.link, new_ref())
        self.assertEqual(self.link.viewed_at, first)

    def test_l7_parallel_views_of_one_visit_are_refused_by_the_database(self):
        with self.visitor():
            self.Event._record_view(self.link, "one visit")
        with self.refused_by_database(psycopg2.errors.UniqueViolation):
            self.env.cr.execute(
                "INSERT INTO finance_portal_event (date, kind, link_id, visit, company_id)"
                " VALUES (now(), 'viewed', %s, 'one visit', %s)",
                [self.link.id, self.company.id],
            )

    def test_l7_scanner_and_staff_never_count_as_a_view(self):
        for verdict in ("scanner", "staff", "unknown", "system"):
            with self.subTest(verdict=verdict), self.visitor(verdict=verdict):
                self.assertFalse(self.Event._record_view(self.link, new_ref()))
        self.assertFalse(self.link.viewed_at)
        self.assertFalse(self.link_rows(("kind", "=", "viewed")))

    # === RETENTION === #

    def row(self, age, company=None, **values):
        """Write a row of a certain age; ``age`` is a relativedelta."""
        return self.Event._record(
            "opened", access=self.link, date=fields.Datetime.now() - age,
            company_id=(company or self.company).id, **{"ip": "203.0.113.77", **values},
        )  # fmt: skip

    def run_retention(self):
        with self.enter_registry_test_mode():
            self.env.ref("finance_portal.ir_cron_retention").method_direct_trigger()
        self.env.invalidate_all()

    def test_retention_deletes_only_what_is_old_for_its_company(self):
        self.company.finance_portal_event_months = 6
        other = self.env["res.company"].create({"name": "Other", "finance_portal_event_months": 24})
        old, young = self.row(relativedelta(months=7)), self.row(relativedelta(months=5))
        theirs = self.row(relativedelta(months=7), company=other)
        self.run_retention()
        self.assertFalse(old.exists())
        self.assertTrue(young.exists())
        self.assertTrue(theirs.exists())

    def test_retention_shortens_only_old_addresses(self):
        self.company.finance_portal_ip_days = 30
        old, young = self.row(relativedelta(days=31)), self.row(relativedelta(days=29))
        six = self.row(relativedelta(days=32), ip="2001:db8:1:2:3::4")
        none = self.row(relativedelta(days=32), ip=False)
        self.run_retention()
        self.assertEqual(old.ip, "203.0.113.0")
        self.assertEqual(six.ip, "2001:db8:1::")
        self.assertEqual(young.ip, "203.0.113.77")
        self.assertFalse(none.ip)

    def test_retention_shortens_addresses_also_after_a_long_standstill(self):
        """A server that was off, or a setting made stricter, leaves no old address whole."""
        self.company.finance_portal_ip_days = 30
        old, young = self.row(relativedelta(days=60)), self.row(relativedelta(days=20))
        self.run_retention()
        self.assertEqual(old.ip, "203.0.113.0")
        self.assertEqual(young.ip, "203.0.113.77")
        self.company.finance_portal_ip_days = 10
        self.run_retention()
        self.assertEqual(young.ip, "203.0.113.0")

    def test_retention_works_in_batches(self):
        self.company.finance_portal_event_months = 1
        rows = self.Event.browse()
        for _number in range(5):
            rows += self.row(relativedelta(months=2))
        with patch.object(event, "RETENTION_BATCH", 2):
            self.run_retention()
        self.assertFalse(rows.exists())

    def test_retention_deletes_old_links_and_their_rows_first(self):
        self.company.finance_portal_event_months = 1
        with patch.object(fields.Datetime, "now", lambda: datetime(2020, 1, 1)):
            old, _token = self.issue()
        self.env.flush_all()
        self.run_retention()
        self.assertFalse(old.exists())
        self.assertTrue(self.link.exists())

    @mute_logger("odoo.addons.finance_portal.work_off")
    def test_retention_that_fails_in_one_company_is_that_of_no_other(self):
        first = self.env["res.company"].create({"name": "First", "sequence": -1})
        trim = type(self.Event)._trim

        def fail(rows, company):
            if company == first:
                raise ZeroDivisionError
            return trim(rows, company)

        self.company.finance_portal_event_months = 6
        old = self.row(relativedelta(months=7))
        with patch.object(type(self.Event), "_trim", fail):
            self.run_retention()
        self.assertFalse(old.exists())

    def test_retention_is_no_longer_than_time_can_be_counted(self):
        """Whoever means forever would keep the job from every company."""
        for name in ("finance_portal_event_months", "finance_portal_ip_days"):
            with self.subTest(name=name), self.refused_by_database():
                self.company[name] = 999_999
                self.env.flush_all()

    def test_retention_of_nothing_at_all_is_refused(self):
        for name in ("finance_portal_event_months", "finance_portal_ip_days"):
            with self.subTest(name=name), self.refused_by_database():
                self.company[name] = 0
                self.env.flush_all()
