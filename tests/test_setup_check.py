"""Each check of the setup, with all well and with each thing broken on purpose."""

import smtplib
import socket
import ssl
import threading
from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..const import MEGABYTE
from ..models.setup_check import probes, setup_check_address, setup_check_mail, setup_check_sender
from ..models.setup_check import setup_check as checks
from ..models.setup_check.probes import Answer, CannotAsk
from .setup_check_common import OWN, PASSWORD, URL, SetupCheckCase

LOGGER = "odoo.addons.finance_portal.models.setup_check.setup_check"


@tagged("post_install", "-at_install")
class TestSetupCheck(SetupCheckCase):
    def change(self, **values):
        for name, value in values.items():
            setattr(self.found, name, value)

    def configure(self, **values):
        self.found.config = {**self.found.config, **values}

    def publish(self, **texts):
        names = {"spf": "shop.example.com", "dkim": "_domainkey.shop.example.com"}
        names["dmarc"] = "_dmarc.example.com"
        changed = {names[kind]: text for kind, text in texts.items()}
        self.found.dns = {**self.found.dns, **changed}

    def set_param(self, name, value):
        self.parameters.set_param(name, value)

    def forward(self, **values):
        for name, value in values.items():
            setattr(self.found.request.httprequest, name, value)

    def come(self, *addresses, people=3):
        """Have visitors come from these addresses, in turn."""
        for number in range(12):
            self.Event._record(
                "opened",
                document=self.invoice,
                verdict="person",
                ip=addresses[number % len(addresses)],
                email=f"{number % people}@example.com",
            )

    def break_jobs(self, **values):
        self.jobs[0].write(values)

    def speak(self, **values):
        self.env.flush_all()
        for column, value in values.items():
            self.env.cr.execute(f"UPDATE res_partner SET {column} = %s", [value])
        self.env.invalidate_all()

    def broken(self):
        """Return ``(code, how to break it, outcome, words)`` for each thing that can be broken."""
        return [*self.broken_links(), *self.broken_emails(), *self.broken_server()]

    def broken_links(self):
        change, set_param, come = self.change, self.set_param, self.come
        configure, forward = self.configure, self.forward
        return [
            ("address", lambda: set_param("web.base.url", "http://localhost:8069"), "bad",
             "localhost:8069, which customers can't open"),
            ("address", lambda: set_param("web.base.url", "https://192.168.1.4"), "bad", "can't"),
            ("frozen", lambda: set_param("web.base.url.freeze", False), "fair", "administrator"),
            ("answers", lambda: change(answer=Answer(404, b"", "")), "bad", "status 404"),
            ("answers", lambda: change(answer=Answer(200, b"other", "")), "bad", "something other"),
            ("answers", lambda: change(answer=Answer(200, OWN + b"x", "")), "bad", "other"),
            ("answers", lambda: change(answer=Answer(301, b"", "https://u:p@new.example/x?y")),
             "fair", "on to https://new.example."),
            ("answers", lambda: change(answer=requests.exceptions.SSLError()), "bad",
             "certificate"),
            ("answers", lambda: change(answer=requests.ConnectionError()), "fair", "can't reach"),
            ("answers", lambda: change(answer=requests.Timeout()), "fair", "no answer"),
            ("answers", lambda: set_param("web.base.url", "nonsense"), "bad", "no address"),
            ("https", lambda: set_param("web.base.url", "http://erp.example.com"), "bad",
             "without encryption"),
            ("https", lambda: forward(scheme="http"), "fair", "cookies"),
            ("proxy", lambda: configure(proxy_mode=False), "bad", "proxy mode is off"),
            ("proxy", lambda: come("10.0.0.1"), "bad", "12 visits came from 10.0.0.1"),
            ("proxy", lambda: come("9.9.9.9"), "fair", "9.9.9.9"),
            ("database", lambda: change(databases=["a", "b"]), "bad", "several databases"),
            ("database", lambda: change(databases=["other"]), "bad", "another database"),
        ]  # fmt: skip

    def broken_emails(self):
        change, publish, gone = self.change, self.publish, socket.gaierror()
        return [
            ("mail_server", lambda: change(smtp=gone), "bad", "no server named mail.example.com"),
            ("mail_server", lambda: change(smtp=ConnectionRefusedError()), "bad", "doesn't answer"),
            ("mail_server", lambda: change(smtp=TimeoutError()), "bad", "doesn't answer"),
            ("mail_server", lambda: change(smtp=ssl.SSLError()), "bad", "encryption"),
            ("mail_server", lambda: change(smtp=smtplib.SMTPConnectError(554, b"no")), "bad",
             "refuses the connection"),
            ("mail_server", lambda: change(smtp=smtplib.SMTPAuthenticationError(
                535, PASSWORD.encode())), "bad", "user name or the password"),
            ("mail_server", self.remove_mail_server, "bad", "no outgoing mail server"),
            ("sender", self.remove_sender, "bad", "no email address"),
            ("sender", self.remove_email_domain, "fair", "no email domain"),
            ("spf", lambda: publish(spf=[]), "bad", "doesn't say"),
            ("spf", lambda: publish(spf=["v=spf1 mx", "v=spf1 a"]), "bad", "several SPF"),
            ("spf", lambda: publish(spf=["v=spf1 -all"]), "bad", "sends no emails"),
            ("spf", lambda: publish(spf=TimeoutError()), "fair", "no answer"),
            ("spf", lambda: publish(spf=CannotAsk()), "fair", "can't be checked"),
            ("spf", self.remove_sender, "fair", "no sender"),
            ("dkim", lambda: publish(dkim=None), "fair", "no dkim keys"),
            ("dkim", lambda: publish(dkim=TimeoutError()), "fair", "no answer"),
            ("dmarc", lambda: publish(dmarc=None), "fair", "no dmarc policy"),
            ("dmarc", lambda: publish(dmarc=CannotAsk()), "fair", "can't be checked"),
        ]  # fmt: skip

    def broken_server(self):
        change, configure = self.change, self.configure
        late = fields.Datetime.now() - timedelta(hours=3)
        return [
            ("jobs", lambda: self.break_jobs(active=False), "bad", "switched off"),
            ("jobs", lambda: self.break_jobs(nextcall=late), "bad", "overdue"),
            ("jobs", lambda: self.set_failures(1), "bad", "failing"),
            ("renderer", lambda: change(state="install"), "bad", "missing, broken or too old"),
            ("renderer", lambda: change(state="workers"), "bad", "one worker"),
            ("renderer", lambda: change(
                renderer=self.found.renderer._replace(is_patched_qt=False)), "fair", "patched qt"),
            ("report_url", lambda: change(answer=Answer(404, b"", "")), "bad", "without styles"),
            ("report_url", lambda: change(answer=TimeoutError()), "fair", "no answer"),
            ("fonts", lambda: change(font=[]), "fair", "english"),
            ("languages", lambda: self.speak(lang="th_TH"), "fair", "th_th"),
            ("time_zones", lambda: self.speak(tz="Mars/Base"), "fair", "mars/base"),
            ("time_zones", lambda: change(zones=lambda *names: []), "bad", "no time zones"),
            ("workers", lambda: configure(workers=0), "fair", "one process"),
            ("workers", lambda: configure(workers=1), "bad", "one worker"),
            ("workers", lambda: change(gevent=None), "fair", "gevent is missing"),
            ("memory", lambda: configure(limit_memory_soft=700 * MEGABYTE), "fair", "700 mb"),
            ("memory", lambda: configure(limit_memory_soft=100 * MEGABYTE), "bad", "restarts"),
            ("clock", lambda: change(seconds=30), "fair", "30 seconds"),
            ("clock", lambda: change(seconds=-600), "bad", "600 seconds"),
            ("log", lambda: configure(server_wide_modules=["base", "web"]), "fair", "may log"),
        ]  # fmt: skip

    def remove_mail_server(self):
        self.server.active = False
        self.configure(smtp_server=False)

    def remove_sender(self):
        self.company.email = False
        self.company.alias_domain_id = False
        self.configure(email_from=False)

    def remove_email_domain(self):
        self.company.alias_domain_id = False

    # === THE WALK === #

    def test_all_is_well(self):
        for code, check in self.Check._get_checks().items():
            with self.subTest(code):
                result = self.run_check(code)
                self.assertEqual(result.outcome, "good", result)
                self.assertTrue(check.title and result.text)
                self.assertFalse(result.remedy or result.setting)

    def test_each_check_finds_what_is_broken_and_names_the_remedy(self):
        broken = self.broken()
        self.assertEqual({code for code, *_rest in broken}, set(self.Check._get_checks()))
        for code, break_it, outcome, words in broken:
            with self.subTest(code, words=words), self.env.cr.savepoint() as savepoint:
                self.make_well()
                break_it()
                result = self.run_check(code)
                self.assertEqual(result.outcome, outcome, result)
                self.assertIn(words, result.text.lower() if words.islower() else result.text)
                self.assertTrue(result.remedy)
                self.assertNotIn(PASSWORD, repr(result))
                if result.setting:
                    self.assertTrue(self.env.ref(checks.SETTINGS[result.setting]))
                savepoint.close(rollback=True)
            self.env.registry.clear_cache("stable")  # of parameters that were set meanwhile

    def test_what_to_publish_in_dns_comes_with_its_name(self):
        for code, texts, name in (
            ("spf", [], " shop.example.com."),
            ("dkim", None, "<selector>._domainkey.shop.example.com"),
            ("dmarc", None, " _dmarc.shop.example.com,"),
        ):
            with self.subTest(code):
                self.publish(**{code: texts})
                self.assertIn(name, self.run_check(code).remedy)

    def test_one_that_fails_says_so_and_the_others_go_on(self):
        model = type(self.Check)
        for code in self.Check._get_checks():
            def fail(_check):
                self.env.cr.execute("SELECT nothing FROM nowhere")

            muted = mute_logger(LOGGER, "odoo.sql_db")
            with self.subTest(code), muted, patch.object(model, f"_check_{code}", fail):
                rows = self.press_run()
                self.assertEqual(rows[code].outcome, "fair")
                self.assertIn("failed", rows[code].text)
                self.assertTrue(rows[code].remedy)
                self.assertEqual(len(rows), len(self.Check._get_checks()))

    def test_what_never_answers_is_left_after_the_limit(self):
        """A check that asks the network goes on in a thread nobody waits for."""
        freed = threading.Event()
        self.addCleanup(freed.set)
        self.change(answer=freed.wait, smtp=freed.wait)
        self.found.dns = dict.fromkeys(self.found.dns, freed.wait)
        asked, asking = [], []

        def within(limit, *arguments):
            asked.append(arguments)  # the thread itself may begin later than it is left
            return probes.within(limit, *arguments)

        for module in (setup_check_address, setup_check_mail, setup_check_sender):
            self.startPatcher(patch.object(module, "LIMIT", 0.05))
            self.startPatcher(patch.object(module, "within", within))
        for code in self.Check._get_checks():
            asked.clear()
            with self.subTest(code):
                result = self.run_check(code)
                if asked:
                    asking.append(code)
                    self.assertIn(result.outcome, ("fair", "bad"))
                    self.assertIn("answer", result.text)
        self.assertEqual(
            asking, ["answers", "mail_server", "spf", "dkim", "dmarc", "report_url"]
        )  # fmt: skip

    def test_visitors_who_come_from_several_networks_or_are_few(self):
        for addresses, people in ((("10.0.0.1", "10.0.0.2"), 3), (("10.0.0.1",), 2)):
            with self.subTest(addresses=addresses), self.env.cr.savepoint() as savepoint:
                self.come(*addresses, people=people)
                self.assertEqual(self.run_check("proxy").outcome, "good")
                savepoint.close(rollback=True)

    def test_only_the_address_that_is_configured_is_asked(self):
        """Neither where it leads to, nor whatever a user could name."""
        self.change(answer=Answer(302, b"", "http://10.0.0.1/secret"))
        self.press_run(self.Check.with_context(url="http://10.0.0.2"))
        asked = {url for url in self.asked if isinstance(url, str) and "://" in url}
        self.assertEqual({url.partition("/finance_portal/asset/")[0] for url in asked}, {URL})

    def test_how_the_mail_server_is_asked(self):
        login = ("odoo", PASSWORD)
        self.run_check("mail_server")
        self.assertEqual(
            self.asked.pop(), ("mail.example.com", 587, "starttls_strict", login)
        )  # fmt: skip
        self.remove_mail_server()
        self.configure(smtp_server="localhost", smtp_port=25, smtp_ssl=True, smtp_user=False)
        self.run_check("mail_server")
        self.assertEqual(self.asked.pop(), ("localhost", 25, "starttls", None))

    # === ROWS === #

    def test_rows_are_kept_until_the_next_run(self):
        self.change(smtp=ConnectionRefusedError())
        rows = self.press_run()
        self.assertEqual(next(iter(rows)), "mail_server", "what is wrong comes first")
        first = rows["mail_server"]
        self.assertEqual(first.company_id, self.company)
        self.assertFalse(rows["clock"].company_id)
        self.change(smtp=None)
        self.assertEqual(first.outcome, "bad")
        again = self.press_run()["mail_server"]
        self.assertEqual((again, again.outcome), (first, "good"))
        self.assertNotIn(PASSWORD, str(self.Check.search_read([])))

    def test_rows_of_checks_that_are_gone_go(self):
        extra = checks.Check("Extra", lambda: checks.Result("good", "All is well."))
        more = {**self.Check._get_checks(), "extra": extra}
        with patch.object(type(self.Check), "_get_checks", lambda _check: more):
            self.assertIn("extra", self.press_run())
        self.assertNotIn("extra", self.press_run())

    def test_nothing_is_asked_before_somebody_presses(self):
        views = [(False, "kanban"), (False, "search")]
        with self.world():
            self.Check.get_views(views)
            self.Check.web_search_read([], {"title": {}, "text": {}, "is_openable": {}})
        self.assertFalse(self.asked)

    def test_one_at_a_time(self):
        with self.registry.cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(hashtext('finance.portal.setup'))")
            with self.assertRaisesRegex(UserError, "in a minute"):
                self.press_run()

    # === WHO MAY === #

    def test_for_managers_only(self):
        row = self.press_run()["frozen"]
        for user in (self.clerk, self.make_user("nobody", "base.group_user")):
            own = self.Check.with_user(user)
            with self.subTest(user.login), mute_logger("odoo.addons.base.models.ir_model"):
                for action in (
                    own.action_run,
                    lambda own=own: own.search([]),
                    lambda own=own: own.browse(row.id).read(["text"]),
                    own.browse(row.id).action_open_setting,
                ):
                    with self.assertRaises(AccessError):
                        action()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            row.write({"outcome": "good"})

    def test_rows_of_other_companies_are_not_shown(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids += other
        with self.world():
            self.env["finance.portal.setup.check"].with_company(other).action_run()
        self.assertFalse(self.Check.search([("company_id", "!=", False)]))
        self.assertTrue(self.Check.search([]))

    def test_the_setting_is_opened_by_who_may_change_it(self):
        self.set_param("web.base.url.freeze", False)
        row = self.press_run()["frozen"]
        self.assertFalse(row.is_openable)
        with self.assertRaisesRegex(UserError, "administrator"):
            row.action_open_setting()
        self.boss.group_ids += self.env.ref("base.group_system")
        row.invalidate_recordset()
        self.assertTrue(row.is_openable)
        self.assertEqual(row.action_open_setting()["res_model"], "ir.config_parameter")

    # === WHO ELSE SAYS SO === #

    def warning(self, user):
        """Return what the Send dialog says, without the network."""
        self.asked.clear()
        with self.world():
            wizard = self.env["account.move.send.wizard"].with_user(user)
            dialog = wizard.with_context(
                active_model="account.move", active_ids=self.invoice.ids
            ).create({"move_id": self.invoice.id})
            text = dialog.finance_address_warning
        self.assertFalse(self.asked)
        return text

    def test_the_send_dialog_tells_of_open_problems_without_details(self):
        self.assertFalse(self.warning(self.clerk))
        self.change(smtp=ConnectionRefusedError())
        self.press_run()
        self.assertIn("Outgoing mail server. Ask a Finance Portal", self.warning(self.clerk))
        self.assertIn("Outgoing mail server. Open Sharing", self.warning(self.boss))
        for user in (self.clerk, self.boss):
            self.assertNotIn("mail.example.com", self.warning(user))
        self.change(smtp=None)
        self.press_run()
        self.assertFalse(self.warning(self.clerk))

    def test_what_only_needs_a_look_does_not_alarm_whoever_sends(self):
        self.configure(workers=0)
        self.press_run()
        self.assertFalse(self.warning(self.clerk))

    def test_an_address_that_was_mended_is_not_reported_again(self):
        """The dialog looks at it itself."""
        self.set_param("web.base.url", "http://localhost:8069")
        self.press_run()
        self.assertIn("web.base.url", self.warning(self.clerk))
        self.set_param("web.base.url", URL)
        self.assertFalse(self.warning(self.clerk))

    def test_the_diagnosis_tells_what_keeps_every_customer_out(self):
        def find():
            causes = self.ada.with_user(self.boss)._finance_portal_find_causes()
            return next((one for one in causes if one.code == "set_up"), None)

        self.change(smtp=ConnectionRefusedError())
        self.press_run()
        self.assertIsNone(find(), "emails are told of by themselves")
        self.change(answer=Answer(404, b"", ""))
        self.press_run()
        self.assertIn("Address answers. Open", find().text)
        dialog = self.env["finance.portal.diagnosis"].with_user(self.boss)._make(self.ada)
        finding = dialog.finding_ids.filtered(lambda one: one.code == "set_up")
        action = finding.action_remedy()
        self.assertEqual(action["res_model"], self.Check._name)
