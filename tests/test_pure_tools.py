"""The parts that import no Odoo: tokens, rate window, colour, masking."""

import re
import time
from urllib.parse import unquote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import colour, masking, rate_window, secure_token

settings.register_profile(
    "finance_portal",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],  # so is a busy machine
)
settings.load_profile("finance_portal")

TOKENS = st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True)
HEX = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


@tagged("post_install", "-at_install")
class TestSecureToken(BaseCase):
    def test_l1_tokens_are_32_random_bytes(self):
        tokens = {secure_token.new_token() for _number in range(200)}
        self.assertEqual(len(tokens), 200)
        for token in tokens:
            self.assertRegex(token, r"^[A-Za-z0-9_-]{43}$")
            self.assertEqual(secure_token.clean_token(token), token)

    def test_l1_hash_is_sha256(self):
        self.assertEqual(
            secure_token.hash_token("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        )

    def test_l2_placeholder_can_never_be_a_token(self):
        self.assertIsNone(secure_token.clean_token(secure_token.PLACEHOLDER))
        self.assertFalse(secure_token.is_ref(secure_token.PLACEHOLDER))

    @given(TOKENS, st.text(alphabet=" \t\r\n.,;:!?)>]}'\"=*»”’…", max_size=6))
    def test_what_mail_programs_glue_on_is_taken_off(self, token, glued):
        self.assertEqual(secure_token.clean_token(token + glued), token)
        self.assertEqual(secure_token.clean_token(glued + token), token)

    def test_nothing_else_is_a_token(self):
        token = "A" * 43
        for raw in (
            None, "", " ", token[:-1], token + "A", token[:20] + " " + token[21:],
            token[:42] + "ä", token[:42] + "/", token[:42] + "+", token[:42] + "%",
            token[:42] + "\0", "\uff21" * 43, token + "\n" + token,
            "A" * 100_000, "='" * 43, "../" * 15,
        ):  # fmt: skip
            with self.subTest(raw=str(raw)[:60]):
                self.assertIsNone(secure_token.clean_token(raw))

    @given(st.text(max_size=300))
    def test_cleaning_never_fails_and_never_invents(self, raw):
        token = secure_token.clean_token(raw)
        self.assertTrue(token is None or re.fullmatch(r"[A-Za-z0-9_-]{43}", token))
        letters = iter(unquote(unquote(unquote(raw))))
        self.assertTrue(all(letter in letters for letter in token or ""))

    @given(st.text(max_size=300))
    def test_mending_never_fails_and_mends_once(self, raw):
        for path in (raw, f"/finance/i/{raw}", f"/q/{raw}", f"/finance/d/{raw}"):
            mended = secure_token.mend_path(path)
            self.assertEqual(secure_token.mend_path(mended), mended)

    def test_references_and_tokens_cannot_be_mistaken(self):
        self.assertFalse(secure_token.is_ref(secure_token.new_token()))
        self.assertIsNone(secure_token.clean_token(secure_token.new_ref()))
        for raw in ("", "1", "A" * 21, "A" * 23, "A" * 21 + "\n", "ä" * 22):
            self.assertFalse(secure_token.is_ref(raw), raw)


@tagged("post_install", "-at_install")
class TestRateWindow(BaseCase):
    @given(st.floats(0, 4e9), st.integers(1, 86400))
    def test_l13_window_holds_the_moment(self, now, seconds):
        start = rate_window.window_start(now, seconds)
        self.assertLessEqual(start, now)
        self.assertLess(now, start + seconds)
        self.assertEqual(start % seconds, 0)

    @given(st.integers(0, 1000), st.integers(0, 1000), st.floats(0, 4e9), st.integers(1, 3600))
    def test_l13_estimate_lies_between_current_and_both(self, current, previous, now, seconds):
        hits = rate_window.sliding_hits(current, previous, now, seconds)
        self.assertLessEqual(current - 1e-6, hits)
        self.assertLessEqual(hits, current + previous + 1e-6)

    @given(
        st.integers(0, 4_000_000_000), st.integers(1, 3600), st.integers(1, 50),
        st.integers(0, 200), st.integers(0, 200),
    )  # fmt: skip
    def test_l13_whoever_waits_as_long_as_told_is_let_in(self, now, seconds, limit, over, previous):
        current = max(1, limit + over - previous)
        if rate_window.sliding_hits(current, previous, now, seconds) <= limit:
            return
        wait = rate_window.retry_after(current, previous, now, seconds, limit)
        self.assertTrue(1 <= wait <= 2 * seconds + 1)
        start, then = rate_window.window_start(now, seconds), now + wait
        starts = {start: current, start - seconds: previous}
        window = rate_window.window_start(then, seconds)
        hits = starts.get(window, 0) + 1, starts.get(window - seconds, 0)
        self.assertLessEqual(rate_window.sliding_hits(*hits, then, seconds), limit + 1e-6)

    def test_l13_waiting_for_a_boundary_gives_no_double_limit(self):
        self.assertGreater(rate_window.sliding_hits(1, 60, 60.5, 60), 60)

    def test_l13_one_visitor(self):
        for address, network in (
            ("203.0.113.7", "203.0.113.7"), ("::ffff:203.0.113.7", "203.0.113.7"),
            ("2001:db8:0:1::1", "2001:db8:0:1::/64"), ("2001:db8:0:1:ffff::2", "2001:db8:0:1::/64"),
            ("2001:db8:0:2::1", "2001:db8:0:2::/64"), ("fe80::1%eth0", "fe80::/64"),
            ("", "unknown"), (None, "unknown"), ("unix:", "unknown"), ("1.2.3", "unknown"),
        ):  # fmt: skip
            with self.subTest(address=address):
                self.assertEqual(rate_window.network_of(address), network)

    @given(st.one_of(st.ip_addresses().map(str), st.text(max_size=40)))
    def test_shortened_addresses_stay_short(self, address):
        short = rate_window.shorten_address(address)
        self.assertEqual(rate_window.shorten_address(short), short)
        rate_window.network_of(address)


@tagged("post_install", "-at_install")
class TestColour(BaseCase):
    @given(HEX, st.sampled_from(["#ffffff", "#14171a"]))
    def test_every_colour_becomes_readable(self, brand, ground):
        result = colour.readable_on(brand, ground)
        self.assertRegex(result, r"^#[0-9a-f]{6}$")
        self.assertGreaterEqual(colour.contrast(result, ground), 4.5)

    @given(HEX)
    def test_readable_colours_stay_as_they_are(self, brand):
        if colour.contrast(brand, "#ffffff") >= 4.6:
            result = colour.readable_on(brand, "#ffffff")
            for i in (1, 3, 5):
                self.assertAlmostEqual(
                    int(brand[i : i + 2], 16), int(result[i : i + 2], 16), delta=1
                )

    def test_nonsense_falls_back(self):
        for brand in (None, "", "red", "#12", "#12345g", "javascript:alert(1)", "#fff;}</style>"):
            self.assertEqual(colour.readable_on(brand, "#ffffff"), colour.FALLBACK)


@tagged("post_install", "-at_install")
class TestMasking(BaseCase):
    @given(
        TOKENS,
        st.sampled_from(["/finance/i/", "/q/", "/finance/p/", "/finance/t/", "%2Ffinance%2Fi%2F"]),
        st.text(max_size=40),
        st.text(alphabet=" \"'<>?#&\n", min_size=1, max_size=3),
    )
    def test_l2_no_token_survives(self, token, prefix, before, after):
        self.assertNotIn(token, masking.mask_links(f"{before}{prefix}{token}{after}"))

    def test_hostile_texts_take_no_time(self):
        started = time.process_time()
        for text in ("%2fq_" * 80_000, "/q" + "%2f" * 130_000, "/q_" * 130_000, "finance" * 60_000):
            masking.mask_links(text)
        self.assertLess(time.process_time() - started, 10)

    @given(st.text(max_size=200))
    def test_texts_without_links_stay(self, text):
        if "/" not in text and "%" not in text:
            self.assertEqual(masking.mask_links(text), text)
