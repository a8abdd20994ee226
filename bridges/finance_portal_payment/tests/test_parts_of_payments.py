"""What Odoo makes of a payment later: captures, voids and refunds are transactions of their own."""

from freezegun import freeze_time

from odoo.tests import tagged

from .payment_common import PaymentCase

BEGAN, LATER = "2026-01-05 12:00:00", "2026-01-25 12:00:00"
RECEIVED, AUTHORIZED = "payment_received", "payment_authorized"


@tagged("post_install", "-at_install")
class TestPartsOfPayments(PaymentCase):
    def reserve(self, invoice=None):
        """Return a payment that its customer authorized, and nobody captured."""
        self.provider.capture_manually = True
        invoice = self.make_invoice() if invoice is None else invoice
        link, _page = self.enter(invoice)
        transaction = self.pay(link)
        self.book()
        self.assertEqual((transaction.state, transaction.payment_id.id), ("authorized", False))
        return transaction

    def take_back(self, partner, state):
        """Return a payment that waits for its capture, and its invoice, which staff changed."""
        invoice = self.make_invoice(self.ada)
        transaction = self.reserve(invoice)
        invoice.button_draft()
        invoice.partner_id = partner
        if state == "posted":
            invoice.action_post()
        return transaction, invoice

    def told(self, invoice, words):
        """Return what staff read of an invoice, of texts with certain words."""
        return [text for text in invoice.message_ids.mapped("body") if words in text]

    def test_what_is_captured_is_booked_as_paid_and_what_is_refunded_as_of_its_own_day(self):
        cases = {
            "captured": (lambda paid: paid._capture(), "inbound", 100, "2026-01-05"),
            "captured in part": (lambda paid: paid._capture(60), "inbound", 60, "2026-01-05"),
            "refunded": (lambda paid: paid._refund(), "outbound", 100, "2026-01-25"),
            "refunded in part": (lambda paid: paid._refund(60), "outbound", 60, "2026-01-25"),
        }
        for name, (act, direction, amount, day) in cases.items():
            with self.subTest(name), freeze_time(BEGAN):
                self.provider.capture_manually = direction == "inbound"
                link, _page = self.enter(self.make_invoice())
                transaction = self.pay(link)
                self.book()
                self.date(transaction, BEGAN)
                with freeze_time(LATER):
                    payment = self.booked(act(transaction))
                self.assertEqual((payment.payment_type, payment.amount), (direction, amount))
                self.assertEqual((str(payment.date), payment.partner_id), (day, self.customer))

    def test_a_refund_of_what_was_captured_is_the_customers_who_paid(self):
        transaction = self.reserve(self.make_invoice(self.ada))
        captured = transaction._capture(60)
        self.booked(captured)
        self.provider.capture_manually = False  # it would only authorize the refund
        self.ada.parent_id = self.rival
        self.env.flush_all()
        payment = self.booked(captured._refund())
        self.assertEqual((payment.payment_type, payment.amount), ("outbound", 60))
        self.assertEqual(payment.partner_id, self.customer)

    def booked(self, transaction):
        """Return the payment that Odoo's job books a transaction as."""
        self.assertEqual(transaction.state, "done")
        self.book()
        return transaction.payment_id

    def test_what_is_only_authorized_is_not_called_received(self):
        ends = {
            "waits": (lambda _paid: None, []),
            "captured": (lambda paid: paid._capture(), [RECEIVED]),
            "captured in part": (lambda paid: paid._capture(60), [RECEIVED]),
            "captured in two parts": (
                lambda paid: paid._capture(60) + paid._capture(40),
                [RECEIVED, RECEIVED],
            ),
            "captured in part, then voided": (
                lambda paid: paid._capture(60) + paid._void(40),
                [RECEIVED],
            ),
            "voided": (lambda paid: paid._void(), ["payment_failed"]),
        }
        for name, (act, kinds) in ends.items():
            with self.subTest(name):
                transaction = self.reserve()
                act(transaction)
                told = self.kinds_of(transaction.invoice_ids)
                self.assertEqual(told, ["payment_started", AUTHORIZED, *kinds])

    def test_what_is_captured_settles_no_invoice_that_changed_hands_or_is_a_draft(self):
        """As of any other payment; Odoo would post and settle it."""
        for partner, state in ((self.rival, "posted"), (self.customer, "draft")):
            for amount in (100, 60):
                with self.subTest(state=state, amount=amount):
                    transaction, invoice = self.take_back(partner, state)
                    payment = self.booked(transaction._capture(amount))
                    self.assertEqual((invoice.state, invoice.payment_state), (state, "not_paid"))
                    self.assertEqual((payment.amount, payment.partner_id), (amount, self.customer))
                    self.assertEqual(len(self.told(invoice, "settle the invoice")), 1)

    def test_staff_hear_of_each_part_that_settles_nothing(self):
        """Whatever is booked first, and as long as it settles nothing."""
        for partner, state in ((self.rival, "posted"), (self.customer, "draft")):
            for at_once in (False, True):
                with self.subTest(state=state, at_once=at_once):
                    transaction, invoice = self.take_back(partner, state)
                    parts = transaction._capture(60)
                    if not at_once:
                        self.booked(parts)
                    parts += transaction._capture(40)
                    (transaction + parts)._post_process()
                    self.assertEqual(parts.payment_id.mapped("amount"), [60, 40])
                    self.assertEqual(parts.payment_id.partner_id, self.customer)
                    self.assertEqual((invoice.state, invoice.payment_state), (state, "not_paid"))
                    told = self.told(invoice, "settle the invoice")
                    self.assertEqual(
                        [amount in text for text in told for amount in ("60", "40")],
                        [False, True, True, False],
                        "the newest first",
                    )

    def test_a_part_settles_an_invoice_that_was_posted_again(self):
        invoice = self.make_invoice(self.ada)
        transaction = self.reserve(invoice)
        invoice.button_draft()
        self.booked(transaction._capture(60))
        invoice.action_post()
        self.booked(transaction._capture(40))
        self.assertEqual(invoice.amount_residual, 60)
        self.assertEqual(len(self.told(invoice, "settle the invoice")), 1)
        self.assertFalse(transaction.finance_spared_ids)

    def test_the_page_tells_what_is_still_to_come(self):
        transaction = self.reserve()
        for amount, left in ((60, "40.00"), (25, "15.00")):
            self.booked(transaction._capture(amount))
            with self.subTest(left=left):
                payment = transaction.invoice_ids._finance_portal_get_payment()
                self.assertEqual(payment["state"], "under_way")
                self.assertIn(left, payment["amount"])

    def test_staff_hear_of_what_is_captured_beyond_what_is_due(self):
        for paid, is_over in ((40, False), (70, True)):
            with self.subTest(paid=paid):
                transaction = self.reserve()
                invoice = transaction.invoice_ids
                self.register(invoice, paid)
                self.assertEqual(self.booked(transaction._capture(60)).amount, 60)
                self.assertEqual(len(self.told(invoice, "more than was due")), int(is_over))
