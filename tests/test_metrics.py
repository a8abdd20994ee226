"""The numbers for whoever runs the server: for the key only, and about nobody."""

import hashlib
import re
import secrets
import time
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..models.api.metrics import KEY, QUEUES
from .account_common import AccountCase

PATH = "/finance_portal/metrics"
SAMPLE = re.compile(r"(\w+)(?:\{(.*)\})? (-?[\d.]+)")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
# Whose jobs look for what is due, instead of working off rows that wait.
NO_QUEUE = {"finance.portal.event", "finance.portal.statement.run", "sale.order"}
# What a label may say: a code of ours, or the name of a job.
CODE = re.compile(r"[a-z0-9_.]*")


@tagged("post_install", "-at_install")
class TestMetrics(AccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = secrets.token_hex(32)
        cls.set_param(KEY, hashlib.sha256(cls.key.encode()).hexdigest())

    @classmethod
    def set_param(cls, name, value):
        cls.env["ir.config_parameter"].set_param(name, value)

    def ask(self, authorization=None, path=PATH):
        self.env.flush_all()
        headers = {"Authorization": authorization} if authorization else {}
        return self.url_open(path, headers=headers, allow_redirects=False)

    def scrape(self):
        """Return the metrics as ``{(name, value of its label, ...): number}``."""
        answer = self.ask(f"Bearer {self.key}")
        self.assertEqual(answer.status_code, 200)
        found = {}
        for line in answer.text.splitlines():
            if not line.startswith("#"):
                name, labels, number = SAMPLE.fullmatch(line).groups()
                values = [value for _label, value in LABEL.findall(labels or "")]
                found[name.removeprefix("finance_portal_"), *values] = float(number)
        return found

    # === WHO GETS THEM === #

    def test_only_the_key_in_the_header_opens_them(self):
        for refused in (
            None, "Bearer", "Bearer ", f"Basic {self.key}", self.key, f"Bearer {self.key[:-1]}",
            f"Bearer {hashlib.sha256(self.key.encode()).hexdigest()}", "Bearer \xe9",
        ):  # fmt: skip
            with self.subTest(refused=refused):
                self.assertEqual(self.ask(refused).status_code, 404)
        self.assertEqual(self.ask(path=f"{PATH}?key={self.key}").status_code, 404)
        self.assertEqual(self.ask(f"Bearer {self.key}").status_code, 200)
        self.assertEqual(self.ask(f"bearer {self.key}").status_code, 200)

    def test_without_a_key_there_is_nothing(self):
        """Nor does an empty key open them, even where its digest is what was stored."""
        for stored in (False, "", " ", "off", "cl\xe9", hashlib.sha256(b"").hexdigest()):
            self.set_param(KEY, stored)
            for asked in (None, f"Bearer {self.key}", "Bearer ", f"Bearer {stored}"):
                with self.subTest(stored=stored, asked=asked):
                    self.assertEqual(self.ask(asked).status_code, 404)

    def test_who_is_signed_in_gets_no_more(self):
        self.sign_in()
        self.assertEqual(self.ask().status_code, 404)
        self.authenticate("admin", "admin")
        self.assertEqual(self.ask().status_code, 404)

    def test_keys_cannot_be_tried_without_end(self):
        self.set_param("finance_portal.throttle.viewing", "2/600")
        # sudo: nobody has the right to read what is counted
        Throttle = self.env["finance.portal.throttle"].sudo()
        # What a refused request counts is undone together with it in a test.
        for _other in range(2):
            Throttle._count("viewing", "127.0.0.1", time.time(), 600)
        for asked in ("Bearer guess", f"Bearer {self.key}"):
            self.assertEqual(self.ask(asked).status_code, 429)

    def test_the_answer_is_of_the_format_and_kept_by_nobody(self):
        answer = self.ask(f"Bearer {self.key}")
        kind = "application/openmetrics-text; version=1.0.0; charset=utf-8"
        self.assertEqual(answer.headers["Content-Type"], kind)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertNotIn("Set-Cookie", answer.headers)
        self.assertTrue(answer.text.endswith("\n# EOF\n"))
        described = re.findall(r"^# TYPE (\w+) gauge$", answer.text, re.MULTILINE)
        self.assertEqual(len(described), len(set(described)))
        told = {f"finance_portal_{name}" for name, *_labels in self.scrape()}
        self.assertLessEqual(told, set(described))

    # === WHAT THEY TELL === #

    def test_links_and_what_was_refused(self):
        before = self.scrape()
        link, token = self.issue()
        _other, _token = self.issue()
        self.issue(ago=timedelta(hours=30))
        link.sudo().viewed_at = fields.Datetime.now()
        link._revoke("staff")
        self.visit(f"/finance/i/{token}")
        self.authenticate(None, None)
        after = self.scrape()

        def grown(*name):
            return after.get(name, 0) - before.get(name, 0)

        self.assertEqual(grown("links_sent"), 2)
        self.assertEqual(grown("links_live"), 1)
        self.assertEqual(grown("links_opened"), 1)
        self.assertEqual(grown("refused", "refused", "staff"), 1)

    def test_emails_in_the_queue(self):
        before = self.scrape()
        for state in ("outgoing", "outgoing", "exception", "sent"):
            self.env["mail.mail"].create({"state": state, "email_to": "a@example.com"})
        after = self.scrape()
        self.assertEqual(after["emails", "waiting"] - before["emails", "waiting"], 2)
        self.assertEqual(after["emails", "failed"] - before["emails", "failed"], 1)

    def test_accounts(self):
        before = self.scrape()
        self.account.locked_until = fields.Datetime.now() + timedelta(minutes=5)
        self.make_account(self.ben, disabled_at=fields.Datetime.now())
        after = self.scrape()
        self.assertEqual(after["accounts", "locked"] - before["accounts", "locked"], 1)
        self.assertEqual(after["accounts", "open"], before["accounts", "open"])

    def test_every_job_of_ours_and_when_it_ran(self):
        jobs = self.env["ir.cron"].with_context(active_test=False).search([])
        names = jobs.get_external_id()
        own = {job: names[job.id] for job in jobs if names[job.id].startswith("finance_portal")}
        late, off, *_rest = own
        now = fields.Datetime.now()
        late.write({"active": True, "nextcall": now - timedelta(hours=3), "lastcall": now})
        off.write({"active": False, "nextcall": now - timedelta(hours=3), "lastcall": False})
        found = self.scrape()
        told = {job for name, *labels in found if name == "job_active" for job in labels}
        self.assertLessEqual({*own.values(), "mail.ir_cron_mail_scheduler_action"}, told)
        self.assertGreaterEqual(found["job_overdue_seconds", own[late]], 3 * 3600)
        self.assertEqual(found["job_overdue_seconds", own[off]], 0)
        self.assertEqual(found["job_active", own[off]], 0)
        epoch = fields.Datetime.to_datetime("1970-01-01")
        last_run = found["job_last_run_timestamp_seconds", own[late]]
        self.assertEqual(last_run, (now - epoch).total_seconds())
        self.assertEqual(found["job_last_run_timestamp_seconds", own[off]], 0)

    def test_every_queue_is_told_of(self):
        """A new job with a queue of its own needs a row here."""
        jobs = self.env["ir.cron"].with_context(active_test=False).search([])
        names = jobs.get_external_id()
        own = jobs.filtered(lambda job: names[job.id].startswith("finance_portal."))
        self.assertEqual(set(own.mapped("model_id.model")) - NO_QUEUE, set(QUEUES))
        told = {queue for name, *labels in self.scrape() if name == "waiting" for queue in labels}
        self.assertEqual(told, {name for name, _condition in QUEUES.values()})

    def test_what_waits(self):
        before = self.scrape()
        quote = self.make_quote()
        send = self.env["finance.portal.send"].create(
            {"res_model": "account.move", "res_ids": [self.invoice.id]}
        )
        send._start()
        self.env["finance.portal.access.request"]._submit(self.issue(quote)[0].ref)
        after = self.scrape()
        for name in (
            ("waiting", "documents"),
            ("waiting", "access_requests"),
            ("bulk_sends_open",),
        ):
            with self.subTest(name=name):
                self.assertEqual(after[name] - before[name], 1)

    def test_nobody_is_named(self):
        """Labels hold codes only, so nothing that anybody typed can be in them."""
        self.issue()
        self.test_links_and_what_was_refused()
        text = self.ask(f"Bearer {self.key}").text
        labels = LABEL.findall(text)
        self.assertTrue(labels)
        for name, value in labels:
            with self.subTest(label=name):
                self.assertRegex(value, rf"^{CODE.pattern}$")
        for secret in (self.ada.name, self.ada.email, self.invoice.name, self.company.name):
            self.assertNotIn(secret, text)

    def test_queries_do_not_grow(self):
        metrics = self.env["finance.portal.metrics"]

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            metrics._get_text()
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for _number in range(5):
            self.issue()
            self.env["mail.mail"].create({"state": "exception"})
        self.make_account(self.ben)
        queries()  # a new user empties Odoo's caches
        self.assertEqual(queries(), few)
        self.assertLess(few, 30)
