"""L3: a link lives 24 hours, and nobody can make it live longer."""

import time
from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.secure_token import hash_token, new_ref, new_token
from .common import FinancePortalCase

DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)
FAR = datetime(2099, 1, 1)


@tagged("post_install", "-at_install")
class TestLinkLifetime(FinancePortalCase):
    def assertExpiryStands(self, link):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(link.expires_at, link.issued_at + DAY)

    def assertRefused(self, query, *args):
        """Assert that the database itself refuses a statement."""
        with self.refused_by_database():
            self.env.cr.execute(query, args)

    # === THE LAST SECOND === #

    def test_l3_lives_23_59_59_and_is_dead_at_24_00_00(self):
        start = datetime(2026, 5, 4, 9, 30, 0)
        with freeze_time(start) as clock:
            _link, token = self.issue()
            clock.move_to(start + DAY - SECOND)
            self.assertLive(token)
            clock.move_to(start + DAY)
            self.assertDead(token)

    def test_l3_daylight_saving_does_not_move_the_end(self):
        self.env.user.tz = self.ada.tz = "Europe/Berlin"
        env_berlin = self.env(context={"tz": "Europe/Berlin"})
        self.env.cr.execute("SET LOCAL TIME ZONE 'Europe/Berlin'")
        # clocks go forward on 29 March and back on 25 October
        with freeze_time("2026-03-28 12:00:00") as clock:
            for start in (datetime(2026, 3, 28, 12), datetime(2026, 10, 24, 12)):
                with self.subTest(start=start):
                    clock.move_to(start)
                    link, token = self.issue()
                    self.assertEqual(link.with_env(env_berlin).expires_at, start + DAY)
                    clock.move_to(start + DAY - SECOND)
                    self.assertLive(token)
                    clock.move_to(start + DAY)
                    self.assertDead(token)

    def test_l3_time_zones_do_not_matter(self):
        """The database's clock and zone, and users' zones; Odoo keeps its process in UTC."""
        self.assertEqual(time.tzname[0], "UTC")
        for zone in ("Pacific/Auckland", "America/Los_Angeles"):
            with self.subTest(zone=zone):
                self.env.user.tz = self.ada.tz = zone
                self.env.cr.execute("SELECT set_config('timezone', %s, true)", [zone])
                self.assertLive(self._insert_issued_ago("23:59:30"))
                self.assertDead(self._insert_issued_ago("24:00:00"))
                _link, token = self.issue()
                self.assertLive(token)

    def _insert_issued_ago(self, age):
        """Insert a link of the past with the database's own clock; return its token."""
        token = new_token()
        self.env.cr.execute(
            """
            INSERT INTO finance_portal_link (res_model, res_id, prefix, token_hash, ref, partner_id,
                customer_id, company_id, issued_at, expires_at)
            SELECT 'account.move', %s, 'i', %s, %s, %s, %s, %s, moment, moment + interval '24 hours'
              FROM (SELECT date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC' - %s::interval)
                 AS moment) AS issued
            """,
            [
                self.invoice.id, hash_token(token), new_ref(), self.ada.id,
                self.customer.id, self.company.id, age,
            ],
        )  # fmt: skip
        return token

    # === MOVING THE EXPIRY === #

    def test_l3_create_overrides_a_custom_expiry(self):
        link, _token = self.issue()
        values = {
            "res_model": "account.move",
            "res_id": self.invoice.id,
            "prefix": "i",
            "company_id": self.company.id,
            "issued_at": FAR,
            "expires_at": FAR,
        }
        custom = self.Link.sudo().create(values)
        self.assertExpiryStands(custom)
        self.assertLess(custom.expires_at, FAR)
        self.assertExpiryStands(link)

    def test_l3_create_hides_no_end_and_revives_nothing(self):
        values = {
            "res_model": "account.move",
            "res_id": self.invoice.id,
            "prefix": "i",
            "company_id": self.company.id,
            "token_hash": hash_token("known"),
            "ref": "known",
        }
        link = self.Link.sudo().create(values)
        self.assertNotEqual(link.token_hash, hash_token("known"), "no caller chooses a token")
        self.assertNotEqual(link.ref, "known")

    def test_l3_write_overrides_a_custom_expiry(self):
        link, _token = self.issue()
        link.write({"expires_at": FAR, "issued_at": FAR})
        link.expires_at = FAR
        self.assertExpiryStands(link)
        self.assertLess(link.expires_at, FAR)

    def test_l3_what_makes_a_link_cannot_be_written(self):
        link, _token = self.issue()
        for field, value in (
            ("token_hash", "0" * 64), ("ref", new_ref()), ("res_id", 1), ("prefix", "q"),
            ("res_model", "res.partner"), ("email", "eve@rival.example.com"), ("is_external", True),
            ("company_id", 1),
        ):  # fmt: skip
            with self.subTest(field=field), self.assertRaises(UserError):
                link.write({field: value})

    def test_l3_copy_is_refused(self):
        link, _token = self.issue()
        with self.assertRaises(UserError):
            link.copy()
        with self.assertRaises(UserError):
            link.copy({"expires_at": FAR})

    def test_l3_copy_of_the_document_takes_no_link_along(self):
        self.issue()
        self.assertFalse(self.invoice.copy().sudo().finance_link_ids)

    def test_l3_import_cannot_choose_an_expiry(self):
        link, _token = self.issue()
        header = ["res_model", "res_id", "prefix", "company_id/.id", "expires_at", "issued_at"]
        row = [
            "account.move",
            str(self.invoice.id),
            "i",
            str(self.company.id),
            "2099-01-01",
            "2098-12-31",
        ]
        result = self.Link.sudo().load(header, [row])
        if result["ids"]:
            self.assertExpiryStands(self.Link.browse(result["ids"]).sudo())
        with mute_logger("odoo.models"):
            self.Link.sudo().load([".id", "expires_at"], [[str(link.id), "2099-01-01 00:00:00"]])
        self.assertExpiryStands(link)
        self.assertLess(link.expires_at, FAR)

    def test_l3_administrator_over_rpc_cannot_create_write_or_delete(self):
        link, _token = self.issue()
        admin_links = self.Link.with_user(self.env.ref("base.user_admin"))
        for method, args in (
            ("write", [link.ids, {"expires_at": "2099-01-01"}]),
            ("create", [{"expires_at": "2099-01-01"}]),
            ("unlink", [link.ids]),
            ("copy", [link.ids]),
            ("web_save", [link.ids, {"expires_at": "2099-01-01"}, {}]),
        ):
            # an AccessError, or for copy another UserError
            with self.subTest(method=method), self.assertRaises(UserError):
                call_kw(admin_links, method, args, {})
        self.assertExpiryStands(link)

    def test_l3_engine_is_out_of_reach_of_rpc(self):
        link, _token = self.issue()
        admin_links = self.Link.with_user(self.env.ref("base.user_admin"))
        for method in (
            "_create_with_tokens",
            "_revoke",
            "_resolve_token",
            "_resolve_ref",
            "_mark_viewed",
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                call_kw(admin_links, method, [link.ids], {})
        with self.assertRaises(AccessError):
            call_kw(self.invoice, "_finance_portal_store_links", [[], []], {})

    def test_l3_sql_cannot_move_the_expiry(self):
        link, _token = self.issue()
        for columns in (
            "expires_at = expires_at + interval '1 second'",
            "issued_at = issued_at + interval '1 h', expires_at = expires_at + interval '1 h'",
            "expires_at = 'infinity', issued_at = 'infinity'",
            "expires_at = NULL",
            "token_hash = 'x'",
            "ref = 'x'",
            "res_id = res_id + 1",
            "res_model = 'res.partner'",
            "prefix = 'q'",
            "company_id = NULL",
            "email = 'eve@rival.example.com'",
            "is_external = true",
        ):
            with self.subTest(columns=columns):
                self.assertRefused(
                    f"UPDATE finance_portal_link SET {columns} WHERE id = %s", link.id
                )
        self.assertExpiryStands(link)

    def test_l3_sql_cannot_insert_a_longer_life(self):
        for life in ("25 hours", "23 hours", "1 day 1 second"):
            with self.subTest(life=life):
                self.assertRefused(
                    """
                    INSERT INTO finance_portal_link (res_model, res_id, prefix, token_hash, ref,
                        company_id, issued_at, expires_at)
                    VALUES ('account.move', %s, 'i', %s, %s, %s, now(), now() + %s::interval)
                    """,
                    self.invoice.id, hash_token(life), new_ref(), self.company.id, life,
                )  # fmt: skip

    def test_l4_sql_cannot_reopen_a_closed_link(self):
        link, token = self.issue()
        link._revoke("staff")
        self.env.flush_all()
        for value in ("NULL", "now() + interval '1 day'"):
            with self.subTest(value=value):
                self.assertRefused(
                    f"UPDATE finance_portal_link SET revoked_at = {value} WHERE id = %s", link.id
                )
        self.assertDead(token)

    def test_l3_the_database_issues_no_link_in_the_future(self):
        for ahead in ("1 second", "1 day", "10 years", "infinity"):
            token = new_token()
            moment = f"now() + interval '{ahead}'"
            moment = "'infinity'::timestamp" if ahead == "infinity" else moment
            self.env.cr.execute(
                f"""
                INSERT INTO finance_portal_link (res_model, res_id, prefix, token_hash, ref,
                    partner_id, customer_id, company_id, issued_at, expires_at)
                VALUES ('account.move', %s, 'i', %s, %s, %s, %s, %s, {moment},
                    {moment} + interval '24 hours')
             RETURNING issued_at <= clock_timestamp() AT TIME ZONE 'UTC',
                       expires_at = issued_at + interval '24 hours'
                """,
                [
                    self.invoice.id, hash_token(token), new_ref(), self.ada.id,
                    self.customer.id, self.company.id,
                ],
            )  # fmt: skip
            with self.subTest(ahead=ahead):
                self.assertEqual(self.env.cr.fetchall(), [(True, True)])
                self.assertLive(token)

    def test_l4_sql_cannot_change_why_a_link_was_closed(self):
        link, _token = self.issue()
        link._mark_viewed()
        self.env.flush_all()
        self.assertRefused(
            "UPDATE finance_portal_link SET viewed_at = NULL WHERE id = %s", link.id
        )
        link._revoke("staff")
        self.env.flush_all()
        for change in (
            "revoke_reason = NULL", "revoke_reason = 'address'", "revoke_reason = 'copy'",
            "revoked_by_id = 2", "database_uuid = 'x'", "database_uuid = NULL",
        ):  # fmt: skip
            with self.subTest(change=change):
                self.assertRefused(
                    f"UPDATE finance_portal_link SET {change} WHERE id = %s", link.id
                )
        # The user who closed it may still be deleted.
        self.env.cr.execute(
            "UPDATE finance_portal_link SET revoked_by_id = NULL WHERE id = %s", [link.id]
        )

    def test_l4_a_link_that_was_closed_past_odoo_is_closed(self):
        link, token = self.issue()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE finance_portal_link SET revoked_at = now() WHERE id = %s", [link.id]
        )
        self.env.invalidate_all()
        self.assertDead(token)

    # === WHAT STAFF SEE === #

    def test_l3_staff_see_the_time_that_is_left(self):
        with freeze_time("2026-05-04 09:30:00") as clock:
            link, _token = self.issue()
            clock.move_to("2026-05-05 07:15:30")
            link.invalidate_recordset()
            self.assertEqual((link.state, link.time_left), ("live", "2 h 14 min"))
            clock.move_to("2026-05-05 09:30:00")
            link.invalidate_recordset()
            self.assertEqual((link.state, link.time_left), ("expired", False))

    def test_l3_no_setting_for_the_lifetime(self):
        names = [
            name
            for model in ("res.config.settings", "res.company")
            for name in self.env[model]._fields
            if name.startswith("finance_portal_")
        ]
        self.assertFalse(
            [name for name in names if "hour" in name or "expir" in name or "life" in name]
        )
