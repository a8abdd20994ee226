"""The statement against the posted receivable journal items (section 7)."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from unittest.mock import patch

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from .statement_books import BOOKS, DAYS, FIRST, LAST, PERIODS, Bookkeeper, StatementCase, Telling

OTHER = ("other_currency", "other_party")
MAX = "odoo.addons.finance_portal.models.statement.statement_page.MAX_MOVEMENTS"
FEW = "odoo.addons.finance_portal.models.statement.statement.FEW"


@tagged("post_install", "-at_install")
class TestStatement(StatementCase):
    # === AGAINST THE BOOKS === #

    def test_statement_agrees_to_the_cent_with_any_books(self):
        self.seen = Counter()

        @settings(
            max_examples=12,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(BOOKS, st.lists(PERIODS, min_size=3, max_size=3), st.sampled_from([0, 2000]))
        def check(book, periods, few):
            savepoint = self.env.cr.savepoint()
            try:
                Bookkeeper(self).keep(book)
                told = Telling(self, self.customer)
                with patch(FEW, few):
                    for start, end in [*periods, (FIRST, LAST)]:
                        self.compare(told, start, end)
                    self.compare_now(told)
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all()

        check()
        expected = {
            "invoice", "credit_note", "receipt", "payment", "adjustment", "other_currency",
            "installments", "paid", "credit", "late",
        }  # fmt: skip
        self.assertLessEqual(expected, set(self.seen), "the books held all there is")

    def compare(self, told, start, end):
        """Compare every figure of the statement with the telling."""
        found = self.statement(start, end)
        for section in told.sections():
            opening = told.balance(section, start - timedelta(days=1))
            closing = told.balance(section, end)
            if section not in found:
                self.assertEqual((opening, closing), (0, 0), (section, start, end))
                continue
            shown = found[section]["section"]
            self.assertEqual((shown.opening, shown.closing), (opening, closing))
            self.assertEqual(list(shown.ageing.values()), told.ageing(section, end))
            self.assertEqual(sum(shown.ageing.values()), shown.closing)
            balance = shown.carried
            self.assertEqual(balance, opening, "nothing is left out")
            for movement, after in shown.rows:
                balance += movement.amount
                self.assertEqual(after, balance)
                self.assertTrue(start <= movement.day <= end and movement.amount)
                self.count(movement.facts)
            self.assertEqual(balance, closing)
            booked = (
                movement.amount
                for movement, _balance in shown.rows
                if movement.facts["kind"] not in OTHER
            )
            self.assertEqual(sum(booked, Decimal()), told.booked(section, start, end))
            for day, after in shown.points[1:]:
                self.assertEqual(after, told.balance(section, day))
            self.seen["credit"] += bool(shown.ageing["credit"])
            self.seen["late"] += bool(shown.ageing["older"])
        self.assertLessEqual(set(found), told.sections())

    def compare_now(self, told):
        """Compare what is open now with what Odoo itself says is open."""
        open_now = {
            (part["company"].id, part["currency"].id): part["open"]
            for part in self.Statement._get_open_balances(self.customer, self.billers)
        }
        for section in told.sections():
            self.assertEqual(open_now.get(section, 0), told.residuals[section])
            self.assertEqual(told.balance(section, LAST), told.residuals[section])
        history = dict(self.Statement._get_balance_history(self.customer, self.billers))
        for currency in {section[1] for section in told.sections()}:
            points = history.get(self.env["res.currency"].browse(currency), ())
            for day, balance in points[1:]:
                of_currency = (one for one in told.sections() if one[1] == currency)
                self.assertEqual(balance, sum(told.balance(one, day) for one in of_currency))

    def count(self, facts):
        self.seen[facts["kind"]] += 1
        self.seen["installments"] += bool(facts["due"] and facts["due"] != facts["last_due"])
        self.seen["paid"] += bool(facts["paid"])

    # === WHAT IS TOLD === #

    def test_a_payment_after_the_period_is_undone(self):
        self.bill(100, day=0, days_to_pay=0)
        self.pay(0.4, day=40)
        january = self.only(FIRST, date(2026, 1, 31))
        self.assertEqual(january.closing, 100)
        self.assertEqual(january.ageing["days_30"], 100)
        march = self.only(date(2026, 2, 1), date(2026, 3, 31))
        self.assertEqual((march.opening, march.closing), (100, 60))
        self.assertEqual(march.ageing["days_90"], 60)
        self.assertEqual(self.told(march), [("payment", -40, 60)])

    def test_drafts_cancelled_and_other_customers_are_left_out(self):
        self.bill(state="draft")
        self.bill(state="cancel")
        self.bill(partner="eve")
        self.assertEqual(self.statement(), {})
        self.assertEqual(self.Statement._get_open_balances(self.customer, self.billers), [])
        self.assertEqual(self.Statement._get_balance_history(self.customer, self.billers), [])

    def test_a_reset_invoice_leaves_the_statement(self):
        move = self.bill()
        self.assertEqual(self.only().closing, 100)
        move.button_draft()
        self.assertEqual(self.statement(), {})

    def test_write_off_with_a_payment_says_what_was_paid(self):
        self.bill(100)
        self.pay(0.95, write_off=True)
        [_invoice, (payment, balance)] = self.only().rows
        self.assertEqual((payment.amount, payment.facts["paid"], balance), (-100, 95, 0))
        row = self.rows()[1]
        self.assertEqual(
            row["details"],
            [
                f"Amount paid: {self.money(95)}",
                f"Difference written off: {self.money(5)}",
            ],
        )

    def test_payment_in_another_currency_settles_both_statements(self):
        self.bill(100, foreign=1)
        self.pay(foreign=0)
        found = self.statement()
        self.assertEqual(len(found), 2)
        for part in found.values():
            section = part["section"]
            self.assertEqual(section.closing, 0, part["currency"].name)
            self.assertEqual(section.rows[-1][0].facts["kind"], "other_currency")
            self.assertFalse(any(section.ageing.values()))

    def test_what_a_stranger_paid_is_no_debt(self):
        self.bill(100)
        self.bill(100, partner="eve", kind="out_refund", day=3)
        self.books.match(0, 1)
        self.assertEqual(self.told(self.only()), [("invoice", 100, 100), ("other_party", -100, 0)])

    def test_entries_of_a_bank_are_payments(self):
        journal = self.company_data["default_journal_bank"]
        receivable = self.company_data["default_account_receivable"]
        revenue = self.company_data["default_account_revenue"]
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": FIRST,
                "line_ids": [
                    Command.create({"account_id": revenue.id, "debit": 7}),
                    Command.create(
                        {"account_id": receivable.id, "credit": 7, "partner_id": self.ben.id}
                    ),
                ],
            }
        )
        entry.action_post()
        self.assertEqual(self.told(self.only()), [("payment", -7, -7)])

    def test_installments_are_one_row_and_age_apart(self):
        self.bill(100, parts=3)
        section = self.only(end=date(2026, 1, 31))
        self.assertEqual(self.told(section), [("invoice", 100, 100)])
        found = [float(section.ageing[part]) for part in ("not_due", "days_30")]
        self.assertEqual(found, [40, 60])
        last = "In installments, the last one due on Mar 12, 2026"
        self.assertEqual(self.rows()[0]["details"], [last])

    def test_the_newest_are_shown_when_there_are_too_many(self):
        for day in range(5):
            self.bill(10, day=day)
        part = next(iter(self.statement(limit=2).values()))
        section = part["section"]
        self.assertEqual(part["left_out"], 3)
        self.assertEqual((section.opening, section.carried, section.closing), (0, 30, 50))
        self.assertEqual(self.told(section), [("invoice", 10, 40), ("invoice", 10, 50)])
        with patch(MAX, 2):
            shown = self.shown()["sections"][0]
        self.assertEqual(shown["carried"]["label"], "Earlier transactions: 3")
        self.assertIn("The newest 2 transactions are listed", shown["cut"])
        self.assertIn("all 5", shown["cut"])

    def test_the_number_of_queries_does_not_grow(self):
        self.bill()
        self.pay(0.5)
        few = self.count_queries()
        for day in range(6):
            self.bill(day=day, parts=3)
            self.pay(0.5, which=day)
        self.assertEqual(self.count_queries(), few)

    def count_queries(self):
        """Return how many queries the page asks, and what the dashboard shows of it."""
        self.shown()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.shown()
        self.Statement._get_open_balances(self.customer, self.billers)
        self.Statement._get_history_charts(self.customer, self.billers)
        return self.env.cr.sql_log_count - before

    # === OPEN NOW === #

    def test_open_balances_tell_what_is_overdue(self):
        self.bill(100, days_to_pay=0)
        self.bill(40, day=DAYS, days_to_pay=95)
        self.bill(30, kind="out_refund")
        [found] = self.Statement._get_open_balances(self.customer, self.billers)
        self.assertEqual(
            {name: found[name] for name in ("open", "overdue")}, {"open": 110, "overdue": 100}
        )
        self.assertEqual(found["company"], self.company)
        self.assertEqual(found["currency"], self.company.currency_id)

    def test_a_contact_with_own_documents_sees_their_own_alone(self):
        self.bill(100)
        self.bill(7, partner="ben")
        self.pay(0.5)
        [found] = self.Statement._get_open_balances(self.customer, self.billers, contact=self.ben)
        self.assertEqual(found["open"], 7)
        [found] = self.Statement._get_open_balances(self.customer, self.billers, contact=self.ada)
        self.assertEqual(found["open"], 50)
        [(_currency, points)] = self.Statement._get_balance_history(
            self.customer, self.billers, contact=self.ben
        )
        self.assertEqual({balance for _day, balance in points}, {0, 7})
        values = self.Statement._get_page_values(
            self.customer, self.billers, {}, own_documents=True
        )
        self.assertEqual(values, {"statement": {"available": False}})
