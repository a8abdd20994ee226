"""SPEC 9: customers pay online to the account that an administrator connected, and no other."""

from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.http import Response, request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .payment_common import PaymentCase

# As what Odoo writes when Razorpay or Mercado Pago returns with somebody's account.
CONNECTED = {"state": "test", "is_published": True}


@tagged("post_install", "-at_install")
class TestPaymentProvider(PaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.write({"state": "disabled", "is_published": False})

    def is_on(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.provider.state != "disabled" or self.provider.is_published

    def connect(self, user):
        """Turn the provider on with all rights, as those pages do."""
        self.provider.with_user(user).sudo().write(CONNECTED)

    def test_nobody_but_administrators_turns_a_provider_on(self):
        accountant = self.make_user(
            "accountant", "account.group_account_manager", "sales_team.group_sale_manager"
        )
        for user in (accountant, self.account.user_id, self.env.ref("base.public_user")):
            for values in (CONNECTED, *({name: value} for name, value in CONNECTED.items())):
                with self.subTest(user=user.name, values=values), self.assertRaises(AccessError):
                    self.provider.with_user(user).sudo().write(values)
        self.assertFalse(self.is_on())

    def test_administrators_and_jobs_do(self):
        admin = self.make_user("admin2", "base.group_system")
        for user in (admin, self.env["res.users"].browse(SUPERUSER_ID)):
            with self.subTest(user=user.name):
                self.connect(user)
                self.assertTrue(self.is_on())
                self.provider.action_reset_credentials()

    def test_what_a_payment_renews_goes_through(self):
        """Odoo renews a provider's keys while somebody pays."""
        self.provider.with_user(self.env.ref("base.public_user")).sudo().name = "Renewed"
        self.assertEqual(self.provider.name, "Renewed")

    def test_a_signed_in_customer_opens_such_a_page_in_vain(self):
        """Also where Odoo works as somebody else on the customer's behalf."""
        self.sign_in()
        self.env["res.company"].search([]).finance_portal_account_reach = "website"
        tried = []

        def dispatch(cls, endpoint):
            for user in (request.env.user, request.env["res.users"].browse(SUPERUSER_ID)):
                tried.append(request.env.user)
                try:
                    self.connect(user.with_env(self.env))
                except AccessError as refused:
                    tried.append(str(refused))
            return Response("ok")

        with (
            patch.object(type(self.env["ir.http"]), "_dispatch", classmethod(dispatch)),
            mute_logger("odoo.http"),
        ):
            self.visit("/payment/status")
        words = "Customers pay with this payment provider. Ask an administrator to set it up."
        self.assertEqual(tried, [self.account.user_id, words] * 2)
        self.assertFalse(self.is_on())
