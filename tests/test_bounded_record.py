"""What visitors cause is recorded and counted, but cannot be piled up."""

import time
from contextlib import suppress
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessDenied
from odoo.tests import tagged
from odoo.tools import config

from ..failures import TooManyRequests
from ..models.audit import event_visitor
from ..models.web import throttle
from .account_pages_common import LOGIN, AccountPagesCase
from .http_common import FinancePortalHttpCase

HOUSEHOLD = "2001:db8:0:1"
NEIGHBOUR = "2001:db8:0:2"
KEPT = ("sign_in_failed", "code")


@tagged("post_install", "-at_install")
class TestRefusalsOnce(FinancePortalHttpCase):
    def setUp(self):
        super().setUp()
        # The clock stands in the middle of an hour: what is repeated falls into the same one.
        window = event_visitor.REFUSAL_WINDOW
        self.now = (time.time() // window) * window + window / 2
        self.startPatcher(patch.object(throttle, "time", SimpleNamespace(time=lambda: self.now)))

    def reasons(self, link):
        """Return why a link was refused, each time that was recorded."""
        rows = self.Event.search([("link_id", "=", link.id), ("kind", "=", "refused")], order="id")
        return rows.mapped("reason")

    def repeat(self, path, **options):
        for _time in range(5):
            self.assertEqual(self.visit(path, **options).status_code, 410)

    def test_a_refusal_that_is_repeated_is_one_row(self):
        link, token = self.issue()
        page = self.open_link(token)
        data = {"csrf_token": self.csrf_of(page)}
        link._revoke("staff")
        for path, options in (
            (f"/finance/i/{token}", {}),
            (f"/finance/i/{token}", {"method": "HEAD"}),
            (f"/finance/d/{link.ref}", {}),
            (f"/finance/d/{link.ref}/pdf", {}),
            (f"/finance/d/{link.ref}/seen", {"method": "POST", "data": data}),
        ):
            self.repeat(path, **options)
        self.assertEqual(self.reasons(link), ["staff"])

    def test_another_link_and_a_later_hour_are_rows_of_their_own(self):
        one, first = self.issue()
        two, second = self.issue(partner=self.ben)
        (one + two)._revoke("staff")
        self.repeat(f"/finance/i/{first}")
        self.repeat(f"/finance/i/{second}")
        self.now += event_visitor.REFUSAL_WINDOW
        self.repeat(f"/finance/i/{first}")
        self.assertEqual((self.reasons(one), self.reasons(two)), (["staff"] * 2, ["staff"]))


@tagged("post_install", "-at_install")
class TestRowsAlike(FinancePortalHttpCase):
    """Rows can't be deleted: neither many browsers nor many networks pile them up."""

    def rows(self, **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.Event.search_count(domain)

    def test_a_link_that_is_opened_from_many_browsers(self):
        link, token = self.issue()
        with patch.object(event_visitor, "MAX_ALIKE", 3):
            for _browser in range(9):
                self.become_stranger()
                page = self.open_link(token)
                self.assertEqual(page.status_code, 200)
                data = {"csrf_token": self.csrf_of(page)}
                for path in ("seen", "pdf"):
                    method = "POST" if path == "seen" else "GET"
                    sent = data if path == "seen" else None
                    self.visit(f"/finance/d/{link.ref}/{path}", method=method, data=sent)
        rows = self.Event._read_group(
            [("link_id", "=", link.id)], ["kind", "verdict", "reason"], ["__count"]
        )
        self.assertLessEqual({"opened", "viewed", "pdf"}, {kind for kind, *_rest in rows})
        for kind, verdict, reason, count in rows:
            with self.subTest(kind=kind, verdict=verdict, reason=reason):
                self.assertLessEqual(count, 3)

    def test_every_kind_about_a_link_an_account_or_a_document(self):
        """Also of what a job records, and of several accounts; what is told apart stays so."""
        link, _token = self.issue()
        account = self.env["finance.portal.account"]._enable(self.ben)
        subjects = (
            {"access": link},
            {"account": account},
            {"account": account | self.env["finance.portal.account"]._enable(self.eve)},
            {"document": self.invoice},
        )
        told = {"verdict": "person", "reason": "acted", "agent": "Browser"}
        # Each is a decision or a payment: whoever fails a hundred times hides no later one.
        kept = self.Event._get_answer_kinds() - {"chosen"}
        self.assertLessEqual({"accepted", "declined"}, kept)
        with patch.object(event_visitor, "MAX_ALIKE", 2):
            for kind, _label in self.Event._fields["kind"].selection:
                for subject in subjects:
                    most = (5 if kind in kept else 2) * len(next(iter(subject.values())))
                    with self.subTest(kind=kind, subject=subject), self.env.cr.savepoint() as undo:
                        made = [
                            self.Event._record(
                                kind, **subject, **told, ip=f"192.0.2.{number}", visit=str(number)
                            )
                            for number in range(5)
                        ]
                        self.assertEqual(sum(map(len, made)), most)
                        other = {**told, "verdict": "scanner"}
                        self.assertTrue(self.Event._record(kind, **subject, **other))
                        file = self.Event._record(kind, **subject, **told, file_name="Other.pdf")
                        self.assertEqual(bool(file), kind in {"file", *kept})
                        undo.rollback()
                    self.env.invalidate_all()

    def test_another_day_is_told_apart_and_what_staff_do_is_always_kept(self):
        link, _token = self.issue()
        with patch.object(event_visitor, "MAX_ALIKE", 1):
            for verdict, most in (("person", 1), ("unknown", 1), ("staff", 3), ("system", 3)):
                rows = [self.Event._record("opened", access=link, verdict=verdict) for _ in "123"]
                self.assertEqual(sum(map(len, rows)), most)
            later = fields.Datetime.add(fields.Datetime.now(), days=1, seconds=1)
            with patch.object(fields.Datetime, "now", lambda: later):
                self.assertTrue(self.Event._record("opened", access=link, verdict="person"))


@tagged("post_install", "-at_install")
class TestWrongSecrets(AccountPagesCase):
    def test_a_wrong_code_of_the_second_step_is_recorded(self):
        account = self.account_with_password()
        user, Users = account.user_id, type(self.env["res.users"])
        Account = self.Account.with_user(user)
        with patch.object(Users, "_mfa_type", lambda _user: "totp"):
            for code, is_guess in (("12", False), ("123456", True)):
                # Not assertRaises(): that undoes what was written.
                with self.subTest(code=code):
                    with suppress(AccessDenied):
                        Account._verify_code(user.with_user(user), code)
                        self.fail("a wrong code was taken")
                    last = self.last_event(account)
                    self.assertEqual((last.kind, last.reason) == KEPT, is_guess)


@tagged("post_install", "-at_install")
class TestAddresses(AccountPagesCase):
    """All addresses of one household's IPv6 network count as one."""

    def limit(self, bucket, requests):
        self.env["ir.config_parameter"].set_param(
            f"finance_portal.throttle.{bucket}", f"{requests}/600"
        )

    def test_l13_an_ipv6_network_is_one_address_in_every_bucket(self):
        Throttle = self.env["finance.portal.throttle"]
        for bucket in throttle.LIMITS:
            self.limit(bucket, 3)

            def hit(address, bucket=bucket):
                visit = SimpleNamespace(remote_addr=address, path="/finance/d/x")
                http = SimpleNamespace(httprequest=visit, params={})
                with patch.object(throttle, "request", http):
                    Throttle._hit(bucket)

            with self.subTest(bucket=bucket):
                for number in range(3):
                    hit(f"{HOUSEHOLD}::{number}")
                with self.assertRaises(TooManyRequests):
                    hit(f"{HOUSEHOLD}:ffff:1:2:3")
                hit(f"{NEIGHBOUR}::1")

    def test_l13_an_ipv6_network_behind_a_proxy_is_one_address(self):
        self.limit("viewing", 3)
        addresses = [f"{HOUSEHOLD}::{number}" for number in range(4)] + [f"{NEIGHBOUR}::1"]
        self.env.flush_all()
        with patch.dict(config.options, {"proxy_mode": True}):
            answers = [
                self.url_open(
                    LOGIN, headers={"X-Forwarded-For": one, "X-Forwarded-Host": "erp.example"}
                )
                for one in addresses
            ]
        self.assertEqual([answer.status_code for answer in answers], [200, 200, 200, 429, 200])
