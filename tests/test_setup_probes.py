"""What the setup check really sends, and how it takes the answers."""

import smtplib
import socketserver
import threading
from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..models.setup_check import probes
from .http_common import FinancePortalHttpCase


@tagged("post_install", "-at_install")
class TestSetupFetch(FinancePortalHttpCase):
    def test_this_server_is_recognised(self):
        Check = self.env["finance.portal.setup.check"]
        with self.allow_requests(all_requests=True):
            self.assertIsNone(Check._find_who_answers(self.base_url()))
            self.assertEqual(Check._find_who_answers(f"{self.base_url()}/web").outcome, "bad")

    def test_redirects_are_not_followed_and_nothing_long_is_read(self):
        with self.allow_requests(all_requests=True):
            answer = probes.fetch(f"{self.base_url()}/odoo", 10)
            page = probes.fetch(f"{self.base_url()}/web/login", 10)
        self.assertIn(answer.status, range(300, 400))
        self.assertTrue(answer.location)
        self.assertEqual(len(page.content), 10)


class _Mail(socketserver.StreamRequestHandler):
    """As much of a mail server as is asked; it accepts one password."""

    def handle(self):
        self.say("220 ready")
        for line in self.rfile:
            word = line.split()[0].upper()
            self.server.heard.append(word.decode())
            if word == b"EHLO":
                self.say("250-ready\r\n250 AUTH LOGIN PLAIN")
            elif word == b"AUTH":
                is_right = line.split()[-1] == b"AG9kb28AcmlnaHQ="  # odoo, right
                self.say("235 in" if is_right else "535 no")
            else:
                self.say("221 bye" if word == b"QUIT" else "502 what?")

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@tagged("post_install", "-at_install")
class TestSetupProbes(BaseCase):
    def test_the_mail_server_is_greeted_and_gets_no_email(self):
        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mail) as server:
            server.heard = []
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.addCleanup(server.shutdown)
            host, port = server.server_address
            probes.greet(host, port, "none")
            probes.greet(host, port, "none", ("odoo", "right"))
            with self.assertRaises(smtplib.SMTPAuthenticationError):
                probes.greet(host, port, "none", ("odoo", "wrong"))
            with self.assertRaises(smtplib.SMTPException):
                probes.greet(host, port, "starttls")
            self.assertLessEqual(set(server.heard), {"EHLO", "AUTH", "QUIT", "STARTTLS", "*"})
            server.shutdown()
        with self.assertRaises(ConnectionRefusedError):
            probes.greet(host, port, "none")

    def test_what_dns_answers(self):
        def resolve(name, kind, lifetime, search):
            if isinstance(answers[name], Exception):
                raise answers[name]
            return [SimpleNamespace(strings=strings) for strings in answers[name]]

        error = type("DNSException", (Exception,), {})
        missing, empty = type("NXDOMAIN", (error,), {}), type("NoAnswer", (error,), {})
        resolver = SimpleNamespace(resolve=resolve, NXDOMAIN=missing, NoAnswer=empty)
        exception = SimpleNamespace(DNSException=error)
        answers = {"texts": [(b"v=spf1 ", b"mx")], "none": missing(), "empty": empty()}
        answers["silent"] = error()
        fake = SimpleNamespace(resolver=resolver, exception=exception)
        with patch.object(probes, "dns", fake):
            self.assertEqual(probes.lookup_texts("texts"), ["v=spf1 mx"])
            self.assertIsNone(probes.lookup_texts("none"))
            self.assertEqual(probes.lookup_texts("empty"), [])
            with self.assertRaises(TimeoutError):
                probes.lookup_texts("silent")
        with patch.object(probes, "dns", None), self.assertRaises(probes.CannotAsk):
            probes.lookup_texts("texts")

    def test_within_gives_back_what_came_or_went_wrong(self):
        self.assertEqual(probes.within(5, sum, [1, 2]), 3)
        with self.assertRaises(ZeroDivisionError):
            probes.within(5, divmod, 1, 0)
