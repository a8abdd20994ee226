"""Who is told when a customer first looks at a document, and what makes a look a view."""

import functools
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.links import link_first_view_notice
from ..tools.secure_token import PLACEHOLDER, new_ref
from .common import FinancePortalCase, issue_token
from .http_common import FinancePortalHttpCase

PERSON = {
    "verdict": "person", "reason": "acted", "ip": "203.0.113.7", "agent": "x", "user_id": False,
}  # fmt: skip
DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36"


def at_one_moment(test):
    """Have the clock stand still during a test that is about seconds."""

    @functools.wraps(test)
    def run(self):
        now = fields.Datetime.now()
        with patch.object(fields.Datetime, "now", lambda: now):
            test(self)

    return run


@tagged("post_install", "-at_install")
class TestFirstViewNotice(FinancePortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.finance_portal_notify_view = "responsible"
        cls.sam = cls.make_user(
            "sam", "account.group_account_invoice", notification_type="inbox", tz="Europe/Paris"
        )
        cls.invoice.invoice_user_id = cls.sam
        cls.link, cls.token = cls.issue()

    def view(self, link=None, visit=None):
        with patch.object(type(self.Event), "_visitor", lambda *_args: dict(PERSON)):
            return self.Event._record_view(link or self.link, visit or new_ref())

    def notices(self, user=None):
        """Return the messages that notified a user of a view."""
        self.env.flush_all()
        return (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("notified_partner_ids", "in", (user or self.sam).partner_id.ids),
                    ("message_type", "=", "user_notification"),
                    ("subject", "ilike", self.invoice.name),
                ]
            )
        )

    def test_responsible_is_told_once_per_link(self):
        moment = fields.Datetime.to_datetime("2026-03-01 13:05:00")
        with patch.object(fields.Datetime, "now", lambda: moment):
            self.view()
        self.view()
        notice = self.notices()
        self.assertEqual(len(notice), 1)
        self.assertEqual((notice.model, notice.res_id), ("account.move", self.invoice.id))
        self.assertEqual(notice.subject, f"Ada opened Invoice {self.invoice.name}")
        for part in ("Ada", self.invoice.name, "ada@bakery.example.com", "2:05", "Europe/Paris"):
            self.assertIn(part, notice.body)
        other, _token = self.issue(partner=self.ben)
        self.view(other)
        self.assertEqual(len(self.notices()), 2, "another link is another first view")

    def test_notice_brings_nobody_in(self):
        """L2, L11: neither a placeholder, which would become a link, nor a native token."""
        self.sam.notification_type = "email"
        with self.mock_mail_gateway():
            self.view()
            self.notices().mail_ids.send()
        (text,) = self.sent.values()
        self.assertIn(f"Invoice {self.invoice.name}", text)
        self.assertNotIn(PLACEHOLDER, text + str(self.notices().body))
        self.assertFalse(self.tokens_in(text))
        self.assertNotRegex(text, r"access_token|signup_token|/my/invoices")

    def test_notice_by_email_waits_for_the_queue(self):
        """The customer's browser waits for no mail server, and no PDF is made for a notice."""
        self.sam.notification_type = "email"
        Report = type(self.env["ir.actions.report"])
        with self.mock_mail_gateway(), patch.object(Report, "_render_qweb_pdf") as render:
            self.view()
            self.assertFalse(self._mails)
        render.assert_not_called()
        mail = self.notices().mail_ids
        self.assertEqual((len(mail), mail.state), (1, "outgoing"))
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_notice_speaks_the_responsibles_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.sam.lang = "fr_FR"
        self.env.flush_all()
        self.env["ir.module.module"]._load_module_terms(["finance_portal"], ["fr_FR"])
        moment = fields.Datetime.to_datetime("2026-03-01 13:05:00")
        with patch.object(fields.Datetime, "now", lambda: moment):
            self.view()
        self.assertIn("a ouvert ce document pour la première fois", self.notices().body)
        self.assertIn("1 mars 2026, 14:05", self.notices().body)

    def test_nobody_is_told_unless_the_company_asked(self):
        self.company.finance_portal_notify_view = "nobody"
        self.assertTrue(self.view())
        self.assertFalse(self.notices())
        self.assertTrue(self.link.viewed_at)

    def test_by_default_the_chatter_and_the_inbox_are_told_and_no_email_leaves(self):
        self.company.finance_portal_notify_view = "chatter"
        nobody = self.env["res.partner"]
        for preference, told in (("inbox", self.sam.partner_id), ("email", nobody)):
            self.sam.notification_type = preference
            link, _token = self.issue()
            self.env.cr.flush()  # what creating the invoice leaves in the chatter
            self.env.invalidate_all()
            with self.subTest(preference=preference), self.mock_mail_gateway():
                before = self.invoice.message_ids
                self.view(link)
                note = self.invoice.message_ids - before
                self.assertIn("Ada opened this document for the first time.", note.body)
                self.assertEqual(note.author_id, self.ada)
                self.assertEqual(note.notified_partner_ids, told)
                self.assertFalse(self._new_mails)
                self.assertNotIn(self.ada, self.invoice.message_partner_ids)

    def test_sender_is_told_when_nobody_is_responsible(self):
        self.invoice.invoice_user_id = False
        sender = self.make_user("sender", "account.group_account_invoice")
        link, _token = self.link_sent_by(sender)
        self.view(link)
        self.assertEqual(len(self.notices(sender)), 1)

    def link_sent_by(self, user):
        mail = self.env["mail.mail"].with_user(user).sudo().create(
            {"model": "account.move", "res_id": self.invoice.id, "body_html": "<p/>"}
        )  # fmt: skip
        token = issue_token(self.invoice, self.ada, mail)
        return self.link_of(token), token

    def test_who_may_not_read_the_document_is_told_nothing(self):
        sender = self.make_user("sender", "account.group_account_invoice")
        link, _token = self.link_sent_by(sender)
        outsider = self.make_user("outsider", "base.group_user")
        leaver = self.make_user("leaver", "account.group_account_invoice")
        leaver.active = False
        for user in (outsider, leaver):
            with self.subTest(user=user.login):
                self.invoice.invoice_user_id = user
                self.assertEqual(link._get_responsible(self.invoice), sender)

    def test_nobody_at_all_is_left(self):
        self.invoice.invoice_user_id = False
        link, _token = self.link_sent_by(self.env.ref("base.user_root"))
        self.assertTrue(self.view(link))
        self.assertTrue(link.viewed_at)

    def test_a_notice_that_fails_keeps_the_view(self):
        def fail(*_args):
            raise ValueError("no sender address")

        with (
            patch.object(type(self.link), "_notify_view_to", fail),
            mute_logger(link_first_view_notice.__name__),
        ):
            self.assertTrue(self.view())
        self.assertTrue(self.link.viewed_at)

    def test_l7_machines_and_staff_tell_nobody(self):
        for verdict in ("scanner", "staff", "unknown"):
            seen = {**PERSON, "verdict": verdict}
            with patch.object(type(self.Event), "_visitor", lambda *_args, seen=seen: seen):
                self.assertFalse(self.Event._record_view(self.link, new_ref()))
        self.assertFalse(self.notices())
        self.assertFalse(self.link.viewed_at)

    def test_the_first_view_is_settled_by_the_database(self):
        self.assertTrue(self.link._mark_viewed())
        self.assertFalse(self.link._mark_viewed())


@tagged("post_install", "-at_install")
class TestWhoOpenedIt(FinancePortalHttpCase):
    """The signs of one request, gathered from real requests."""

    def rows(self, link, *kinds):
        return self.Event.search([("link_id", "=", link.id), ("kind", "in", kinds)], order="id")

    def told(self, link, *kinds):
        return [(row.verdict, row.reason) for row in self.rows(link, *kinds)]

    def seen(self, page, link, **options):
        return self.submit(page, f"/finance/d/{link.ref}/seen", **options)

    @at_one_moment
    def test_l7_a_gateway_with_a_browser_that_is_too_fast(self):
        link, token = self.issue(ago=timedelta())
        page = self.open_link(token, agent=DESKTOP)
        self.assertEqual(self.seen(page, link, agent=DESKTOP).status_code, 204)
        self.assertEqual(self.told(link, "opened"), [("scanner", "too_soon")])
        self.assertFalse(link.viewed_at)

    @at_one_moment
    def test_l7_a_gateway_with_many_mailboxes(self):
        links = [self.issue(partner=who, ago=timedelta(seconds=8)) for who in (self.ada, self.ben)]
        for link, token in links:
            page = self.open_link(token, agent=DESKTOP)
            self.seen(page, link, agent=DESKTOP)
        (first, _token), (second, _token) = links
        self.assertEqual(self.told(first, "opened"), [("unknown", "fetched")])
        self.assertEqual(self.told(second, "opened"), [("scanner", "burst")])
        self.assertFalse(second.viewed_at)

    @at_one_moment
    def test_l7_a_gateway_that_runs_scripts_from_another_network(self):
        """Seven seconds after delivery the page's own signal isn't enough; a touch is."""
        link, token = self.issue(ago=timedelta(seconds=7))
        self.Event._record(
            "opened", access=link, ip="203.0.113.9", agent=DESKTOP, verdict="scanner",
            reason="too_soon", user_id=False,
        )  # fmt: skip
        page = self.open_link(token, agent=DESKTOP)
        self.assertEqual(self.seen(page, link, agent=DESKTOP).status_code, 204)
        self.assertFalse(self.rows(link, "viewed"))
        touched = {"csrf_token": self.csrf_of(page), "gesture": "1"}
        for _time in range(2):
            path = f"/finance/d/{link.ref}/seen"
            answer = self.visit(path, "POST", agent=DESKTOP, data=touched)
            self.assertEqual(answer.status_code, 204)
        self.assertEqual(self.told(link, "viewed"), [("person", "acted")])
        self.assertTrue(link.viewed_at)

    def test_l7_colleagues_behind_one_proxy(self):
        for who in (self.ada, self.ben):
            link, token = self.issue(partner=who)
            page = self.open_link(token, agent=DESKTOP)
            self.seen(page, link, agent=DESKTOP)
            with self.subTest(who=who.name):
                self.assertEqual(self.told(link, "opened"), [("unknown", "fetched")])
                self.assertEqual(self.told(link, "viewed"), [("person", "acted")])

    def test_l7_get_after_head(self):
        link, token = self.issue(ago=timedelta(seconds=50))
        self.visit(f"/finance/i/{token}", "HEAD", agent=DESKTOP)
        self.visit(f"/finance/i/{token}", agent=DESKTOP)
        self.assertEqual(
            self.told(link, "opened"), [("scanner", "headers_only"), ("scanner", "probed")]
        )

    @at_one_moment
    def test_l7_pdf_within_a_second_of_the_click(self):
        link, token = self.issue()
        self.open_link(token, agent=DESKTOP)
        self.visit(f"/finance/d/{link.ref}/pdf", agent=DESKTOP)
        self.assertEqual(self.told(link, "pdf"), [("scanner", "rushed")])
        self.assertFalse(link.viewed_at)

    def test_l7_download_by_a_person_is_a_view(self):
        link, token = self.issue()
        before = fields.Datetime.now() - timedelta(seconds=30)
        with patch.object(fields.Datetime, "now", lambda: before):
            self.open_link(token, agent=DESKTOP)
        self.visit(f"/finance/d/{link.ref}/pdf", agent=DESKTOP)
        self.visit(f"/finance/d/{link.ref}/pdf", agent=DESKTOP)
        self.assertEqual(self.told(link, "pdf"), [("person", "downloaded")] * 2)
        self.assertEqual(self.told(link, "viewed"), [("person", "downloaded")], "once per visit")
        self.assertTrue(link.viewed_at)

    def test_l7_closing_the_page_is_a_view(self):
        link, token = self.issue()
        page = self.open_link(token)
        self.submit(page, f"/finance/d/{link.ref}/end")
        self.assertEqual(self.told(link, "viewed", "ended"), [("person", "acted")] * 2)

    def test_l7_what_is_loaded_ahead_is_no_click(self):
        link, token = self.issue()
        self.url_open(
            f"/finance/i/{token}",
            headers={"User-Agent": DESKTOP, "Sec-Purpose": "prefetch;prerender"},
            allow_redirects=False,
        )
        self.env.invalidate_all()
        self.assertEqual(self.told(link, "opened"), [("scanner", "ahead")])

    def test_the_record_costs_two_queries_and_only_where_it_matters(self):
        """What happened around the email, and how many openings like this one there were."""
        old, _token = self.issue()
        new, _token = self.issue(ago=timedelta(seconds=20))
        asked = []
        execute = type(self.env.cr).execute

        def count(cursor, query, *args, **kwargs):
            if "FROM finance_portal_event" in str(getattr(query, "code", query)):
                asked.append(query)
            return execute(cursor, query, *args, **kwargs)

        for link, expected in ((old, 0), (new, 2)):
            asked.clear()
            token = _token if link == new else None
            with self.subTest(expected=expected), patch.object(type(self.env.cr), "execute", count):
                self.visit(f"/finance/d/{link.ref}")
                if token:
                    self.visit(f"/finance/i/{token}")
            self.assertEqual(len(asked), expected)

    def test_l7_first_view_tells_the_responsible_once(self):
        self.company.finance_portal_notify_view = "responsible"
        sam = self.make_user("sam", "account.group_account_invoice", notification_type="inbox")
        self.invoice.invoice_user_id = sam
        link, token = self.issue()
        for _visit in range(2):
            page = self.open_link(token)
            self.assertEqual(self.seen(page, link).status_code, 204)
        notice = (
            self.env["mail.message"]
            .sudo()
            .search(
                [
                    ("notified_partner_ids", "in", sam.partner_id.ids),
                    ("message_type", "=", "user_notification"),
                ]
            )
        )
        self.assertEqual(len(notice), 1)
        self.assertEqual(notice.author_id, self.company.partner_id)
