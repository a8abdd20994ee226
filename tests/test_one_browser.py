"""Links and forms that one browser opens at the same moment all stay open (L6, L8)."""

import re
import time

from odoo import http
from odoo.tests import tagged
from odoo.tests.common import HOST

from .account_link_common import PASSWORD
from .account_pages_common import LOGIN, OTHER, PORTAL, AccountPagesCase

SEEN = re.compile(r'name="(seen)"[^>]*?value="([^"]*)"')


class Browser(AccountPagesCase):
    """A browser whose requests leave together, each with the cookies of that moment."""

    def at_once(self, *requests):
        """Make requests that all leave before the first answer arrives; return the answers.

        The server handles one after the other, and knows nothing of what the browser got. As in
        a browser, the cookies of each answer come on top of those before.
        """
        before = self.opener.cookies.copy()
        after, answers = before.copy(), []
        for ask in requests:
            self.opener.cookies = before.copy()
            answers.append(ask())
            after.update(answers[-1].cookies)
            for cookie in list(after):
                if f"{cookie.name}=;" in answers[-1].headers.get("Set-Cookie", ""):
                    after.clear(cookie.domain, cookie.path, cookie.name)
        self.opener.cookies = after
        return answers

    def click(self, token, prefix="finance/i"):
        return lambda: self.visit(f"/{prefix}/{token}")

    def post(self, path, page, **data):
        """Return a request that posts a form of a page that is open already."""
        data = {**dict(SEEN.findall(page.text)), **data, "csrf_token": self.csrf_of(page)}
        return lambda: self.visit(path, "POST", data=data)

    def plant(self, name, value):
        """Put a cookie into the browser as if the server had."""
        self.opener.cookies.set(name, value, domain=HOST)

    def assertOpen(self, link, page=None):
        """Assert that a link's document is there on reload, and that its forms work."""
        shown = self.visit(f"/finance/d/{link.ref}")
        self.assertEqual(shown.status_code, 200)
        for one in filter(None, (page, shown)):
            self.assertEqual(self.submit(one, f"/finance/d/{link.ref}/seen").status_code, 204)


@tagged("post_install", "-at_install")
class TestOneBrowser(Browser):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoices = [cls.make_invoice() for _number in range(5)]
        cls.issued = [cls.issue(invoice) for invoice in cls.invoices]

    def test_links_opened_together_all_stay_open(self):
        tokens = [token for _link, token in self.issued]
        _first, first = self.issue()
        for name, prepare in (
            ("a new browser", self.opener.cookies.clear),
            ("a visitor", lambda: self.open_link(first)),
        ):
            with self.subTest(name):
                prepare()
                answers = self.at_once(*map(self.click, tokens))
                self.assertEqual({answer.status_code for answer in answers}, {303})
                for link, _token in self.issued:
                    self.assertOpen(link)

    def test_the_same_link_opened_twice_is_one_document(self):
        link, token = self.issue()
        self.at_once(self.click(token), self.click(token))
        page = self.visit(f"/finance/d/{link.ref}")
        self.open_link(token)
        self.assertOpen(link, page)

    def test_who_is_signed_in_stays_so(self):
        self.account_with_password()
        self.sign_in()
        link, token = self.issue()
        page = self.open_link(token)
        self.at_once(*(self.click(token) for _link, token in self.issued))
        self.assertSignedIn()
        for one, _token in self.issued:
            self.assertOpen(one)
        self.assertOpen(link, page)

    def soft_rotation(self):
        """Have Odoo give the session another number with the next request, as it does by itself."""
        session = http.root.session_store.get(self.opener.cookies["session_id"])
        session["create_time"] = time.time() - http.SESSION_ROTATION_INTERVAL - 1
        http.root.session_store.save(session)
        return lambda: self.visit(PORTAL)

    def get_actions(self, account):
        """Return what a browser may be doing while a link opens, by name.

        :return: whether one is signed in before, what prepares it and returns the request, and
            whether one is signed in after
        """
        settings = f"{PORTAL}/settings"

        def form(path, at=None, **data):
            return lambda: self.post(path, self.visit(at or path), **data)

        def reset():
            token = self.mail_account_link(account, "reset")
            return self.click(token, f"{PORTAL[1:]}/reset")

        def open_quote():
            _link, token = self.issue(self.make_quote())
            return self.click(token, "q")

        def on_quote(action, **data):
            link, token = self.issue(self.make_quote())
            page = self.visit(f"/q/{token}", follow=True)
            return self.post(f"/finance/d/{link.ref}/{action}", page, **data)

        sign_in = {"email": self.ada.email, "password": PASSWORD}
        change = {"current": PASSWORD, "password": OTHER}
        away = {"next": f"{PORTAL}/quotes"}
        return {
            "sign in": (False, form(LOGIN, **sign_in), True),
            "wrong password": (False, form(LOGIN, email=self.ada.email, password="x"), False),
            "forgotten": (False, form(f"{PORTAL}/forgot", email=self.ada.email), False),
            "reset": (False, reset, False),
            "language": (True, form(f"{settings}/language", settings, lang="en_US"), True),
            "password": (True, form(f"{settings}/password", settings, **change), True),
            "to another account": (True, form(f"{PORTAL}/logout", settings, **away), False),
            "another number": (True, self.soft_rotation, True),
            "another link": (True, open_quote, True),
            "answer": (True, lambda: on_quote("decline", reason="No"), True),
            "end": (True, lambda: on_quote("end"), True),
        }

    def test_whatever_else_the_browser_does_the_link_stays_open(self):
        account = self.account_with_password()
        open_before, first = self.issue()
        for name, (signed_in, prepare, stays_in) in self.get_actions(account).items():
            for is_first in (True, False):
                with self.subTest(name, is_first=is_first):
                    self.become_stranger()
                    account.user_id.password = PASSWORD
                    page = self.open_link(first)
                    if signed_in:
                        self.sign_in()
                    link, token = self.issued[0]
                    requests = [prepare(), self.click(token)]
                    self.at_once(*(requests if is_first else requests[::-1]))
                    self.assertOpen(link)
                    self.assertOpen(open_before, page)
                    if stays_in:
                        self.assertSignedIn()
                    else:
                        self.assertSignedOut()

    def test_signing_out_closes_the_links_of_this_browser(self):
        """Unless it is on the way to another account: then they stay."""
        self.account_with_password()
        for path, sign_out in {
            "here": lambda: self.fill_in(f"{PORTAL}/logout", at=f"{PORTAL}/settings"),
            "everywhere": lambda: self.fill_in(
                f"{PORTAL}/settings/sign-out-everywhere", at=f"{PORTAL}/settings"
            ),
            # The website's menu has this one, for customers who are signed in there, too.
            "on Odoo's pages": lambda: self.visit("/web/session/logout?redirect=/"),
        }.items():
            with self.subTest(path):
                self.become_stranger()
                link, token = self.issue()
                self.open_link(token)
                self.sign_in()
                sign_out()
                self.assertSignedOut()
                self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 404)

    def test_forms_opened_together_all_work(self):
        """A new browser opens two documents whose customers have to sign in."""
        self.account_with_password()
        self.customer.finance_portal_sign_in = "required"
        for number in range(2):
            self.opener.cookies.clear()
            tokens = [token for _link, token in self.issued[:2]]
            self.at_once(*map(self.click, tokens))
            pages = self.at_once(*[lambda: self.visit(LOGIN)] * 2)
            data = {"email": self.ada.email, "password": PASSWORD}
            answer = self.post(LOGIN, pages[number], **data)()
            self.assertLeadsTo(answer, PORTAL)

    def test_setup_and_documents_opened_together(self):
        _account, setup = self.enable()
        for number in range(2):
            self.opener.cookies.clear()
            self.at_once(
                self.click(setup, "finance/customer-portal/setup"),
                *(self.click(token) for _link, token in self.issued),
                self.click(setup, "finance/customer-portal/setup"),
            )
            pages = self.at_once(*[lambda: self.visit(f"{PORTAL}/setup")] * 2)
            self.assertEqual({page.status_code for page in pages}, {200})
            answer = self.post(f"{PORTAL}/setup", pages[number], password="short")()
            self.assertEqual(answer.status_code, 422)
            for link, _token in self.issued:
                self.assertOpen(link)

    # === A GRANT IS WORTH NO MORE THAN A SESSION === #

    def grant_of(self, link):
        return f"finance_portal_grant_{link.ref}"

    def test_l6_a_grant_is_for_one_link_and_cannot_be_made_up(self):
        (mine, token), (other, _token) = self.issued[:2]
        self.visit(f"/finance/i/{token}")
        value = self.opener.cookies[self.grant_of(mine)]
        visit, _dot, proof = value.partition(".")
        other_visit = f"{'a' if visit[0] != 'a' else 'b'}{visit[1:]}"
        for link, forged in (
            *((other, text) for text in (value, visit, f"{visit}.{'0' * 32}", "x", "")),
            (mine, f"{other_visit}.{proof}"),
            (mine, f"{visit}.{proof[:-1]}"),
        ):
            with self.subTest(forged):
                self.opener.cookies.clear()
                self.plant(self.grant_of(link), forged)
                self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 404)
        self.opener.cookies.clear()
        self.plant(self.grant_of(mine), value)
        self.assertEqual(self.visit(f"/finance/d/{mine.ref}").status_code, 200)

    def test_l2_no_cookie_holds_the_token_and_scripts_read_none(self):
        link, token = self.issued[0]
        self.opener.cookies.clear()
        answer = self.visit(f"/finance/i/{token}")
        cookies = answer.raw.headers.getlist("Set-Cookie")
        self.assertNotIn(token, str(cookies))
        [grant] = [text for text in cookies if text.startswith(self.grant_of(link))]
        for word in ("HttpOnly", "SameSite=Lax", "Path=/"):
            self.assertIn(word, grant)

    def test_a_browser_keeps_fifty_links_at_most(self):
        link, token = self.issued[0]
        self.opener.cookies.clear()
        for number in range(60):
            self.plant(f"finance_portal_grant_{number:022d}", "x")
        self.visit(f"/finance/i/{token}")
        names = [name for name in self.opener.cookies.get_dict() if "grant" in name]
        self.assertEqual(len(names), 50)
        self.assertIn(self.grant_of(link), names)

    def test_no_form_of_another_link_or_browser_counts(self):
        (mine, token), (other, other_token) = self.issued[:2]
        page = self.open_link(token)
        self.open_link(other_token)
        self.assertEqual(self.submit(page, f"/finance/d/{other.ref}/seen").status_code, 400)
        sign_in_page = self.visit(LOGIN)
        self.assertEqual(self.submit(sign_in_page, f"/finance/d/{mine.ref}/seen").status_code, 400)
        self.plant(f"finance_portal_form_{mine.ref}", "1")
        made_up = self.visit(LOGIN)
        self.assertEqual(self.submit(made_up, f"/finance/d/{mine.ref}/seen").status_code, 400)
        self.become_stranger()
        for form in (page, sign_in_page):
            self.assertEqual(self.submit(form, LOGIN).status_code, 400)
            self.assertEqual(self.submit(form, f"/finance/d/{mine.ref}/seen").status_code, 400)
