"""L11: only permanent links to documents that Send to Customer covers are closed."""

from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.tests import tagged

from ..hooks import post_init_hook
from .http_common import FinancePortalHttpCase
from .send_common import SendDocumentsCase

CLOSED, LEFT = True, False


class NativeRuleCase(SendDocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.has_shop = "website_id" in cls.env["sale.order"]._fields

    @classmethod
    def make_cart(cls, **values):
        """Return a draft order from the shop."""
        website = cls.env["website"].search([], limit=1)
        website.company_id = cls.company
        system = cls.env["sale.order"].with_user(SUPERUSER_ID)  # as the shop does
        cart = cls.make_order(orders=system, website_id=website.id, **values)
        return cart.with_user(cls.env.user)

    @classmethod
    def make_receipt(cls, move):
        """Return a Point of Sale receipt that was invoiced as ``move``."""
        # sudo: access rights aren't tested here
        config = cls.env["pos.config"].sudo().create({"name": "Till"})
        config.open_ui()
        receipt = (
            cls.env["pos.order"]
            .sudo()
            .create(
                {
                    "session_id": config.current_session_id.id,
                    "company_id": cls.company.id,
                    "partner_id": move.partner_id.id,
                    "amount_tax": 0,
                    "amount_total": 100,
                    "amount_paid": 100,
                    "amount_return": 0,
                    "account_move": move.id,
                }
            )
        )
        receipt._portal_ensure_token()
        return receipt


@tagged("post_install", "-at_install")
class TestInstalling(NativeRuleCase):
    def test_the_log_says_what_was_closed_and_how_to_undo_it(self):
        companies = self.env["res.company"].search([])
        companies.finance_portal_close_native = False
        with self.assertNoLogs("odoo.addons.finance_portal.hooks"):
            post_init_hook(self.env)
        companies[:1].finance_portal_close_native = True
        with self.assertLogs("odoo.addons.finance_portal.hooks") as logged:
            post_init_hook(self.env)
        [line] = logged.output
        self.assertIn("affected: 1.", line)
        self.assertIn("in Invoicing > Configuration > Settings > Finance Portal.", line)


@tagged("post_install", "-at_install")
class TestNativeRule(NativeRuleCase):
    def orders(self):
        """Yield ``(what it is, order, decision)`` for every state an order can be in."""
        yield "a quote that staff prepare", self.make_order(), CLOSED
        if self.has_shop:
            yield "a cart", self.make_cart(), LEFT
        for name, make in (("staff's", self.make_order), *self.shops()):
            for state, go in (
                ("sent", lambda order: order.action_quotation_sent()),
                ("confirmed", lambda order: order.action_confirm()),
                ("cancelled", lambda order: order._action_cancel()),
                ("reworked", self.rework),
            ):
                order = make()
                go(order)
                yield f"{name}, {state}", order, CLOSED

    def shops(self):
        return [("the shop's", self.make_cart)] if self.has_shop else []

    def rework(self, order):
        order.action_quotation_sent()
        order.action_draft()

    def moves(self):
        """Yield ``(what it is, record, decision)`` for journal entries and payments."""
        for kind, decision in (
            ("out_invoice", CLOSED),
            ("out_refund", CLOSED),
            ("out_receipt", CLOSED),
            ("in_invoice", LEFT),
            ("in_refund", LEFT),
            ("in_receipt", LEFT),
        ):
            for state in ("draft", "posted", "cancelled"):
                move = self.make_invoice(move_type=kind, post=state == "posted")
                if state == "cancelled":
                    move.button_cancel()
                yield f"{kind}, {state}", move, decision
        yield "a journal entry", self.env["account.move"].create({"move_type": "entry"}), LEFT
        yield "a customer's payment", self.payment, CLOSED
        vendor = self.make_payment(partner_type="supplier", payment_type="outbound")
        yield "a payment to a vendor", vendor, LEFT

    def test_l11_which_kinds_and_states_are_closed(self):
        for name, document, decision in [*self.orders(), *self.moves()]:
            with self.subTest(name):
                self.assertEqual(document._finance_portal_native_closed(), decision)
                if "access_token" in document._fields:
                    self.assertEqual(not document._portal_ensure_token(), decision)
                    has_token = "access_token=" in document.get_portal_url()
                    self.assertEqual(not has_token, decision)

    def test_l11_nothing_is_closed_where_the_company_wants_the_links_back(self):
        self.company.finance_portal_close_native = False
        for name, document, _decision in [*self.orders(), *self.moves()]:
            with self.subTest(name):
                self.assertFalse(document._finance_portal_native_closed())

    def test_l11_every_shareable_document_is_closed(self):
        for name, document, _decision in [*self.orders(), *self.moves()]:
            with self.subTest(name):
                if document._finance_portal_is_shareable():
                    self.assertTrue(document._finance_portal_native_closed())

    def test_l11_other_apps_documents_are_none_of_ours(self):
        ours = self.env.registry["finance.portal.document"]
        for name in ("purchase.order", "pos.order", "l10n.in.ewaybill", "project.task"):
            with self.subTest(name):
                model = self.env.get(name)
                self.assertFalse(model is not None and isinstance(model, ours))


@tagged("post_install", "-at_install")
class TestSystemSends(NativeRuleCase):
    """Emails that Odoo sends in a visitor's request carry a link; visitors' posts don't."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # sudo: another company's user
        cls.public = cls.env.ref("base.public_user").sudo()
        cls.portal = cls.make_user("portal", "base.group_portal")
        cls.portal.partner_id.parent_id = cls.customer
        cls.cashier = cls.make_user("cashier", "base.group_user")

    def test_l9_an_invoice_that_odoo_sends_for_a_visitor_has_a_secure_link(self):
        for user in (self.public, self.portal, self.cashier):
            with self.subTest(user=user.login), self.mock_mail_gateway():
                move = self.make_invoice()
                move.with_user(user).sudo().with_company(self.company)._generate_and_send()
                (token,) = self.tokens_in(self.sent[self.ada.email])
                self.assertEqual(self.link_of(token).partner_id, self.ada)
                self.assertEqual(set(self.sent), {self.ada.email}, "nobody else")
                self.assertNoNativeTrace(self.sent[self.ada.email])

    def test_l9_what_a_visitor_posts_brings_no_link_whoever_gets_it(self):
        self.invoice.message_subscribe(partner_ids=(self.ben + self.stranger).ids)
        for user in (self.public, self.portal):
            with self.subTest(user=user.login), self.mock_mail_gateway():
                move = self.invoice.with_user(user).sudo()
                move.message_post(
                    body=f'<a href="/my/invoices/{move.id}">x</a>',
                    partner_ids=(self.ada + self.stranger + self.portal.partner_id).ids,
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                    author_id=user.partner_id.id,
                )
                self.assertTrue(self.sent)
                for body in self.sent.values():
                    self.assertFalse(self.tokens_in(body))

    def test_l9_staff_without_rights_send_nothing_by_the_dialog(self):
        wizard = self.env["account.move.send"].with_user(self.cashier)
        self.assertFalse(wizard.env.su)
        with self.mock_mail_gateway():
            self.invoice.with_user(self.cashier).sudo().message_post(
                body="Hello", partner_ids=self.stranger.ids, message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )  # fmt: skip
            for body in self.sent.values():
                self.assertFalse(self.tokens_in(body))


@tagged("post_install", "-at_install")
class TestReceipt(NativeRuleCase):
    """Without Point of Sale, there are no receipts, and nothing is taken for one."""

    def test_l11_without_a_receipt_nothing_opens(self):
        for token in ("", False, None, [], {}, "x"):
            self.assertFalse(self.invoice._finance_portal_is_opened_by(token))
        self.assertFalse(self.invoice._portal_ensure_token())


@tagged("post_install", "-at_install")
class TestOtherDoors(FinancePortalHttpCase, NativeRuleCase):
    """L11: routes that compare a token themselves, without our check."""

    def test_l11_a_token_that_a_program_answers_by_stays_and_opens_nothing(self):
        move = self.make_invoice(move_type="out_refund")
        kept = patch.object(type(move), "_finance_portal_keeps_token", lambda _move: True)
        with kept, self.mock_mail_gateway():
            token = move._portal_ensure_token()
            self.assertTrue(token)
            self.assertNotIn(token, move.get_portal_url(report_type="pdf", anchor="x"))
            self.assertNotIn(token, move._get_share_url(redirect=True))
            move._generate_and_send()
            self.assertNotIn(token, self.sent[self.ada.email])
            page = self.visit(f"/my/invoices/{move.id}?access_token={token}")
            self.assertEqual(page.status_code, 410)

    def test_l11_plain_addresses_are_whole(self):
        path = f"/my/invoices/{self.invoice.id}"
        for options, address in (
            ({}, path),
            ({"report_type": "pdf", "download": True}, f"{path}?report_type=pdf&download=true"),
            ({"anchor": "x"}, f"{path}#x"),
            ({"suffix": "/y", "query_string": "&a=1", "anchor": "x"}, f"{path}/y?a=1#x"),
        ):
            self.assertEqual(self.invoice.get_portal_url(**options), address)
