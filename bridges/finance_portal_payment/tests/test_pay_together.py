"""Several invoices are paid by one payment, each once, and nothing else."""

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from ..models import payment_group
from .together_common import LIST, TogetherCase


@tagged("post_install", "-at_install")
class TestPayTogether(TogetherCase):
    # === THE WAY THERE === #

    def test_the_list_and_both_statements_lead_to_choosing(self):
        self.sign_in()
        for path in (LIST, "/finance/customer-portal/statement"):
            with self.subTest(path):
                self.assertIn(f'"{LIST}/pay"', self.visit(path).text)
        self.become_stranger()
        _link, base = self.open_statement()
        self.assertIn(f'href="{base}/pay"', self.visit(base).text)

    def test_nothing_leads_there_without_a_provider_or_an_open_invoice(self):
        self.sign_in()
        self.provider.is_published = False
        self.assertNotIn('/pay"', self.visit(LIST).text)
        self.provider.is_published = True
        for move in (self.one, self.two, self.three):
            self.register(move, 100)
        self.assertNotIn('/pay"', self.visit(LIST).text)
        self.assertIn("There&#39;s nothing to pay", self.visit(f"{LIST}/pay").text)

    def test_no_statement_leads_there_while_credits_cover_all(self):
        """What one could pay twice; the list still settles single ones with a credit note."""
        self.one.line_ids.filtered("date_maturity").date_maturity = "2026-01-31"
        self.make_credit(300)
        self.sign_in()
        self.assertNotIn('/pay"', self.visit("/finance/customer-portal/statement").text)
        self.assertIn(f'"{LIST}/pay"', self.visit(LIST).text)
        choice = self.visit(f"{LIST}/pay").text
        self.assertIn("Covered by your credit", choice)
        self.assertIn("Your credit covers all open invoices", choice)
        self.assertNotIn("Overdue", choice)
        self.become_stranger()
        _link, base = self.open_statement()
        page = self.visit(base)
        self.assertIn("Your credit covers all open invoices", page.text)
        self.assertNotIn('/pay"', page.text)
        self.assertEqual(self.statement._finance_portal_get_online_pay_line(), "")

    def test_money_that_nobody_matched_yet_covers_all_as_a_credit_note_does(self):
        """On the list's page and on a statement's: else one would pay twice."""
        payment = self.env["account.payment"].create(
            {"amount": 300, "partner_id": self.customer.id, "payment_type": "inbound"}
        )
        accounts = self.company_data["default_account_assets"]
        payment.payment_method_line_id.payment_account_id = accounts
        payment.action_post()
        self.sign_in()
        pages = [self.visit(f"{LIST}/pay")]
        self.become_stranger()
        _link, base = self.open_statement()
        pages.append(self.visit(f"{base}/pay"))
        for page in pages:
            self.assertIn("Your credit covers all open invoices", page.text)
            self.assertIn("Covered by your credit", page.text)
            self.assertNotIn("Overdue", page.text)
            self.assertEqual(len(self.offered(page)), 3, "who wants to may pay all the same")
            self.assertNotIn("checked=", page.text)
            self.assertIn("0.00</bdi></output>", page.text)
            self.assertIn(">Select all</button>", page.text)

    def test_a_credit_covers_all_to_the_cent(self):
        """Summed up as numbers with a fraction, it would be short of a fraction of a cent."""
        for price in (0.04, 0.05):
            line = {"name": "Bag", "price_unit": price, "tax_ids": [Command.clear()]}
            self.make_invoice(invoice_line_ids=[Command.create(line)])
        self.make_credit(300.09)
        self.sign_in()
        self.assertIn("Covered by your credit", self.visit(f"{LIST}/pay").text)

    def test_the_list_itself_has_boxes_for_what_is_open(self):
        credit = self.make_credit(30)
        paid = self.make_invoice()
        self.register(paid, 100)
        self.sign_in()
        page = self.visit(LIST)
        wanted = {self.ref_of(move) for move in (self.one, self.two, self.three, credit)}
        self.assertEqual({*self.offered(page)}, wanted)
        self.assertRegex(page.text, rf'<form id="pay-several" method="get"[^>]*"{LIST}/pay"')

    def test_all_is_ticked_in_a_plain_form(self):
        """It works without JavaScript: the next page says the sum."""
        self.sign_in()
        page = self.visit(f"{LIST}/pay")
        self.assertStrictHeaders(page)
        self.assertEqual(len(self.offered(page)), 3)
        self.assertRegex(page.text, r'<form method="get"[^>]*action="[^"]*/invoices/pay"')
        self.assertRegex(page.text, r"<output><bdi>\$.300.00")
        self.assertRegex(self.choose(self.one, self.two).text, r"\$.200.00")

    def test_a_sales_receipt_is_listed_and_says_that_it_is_not_paid_here(self):
        receipt = self.make_invoice(move_type="out_receipt")
        self.sign_in()
        page = self.visit(f"{LIST}/pay")
        self.assertIn(f"{receipt.name} can&#39;t be paid online.", page.text)
        self.assertNotIn(self.ref_of(receipt), self.offered(page))
        self.assertRegex(page.text, r"<output><bdi>\$.300.00")
        self.assertNotIn(self.ref_of(receipt), self.offered(self.visit(LIST)))

    # === PAYING === #

    def test_two_of_three_are_paid_by_one_payment(self):
        """The portal, and the link of a statement."""
        for way in ("list", "statement"):
            with self.subTest(way):
                moves = self.make_invoice() | self.make_invoice(self.ben)
                self.become_stranger()
                if way == "list":
                    self.sign_in()
                base = LIST if way == "list" else self.open_statement()[1]
                self.pay_two(base, moves)

    def pay_two(self, base, moves):
        """Pay two invoices by one payment, and see to it that each is settled, and told of."""
        page = self.choose(*moves, base=base)
        self.assertEqual(float(self.form_of(page)["amount"]), 200)
        self.assertEqual(self.start(page).status_code, 200)
        payment = self.transactions(moves)
        self.assertEqual((payment.invoice_ids, payment.amount), (moves, 200))
        self.assertEqual(payment.partner_id, self.customer, "two contacts are billed")
        self.simulate(payment)
        result = self.visit(f"{base}/pay/result")
        self.assertRegex(result.text, r"Payment received: \$.200.00")
        self.book()
        self.assertEqual(moves.mapped("amount_residual"), [0, 0])
        self.assertEqual(self.three.amount_residual, 100)
        result = self.visit(f"{base}/pay/result")
        for move in moves:
            self.assertIn(move.name, result.text)
            self.assertEqual(self.kinds_of(move), ["payment_started", "payment_received"])
        self.assertIn("Download receipt", result.text)
        uses = payment.payment_id._finance_portal_get_uses()
        self.assertEqual({use["move"] for use in uses}, {*moves}, "the receipt lists all")
        self.assertEqual([use["amount"] for use in uses], [100, 100])
        file = self.visit(f"{base}/pay/receipt")
        self.assertEqual(file.headers["Content-Type"], "application/pdf")

    def test_one_alone_is_settled_as_from_its_own_page(self):
        self.sign_in()
        self.start(self.choose(self.one))
        payment = self.transactions(self.one)
        self.assertEqual(payment.partner_id, self.ada)
        self.assertIn("is under way", self.visit(f"/finance/d/{self.ref_of(self.one)}/pay").text)

    def test_credit_notes_are_deducted_and_settled(self):
        self.sign_in()
        credit = self.make_credit(30)
        page = self.visit(f"{LIST}/pay")
        self.assertIn(self.ref_of(credit), self.offered(page))
        self.assertRegex(page.text, r"<output><bdi>\$.270.00")
        page = self.choose(self.one, self.two, credit)
        self.assertEqual(float(self.form_of(page)["amount"]), 170)
        self.start(page)
        self.simulate(self.transactions(self.one))
        self.book()
        moves = self.one | self.two | credit
        self.assertEqual(moves.mapped("amount_residual"), [0, 0, 0])
        self.assertEqual(self.transactions(self.one).payment_id.amount, 170)

    def test_credit_notes_that_cover_all_leave_nothing_to_pay(self):
        self.sign_in()
        page = self.choose(self.one, self.make_credit(150))
        self.assertFalse(self.form_of(page))
        self.assertIn("Your credit notes cover this", page.text)
        credit = self.choose(self.make_credit(5))
        self.assertFalse(self.form_of(credit), "nobody pays a credit note")

    def test_more_than_a_reference_can_name_gets_odoos_number_for_a_batch(self):
        self.sign_in()
        moves = self.one | self.two | self.three
        for _number in range(4):
            moves |= self.make_invoice()
        self.start(self.choose(*moves))
        reference = self.transactions(moves).reference
        self.assertNotIn("INV", reference)
        self.assertLessEqual(len(reference), payment_group.MAX_PREFIX)
        self.start(self.choose(self.make_invoice(), self.make_invoice()))

    def test_an_early_payment_discount_is_not_lost(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "2 % within 10 days",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
                ],
            }
        )
        with freeze_time("2026-01-12"):
            move = self.make_invoice(invoice_payment_term_id=term.id)
            self.sign_in()
            page = self.visit(f"{LIST}/pay")
            self.assertNotIn(self.ref_of(move), self.offered(page))
            self.assertIn("has an early payment discount", page.text)
            page = self.choose(self.one, move)
            self.assertEqual(float(self.form_of(page)["amount"]), 100)

    # === ONCE === #

    def test_two_tabs_pay_once(self):
        """The same choice, one that overlaps, and an invoice's own page."""
        self.sign_in()
        first = self.choose(self.one, self.two)
        others = [
            self.choose(self.one, self.two),
            self.choose(self.two, self.three),
            self.visit(f"/finance/d/{self.ref_of(self.one)}/pay"),
        ]
        self.assertEqual(self.start(first).status_code, 200)
        for page in others:
            answer = self.start(page)
            self.assertEqual((answer.status_code, self.state_of(answer)[0]), (409, "error"))
            self.assertIn("has already been started", self.state_of(answer)[1])
        moves = self.one | self.two | self.three
        self.assertEqual(len(self.transactions(moves)), 1)

    def test_an_invoices_own_payment_keeps_it_from_a_group(self):
        self.sign_in()
        group = self.choose(self.one, self.two)
        self.start(self.visit(f"/finance/d/{self.ref_of(self.one)}/pay"))
        self.assertEqual(self.start(group).status_code, 409)
        self.assertFalse(self.transactions(self.two))
        page = self.choose(self.one, self.two)
        self.assertIn(f"A payment for {self.one.name} is under way", page.text)
        self.assertEqual(float(self.form_of(page)["amount"]), 100, "the other one")

    def test_the_same_page_tries_again_after_a_declined_card(self):
        self.sign_in()
        page = self.choose(self.one, self.two)
        self.start(page)
        self.assertEqual(self.start(page).status_code, 200)
        first, second = self.transactions(self.one)
        self.assertTrue(first.finance_given_up)
        self.assertEqual(second.invoice_ids, self.one | self.two)

    def test_what_is_under_way_is_told_and_given_up_where_one_chooses(self):
        self.sign_in()
        self.start(self.choose(self.one, self.two))
        page = self.visit(f"{LIST}/pay")
        self.assertEqual(self.offered(page), [self.ref_of(self.three)])
        self.assertEqual(page.text.count("Payment under way"), 2)
        self.assertEqual(page.text.count("Start again</button>"), 1, "it is one payment")
        data = {"csrf_token": self.csrf_of(page), "item": self.ref_of(self.two)}
        page = self.visit(f"{LIST}/pay/again", "POST", data=data, follow=True)
        self.assertEqual(len(self.offered(page)), 3)
        self.assertTrue(self.transactions(self.one).finance_given_up)

    def test_a_group_that_was_paid_some_other_way_is_overtaken(self):
        self.sign_in()
        self.start(self.choose(self.one, self.two))
        self.simulate(self.transactions(self.one), "pending")
        self.assertTrue(self.two._finance_portal_get_attempt())
        page = f"/finance/d/{self.ref_of(self.two)}"
        self.assertIn("Payment under way", self.visit(page).text)
        self.register(self.one, 100)
        self.assertIn("Pay now", self.visit(page).text, "the kept page knows of the other one")
        self.assertFalse(self.two._finance_portal_get_attempt(), "less is left than it pays")
        self.assertIn(self.ref_of(self.two), self.offered(self.visit(f"{LIST}/pay")))

    # === WHAT CHANGED MEANWHILE === #

    def test_what_was_paid_meanwhile_is_named_and_the_new_sum_shown(self):
        self.sign_in()
        page = self.choose(self.one, self.two)
        self.register(self.two, 100)
        answer = self.start(page)
        self.assertEqual(answer.status_code, 409)
        self.assertIn(f"{self.two.name} is no longer open.", self.state_of(answer)[1])
        self.assertFalse(self.transactions(self.one))
        page = self.choose(self.one, self.two)
        self.assertIn(f"{self.two.name} is no longer open.", page.text)
        self.assertEqual(float(self.form_of(page)["amount"]), 100)

    def test_a_part_that_was_paid_meanwhile_changes_the_sum(self):
        self.sign_in()
        page = self.choose(self.one, self.two)
        self.register(self.two, 40)
        answer = self.start(page)
        self.assertEqual(answer.status_code, 409)
        self.assertIn("new total", self.state_of(answer)[1])
        self.assertEqual(float(self.form_of(self.choose(self.one, self.two))["amount"]), 160)

    def test_what_was_cancelled_meanwhile_is_left_out(self):
        self.sign_in()
        page = self.choose(self.one, self.two)
        self.two.button_draft()
        self.two.button_cancel()
        self.assertEqual(self.start(page).status_code, 409)
        self.assertFalse(self.transactions(self.one))
        page = self.choose(self.one, self.two)
        self.assertIn("no longer open: 1", page.text)
        self.assertEqual(float(self.form_of(page)["amount"]), 100)

    def test_a_credit_note_that_was_used_meanwhile_is_not_deducted(self):
        self.sign_in()
        credit = self.make_credit(30)
        page = self.choose(self.one, credit)
        lines = (self.three | credit).line_ids
        lines.filtered(lambda line: line.display_type == "payment_term").reconcile()
        self.assertEqual(self.start(page).status_code, 409)
        page = self.choose(self.one, credit)
        self.assertEqual(float(self.form_of(page)["amount"]), 100)

    def test_nothing_left_of_what_was_chosen_shows_what_is(self):
        self.sign_in()
        page = self.choose(self.one)
        self.register(self.one, 100)
        answer = self.start(page)
        self.assertEqual(answer.status_code, 409)
        self.assertIn("Nothing was paid", self.state_of(answer)[1])
        page = self.choose(self.one)
        self.assertIn("is no longer open", page.text)
        self.assertEqual(len(self.offered(page)), 2)

    def test_money_for_what_was_cancelled_settles_the_others_and_staff_are_told(self):
        for state in ("cancel", "draft"):
            with self.subTest(state):
                self.become_stranger()
                self.sign_in()
                gone, kept = self.make_invoice(), self.make_invoice()
                self.start(self.choose(gone, kept))
                payment = self.transactions(kept)
                gone.button_draft()
                if state == "cancel":
                    gone.button_cancel()
                self.simulate(payment)
                self.book()
                self.assertEqual((kept.payment_state, gone.state), ("paid", state))
                self.assertEqual(payment.payment_id.amount, 200, "booked all the same")
                told = (gone | kept).message_ids.mapped("body")
                told = [text for text in told if "Please" in text]
                self.assertTrue(told)
                for text in told:
                    self.assertIn(kept.name, text)
