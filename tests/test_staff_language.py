"""What staff are told while they look as a customer is in their own language."""

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..failures import PreviewEnded
from .http_common import FinancePortalHttpCase
from .test_failure_look import get_kinds

PORTAL = "/finance/customer-portal"
GERMAN, ENGLISH = 'lang="de-DE"', 'lang="en-US"'


@tagged("post_install", "-at_install")
class TestStaffLanguage(FinancePortalHttpCase):
    """English staff look as a German customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("de_DE")
        cls.ada.lang = "de_DE"
        groups = "account.group_account_manager", "base.group_partner_manager"
        cls.boss = cls.make_user("boss", *groups, password="boss")
        cls.invoice._generate_and_send(allow_fallback_pdf=True)
        cls.path = f"/finance/d/{cls.env['finance.portal.scope']._make_ref(cls.invoice)}"

    def setUp(self):
        super().setUp()
        self.authenticate("boss", "boss")
        self.press_signed_in(self.ada, "action_finance_portal_view_as")

    def test_the_banner_is_theirs_and_the_page_the_customers(self):
        for path in (PORTAL, self.path):
            page = self.visit(path).text
            banner = page.partition('<div class="viewing-as"')[2].partition("</div>")[0]
            with self.subTest(path=path):
                self.assertIn(GERMAN, page.partition("<head>")[0])
                self.assertIn(ENGLISH, banner)
                self.assertIn("re seeing what", banner)

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_every_failure_for_staff(self):
        kinds = [kind for kind in get_kinds() if kind.is_for_staff]
        self.assertIn(PreviewEnded, kinds)
        Throttle = type(self.env["finance.portal.throttle"])
        for kind in kinds:

            def fail(_throttle, _bucket, kind=kind):
                raise kind("test", next_path="/odoo")

            for path in (PORTAL, self.path):
                with self.subTest(kind=kind, path=path), patch.object(Throttle, "_hit", fail):
                    self.assertIn(ENGLISH, self.visit(path).text)

    @mute_logger("odoo.http", "odoo.sql_db")
    def test_a_form_of_the_customers(self):
        page = self.visit(self.path)
        answer = self.visit(
            f"{self.path}/accept", "POST", data={"csrf_token": self.csrf_of(page), "name": "Ada"}
        )
        self.assertEqual(answer.status_code, 403)
        self.assertIn(ENGLISH, answer.text)
        self.assertIn("Only the customer can do this", answer.text)
        self.assertIn(GERMAN, self.visit(self.path).text, "the customer's page stays as it is")
