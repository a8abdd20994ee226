"""Behind a proxy that ends TLS, with Odoo's proxy mode on or off (L8, L13, section 6)."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import config

from .account_pages_common import LOGIN, PORTAL, AccountPagesCase
from .http_common import PHONE

PROXY = {
    "User-Agent": PHONE,
    "X-Forwarded-Host": "portal.bakery.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-For": "203.0.113.7",
}


@tagged("post_install", "-at_install")
class TestBehindProxy(AccountPagesCase):
    def ask(self, path, **headers):
        """Make a request as the proxy passes it on."""
        self.env.flush_all()
        answer = self.url_open(path, headers={**PROXY, **headers}, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def proxy_mode(self, on=True):
        return patch.dict(config.options, {"proxy_mode": on})

    def addresses(self, bucket="viewing"):
        """Return which visitors were counted."""
        self.env.cr.execute(
            "SELECT DISTINCT address FROM finance_portal_throttle WHERE bucket = %s ORDER BY 1",
            [bucket],
        )
        return [address for (address,) in self.env.cr.fetchall()]

    def test_every_redirect_stays_on_tls(self):
        _link, token = self.issue()
        with self.proxy_mode():
            for path in (f"/finance/i/{token}", PORTAL, f"{PORTAL}/invoices"):
                with self.subTest(path=path):
                    answer = self.ask(path)
                    self.assertEqual(answer.status_code, 303)
                    self.assertNotIn("http://", answer.headers["Location"])

    def test_the_visitor_is_whom_the_nearest_proxy_saw(self):
        """What a visitor writes into the header themselves stands before what the proxy adds."""
        with self.proxy_mode():
            for forged in ("198.51.100.1", "198.51.100.2", "10.0.0.1"):
                self.ask(LOGIN, **{"X-Forwarded-For": f"{forged}, 203.0.113.7"})
        self.assertEqual(self.addresses(), ["203.0.113.7"])

    def test_without_proxy_mode_nobody_names_their_own_address(self):
        with self.proxy_mode(on=False):
            for forged in ("198.51.100.1", "198.51.100.2"):
                self.ask(LOGIN, **{"X-Forwarded-For": forged})
        self.assertEqual(self.addresses(), ["127.0.0.1"])

    def test_an_ipv6_network_is_one_visitor(self):
        with self.proxy_mode():
            for last in (":1", "2:3:4:5", ":ffff"):
                self.ask(LOGIN, **{"X-Forwarded-For": f"2001:db8:0:1:{last}"})
        self.assertEqual(self.addresses(), ["2001:db8:0:1::/64"])

    def test_a_forged_host_is_in_no_email(self):
        self.account_with_password()
        with self.proxy_mode():
            page = self.ask(f"{PORTAL}/forgot", **{"X-Forwarded-Host": "evil.example"})
            data = {"csrf_token": self.csrf_of(page), "email": "ada@bakery.example.com"}
            for cookie in self.opener.cookies:
                cookie.secure = False  # the proxy has https, behind it there is none
            headers = {**PROXY, "X-Forwarded-Host": "evil.example"}
            self.url_open(f"{PORTAL}/forgot", data=data, headers=headers)
        waiting = self.env["finance.portal.account.request"].sudo()
        with self.mock_mail_gateway(), patch.object(self.env.cr, "commit"):
            waiting._cron_answer()
        body = self.sent["ada@bakery.example.com"]
        self.assertTrue(self.account_tokens_in(body))
        self.assertNotIn("evil.example", body)
