"""Which payments are shared, and when their links end (L4)."""

from odoo.tests import tagged

from .test_account_payment_page import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentLinks(PaymentCase):
    def test_kind_is_the_payment_of_a_customer(self):
        for payment_type, partner_type, is_kind in (
            ("inbound", "customer", True),
            ("outbound", "customer", False),
            ("inbound", "supplier", False),
            ("outbound", "supplier", False),
        ):
            with self.subTest(payment_type=payment_type, partner_type=partner_type):
                payment = self.receive(10, payment_type=payment_type, partner_type=partner_type)
                self.assertEqual(payment.finance_is_kind, is_kind)
                self.assertEqual(payment._finance_portal_is_shareable(), is_kind)

    def test_l4_link_dies_with_the_payment(self):
        for action in ("action_draft", "action_cancel", "action_reject"):
            with self.subTest(action=action):
                payment = self.receive(10)
                link, token = self.issue(payment)
                self.assertLive(token)
                getattr(payment, action)()
                self.assertDead(token)
                self.assertEqual(link.revoke_reason, "state")
                if payment.state != "draft":
                    payment.action_draft()
                payment.action_post()
                self.assertDead(token, "what came back is shared anew")

    def test_l4_link_of_a_payment_without_entry_dies_with_it(self):
        for action in ("action_draft", "action_cancel", "action_reject"):
            with self.subTest(action=action):
                payment = self.intend(10)
                _link, token = self.issue(payment)
                getattr(payment, action)()
                self.assertDead(token)

    def test_l4_link_dies_with_the_journal_entry(self):
        for action in ("button_draft", "button_cancel"):
            with self.subTest(action=action):
                payment = self.receive(10)
                _link, token = self.issue(payment)
                getattr(payment.move_id, action)()
                self.assertDead(token)

    def test_l4_link_dies_when_the_payment_changes_hands(self):
        payment = self.receive(10)
        _link, token = self.issue(payment)
        payment.action_draft()
        payment.partner_id = self.eve
        payment.action_post()
        self.assertDead(token)
        payment = self.receive(10)
        _link, token = self.issue(payment)
        payment.action_draft()
        payment.unlink()
        self.assertDead(token)

    def test_drafts_are_not_shareable(self):
        payment = self.receive(10, post=False)
        self.assertFalse(payment._finance_portal_is_shareable())
