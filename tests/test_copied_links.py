"""Links open as people copy them, and as mail programs, chats and PDF viewers leave them."""

from urllib.parse import quote

from odoo.tests import tagged

from .account_pages_common import PORTAL, AccountPagesCase

# What may stand before, inside or behind the secret; {0} and {1} are its two halves.
INVISIBLE = {
    "zero-width space": "\u200b", "joiner": "\u200d", "word joiner": "\u2060", "BOM": "\ufeff",
    "soft hyphen": "\u00ad", "left-to-right mark": "\u200e", "no-break space": "\u00a0",
    "narrow space": "\u202f", "space": " ", "line break": "\r\n", "tab": "\t",
    "quoted-printable": "=\r\n",
}  # fmt: skip
BEHIND = (
    "&utm_source=newsletter&utm_medium=email&utm_campaign=spring/2026", "&amp;utm_source=x",
    "?utm_source=x", ";jsessionid=1", "#page", ".", ",", "...", "…", ").", ">", ">.", "&gt;", '"',
    "'", "”", "»", "]", "](", "}", "*", "**", "_", "~", "`", "|", "!", "。", "です", "、", "\\",
    "</a>", '" target="_blank', "<br/>", "=", "%", "/", "//", "-", "--",
)  # fmt: skip
BEFORE = ("<", '"', "'", "(", "[", "“", "«", "=", "/")


def get_shapes():
    """Return ``(name, form)`` for what may become of a link's last part."""
    for name, mark in INVISIBLE.items():
        yield f"{name} inside", "{0}" + mark + "{1}"
        yield f"{name} before", mark + "{0}{1}"
        yield f"{name} behind", "{0}{1}" + mark
        yield f"{name} everywhere", mark + "{0}" + mark + "{1}" + mark
    for text in BEHIND:
        yield f"{text} behind", "{0}{1}" + text.replace("{", "{{").replace("}", "}}")
    for text in BEFORE:
        yield f"{text} before", text + "{0}{1}"
    yield "in angle brackets", "<{0}{1}>"


def get_copies(secret, cut):
    """Return ``(name, path part)`` of a secret, percent-encoded once, twice and three times.

    :param int cut: behind how many characters stands what came into it
    """
    for name, form in get_shapes():
        path = quote(form.format(secret[:cut], secret[cut:]), safe="/")
        yield name, path
        yield f"{name}, encoded again", path.replace("%", "%25")
    for times in range(1, 4):
        yield (
            f"encoded {times} times",
            "".join("%" + "25" * (times - 1) + f"{ord(letter):02X}" for letter in secret),
        )


@tagged("post_install", "-at_install")
class TestCopiedLinks(AccountPagesCase):
    """Every address that is mailed, or that people copy from the address bar."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.viewing", "10000/60")
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.recovery", "10000/60")

    def assertCopiesOpen(self, start, secret, target):
        for name, part in get_copies(secret, len(secret) // 2):
            with self.subTest(start, name=name):
                answer = self.visit(start + part)
                self.assertEqual(answer.status_code, 303)
                self.assertTrue(answer.headers["Location"].endswith(target))
                self.assertStrictHeaders(answer)

    def test_mailed_links(self):
        link, token = self.issue()
        self.assertCopiesOpen("/finance/i/", token, f"/finance/d/{link.ref}")
        for start in ("//finance//i//", "/finance///i/", "/en/finance/i/"):
            answer = self.visit(f"{start}{token}\u200b&utm_source=x")
            self.assertTrue(answer.headers["Location"].endswith(f"/finance/d/{link.ref}"))

    def test_mailed_links_of_quotes(self):
        link, token = self.issue(self.make_quote())
        self.assertCopiesOpen("/q/", token, f"/finance/d/{link.ref}")

    def test_mailed_links_of_accounts(self):
        account, token = self.enable()
        self.assertCopiesOpen(f"{PORTAL}/setup/", token, f"{PORTAL}/setup")
        token = self.mail_account_link(account, "reset")
        self.assertCopiesOpen(f"{PORTAL}/reset/", token, f"{PORTAL}/reset")

    def test_addresses_of_documents(self):
        link, token = self.issue()
        self.open_link(token)
        for name, part in get_copies(link.ref, len(link.ref) // 2):
            with self.subTest(name=name):
                self.assertEqual(self.visit(f"/finance/d/{part}").status_code, 200)

    def test_request_access_on_the_page_of_an_old_link(self):
        link, token = self.issue()
        link._revoke("customer")
        answer = self.visit(f"/finance/i/{token}\u200b&utm_source=x")
        self.assertEqual(answer.status_code, 410)
        self.assertIn(f'action="/finance/d/{link.ref}/request-access"', answer.text)

    def test_what_is_not_whole_opens_nothing(self):
        _link, token = self.issue()
        for part in (token[:-1], token + "a", token[1:], f"{token[:20]}.{token[20:]}", f"x{token}"):
            with self.subTest(part):
                self.assertEqual(self.visit(f"/finance/i/{part}").status_code, 404)
