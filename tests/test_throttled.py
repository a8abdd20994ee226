"""Many people behind one address: what they, and staff, are told (L13)."""

import time
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import config

from ..models.web import throttle
from .account_link_common import PASSWORD
from .account_pages_common import LOGIN, PORTAL, AccountPagesCase

LIMIT, WINDOW = 3, 600


@tagged("post_install", "-at_install")
class TestThrottled(AccountPagesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        set_param = cls.env["ir.config_parameter"].set_param
        for bucket in ("signing_in", "recovery"):
            set_param(f"finance_portal.throttle.{bucket}", f"{LIMIT}/{WINDOW}")

    def setUp(self):
        super().setUp()
        self.account = self.account_with_password()
        # sudo: nobody has the right to read what is counted
        self.Throttle = self.env["finance.portal.throttle"].sudo()
        # In the middle of a window, so that what comes before it counts as well.
        self.now = (time.time() // WINDOW) * WINDOW + WINDOW / 2
        clock = SimpleNamespace(time=lambda: self.now)
        self.startPatcher(patch(f"{throttle.__name__}.time", clock))

    def count(self, requests, bucket="signing_in", ago=0):
        """Have other people behind this address make so many requests, and none before.

        In a test, what is counted of a refused request is undone together with it.
        """
        self.Throttle.search([("window_start", ">", self.now - ago)]).unlink()
        for _request in range(requests):
            self.Throttle._count(bucket, "127.0.0.1", self.now - ago, WINDOW)

    def refuse(self):
        """Have Ada be refused, though her password is right; return the answer."""
        answer = self.sign_in()
        self.assertEqual(answer.status_code, 429)
        return answer

    def throttled(self):
        return self.Event.sudo().search([("kind", "=", "throttled")])  # sudo: of any company

    def test_every_form_of_an_account_says_what_is_true(self):
        """In the sender's branding, and not a word of opening a link again."""
        for path, bucket in (
            (LOGIN, "signing_in"),
            (f"{PORTAL}/forgot", "recovery"),
            (f"{PORTAL}/setup", "recovery"),
            (f"{PORTAL}/reset", "recovery"),
            (f"{PORTAL}/code", "signing_in"),
        ):
            with self.subTest(path):
                self.count(LIMIT, bucket=bucket)
                answer = self.visit(path, "POST", data={"next": f"{PORTAL}/invoices"})
                self.assertEqual(answer.status_code, 429)
                self.assertIn("Your account isn't locked", answer.text.replace("&#39;", "'"))
                self.assertIn(self.env.ref("base.public_user").sudo().company_id.name, answer.text)
                self.assertNotIn("open the link", answer.text)
                self.assertStrictHeaders(answer)

    def test_the_wait_that_is_told_is_long_enough(self):
        for before in (0, LIMIT, 2 * LIMIT):
            for already in (LIMIT, 2 * LIMIT):
                with self.subTest(before=before, already=already):
                    self.become_stranger()
                    self.Throttle.search([]).unlink()
                    self.count(before, ago=WINDOW)
                    for _request in range(already):
                        self.Throttle._count("signing_in", "127.0.0.1", self.now, WINDOW)
                    start, wait = self.now, int(self.refuse().headers["Retry-After"])
                    self.now += wait
                    # The refused one counts, too; a test has undone that.
                    self.Throttle._count("signing_in", "127.0.0.1", start, WINDOW)
                    self.assertLeadsTo(self.sign_in(), PORTAL)
                    self.now = start

    def test_staff_are_told_once_a_window(self):
        self.count(LIMIT)
        for _time in range(3):
            self.refuse()
        event = self.throttled()
        self.assertEqual(len(event), 1)
        self.assertEqual((event.reason, event.ip), ("too_many_sign_ins", "127.0.0.1"))
        self.assertFalse(event.partner_id or event.account_id)
        self.now += 5 * WINDOW
        self.count(LIMIT)
        self.refuse()
        self.assertEqual(len(self.throttled()), 2)

    def find(self):
        causes = {one.code: one for one in self.ada._finance_portal_find_causes()}
        return causes.get("throttled")

    def test_the_diagnosis_names_the_network_and_proxy_mode(self):
        self.assertIsNone(self.find())
        self.count(LIMIT)
        self.refuse()
        cause = self.find()
        self.assertTrue(cause.blocks)
        self.assertIn("127.0.0.1", cause.text)
        self.assertIn("--proxy-mode", cause.text)
        with patch.dict(config.options, {"proxy_mode": True}):
            self.assertIn("X-Forwarded-For", self.find().text)
        for minutes, blocks in ((30, False), (180, None)):
            later = fields.Datetime.now() + timedelta(minutes=minutes)
            with patch.object(fields.Datetime, "now", lambda later=later: later):
                self.assertEqual(self.find() and self.find().blocks, blocks)

    def test_the_right_password_after_the_wait(self):
        """Nobody's account was locked meanwhile."""
        self.count(LIMIT)
        self.now += int(self.refuse().headers["Retry-After"])
        self.assertLeadsTo(self.sign_in(password=PASSWORD), PORTAL)
        self.assertFalse(self.account.failures)
