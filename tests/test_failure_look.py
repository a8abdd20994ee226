"""What goes wrong wears the branding and the language of the page that one came from."""

from unittest.mock import patch

from werkzeug import exceptions as http_errors

from odoo import fields
from odoo.tests import tagged
from odoo.tests.common import HOST
from odoo.tools import mute_logger

from ..failures import AccountNotChosen, DecisionRefused, FormRefused, PortalFailure, SignInRequired
from ..models.web.page_look import LOOK_COOKIE
from ..tools.secure_token import new_ref
from .account_pages_common import PORTAL, AccountPagesCase
from .test_account_emails import PIXEL

# They show another page, or lead to one.
NO_PAGES = (AccountNotChosen, DecisionRefused, FormRefused, SignInRequired)
NEEDS_ACCESS = "PaymentRefused"  # of a bridge: shows the payment page again
GERMAN, ENGLISH = 'lang="de-DE"', 'lang="en-US"'


def get_kinds(kind=PortalFailure):
    """Return every class of failure that has a page, those of bridges included."""
    deeper = [one for child in kind.__subclasses__() for one in get_kinds(child)]
    has_page = not issubclass(kind, NO_PAGES) and kind.__name__ != NEEDS_ACCESS
    return [kind, *deeper] if has_page else []


@tagged("post_install", "-at_install")
class TestFailureLook(AccountPagesCase):
    """A German customer of a company that isn't the first one, in an English browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.ada.lang = "de_DE"
        cls.company.write({"name": "Backstein GmbH", "primary_color": "#9b1c1c", "logo": PIXEL})
        assert cls.company != cls.env.ref("base.main_company"), "or branding comes by itself"

    def setUp(self):
        super().setUp()
        muted = mute_logger(
            "odoo.http", "odoo.sql_db", "odoo.addons.finance_portal.models.web.ir_http_failures"
        )
        muted.__enter__()
        self.addCleanup(muted.__exit__, None, None, None)

    def assertLook(self, page, lang=GERMAN):
        """Assert that a page is in a language, and in the company's name, colour and logo."""
        self.assertIn(lang, page.text)
        self.assertIn('<span class="sender-name"', page.text)
        self.assertIn("Backstein GmbH</span>", page.text)
        self.assertIn("--brand: #9b1c1c", page.text)
        self.assertIn(f"company_logo?company={self.company.id}&", page.text.replace("&amp;", "&"))
        self.assertStrictHeaders(page)

    def open_document(self):
        """Open a mailed link; return the address of the page."""
        link, token = self.issue()
        self.assertLook(self.open_link(token))
        return f"/finance/d/{link.ref}"

    def open_setup(self):
        """Open a mailed link to choose a password; return the address of the page."""
        _account, token = self.enable()
        path = f"{PORTAL}/setup"
        self.assertLook(self.visit(f"{path}/{token}", follow=True))
        return path

    # === EVERY KIND OF FAILURE === #

    def test_every_failure_looks_like_the_page_before_it(self):
        """Whatever is raised before anybody was let in: failures of ours, Odoo's, and bugs."""
        failures = [kind("test") for kind in get_kinds()]
        failures += [http_errors.NotFound(), http_errors.Forbidden(), http_errors.BadRequest()]
        failures += [http_errors.RequestEntityTooLarge(), ValueError("a bug")]
        Throttle = type(self.env["finance.portal.throttle"])
        for open_page in (self.open_document, self.open_setup):
            self.become_stranger()
            path = open_page()
            for failure in failures:

                def fail(_throttle, _bucket, failure=failure):
                    raise failure

                for method in ("GET", "POST"):
                    lang = ENGLISH if getattr(failure, "is_for_staff", False) else GERMAN
                    where = path if method == "GET" or PORTAL in path else f"{path}/account"
                    name = type(failure).__name__
                    with (
                        self.subTest(failure=name, path=where, method=method),
                        patch.object(Throttle, "_hit", fail),
                    ):
                        self.assertLook(self.visit(where, method), lang)

    def test_wrong_methods_and_mistyped_addresses(self):
        document = self.open_document()
        setup = self.open_setup()
        for path, method, status in (
            (document, "PUT", 405),
            (f"{document}/accept", "GET", 405),
            (f"{document}/nowhere", "GET", 404),
            (f"{document}/pdf/nowhere", "GET", 404),
            (f"{setup}/x/y", "GET", 404),
            (f"{PORTAL}/nowhere", "GET", 404),
            (f"{PORTAL}/nowhere", "POST", 404),
        ):
            with self.subTest(path=path, method=method):
                answer = self.visit(path, method)
                self.assertEqual(answer.status_code, status)
                self.assertLook(answer)

    def test_forms_that_are_old_or_too_many(self):
        document, setup = self.open_document(), self.open_setup()
        limit = self.env["ir.config_parameter"].set_param
        forms = [f"{document}/{name}" for name in ("accept", "decline", "account", "end", "seen")]
        for path in (*forms, setup):
            with self.subTest("old", path=path):
                answer = self.visit(path, "POST", data={"csrf_token": "old"})
                self.assertEqual(answer.status_code, 400)
                self.assertLook(answer)
        for bucket in ("viewing", "recovery", "deciding"):
            limit(f"finance_portal.throttle.{bucket}", "0/600")
        for path, method in (
            (document, "GET"),
            (f"{document}/pdf", "GET"),
            (f"{document}/request-access", "POST"),
            (f"{document}/accept", "POST"),
            (setup, "GET"),
            (setup, "POST"),
            (f"{PORTAL}/forgot", "GET"),
        ):
            with self.subTest("too many", path=path):
                answer = self.visit(path, method)
                self.assertEqual(answer.status_code, 429)
                self.assertLook(answer)

    def test_forms_that_are_too_large(self):
        """Their fields can't be read, and an error page that looks at them fails as well."""
        document, setup = self.open_document(), self.open_setup()
        self.env["ir.config_parameter"].set_param("web.max_file_upload_size", 1000)
        names = ("accept", "decline", "account", "end", "seen", "request-access")
        for path in (*(f"{document}/{name}" for name in names), setup):
            with self.subTest(path=path):
                answer = self.visit(path, "POST", data={"reason": "x" * 5000})
                self.assertEqual(answer.status_code, 413)
                self.assertLook(answer)

    def test_request_access_and_its_answer(self):
        """Also in a browser that never got in: by a link that had ended when it was opened."""
        link, token = self.issue()
        with patch.object(fields.Datetime, "now", lambda: link.expires_at):
            page = self.visit(f"/finance/i/{token}")
        self.assertEqual(page.status_code, 410)
        self.assertLook(page)
        self.assertLook(self.submit(page, f"/finance/d/{link.ref}/request-access"))

    def test_a_file_that_asks_to_sign_in(self):
        path = self.open_document()
        self.customer.finance_portal_sign_in = "required"
        answer = self.visit(f"{path}/pdf")
        self.assertEqual(answer.status_code, 401)
        self.assertLook(answer)

    def test_a_signed_in_customer(self):
        self.account_with_password()
        self.sign_in()
        for path in (f"{PORTAL}/nowhere", f"{PORTAL}/files/{new_ref()}"):
            with self.subTest(path=path):
                self.assertLook(self.visit(path, follow=True))

    # === NOBODY LEARNS ANYTHING BY IT === #

    def test_real_and_made_up_references_look_alike(self):
        """To a stranger, and to who was let in to another document."""
        link, _token = self.issue()
        ended, _token = self.issue(partner=self.ben)
        ended._revoke("staff")
        ways = [("GET", ""), ("GET", "/pdf"), ("GET", "/nowhere"), ("GET", "?cookies=1")]
        ways += [("POST", f"/{name}") for name in ("accept", "seen", "account", "request-access")]
        for is_known in (False, True):
            self.become_stranger()
            if is_known:
                self.open_link(self.issue(self.make_invoice())[1])
            for method, way in ways:
                with self.subTest(method=method, way=way, is_known=is_known):
                    found = set()
                    for ref in (link.ref, ended.ref, new_ref()):
                        answer = self.visit(f"/finance/d/{ref}{way}", method)
                        found.add((answer.status_code, self.plain(answer).replace(ref, "")))
                        self.assertNotIn(LOOK_COOKIE, answer.headers.get("Set-Cookie", ""))
                        self.assertNotIn("Backstein", answer.text)
                    self.assertEqual(len(found), 1)

    def test_a_look_is_for_its_own_address_and_cannot_be_made(self):
        path = self.open_document()
        [cookie] = [one for one in self.opener.cookies if one.name == LOOK_COOKIE]
        self.assertEqual(cookie.path, path)
        self.assertTrue(cookie.has_nonstandard_attr("HttpOnly"))
        other, value = f"/finance/d/{new_ref()}", cookie.value
        number, lang, proof = value.split(".")
        first = self.env.ref("base.main_company").id
        for where, text in (
            (other, value),
            (path, f"{first}.{lang}.{proof}"),
            (path, f"{number}.en_US.{proof}"),
            (path, "nonsense"),
            (path, f"{number}.{lang}.{'0' * 32}"),
        ):
            self.become_stranger()
            self.opener.cookies.set(LOOK_COOKIE, text, domain=HOST)
            with self.subTest(where=where, text=text):
                page = self.visit(where)
                self.assertIn(ENGLISH, page.text)
                self.assertNotIn("sender-name", page.text)

    def test_closing_the_document_takes_its_look_along(self):
        path = self.open_document()
        self.assertLook(self.submit(self.visit(path), f"{path}/end"))
        self.assertNotIn("Backstein", self.visit(path).text)

    def test_unknown_links_wear_nobodys_look(self):
        self.open_document()
        self.open_setup()
        for path in ("/finance/i/mistyped", "/q/mistyped/x", "/finance/d"):
            with self.subTest(path=path):
                page = self.visit(path)
                self.assertEqual(page.status_code, 404)
                self.assertIn("<h1>This link is no longer active</h1>", page.text)
                self.assertNotIn("sender-name", page.text)
