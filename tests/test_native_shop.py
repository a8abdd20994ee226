"""L11 with a shop and Point of Sale: needs a database with both, see ``dev/testing.py``."""

from odoo.http import Request
from odoo.tests import tagged
from odoo.tools import mute_logger

from .http_common import FinancePortalHttpCase
from .test_native_rule import NativeRuleCase, TestNativeRule

SHOP = ("post_install", "-at_install", "-standard", "finance_portal_shop")


@tagged(*SHOP)
class TestCarts(TestNativeRule):
    """The rule's own tests with shop orders, and the life of a cart."""

    def test_l11_what_a_draft_was_opened_by_does_not_open_what_was_sent(self):
        cart = self.make_cart()
        token = cart._portal_ensure_token()
        public = self.env["sale.order"].with_user(self.env.ref("base.public_user"))
        self.assertTrue(public._get_thread_with_access(cart.id, token=token))
        for go in (cart.action_quotation_sent, cart.action_draft, cart.action_confirm):
            go()
            self.assertEqual(cart.access_token, token)
            self.assertFalse(public._get_thread_with_access(cart.id, token=token))
            self.assertNotIn(token, cart.get_portal_url())
            self.assertFalse(cart._portal_ensure_token())

    def test_l11_a_cart_that_staff_send_becomes_a_secure_link(self):
        cart = self.make_cart()
        token = cart._portal_ensure_token()
        wizard = self.open_composer(cart)
        self.assertTrue(
            cart.with_context(finance_portal_send=True)._finance_portal_will_share(),
            "the dialog says so",
        )
        with self.mock_mail_gateway():
            wizard.action_send_mail()
        self.assertEqual(cart.state, "sent")
        self.assertTrue(self.token_of(self.ada.email))
        self.assertNotIn(token, self.sent[self.ada.email])
        self.assertNoNativeTrace(self.sent[self.ada.email])

    def test_l11_the_email_about_an_abandoned_cart_brings_the_cart_back(self):
        cart = self.make_cart()
        with self.mock_mail_gateway():
            cart._cart_recovery_email_send()
            self.env["mail.mail"].search([("model", "=", "sale.order")]).send()
        self.assertTrue(cart.access_token)
        place = f"/shop/cart?id={cart.id}&amp;access_token={cart.access_token}"
        self.assertIn(place, self.sent[self.ada.email])
        self.assertFalse(self.tokens_in(self.sent[self.ada.email]))


@tagged(*SHOP)
class TestDoorsOfTheShop(FinancePortalHttpCase, NativeRuleCase):
    """Routes that compare a token themselves, without our check."""

    def test_l11_no_delivery_slip_by_the_token_of_a_closed_order(self):
        self.company.finance_portal_close_native = False
        product = self.env["product.product"].create({"name": "Chair", "type": "consu"})
        order = self.make_quote(lines=[{"product_id": product.id, "price_unit": 9.0}])
        token = order._portal_ensure_token()
        order.action_confirm()
        picking = order.picking_ids
        paths = [f"/my/picking/{kind}/{picking.id}" for kind in ("pdf", "return/pdf")]
        self.assertEqual(self.visit(f"{paths[0]}?access_token={token}").status_code, 200)
        self.company.finance_portal_close_native = True
        for path in paths:
            with self.subTest(path):
                self.assertEqual(self.visit(f"{path}?access_token={token}").status_code, 410)
                form = {"access_token": token, "csrf_token": Request.csrf_token(self)}
                self.assertEqual(self.visit(path, "POST", data=form).status_code, 410)
                with mute_logger("odoo.http"):  # how Odoo answers it
                    self.assertEqual(self.visit(f"{path}?access_token=x").status_code, 404)
        groups = ("stock.group_stock_user", "sales_team.group_sale_salesman_all_leads")
        self.make_user("packer", *groups, password="packer")
        self.authenticate("packer", "packer")
        self.assertEqual(self.visit(f"{paths[0]}?access_token={token}").status_code, 200)

    def test_l11_a_quote_that_staff_took_back_is_no_cart_to_go_on_with(self):
        cart = self.make_cart()
        path = f"/shop/cart?id={cart.id}&access_token={cart._portal_ensure_token()}"
        for status, go in (
            (200, lambda: None),
            (200, cart.action_quotation_sent),  # Odoo says that it was ordered
            (410, cart.action_draft),
            (200, cart.action_confirm),
        ):
            go()
            with self.subTest(state=cart.state):
                self.assertEqual(self.visit(path).status_code, status)


@tagged(*SHOP)
class TestReceiptOfTheTill(FinancePortalHttpCase, NativeRuleCase):
    """A Point of Sale receipt shows its invoice and nothing else."""

    def page(self, move, token):
        return self.visit(f"/my/invoices/{move.id}?access_token={token}")

    def test_l11_a_receipt_opens_its_invoice_only(self):
        receipt, other = self.make_receipt(self.invoice), self.make_invoice()
        token = receipt.access_token
        page = self.page(self.invoice, token)
        self.assertEqual(page.status_code, 200)
        self.assertTrue(self.invoice.name in page.text)
        pdf = f"/my/invoices/{self.invoice.id}?access_token={token}&report_type=pdf&download=true"
        self.assertTrue(f"access_token={token}&amp;report_type=pdf" in page.text)
        self.assertEqual(self.visit(pdf).headers["Content-Type"], "application/pdf")
        for move, key in ((other, token), (self.invoice, "x"), (self.invoice, "\u00e9")):
            self.assertEqual(self.page(move, key).status_code, 303)
        self.assertFalse(self.invoice.access_token, "no permanent token is made")

    def test_l11_a_receipt_opens_nothing_that_is_not_shown_to_customers_now(self):
        receipt = self.make_receipt(self.invoice)
        receipt.session_id.state = "closed"  # until then the till keeps its invoices as they are
        self.invoice.button_draft()
        self.assertEqual(self.page(self.invoice, receipt.access_token).status_code, 303)
        self.assertFalse(self.invoice._finance_portal_is_opened_by(receipt.access_token))

    def test_l10_a_receipt_lets_nobody_read_or_write_messages(self):
        receipt = self.make_receipt(self.invoice)
        moves = self.env["account.move"].with_user(self.env.ref("base.public_user"))
        token = receipt.access_token
        self.assertFalse(moves._get_thread_with_access(self.invoice.id, token=token))
        self.assertFalse(f'data-token="{token}"' in self.page(self.invoice, token).text)
