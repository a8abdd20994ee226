"""L2: the server's log holds no token, whoever writes the line."""

import io
import logging
import sys
import unicodedata
from unittest.mock import patch
from urllib.parse import unquote

from werkzeug.urls import uri_to_iri

from odoo.tests import BaseCase, tagged
from odoo.tools import config

from .. import log_masking
from ..models.sign_in.account_link import PURPOSES
from ..tools.masking import mask_links, mask_value
from ..tools.secure_token import ACCOUNT_LINKS, PLACEHOLDER, clean_token, new_ref, new_token
from .test_copied_links import get_copies


@tagged("post_install", "-at_install")
class TestLogMasking(BaseCase):
    def setUp(self):
        super().setUp()
        self.token = new_token()
        self.stream = io.StringIO()
        handler = logging.StreamHandler(self.stream)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        self.logger = logging.getLogger("finance_portal_test")
        self.logger.propagate = False
        self.logger.setLevel(logging.DEBUG)
        self.logger.addHandler(handler)
        self.addCleanup(self.logger.removeHandler, handler)

    @property
    def logged(self):
        return self.stream.getvalue()

    def assertMasked(self, *kept):
        self.assertNotIn(self.token, self.logged)
        self.assertIn("***", self.logged)
        for text in kept:
            self.assertIn(text, self.logged)

    def test_l2_the_rules_know_every_kind_of_account_link(self):
        self.assertEqual(ACCOUNT_LINKS.split("|"), [purpose for purpose, _name in PURPOSES])

    def test_l2_access_line_of_the_web_server(self):
        self.logger.info(
            '%s - - [%s] "%s" %s - %s',
            "127.0.0.1",
            "now",
            f"GET /finance/i/{self.token}?x=1 HTTP/1.1",
            303,
            5,
        )
        self.assertMasked("GET /finance/i/***?x=1 HTTP/1.1", "303")

    def test_l2_every_prefix(self):
        for prefix in (
            "/finance/i/", "/finance/p/", "/finance/t/", "/q/", "/finance/customer-portal/setup/",
            "/finance/customer-portal/reset/",
        ):  # fmt: skip
            self.logger.info("GET %s%s", prefix, self.token)
            self.assertMasked(f"GET {prefix}***")

    def test_l2_percent_encoded_and_repeated(self):
        self.logger.info("next=%%2Ffinance%%2Fi%%2F%s&b=%%2fq%%2f%s /q/%s", *[self.token] * 3)
        self.assertMasked()

    def test_l2_mangled_tokens_are_hidden_too(self):
        for mangled in (
            self.token + "=",
            self.token[:30],
            self.token + "." * 3,
            "%3D" + self.token,
        ):
            self.logger.info("GET /finance/i/%s HTTP/1.1", mangled)
        self.assertMasked("HTTP/1.1")
        self.assertNotIn(self.token[:30], self.logged)

    def test_l2_whatever_opens_is_hidden_as_the_web_server_writes_it(self):
        """It decodes what isn't ASCII, such as a character that a chat put into the link."""
        opened = 0
        for start in ("/finance/i/", "/q/", "/finance/customer-portal/setup/"):
            for cut in (1, 10, 21, 42):
                parts = self.token[:cut], self.token[cut:]
                for name, path in get_copies(self.token, cut):
                    if clean_token(unquote(path)) != self.token:
                        continue
                    opened += 1
                    with self.subTest(start, name=name, cut=cut):
                        line = mask_links(f"GET {uri_to_iri(start + path)} HTTP/1.1")
                        self.assertTrue(line.startswith(f"GET {start}"), line)
                        self.assertTrue(line.endswith(" HTTP/1.1"), line)
                        for part in (self.token, *(part for part in parts if len(part) > 9)):
                            self.assertNotIn(part, line)
        self.assertGreater(opened, 100)

    def test_l2_whatever_is_taken_out_of_a_token_is_hidden_with_it(self):
        unseen = {"Cc", "Cf", "Zl", "Zp", "Zs"}
        letters = [
            letter
            for letter in map(chr, range(sys.maxunicode + 1))
            # No address holds spaces and line ends as they are.
            if unicodedata.category(letter) in unseen and letter not in " \t\r\n"
        ]
        self.assertGreater(len(letters), 200)
        for letter in ("\\", "\\\\", *letters, *(f"\\{letter}" for letter in letters)):
            broken = f"{self.token[:9]}{letter}{self.token[9:]}"
            self.assertEqual(clean_token(broken), self.token)
            line = mask_links(f"GET /finance/i/{broken} HTTP/1.1")
            self.assertEqual(line, "GET /finance/i/*** HTTP/1.1", ascii(letter))

    def test_l2_whatever_stands_before_a_token_that_opens_is_hidden(self):
        opened = 0
        for number in (*range(32, 127), 0xA0, 0xAB, 0xE9, 0x200B, 0x2026, 0x3002, 0x1F600):
            for junk in (chr(number), chr(number) * 20):
                if clean_token(junk + self.token) == self.token:
                    opened += 1
                    with self.subTest(junk=junk):
                        line = mask_links(f"GET /finance/i/{junk}{self.token} HTTP/1.1")
                        self.assertEqual(line, "GET /finance/i/*** HTTP/1.1")
        self.assertGreater(opened, 40)

    def test_l2_exception_message_and_traceback(self):
        try:
            raise ValueError(f"cannot open http://erp/finance/i/{self.token}")
        except ValueError:
            self.logger.exception("failed")
        self.assertMasked("Traceback", "ValueError")

    def test_l2_chained_exceptions(self):
        try:
            try:
                raise KeyError(f"/finance/i/{self.token}")
            except KeyError as error:
                raise RuntimeError("outer") from error
        except RuntimeError:
            self.logger.warning("failed", exc_info=True)
        self.assertMasked("outer", "KeyError")

    def test_l2_exception_given_as_an_argument(self):
        self.logger.error("cannot send: %s", ValueError(f"/q/{self.token}"))
        self.assertMasked("cannot send")

    def test_l2_arguments_that_do_not_fit_the_format(self):
        record = logging.getLogger().makeRecord(
            "x", logging.INFO, "f", 1, "no place for it", (f"/finance/i/{self.token}",), None
        )
        self.assertNotIn(self.token, str(record.__dict__))

    def test_l2_dictionary_arguments(self):
        self.logger.info("%(path)s", {"path": f"/finance/i/{self.token}"})
        self.assertMasked()

    def test_references_short_segments_and_the_placeholder_stay(self):
        ref = new_ref()
        lines = [
            f"/finance/d/{ref}", f"/finance/i/{PLACEHOLDER}", "/q/short",
            "/finance/customer-portal/login", "/finance/i/", "/web/content/" + self.token,
            "100% /finance/d/x",
        ]  # fmt: skip
        for line in lines:
            self.logger.info("%s", line)
        self.assertEqual([line.split(": ", 1)[1] for line in self.logged.splitlines()], lines)

    def test_ordinary_records_keep_their_arguments(self):
        record = logging.getLogger().makeRecord(
            "x", logging.INFO, "f", 1, "%s and %s", (1, 2), None
        )
        self.assertEqual(record.args, (1, 2))

    def test_traceback_without_a_link_stays_an_exception(self):
        try:
            raise ValueError("plain")
        except ValueError as error:
            info = (ValueError, error, error.__traceback__)
            record = logging.getLogger().makeRecord("x", logging.ERROR, "f", 1, "failed", (), info)
            self.assertEqual(record.exc_info, info)

    def test_installing_twice_is_once(self):
        before = logging.getLogRecordFactory()
        self.assertTrue(before.masks_finance_links, "installed when the server loads the addon")
        log_masking.install()
        self.assertIs(logging.getLogRecordFactory(), before)

    def test_whether_it_is_on_from_the_start_can_be_asked(self):
        for modules, is_on in (
            (["base", "rpc", "web"], False), (["base", "web", "finance_portal"], True),
            (["base", "finance_portal_payment"], False),
        ):  # fmt: skip
            with patch.dict(config.options, {"server_wide_modules": modules}):
                self.assertIs(log_masking.is_on_from_the_start(), is_on)

    def test_masking_keeps_what_is_not_a_text(self):
        self.assertEqual(
            [mask_value(value) for value in (None, False, 7, b"/q/")], [None, False, 7, b"/q/"]
        )
        self.assertEqual(mask_links(mask_links(f"/q/{self.token}")), "/q/***")
