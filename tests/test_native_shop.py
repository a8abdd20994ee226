"""L11 with a shop and Point of Sale: needs a database with both, see ``dev/suite/testing.py``."""

from odoo.http import Request, root
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.quotes.ir_http_native import IrHttp
from .http_common import FinancePortalHttpCase
from .portal_common import PortalCase
from .test_native_rule import NativeRuleCase, TestNativeRule

SHOP = ("post_install", "-at_install", "-standard", "finance_portal_shop")
HELD = "sale_order_id"


class ShopCase(FinancePortalHttpCase, NativeRuleCase):
    """A shop, and what it knows of a visitor."""

    def take_back(self, **values):
        """Return a cart that staff sent, and take back to change it."""
        cart = self.mark(self.make_cart(**values))
        cart._portal_ensure_token()
        self.rework(cart)
        return cart

    def mark(self, order):
        """Give an order a price that nothing else in the shop has; return it."""
        order.order_line.price_unit = 7654.32
        return order

    def rework(self, order):
        order.action_quotation_sent()
        order.action_draft()

    def hold(self, cart):
        """Have the visitor's session hold a cart."""
        self.env.flush_all()
        self.session[HELD] = cart.id
        root.session_store.save(self.session)

    def held(self):
        """Return the id of the cart that the visitor's session holds."""
        return root.session_store.get(self.opener.cookies["session_id"]).get(HELD)

    def state_of(self, *orders):
        """Return what must not change of orders that are none of the visitor's."""
        return [
            (
                order.state,
                order.partner_id,
                order.amount_total,
                order.order_line.mapped(lambda line: (line.product_id, line.price_unit)),
            )
            for order in orders
        ]

    def assertShowsNothing(self, page, order):
        for text in (order.name, "7,654.32", f'data-order-id="{order.id}"'):
            self.assertFalse(text in page.text, text)


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

    def test_l11_what_staff_took_back_is_no_cart_whatever_it_was_before(self):
        cancel, draft = "_action_cancel", "action_draft"
        for way in (
            ("action_quotation_sent", draft),
            (cancel, draft),
            ("action_quotation_sent", cancel, draft),
            ("action_confirm", cancel, draft),
            ("action_quotation_sent", draft, draft),
        ):
            cart = self.make_cart()
            token = cart._portal_ensure_token()
            for step in way:
                getattr(cart, step)()
            with self.subTest(way):
                self.assertEqual(cart.state, "draft")
                self.assertFalse(cart._finance_portal_is_cart())
                self.assertFalse(cart._portal_ensure_token())
                public = self.env["sale.order"].with_user(self.env.ref("base.public_user"))
                self.assertFalse(public._get_thread_with_access(cart.id, token=token))

    def test_l11_what_staff_made_is_no_cart(self):
        cart = self.make_cart()
        self.assertTrue(cart._finance_portal_is_cart())
        for name, order in (
            ("a copy", cart.copy()),
            ("a copy that a program makes for staff", cart.sudo().copy()),
            ("made by hand", self.make_order(website_id=cart.website_id.id)),
        ):
            with self.subTest(name):
                self.assertEqual(order.website_id, cart.website_id)
                self.assertFalse(order._finance_portal_is_cart())
                self.assertFalse(order._portal_ensure_token())

    def test_l4_a_cart_goes_with_its_visitor_and_nothing_else_does(self):
        """What they buy for their new company isn't the old one's to pay."""
        cart, sent, reworked = (self.make_cart() for _number in range(3))
        (sent | reworked).action_quotation_sent()
        reworked.action_draft()
        prepared = self.make_order(website_id=cart.website_id.id)
        self.ada.parent_id = self.rival
        self.env.invalidate_all()
        self.assertEqual(cart._finance_portal_get_customer(), self.rival)
        for order in (sent, reworked, prepared):
            self.assertEqual(order._finance_portal_get_customer(), self.customer)

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
class TestDoorsOfTheShop(ShopCase):
    """Addresses that compare a token themselves, past the check that is ours."""

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

    def door(self, cart, number=None, revive=""):
        """Return the address by which an email about an abandoned cart brings it back."""
        query = f"id={number or cart.id}&access_token={cart.access_token}"
        return f"/shop/cart?{query}" + (f"&revive_method={revive}" if revive else "")

    def test_l11_a_cart_opens_while_it_is_one(self):
        cart = self.make_cart()
        cart._portal_ensure_token()
        for status, go in (
            (200, lambda: None),
            (200, cart.action_quotation_sent),  # Odoo says that it was ordered
            (410, cart.action_draft),
            (200, cart.action_confirm),
        ):
            go()
            with self.subTest(state=cart.state):
                self.assertEqual(self.visit(self.door(cart)).status_code, status)

    def test_l11_a_quote_that_staff_took_back_is_no_cart_to_go_on_with(self):
        """Nobody takes it up, nor its lines, with a cart of their own and without."""
        quote = self.take_back()
        guest = quote.website_id.user_id.partner_id
        for revive in ("", "merge", "squash"):
            for own in (self.make_cart(partner=guest), None):
                self.become_stranger()
                if own:
                    self.hold(own)
                before = self.state_of(quote, *(own or ()))
                with self.subTest(revive=revive, own=own):
                    page = self.visit(self.door(quote, revive=revive))
                    self.assertEqual(page.status_code, 410)
                    self.assertShowsNothing(page, quote)
                    self.assertEqual(self.held(), own.id if own else None)
                    self.assertShowsNothing(self.visit("/shop/checkout", follow=True), quote)
                    self.assertEqual(self.state_of(quote, *(own or ())), before)

    def test_l11_whatever_names_the_order_for_odoo_names_it_here(self):
        quote = self.take_back()
        number = str(quote.id)
        wide = number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
        for written in (
            f"%2B{number}", f"+{number}", f"%20{number}%20", f"{number[:1]}_{number[1:]}",
            f"{number:0>10}", f"{number:0>30}", wide,
        ):  # fmt: skip
            with self.subTest(written):
                page = self.visit(self.door(quote, written, revive="squash"))
                self.assertEqual(page.status_code, 410)
                self.assertFalse(self.held())

    def test_l11_what_names_no_order_is_none(self):
        for text in (None, "", "x", "1.0", "1__0", "-1", "0", str(2**31), "9" * 30, "9" * 5000, []):
            self.assertEqual(IrHttp._finance_portal_read_id(text), 0)
        self.assertEqual(IrHttp._finance_portal_read_id(str(2**31 - 1)), 2**31 - 1)

    def test_l11_a_session_forgets_a_cart_that_staff_work_on_now(self):
        cart, older = self.mark(self.make_cart()), self.make_cart()
        older._portal_ensure_token()
        self.rework(cart)
        for path in ("/shop/cart", "/no/such/page", self.door(older, revive="merge")):
            self.hold(cart)
            before = self.state_of(cart)
            with self.subTest(path):
                self.assertShowsNothing(self.visit(path), cart)
                self.assertNotEqual(self.held(), cart.id)
                self.assertEqual(self.state_of(cart), before)


@tagged(*SHOP)
class TestCartOfACustomer(PortalCase, ShopCase):
    """Who is signed in shops as themselves, and finds their own cart again."""

    def visit_shop(self):
        self.sign_in()
        return self.visit("/shop/cart")

    def test_l11_their_own_cart_is_taken_up(self):
        cart = self.make_cart()
        self.assertTrue(cart.order_line.product_id.name in self.visit_shop().text)
        self.assertEqual(self.held(), cart.id)

    def test_l11_a_draft_that_staff_work_on_is_left_alone(self):
        prepared, cancelled = self.mark(self.make_cart().copy()), self.mark(self.make_cart())
        cancelled._action_cancel()
        cancelled.action_draft()
        quotes = prepared + cancelled + self.take_back()
        (self.env["sale.order"].search([("website_id", "!=", False)]) - quotes).unlink()
        before = self.state_of(*quotes)
        page = self.visit_shop()
        for quote in quotes:
            self.assertShowsNothing(page, quote)
        self.assertFalse(self.held())
        self.assertEqual(self.state_of(*quotes), before)
        cart = self.make_cart()
        self.take_back()
        self.visit_shop()
        self.assertEqual(self.held(), cart.id)

    def test_l11_who_may_read_a_quote_takes_nothing_from_it(self):
        quote, own = self.take_back(), self.make_cart()
        self.sign_in()
        self.assertEqual(self.visit(self.path_of(quote)).status_code, 200)
        before = self.state_of(quote, own)
        for revive in ("", "merge", "squash"):
            self.hold(own)
            query = f"id={quote.id}&access_token={quote.access_token}&revive_method={revive}"
            with self.subTest(revive):
                self.assertEqual(self.visit(f"/shop/cart?{query}").status_code, 410)
                self.assertEqual(self.held(), own.id)
                self.assertEqual(self.state_of(quote, own), before)


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
            self.assertEqual(self.page(move, key).status_code, 401)
        self.assertFalse(self.invoice.access_token, "no permanent token is made")

    def test_l11_a_receipt_opens_nothing_that_is_not_shown_to_customers_now(self):
        receipt = self.make_receipt(self.invoice)
        receipt.session_id.state = "closed"  # until then the till keeps its invoices as they are
        self.invoice.button_draft()
        self.assertEqual(self.page(self.invoice, receipt.access_token).status_code, 401)
        self.assertFalse(self.invoice._finance_portal_is_opened_by(receipt.access_token))

    def test_l10_a_receipt_lets_nobody_read_or_write_messages(self):
        receipt = self.make_receipt(self.invoice)
        moves = self.env["account.move"].with_user(self.env.ref("base.public_user"))
        token = receipt.access_token
        self.assertFalse(moves._get_thread_with_access(self.invoice.id, token=token))
        self.assertFalse(f'data-token="{token}"' in self.page(self.invoice, token).text)

    def test_l11_a_receipt_is_no_sign_in(self):
        """Where a customer has to sign in, their receipt leads to signing in and back."""
        token = self.make_receipt(self.invoice).access_token
        path = f"/my/invoices/{self.invoice.id}?access_token={token}"
        ref = self.env["finance.portal.scope"]._make_ref(self.invoice)
        place = f"/finance/customer-portal/login?next=%2Ffinance%2Fd%2F{ref}"
        for default, own, asked in (
            (False, False, False),
            (True, False, True),
            (True, "not_required", False),
            (False, "required", True),
        ):
            self.company.finance_portal_require_sign_in = default
            self.customer.finance_portal_sign_in = own
            for address in (path, f"{path}&report_type=pdf"):
                page = self.visit(address)
                with self.subTest(default=default, own=own):
                    self.assertEqual(page.status_code, 303 if asked else 200)
                    if asked:
                        self.assertTrue(page.headers["Location"].endswith(place))
        ticket = self.visit(f"/pos/ticket/validate?access_token={token}", follow=True)
        self.assertIn("/finance/customer-portal/login", ticket.url)
        self.assertFalse(self.invoice.name in ticket.text)
        self.authenticate("accountman", "accountman")
        self.assertEqual(self.page(self.invoice, token).status_code, 200)
