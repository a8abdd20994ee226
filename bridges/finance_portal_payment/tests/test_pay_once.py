"""One payment at a time: what is tried again, given up, arrives after all, or is too much."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPayOnce(PaymentCase):
    def start_twice(self):
        """Start a payment, give it up, and start another one.

        :return: ``(both payments, link, page that the second was started from)``
        """
        link, page = self.enter()
        self.start(page)
        page = self.open_pay_page(link)
        page = self.submit(page, f"/finance/d/{link.ref}/pay/again", follow=True)
        self.start(page)
        return self.transactions(self.invoice), link, page

    def told_of_too_much(self):
        """Return what staff read of money that is over."""
        texts = self.invoice.message_ids.mapped("body")
        return [text for text in texts if "more than was due" in text]

    def test_two_tabs_pay_once(self):
        link, page = self.enter()
        second = self.open_pay_page(link)
        self.start(page)
        answer = self.start(second)
        self.assertEqual((answer.status_code, self.state_of(answer)[0]), (409, "error"))
        self.assertIn("has already been started", self.state_of(answer)[1])
        self.assertEqual(len(self.transactions(self.invoice)), 1)
        refused = self.Event.search([("link_id", "=", link.id), ("kind", "=", "refused")])
        self.assertEqual(refused.reason, "under_way")

    def test_what_staff_charge_to_a_saved_card_or_account_is_not_paid_again(self):
        """A bank may take days for a direct debit; the customer doesn't pay it here meanwhile."""
        link, page = self.enter()
        charged = self.env["payment.transaction"].sudo().create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "amount": self.invoice.amount_residual,
                "currency_id": self.invoice.currency_id.id,
                "partner_id": self.customer.id,
                "operation": "offline",
                "invoice_ids": [Command.set(self.invoice.ids)],
            }
        )  # fmt: skip
        charged._set_pending()
        answer = self.start(page)
        self.assertEqual((answer.status_code, self.state_of(answer)[0]), (409, "error"))
        self.assertEqual(self.transactions(self.invoice), charged)
        self.assertIn("is under way", self.open_pay_page(link).text)
        charged._set_canceled()
        self.assertTrue(self.form_of(self.open_pay_page(link)))

    def test_the_same_page_tries_again_after_a_declined_card(self):
        """Providers that draw their form into ours ask for a new payment by the same page."""
        _link, page = self.enter()
        self.start(page)
        self.start(page)
        first, second = self.transactions(self.invoice)
        self.assertTrue(first.finance_given_up)
        self.assertEqual((second.state, second.finance_given_up), ("draft", False))
        self.simulate(second, "pending")
        self.assertEqual(self.start(page).status_code, 409, "it may bring the money any moment")

    def test_a_page_that_led_to_another_one_leads_there_once(self):
        """Pressed twice, a slow browser would open the provider's or bank's page twice."""
        for flow, code in (("redirect", "demo"), ("direct", "ideal")):
            with self.subTest(flow=flow):
                self.method.code = code
                invoice = self.make_invoice()
                link, page = self.enter(invoice)
                self.assertEqual(self.start(page, flow=flow).status_code, 200)
                answer = self.start(page, flow=flow)
                self.assertEqual(answer.status_code, 409)
                self.assertIn("has already been started", self.state_of(answer)[1])
                self.assertFalse(self.transactions(invoice).finance_given_up, "one, and it counts")
                self.assertIn("Start again", self.open_pay_page(link).text)

    def test_start_again_gives_up_what_came_to_no_end(self):
        link, page = self.enter()
        self.start(page)
        page = self.open_pay_page(link)
        self.assertFalse(self.form_of(page))
        self.assertIn("is under way", page.text)
        again = f"/finance/d/{link.ref}/pay/again"
        with mute_logger("odoo.addons.finance_portal.models.web.ir_http_failures"):
            self.assertEqual(self.visit(again, "POST").status_code, 400, "no CSRF token")
        self.assertFalse(self.transactions(self.invoice).finance_given_up)
        page = self.submit(page, again, follow=True)
        self.assertTrue(self.form_of(page))
        self.assertEqual(self.kinds_of(), ["payment_started", "payment_given_up"])
        self.assertEqual(self.start(page).status_code, 200)

    def test_what_has_arrived_cannot_be_given_up(self):
        link, _page = self.enter()
        transaction = self.pay(link)
        self.assertNotIn("Start again", self.open_pay_page(link).text)
        page = self.visit(f"/finance/d/{link.ref}")
        refused = self.submit(page, f"/finance/d/{link.ref}/pay/again")
        self.assertEqual(refused.status_code, 409)
        self.assertIn("already received your payment", refused.text)
        self.assertFalse(transaction.finance_given_up)

    def test_money_for_a_payment_that_was_given_up_is_booked(self):
        first, second = self.start_twice()[0]
        self.simulate(second)
        self.book()
        self.assertFalse(self.told_of_too_much())
        self.simulate(first)
        self.book()
        self.assertEqual(self.invoice.payment_state, "paid")
        self.assertEqual((first + second).mapped("payment_id.amount"), [100.0, 100.0])
        self.assertTrue(first.is_post_processed)
        self.assertEqual(len(self.told_of_too_much()), 1, "staff pay it back")

    def test_staff_hear_of_two_payments_that_are_booked_in_one_go(self):
        for transaction in self.start_twice()[0]:
            self.simulate(transaction)
        self.book()
        self.assertEqual(len(self.told_of_too_much()), 1)

    def test_money_that_arrives_after_all_is_asked_for_once(self):
        """A payment that was given up arrives, and is not booked yet."""
        (first, _second), link, page = self.start_twice()
        self.simulate(first)
        self.assertEqual(self.start(page).status_code, 409, "the second one is not tried again")
        self.assertFalse(self.form_of(self.open_pay_page(link)))
        self.assertNotIn("Pay now", self.visit(f"/finance/d/{link.ref}").text)
        self.assertEqual(len(self.transactions(self.invoice)), 2)

    def test_money_settles_no_invoice_that_changed_hands_or_is_a_draft(self):
        """Staff take the invoice back while its customer pays; Odoo would post and settle it."""
        for partner, state in ((self.rival, "posted"), (self.customer, "draft")):
            with self.subTest(state=state):
                invoice = self.make_invoice(self.ada, post=True)
                _link, page = self.enter(invoice)
                self.start(page)
                transaction = self.transactions(invoice)
                invoice.button_draft()
                invoice.partner_id = partner
                if state == "posted":
                    invoice.action_post()
                self.simulate(transaction)
                self.book()
                self.assertEqual((invoice.state, invoice.payment_state), (state, "not_paid"))
                self.assertEqual(transaction.payment_id.amount, 100.0, "booked all the same")
                self.assertEqual(transaction.payment_id.partner_id, self.customer)
                self.assertIn("settle the invoice", invoice.message_ids.mapped("body")[0])

    def test_staff_are_told_of_money_for_an_invoice_that_was_cancelled_meanwhile(self):
        self.invoice.invoice_user_id = self.seller
        _link, page = self.enter()
        self.start(page)
        transaction = self.transactions(self.invoice)
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self.simulate(transaction)
        self.book()
        self.assertEqual(self.invoice.state, "cancel")
        self.assertEqual(transaction.payment_id.amount, 100.0, "booked all the same")
        [todo] = self.invoice.activity_ids
        self.assertEqual(todo.user_id, self.seller)
        self.assertIn("doesn't settle the invoice", todo.summary)

    def test_a_booking_that_fails_leaves_no_email_behind(self):
        link, _page = self.enter()
        transaction = self.pay(link)
        queued = len(self.env.cr.postcommit)

        def fail(transactions):
            transactions.env.cr.postcommit.add(lambda: None)  # as an email that is sent at once
            raise ZeroDivisionError

        with patch.object(self.env.registry["payment.transaction"], "_post_process", fail):
            transaction._finance_portal_book()
        self.assertFalse(transaction.is_post_processed)
        self.assertEqual(len(self.env.cr.postcommit), queued)

    # === OVERTAKEN === #

    def test_a_pending_payment_of_more_than_is_left_is_overtaken(self):
        for state in ("pending", "draft"):
            with self.subTest(state=state):
                invoice = self.make_invoice()
                link, page = self.enter(invoice)
                self.start(page)
                if state == "pending":
                    self.simulate(self.transactions(invoice), "pending")
                text = self.open_result(link).text
                self.assertIn("is being processed", text)
                unknown = "We haven&#39;t received a confirmation yet."
                self.assertEqual(unknown in text, state == "draft")
                self.assertIn("is under way", self.open_pay_page(link).text)
                self.register(invoice, 40)
                page = self.open_pay_page(link)
                self.assertEqual(float(self.form_of(page)["amount"]), 60)
                self.assertRegex(self.visit(f"/finance/d/{link.ref}").text, "Pay now")
                result = self.open_result(link)
                self.assertRegex(result.text, r"Balance due: \$.60.00")
                self.assertIn("Pay now", result.text)
                self.register(invoice, 60)
                result = self.open_result(link)
                self.assertIn("There&#39;s nothing left to pay", result.text)
                for words in ("is being processed", "Start again", "Pay now"):
                    self.assertNotIn(words, result.text)
                self.assertNotIn("Refresh", result.headers)

    def test_a_debit_is_under_way_also_when_less_is_left_to_pay(self):
        """The bank takes all that it was asked for: who paid the rest here would pay it twice."""
        link, page = self.enter()
        self.start(page)
        self.ask_the_bank(self.transactions(self.invoice))
        self.register(self.invoice, 10)
        page = self.open_pay_page(link)
        self.assertIn("is under way", page.text)
        self.assertFalse(self.form_of(page))
        self.assertIn("is being processed", self.open_result(link).text)
        self.assertTrue(self.invoice._finance_portal_get_attempt())
        expected = self.transactions(self.invoice)
        self.assertEqual(self.invoice._finance_portal_filter_expected(expected), expected)
        self.register(self.invoice, 90)
        self.assertIn("There&#39;s nothing left to pay", self.open_result(link).text)
        self.assertFalse(self.invoice._finance_portal_get_attempt())

    def test_a_pending_payment_that_fits_what_is_left_stays_under_way(self):
        link, page = self.enter(self.make_invoice(**self.halves()))
        self.start(page)
        self.simulate(self.transactions(link._get_document()), "pending")
        self.register(link._get_document(), 50)
        self.assertIn("is under way", self.open_pay_page(link).text)

    def test_a_transfer_that_staff_booked_is_overtaken(self):
        """Of a bank transfer no provider tells: what staff book of its size is it."""
        invoice = self.make_invoice(**self.halves())
        _link, page = self.enter(invoice)
        self.start(page)
        self.simulate(self.transactions(invoice), "pending")
        self.env.cr.execute(  # the browser's part of a test has a clock of its own
            "UPDATE payment_transaction SET create_date = create_date - INTERVAL '1 hour'"
        )
        self.env.invalidate_all()
        # Odoo's app for bank transfers isn't installed here.
        with patch.object(type(self.transactions(invoice)), "provider_code", "custom"):
            self.register(invoice, 20)
            self.assertTrue(invoice._finance_portal_get_attempt())
            self.register(invoice, 30)
            self.assertFalse(invoice._finance_portal_get_attempt())

    def halves(self):
        """Return the values of an invoice whose first half is due now."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )
        return {"invoice_date": fields.Date.today(), "invoice_payment_term_id": term.id}

    # === WHO COMES BACK TO A DOCUMENT THAT IS GONE === #

    def test_who_comes_back_to_a_link_that_ended_meanwhile_hears_of_the_money(self):
        for state, words, refresh in (
            ("done", r"Payment received: \$.100.00. Thank you!", None),
            ("pending", r"Your payment of \$.100.00 is being processed</b> This can take", "20"),
            ("error", "go through</b> Nothing was paid.", None),
        ):
            with self.subTest(state=state):
                link, _page = self.enter(self.make_invoice())
                self.pay(link, state=state)
                link._revoke("staff")
                result = self.open_result(link)
                self.assertEqual(result.status_code, 410)
                self.assertRegex(result.text, words)
                self.assertEqual(result.headers.get("Refresh"), refresh)

    def test_a_signed_in_customer_hears_of_the_money_for_what_is_theirs_no_more(self):
        self.sign_in()
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.invoice)}"
        self.start(self.visit(f"{path}/pay"))
        self.simulate(self.transactions(self.invoice))
        self.invoice.button_draft()
        result = self.visit(f"{path}/pay/result")
        self.assertEqual(result.status_code, 404)
        self.assertIn("We can't find this document", result.text)
        self.assertIn("Payment received", result.text)

    def test_who_closed_the_document_on_the_device_leaves_nothing_to_read(self):
        link, _page = self.enter()
        self.pay(link)
        document = self.visit(f"/finance/d/{link.ref}")
        self.submit(document, f"/finance/d/{link.ref}/end")
        result = self.open_result(link)
        self.assertEqual(result.status_code, 404)
        made_up = self.visit(f"/finance/d/{'u' * 22}/pay/result")
        self.assertEqual(self.plain(result), self.plain(made_up), "as for anybody else")

    def test_a_payment_that_was_given_up_is_not_spoken_of(self):
        transactions, link, _page = self.start_twice()
        self.simulate(transactions[1], "error")
        transactions[1]._finance_portal_give_up()
        link._revoke("staff")
        result = self.open_result(link)
        self.assertIn("If you've just paid", result.text)
        for words in ("Your payment", "Payment received", "go through", "Nothing was paid"):
            self.assertNotIn(words, result.text)
