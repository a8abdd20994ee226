"""What Odoo's payment forms need of the request: the website, and who the customer is."""

from unittest.mock import patch

from odoo.http import Response, request
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestRoutes(PaymentCase):
    def is_of_website(self, path, method="GET"):
        """Return whether Odoo takes an address for one of a website, and for one in languages."""
        seen = []

        def dispatch(cls, endpoint):
            seen.append((request.is_frontend, request.is_frontend_multilang))
            return Response("ok")

        with patch.object(type(self.env["ir.http"]), "_dispatch", classmethod(dispatch)):
            self.visit(path, method)
        return seen[0]

    def test_pages_with_the_form_are_the_websites_and_no_others(self):
        """Odoo says on such a request alone which website the visitor is on."""
        link, token = self.issue()
        page = f"/finance/d/{link.ref}"
        self.assertEqual(self.is_of_website(f"{page}/pay"), (True, False))
        self.assertEqual(self.is_of_website(f"{page}/pay/again", "POST"), (True, False))
        for path in (page, f"/de{page}", f"/finance/i/{token}", f"/de/finance/i/{token}"):
            with self.subTest(path=path):
                self.assertEqual(self.is_of_website(path), (False, False))

    def test_customers_pay_as_themselves_where_the_company_says_so(self):
        self.sign_in()
        public = self.env.ref("base.public_user").sudo()
        for reach, user in (("documents", public), ("website", self.account.user_id)):
            public.company_id.finance_portal_account_reach = reach
            with self.subTest(reach=reach):
                self.assertEqual(self.whoami("/payment/status"), user)
                self.assertEqual(self.whoami("/payment/status/poll", json={"params": {}}), user)
