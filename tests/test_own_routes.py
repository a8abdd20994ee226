"""Only our own routes are handled; language prefixes; no token in redirects (L2, L12)."""

from odoo.tests import tagged
from odoo.tests.common import HOST

from ..tools.secure_token import new_token
from .http_common import FinancePortalHttpCase

LOGIN = "/finance/customer-portal/login"
GERMAN, ENGLISH = 'lang="de-DE"', 'lang="en-US"'


@tagged("post_install", "-at_install")
class TestOwnRoutes(FinancePortalHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        german = cls.env["res.lang"]._activate_lang("de_DE")
        if "website" in cls.env:
            cls.env["website"].search([]).language_ids |= german

    def publish(self, path):
        """Serve something at an address without a route, as a website serves pages."""
        self.env["ir.attachment"].create(
            {
                "name": path, "url": path, "type": "binary", "public": True,
                "raw": b"<p>Lease it</p>", "mimetype": "text/html",
            }
        )  # fmt: skip

    def test_pages_under_our_words_keep_their_own_headers(self):
        for path in ("/finance/leasing", "/finance/d", "/q/opening-hours", "/q/faq/prices"):
            self.publish(path)
            with self.subTest(path=path):
                answer = self.visit(path)
                self.assertEqual(answer.status_code, 200)
                self.assertIn("Lease it", answer.text)
                self.assertNotEqual(answer.headers.get("X-Frame-Options"), "DENY")
                self.assertNotIn("X-Robots-Tag", answer.headers)
                self.assertNotIn("form-action", answer.headers.get("Content-Security-Policy", ""))

    def test_l12_mistyped_addresses_of_ours_are_explained_by_us(self):
        for path in (
            "/finance/i", f"/finance/i/{new_token()}/x", "/finance/d/a/b/c/d", "/q/mistyped",
            "/q/%00",
            "/finance//i//mistyped", "/finance/customer-portal/nowhere", f"/q/{new_token()}/x",
            "/de/finance/customer-portal/nowhere", f"/de/finance/i/{new_token()}/x",
        ):  # fmt: skip
            with self.subTest(path=path):
                answer = self.visit(path)
                self.assertEqual(answer.status_code, 404)
                self.assertStrictHeaders(answer)

    def test_l12_no_token_stands_in_another_address(self):
        """Odoo would redirect to the visitor's language, and away from doubled slashes."""
        link, token = self.issue()
        for prefix in ("/en", "/en_US", "/de", "/de_DE", "/", "/de/"):
            for cookie in (None, "de_DE"):
                with self.subTest(prefix=prefix, cookie=cookie):
                    self.read_in(cookie)
                    answer = self.visit(f"{prefix}/finance/i/{token}")
                    self.assertEqual(answer.status_code, 303)
                    # A browser that sends none of our cookies is asked whether it keeps them.
                    target = f"/finance/d/{link.ref}?cookies=1"
                    self.assertTrue(answer.headers["Location"].endswith(target))
                    self.assertStrictHeaders(answer)
                    tails = f"/finance/i/{token}/x", f"/a/b/finance/i/{token}"
                    for path in (prefix + tail for tail in tails):
                        answer = self.visit(path)
                        self.assertEqual(answer.status_code, 404)
                        self.assertNotIn("Location", answer.headers)
                        self.assertStrictHeaders(answer)

    def read_in(self, lang):
        """Drop all cookies, except the website's language cookie if given."""
        self.opener.cookies.clear()
        if lang:
            self.opener.cookies.set("frontend_lang", lang, domain=HOST)

    def lang_of(self, path, cookie=None, browser="en"):
        """Return the page at an address, requested with these browser languages."""
        self.read_in(cookie)
        headers = {"Accept-Language": browser}
        return self.url_open(path, headers=headers, allow_redirects=True).text

    def test_the_address_chooses_the_language_then_the_cookie_then_the_browser(self):
        self.assertIn(ENGLISH, self.lang_of(LOGIN))
        self.assertIn(GERMAN, self.lang_of(LOGIN, browser="de"))
        self.assertIn(GERMAN, self.lang_of(LOGIN, cookie="de_DE"))
        self.assertIn(ENGLISH, self.lang_of(LOGIN, cookie="en_US", browser="de"))
        self.assertIn(ENGLISH, self.lang_of(LOGIN, cookie="xx_XX"))
        self.assertIn(GERMAN, self.lang_of(f"/de{LOGIN}", cookie="en_US"))
        self.assertIn(GERMAN, self.lang_of(f"/de{LOGIN}"))
        self.assertIn(ENGLISH, self.lang_of(f"/en{LOGIN}", cookie="de_DE", browser="de"))

    def test_the_language_of_the_address_stays_for_the_next_page(self):
        self.lang_of("/de/finance/customer-portal")
        self.assertIn(GERMAN, self.url_open(LOGIN, headers={"Accept-Language": "en"}).text)
