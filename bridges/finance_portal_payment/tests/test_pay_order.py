"""Accept, pay, confirmed: and what money does that arrives for another version of the quote."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPayOrder(PaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.quote = cls.make_prepaid()

    @classmethod
    def make_prepaid(cls, **values):
        """Return a quote of 100.00 that a prepayment of 30 % confirms."""
        values = {"user_id": cls.seller.id, "prepayment_percent": 0.3, **values}
        return cls.make_quote(require_payment=True, **values)

    def accept(self, quote=None, partner=None):
        """Accept a quote through a fresh link; return the link."""
        link, page = self.open_quote(quote, partner)
        self.answer(page)
        return link

    def accept_anew(self, link):
        """Accept the quote as it is now."""
        self.answer(self.visit(f"/finance/d/{link.ref}"))

    def todos(self, quote=None):
        """Return what the seller is asked to look at."""
        quote = self.quote if quote is None else quote
        return quote.activity_ids.filtered(lambda one: "A payment of" in (one.summary or ""))

    def assertToldOfMoney(self, link):
        """Assert that whoever comes back to a dead link from paying reads of the money alone."""
        result = self.open_result(link)
        self.assertEqual(result.status_code, 410)
        self.assertStrictHeaders(result)
        self.assertIn("This link is no longer active", result.text)
        self.assertRegex(result.text, r"Payment received: \$.30.00")
        self.assertNotIn(self.quote.name, result.text)
        self.assertNotIn("payment", self.visit(f"/finance/d/{link.ref}").text)
        self.become_stranger()
        result = self.open_result(link)
        self.assertEqual(result.status_code, 404)
        self.assertNotIn("Payment received", result.text)

    # === ACCEPT, PAY, CONFIRMED === #

    def test_an_email_about_an_accepted_quote_says_how_to_pay_while_it_is_valid(self):
        line = "Or pay online: press the button and choose Pay now."
        today = fields.Date.today()
        self.quote.validity_date = today + timedelta(days=3)
        self.accept()
        self.assertEqual(self.quote._finance_portal_get_online_pay_line(), line)
        self.quote.validity_date = today - timedelta(days=3)
        self.assertEqual(self.quote._finance_portal_get_online_pay_line(), "")

    def test_a_prepayment_confirms_what_was_accepted(self):
        link, page = self.open_quote()
        self.assertNotIn("Pay now", page.text, "it is accepted first")
        self.assertIn("Please accept the quote first", self.open_pay_page(link).text)
        page = self.answer(page)
        self.assertEqual(self.quote.state, "sent")
        button = rf'href="/finance/d/{link.ref}/pay">Pay now: <bdi>\$.30.00</bdi></a>'
        self.assertRegex(page.text, button)
        transaction = self.pay(link)
        self.assertEqual((transaction.amount, self.quote.state), (30.0, "sent"))
        self.assertIn("We&#39;re confirming your order…", self.open_result(link).text)
        self.book()
        self.assertEqual(self.quote.state, "sale")
        self.assertIn("Your order is confirmed.", self.open_result(link).text)
        self.assertNotIn("/pay", self.visit(f"/finance/d/{link.ref}").text)
        self.assertEqual(transaction.payment_id.amount, 30.0)
        self.assertFalse(self.todos())

    def test_the_confirmation_is_mailed_at_once_with_a_secure_link(self):
        link = self.accept()
        self.pay(link)
        self.book()
        template = self.quote.pending_email_template_id
        self.assertTrue(template, "left to the job that mails confirmations")
        with self.mock_mail_gateway():
            self.mail_confirmations()
            self.env.flush_all()
            self.cr.postcommit.run()
        (token,) = self.tokens_in(self.sent[self.ada.email])
        self.assertNoNativeTrace(self.sent[self.ada.email])
        self.assertLive(token)

    def test_the_whole_amount_may_be_paid_at_once(self):
        link = self.accept()
        page = self.open_pay_page(link)
        self.assertEqual(self.form_of(page)["amount"], "30.0")
        self.assertIn("/pay?part=all", page.text)
        self.assertIn("<h1>Pay</h1>", page.text)
        self.assertEqual(page.text.count("30.00"), 1, "each amount once")
        self.assertEqual(page.text.count("100.00"), 1)
        self.assertRegex(page.text, r'part=part" aria-current="true"><span>Prepayment</span>')
        for query in ("?part=nonsense", "?part=", "?part=all&part=part"):
            self.assertTrue(self.form_of(self.open_pay_page(link, query)), query)
        transaction = self.pay(link, "?part=all")
        self.book()
        self.assertEqual((transaction.amount, self.quote.state), (100.0, "sale"))

    def test_a_full_prepayment_is_no_choice(self):
        quote = self.make_prepaid(prepayment_percent=1.0)
        page = self.open_pay_page(self.accept(quote))
        self.assertEqual(self.form_of(page)["amount"], "100.0")
        self.assertNotIn("?part=", page.text)

    def test_a_payment_that_is_authorized_confirms(self):
        self.provider.capture_manually = True
        link = self.accept()
        transaction = self.pay(link)
        self.assertEqual(transaction.state, "authorized")
        self.book()
        self.assertEqual(self.quote.state, "sale")
        self.assertIn("is authorized.", self.open_result(link).text)

    def test_a_signed_in_customer_accepts_and_pays(self):
        self.sign_in()
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.quote)}"
        self.assertIn("Pay now", self.answer(self.visit(path)).text)
        self.start(self.visit(f"{path}/pay"))
        self.simulate(self.transactions(self.quote))
        self.book()
        self.assertEqual(self.quote.state, "sale")

    # === WHEN THERE IS NOTHING TO PAY === #

    def test_what_needs_no_payment_offers_none(self):
        free = self.make_quote()
        link, page = self.open_quote(free)
        self.assertNotIn("/pay", page.text)
        self.assertIn("There&#39;s nothing to pay in advance.", self.open_pay_page(link).text)
        self.answer(page)
        self.assertIn("The order is confirmed", self.open_pay_page(link).text)

    def test_a_quote_that_expired_is_not_paid(self):
        today = fields.Date.today()
        self.quote.validity_date = today + timedelta(days=1)
        link = self.accept()
        page = self.open_pay_page(link)
        kept = self.form_of(page)["access-token"]
        self.quote.validity_date = today - timedelta(days=3)
        answer = self.start(page, access_token=kept)
        self.assertEqual(answer.status_code, 409)
        self.assertFalse(self.form_of(self.open_pay_page(link)))

    def test_money_that_comes_after_the_last_day_is_booked_and_staff_told(self):
        """It counts when the provider reported it; the seller decides on what came later."""
        for late in (False, True):
            with self.subTest(late=late):
                quote = self.make_prepaid(validity_date=fields.Date.today() + timedelta(days=1))
                link = self.accept(quote)
                page = self.open_pay_page(link)
                self.start(page)
                transaction = self.transactions(quote)
                if not late:
                    self.simulate(transaction)
                with freeze_time(fields.Datetime.now() + timedelta(days=4)):
                    if late:
                        transaction._set_done()
                        notes = quote._finance_portal_get_paid_notes(transaction)
                        self.assertIn("isn't confirmed yet", notes[0])
                    self.book()
                self.assertTrue(transaction.payment_id)
                self.assertEqual(quote.state, "sent" if late else "sale")
                self.assertEqual(len(self.todos(quote)), int(late))
                if late:
                    self.assertIn("The quote was valid until", self.todos(quote).summary)
                    notes = quote._finance_portal_get_paid_notes(transaction)
                    self.assertIn("isn't confirmed yet", notes[0])

    def test_money_that_was_on_its_way_in_time_confirms_whenever_it_arrives(self):
        """A direct debit takes days; whoever left the provider's page open has not paid."""
        report = {
            "nothing": lambda _transaction: None,
            "a page is open": lambda transaction: self.simulate(transaction, "pending"),
            "a debit": self.ask_the_bank,
            "a debit that failed": lambda transaction: (
                self.ask_the_bank(transaction),
                self.simulate(transaction, "error"),
            ),
        }
        for by_us in (True, False):
            for name, tell in report.items():
                with self.subTest(by_us=by_us, reported=name):
                    on_its_way = name == "a debit"
                    quote = self.make_prepaid(validity_date=fields.Date.today() + timedelta(days=1))
                    link = self.accept(quote)
                    if by_us:
                        self.start(self.open_pay_page(link))
                    transaction = self.transactions(quote) or self.make_native(quote)
                    tell(transaction)
                    self.book()
                    with freeze_time(fields.Datetime.now() + timedelta(days=4)):
                        self.simulate(transaction)
                        self.book()
                    self.assertTrue(transaction.payment_id)
                    self.assertEqual(quote.state, "sale" if on_its_way else "sent")
                    self.assertEqual(len(self.todos(quote)), int(not on_its_way))

    def test_why_money_confirms_nothing_is_told_in_the_sellers_language(self):
        """A provider's message comes in none, and a browser's question in the customer's."""
        self.env["res.lang"]._activate_lang("de_DE")
        self.seller.lang = "de_DE"
        Order, today = self.env.registry["sale.order"], fields.Date.today()

        def refuse(order):
            words = f"Refused in {order.env.lang}."
            raise UserError(words)

        for late, words in ((True, "Das Angebot war bis"), (False, "Refused in de_DE.")):
            with self.subTest(late=late):
                quote = self.make_prepaid(validity_date=today + timedelta(days=1))
                self.start(self.open_pay_page(self.accept(quote)))
                days = 4 if late else 0
                with (
                    freeze_time(fields.Datetime.now() + timedelta(days=days)),
                    patch.object(Order, "action_confirm", refuse),
                ):
                    self.simulate(self.transactions(quote))
                    self.book()
                self.assertEqual(quote.state, "sent")
                text = "\n".join(quote.activity_ids.filtered("summary").mapped("summary"))
                self.assertEqual(text.count(words), 1)
                self.assertNotRegex(text, "was valid|A payment of|en_US")
                self.assertEqual(quote.activity_ids.user_id, self.seller)

    def test_money_confirms_what_was_accepted_whatever_language_is_read_since(self):
        """Only the name of a unit differs then; a change in the language of then still counts."""
        self.env["res.lang"]._activate_lang("de_DE")
        unit = self.quote.order_line.product_uom_id
        unit.with_context(lang="de_DE").name = "Stück"
        cases = (("en_US", "de_DE", False), ("de_DE", "en_US", False), ("en_US", "de_DE", True))
        for before, since, is_changed in cases:
            with self.subTest(before=before, since=since, changed=is_changed):
                self.become_stranger()
                self.ada.lang = before
                quote = self.make_prepaid()
                link = self.accept(quote)
                self.start(self.open_pay_page(link))
                transaction = self.transactions(quote)
                self.assertEqual(transaction.finance_terms_lang, before)
                self.ada.lang = since
                if is_changed:
                    unit.with_context(lang=before).name = "Sacks"
                self.simulate(transaction)
                self.book()
                self.assertEqual(quote.state, "sent" if is_changed else "sale")
                self.assertEqual(bool(self.todos(quote)), is_changed)

    def test_a_declined_quote_is_not_paid(self):
        link, page = self.open_quote()
        self.answer(page, "decline")
        page = self.open_pay_page(link)
        self.assertIn("was cancelled. There&#39;s nothing to pay.", page.text)

    # === ANOTHER VERSION THAN THE ONE THAT WAS PAID FOR === #

    def test_a_quote_that_changed_before_the_start_is_accepted_anew(self):
        link = self.accept()
        page = self.open_pay_page(link)
        self.quote.order_line.name = "Oven, used"
        answer = self.start(page)
        self.assertEqual((answer.status_code, self.state_of(answer)[0]), (409, "error"))
        self.assertFalse(self.transactions(self.quote))
        self.accept_anew(link)
        answer = self.start(page)
        self.assertEqual(answer.status_code, 409, "the same amount, but for something else")
        self.assertEqual(self.start(self.open_pay_page(link)).status_code, 200)

    def test_money_confirms_no_version_that_nobody_paid_for(self):
        """The quote changes between the start of a payment and its arrival."""
        changes = {
            "price": lambda quote: quote.order_line.write({"price_unit": 90}),
            "text": lambda quote: quote.order_line.write({"name": "Oven, used"}),
            "terms": lambda quote: quote.write({"note": "<p>No refunds</p>"}),
            "reopened": lambda quote: quote.action_cancel() and quote.action_draft(),
        }
        for name, change in changes.items():
            with self.subTest(change=name):
                quote = self.make_prepaid()
                link = self.accept(quote)
                self.start(self.open_pay_page(link))
                transaction = self.transactions(quote)
                change(quote)
                self.simulate(transaction)
                self.book()
                self.assertNotEqual(quote.state, "sale")
                self.assertEqual(transaction.payment_id.amount, 30.0, "booked all the same")
                self.assertEqual(self.todos(quote).user_id, self.seller)
                self.assertIn("$ 30.00", self.todos(quote).summary.replace("\xa0", " "))
                if name != "reopened":
                    result = self.open_result(link)
                    self.assertIn("t confirmed yet.", result.text)
                    self.accept_anew(link)
                    self.assertEqual(quote.state, "sale", "enough is paid: accepting confirms")

    def test_a_change_that_was_taken_back_is_none(self):
        link = self.accept()
        self.start(self.open_pay_page(link))
        self.quote.order_line.price_unit = 90
        self.quote.order_line.price_unit = 100
        self.simulate(self.transactions(self.quote))
        self.book()
        self.assertEqual(self.quote.state, "sale")

    def test_money_of_one_customer_confirms_nothing_for_another(self):
        """The quote goes to somebody else, who accepts the same terms."""
        link = self.accept()
        self.start(self.open_pay_page(link))
        self.quote.partner_id = self.rival
        self.accept(partner=self.rival)
        self.assertEqual(self.Decision.search([], limit=1).customer_id, self.rival)
        self.simulate(self.transactions(self.quote))
        self.book()
        self.assertEqual(self.quote.state, "sent")
        self.assertEqual(self.todos().user_id, self.seller)

    def test_odoos_own_payments_are_bound_to_the_terms_as_well(self):
        """A payment link that staff made: what it pays for is what stood there then."""
        for shared, changed in ((True, False), (True, True), (False, True)):
            with self.subTest(shared=shared, changed=changed):
                quote = self.make_prepaid()
                if shared:
                    self.issue(quote)
                native = self.make_native(quote)
                if changed:
                    quote.order_line.price_unit = 120
                self.simulate(native)
                self.book()
                bound = shared and changed  # a cart, which nobody mailed, is the shop's business
                self.assertEqual(quote.state, "sent" if bound else "sale")
                self.assertEqual(len(self.todos(quote)), int(bound))

    def test_staff_hear_of_money_for_what_they_cancelled(self):
        link = self.accept()
        self.start(self.open_pay_page(link))
        self.quote.action_cancel()
        self.simulate(self.transactions(self.quote))
        self.book()
        self.assertEqual(self.quote.state, "cancel")
        self.assertEqual(self.transactions(self.quote).payment_id.amount, 30.0)
        self.assertEqual(self.todos().user_id, self.seller)
        self.assertIn("which was cancelled", self.todos().summary)
        self.assertToldOfMoney(link)

    def test_what_is_only_reserved_is_not_called_booked(self):
        self.provider.capture_manually = True
        link = self.accept()
        self.start(self.open_pay_page(link))
        self.quote.action_cancel()
        self.simulate(self.transactions(self.quote))
        self.book()
        self.assertIn("Nothing is booked yet.", self.todos().summary)
        self.assertFalse(self.transactions(self.quote).payment_id)

    def test_staff_who_confirm_meanwhile_are_not_bothered(self):
        link = self.accept()
        self.start(self.open_pay_page(link))
        self.quote.action_confirm()
        self.simulate(self.transactions(self.quote))
        self.book()
        self.assertEqual(self.quote.state, "sale")
        self.assertFalse(self.todos())
        self.assertIn("Your order is confirmed.", self.open_result(link).text)

    def test_two_payments_of_a_quote_never_run_together(self):
        link = self.accept()
        pages = [self.open_pay_page(link, query) for query in ("", "?part=all")]
        answers = [self.start(page).status_code for page in pages]
        self.assertEqual(answers, [200, 409])
