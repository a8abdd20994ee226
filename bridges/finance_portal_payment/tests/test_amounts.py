"""What may be paid of an invoice, and when it may not: the offers, without a browser."""

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestAmounts(PaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.link, _token = cls.issue()
        cls.halves = cls.env["account.payment.term"].create(
            {
                "name": "Two halves",
                "display_on_invoice": True,
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 30)
                ],
            }
        )

    def make_term(self, percentage):
        """Return a payment term with an early payment discount within ten days."""
        return self.env["account.payment.term"].create(
            {
                "name": f"{percentage} % within 10 days",
                "early_discount": True,
                "discount_percentage": percentage,
                "discount_days": 10,
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
                ],
            }
        )

    def offers(self, move=None):
        """Return ``(key, amount)`` of what is offered."""
        move = self.invoice if move is None else move
        return [(offer.key, offer.amount) for offer in move._finance_portal_get_offers(self.link)]

    def assertShown(self, shown, move=None):
        """Assert whether the page of an invoice has Pay now."""
        move = self.invoice if move is None else move
        self.assertEqual(bool(move._finance_portal_get_page_values()["payment"]), shown)

    def test_all_that_is_open(self):
        self.assertEqual(self.offers(), [("all", 100.0)])
        self.register(self.invoice, 30.0)
        self.assertEqual(self.offers(), [("all", 70.0)])
        self.register(self.invoice, 70.0)
        self.assertEqual(self.offers(), [])
        self.assertShown(False)

    def test_installments_are_paid_one_by_one_or_all_at_once(self):
        with freeze_time("2026-01-05"):
            move = self.make_invoice(
                invoice_date="2026-01-10", invoice_payment_term_id=self.halves.id
            )
            self.assertEqual(self.offers(move), [("part", 50.0), ("all", 100.0)])
        with freeze_time("2026-01-20"):
            self.assertEqual(self.offers(move), [("part", 50.0), ("all", 100.0)])
            label = move._finance_portal_get_offers(self.link)[0].label
            self.assertEqual(label, "Overdue part")
            self.register(move, 50.0)
            self.assertEqual(self.offers(move), [("all", 50.0)])
        self.halves.display_on_invoice = False  # what is printed, not what is due
        with freeze_time("2026-01-05"):
            other = self.make_invoice(
                invoice_date="2026-01-10", invoice_payment_term_id=self.halves.id
            )
            self.assertEqual(self.offers(other), [("part", 50.0), ("all", 100.0)])

    def test_an_early_payment_discount_is_deducted_and_settles_the_invoice(self):
        term = self.make_term(2)
        with freeze_time("2026-01-12"):
            move = self.make_invoice(invoice_payment_term_id=term.id)
            self.assertEqual(self.offers(move), [("all", 98.0)])
            link, _page = self.enter(move)
            self.pay(link)
            self.book()
            self.assertEqual((move.payment_state, move.amount_residual), ("paid", 0.0))
        with freeze_time("2026-02-01"):
            late = self.make_invoice(invoice_payment_term_id=term.id)
            self.assertEqual(self.offers(late), [("all", 100.0)])

    def test_a_discount_paid_on_its_last_day_is_granted_whenever_it_is_booked(self):
        """The page goes by the company's days. The job that books it, by UTC and later."""
        term = self.make_term(20)
        self.company.partner_id.tz = "America/Los_Angeles"
        for booked_on in ("2026-01-21 06:30:00", "2026-01-23 12:00:00"):
            with self.subTest(booked_on), freeze_time("2026-01-21 06:00:00"):  # 10 pm on the 20th
                move = self.make_invoice(
                    invoice_date="2026-01-10", invoice_payment_term_id=term.id
                )
                link, _page = self.enter(move)
                transaction = self.pay(link)
                self.assertEqual(transaction.amount, 80)
                self.date(transaction, "2026-01-21 06:00:00")
                with freeze_time(booked_on):
                    self.book()
                self.assertEqual((move.payment_state, move.amount_residual), ("paid", 0.0))
                self.assertEqual(str(transaction.payment_id.date), "2026-01-20")

    def test_a_discount_is_lost_to_who_began_in_time_and_paid_late(self):
        """A provider's page that was left open still takes the reduced amount weeks later."""
        term = self.make_term(20)
        reported_in_time = {"draft": False, "pending": False, "debit": True, "done": True}
        for state, counts in reported_in_time.items():
            with self.subTest(state):
                with freeze_time("2026-01-20 12:00:00"):
                    move = self.make_invoice(
                        invoice_date="2026-01-10", invoice_payment_term_id=term.id
                    )
                    _link, page = self.enter(move)
                    self.assertEqual(self.start(page).status_code, 200)
                    transaction = self.transactions(move)
                    if state == "debit":
                        self.ask_the_bank(transaction)
                    elif state != "draft":
                        self.simulate(transaction, state)
                self.date(transaction, "2026-01-20 12:00:00")
                with freeze_time("2026-02-20 12:00:00"):
                    if state != "done":
                        self.simulate(transaction)
                    self.book()
                self.assertEqual((transaction.state, transaction.amount), ("done", 80.0))
                self.assertEqual(move.amount_residual, 0.0 if counts else 20.0)
                day = "2026-01-20" if counts else "2026-02-20"
                self.assertEqual(str(transaction.payment_id.date), day)

    def test_a_payment_from_a_closed_day_is_booked_today(self):
        link, _page = self.enter()
        transaction = self.pay(link)
        self.date(transaction, "2026-01-21 12:00:00")
        self.company.fiscalyear_lock_date = "2026-01-31"
        self.book()
        self.assertEqual(transaction.payment_id.date, fields.Date.today())
        self.assertEqual(self.invoice.payment_state, "paid")

    def test_a_payment_that_waits_for_the_bank_is_not_asked_for_again(self):
        """Odoo keeps the amount open until the statement arrives."""
        line = self.company_data["default_journal_bank"].inbound_payment_method_line_ids[0]
        line.payment_account_id = False
        self.register(self.invoice, 60.0)
        left = self.invoice._finance_portal_amount_left()
        self.assertEqual((left, self.offers()), (40.0, [("all", 40.0)]))

    def test_only_what_customers_owe_is_paid(self):
        for kind in ("out_refund", "out_receipt"):
            move = self.make_invoice(move_type=kind)
            self.assertEqual(self.offers(move), [], kind)
            self.assertShown(False, move)
        self.assertEqual(self.offers(self.make_invoice(post=False)), [])

    def test_pay_now_needs_somebody_who_takes_the_money(self):
        self.assertShown(True)
        changes = (
            {"state": "disabled"},
            {"is_published": False},
            {"maximum_amount": 99.0},
            {"available_currency_ids": [Command.set(self.env.ref("base.JPY").ids)]},
        )
        for change in changes:
            with self.subTest(**{name: str(value) for name, value in change.items()}):
                before = {name: self.provider[name] for name in change}
                self.provider.write(change)
                self.assertShown(False)
                self.provider.write(
                    {**before, "available_currency_ids": [Command.clear()], "maximum_amount": 0}
                )
                self.method.active = True
        self.assertShown(True)

    def test_the_page_is_drawn_anew_when_a_provider_is_switched_off(self):
        page, move = self.env["finance.portal.page"], self.invoice.sudo()
        self.assertTrue(page._get_document_values(move)["payment"])
        self.provider.state = "disabled"
        self.assertFalse(page._get_document_values(move)["payment"])

    def test_odoos_own_switch_holds(self):
        self.env["ir.config_parameter"].set_param("account_payment.enable_portal_payment", "False")
        self.assertShown(False)
        _link, page = self.enter()
        self.assertIn("This document can&#39;t be paid online.", page.text)

    def test_a_customer_of_one_company_pays_no_other(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.assertShown(True)
        self.env.flush_all()
        for company, shown in ((self.company, True), (other, False)):
            # Not by the ORM, which would not let the customer's invoice be somebody else's.
            self.env.cr.execute(
                "UPDATE res_partner SET company_id = %s WHERE id = %s", [company.id, self.ada.id]
            )
            self.ada.invalidate_recordset()
            self.assertShown(shown)

    def test_another_currency(self):
        currency = self.setup_other_currency("EUR")
        move = self.make_invoice(currency_id=currency.id)
        link, page = self.enter(move)
        self.assertIn("€", page.text)
        transaction = self.pay(link)
        self.assertEqual((transaction.currency_id, transaction.amount), (currency, 100.0))
        self.book()
        self.assertEqual(move.payment_state, "paid")

    def test_what_was_never_started_holds_up_nobody(self):
        """Whoever left a payment page open, or a page of Odoo's that was never paid."""
        _link, page = self.enter()
        self.start(page)
        self.assertShown(True)
        self.simulate(self.transactions(self.invoice), "pending")
        payment = self.invoice._finance_portal_get_page_values()["payment"]
        self.assertEqual(payment["state"], "under_way")
