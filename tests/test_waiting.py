"""One truth about money: page, lists, overview and statement ask one place (section 13)."""

from contextlib import contextmanager

from freezegun import freeze_time

from odoo.tests import tagged

from ..tools.ageing import AGES
from .account_common import AccountCase
from .page_common import NOW, PageCase
from .waiting_common import EXPECTED, WaitingMixin


@tagged("post_install", "-at_install")
class TestWaiting(WaitingMixin, AccountCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.keep_no_entries()
        cls.List = cls.env["finance.portal.list.invoices"]
        cls.Statement = cls.env["finance.portal.statement"]
        cls.viewer = cls.account._as_viewer()

    @contextmanager
    def situation(self, name):
        """Give the documents of a situation, and take it all back."""
        with self.subTest(name):
            savepoint = self.env.cr.savepoint()
            try:
                yield self.make_situation(name)
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    def money(self, amount):
        return self.Statement._money(amount, self.company.currency_id)

    def rows(self):
        """Return the list's rows by their numbers."""
        documents = self.List._get_newest(self.viewer, limit=200)
        return {row["name"]: row for row in self.List._get_rows(self.viewer, documents)}

    def totals(self, move, *kinds):
        rows = PageCase.values(move)["totals"]
        return [(row["label"], row["amount"]) for row in rows if row["kind"] in kinds]

    # === ONE TRUTH === #

    def test_page_list_overview_and_statement_agree(self):
        for name, (amounts, overdue) in EXPECTED.items():
            with self.situation(name) as moves:
                left = dict(zip(moves, amounts, strict=True))
                self.check_pages(left)
                self.check_list(left, overdue)
                self.check_overview(left, overdue)
                self.check_statement(left)

    def check_pages(self, left):
        for move, amount in left.items():
            move.invalidate_recordset()  # each on its own, as a page asks
            self.assertEqual(move._finance_portal_amount_left(), abs(amount))
            items = move._finance_portal_get_open_items()
            self.assertEqual(sum(item.amount for item in items), abs(amount))
            due = [text for _label, text in self.totals(move, "due")]
            self.assertEqual(due or [self.money(move.amount_total)], [self.money(abs(amount))])
            hero = PageCase.values(move)["hero"]
            if move.move_type != "out_refund":
                self.assertEqual(hero["label"], "Amount due" if amount else "Total")
                self.assertTrue(hero["states"])
                part = "not paid" if amount == move.amount_total else "paid in part"
                self.assertEqual(
                    move._finance_portal_get_status_note(), part if amount else "paid"
                )

    def check_list(self, left, overdue):
        rows = self.rows()
        for move, amount in left.items():
            self.assertEqual(rows[move.name]["open"], self.money(amount) if amount else "")
        owed = {move: amount for move, amount in left.items() if move.move_type != "out_refund"}
        unpaid = [move for move, amount in owed.items() if amount]
        expected = {
            "open": unpaid,
            "paid": [move for move in owed if move not in unpaid],
            "overdue": unpaid[:1] if overdue else [],
        }
        for show, moves in expected.items():
            shown = self.List._get_newest(self.viewer, show)
            self.assertCountEqual(shown.mapped("name"), [move.name for move in moves], show)

    def check_overview(self, left, overdue):
        [found] = self.Statement._get_open_balances(self.customer, self.company)
        self.assertEqual((found["open"], found["overdue"]), (sum(left.values()), overdue))
        for _currency, points in self.Statement._get_balance_history(self.customer, self.company):
            self.assertEqual(points[-1][1], sum(left.values()))

    def check_statement(self, left):
        """What is open by age is what is left; what waits is named, and off the balance."""
        period = self.day(-60), self.day(99)
        [part] = self.Statement._get_statement(self.customer, self.company, *period)
        section = part["section"]
        self.assertEqual(sum(section.ageing[age] for age in AGES), sum(left.values()))
        early = section.closing == 1100 and part["waiting"] == 1078 and not sum(left.values())
        if not early:  # the discount is no money
            self.assertEqual(section.closing - part["waiting"], sum(left.values()))

    # === WHAT IS SHOWN OF IT === #

    def test_what_the_bank_brought_is_one_row(self):
        [move] = self.make_situation("a_part_that_the_bank_brought")
        self.assertEqual(
            self.totals(move, "payment", "due"),
            [("Paid on Mar 10, 2026", self.money(40)), ("Amount due", self.money(60))],
        )
        self.assertEqual([tone for tone, _text in self.rows()[move.name]["states"]][-1], "calm")

    def test_totals_add_up_with_a_discount(self):
        [move] = self.make_situation("an_early_payment_discount")
        self.assertEqual(
            self.totals(move, "total", "payment", "due"),
            [
                ("Total", self.money(1100)),
                ("Paid on Mar 10, 2026", self.money(1078)),
                ("Early payment discount", self.money(22)),
                ("Amount due", self.money(0)),
            ],
        )

    def test_the_next_installment_is_what_is_left_of_it(self):
        [move] = self.make_situation("a_first_installment")
        hero = PageCase.values(move)["hero"]
        self.assertEqual(hero["states"][0], ("calm", "Due in 80 days"))
        term = move._finance_portal_get_term_lines()[0]
        self.assertEqual(move._finance_portal_get_installment_state(term), ("good", "Paid"))

    def test_own_documents_only(self):
        """A payment for a colleague's document as well counts for one's own, by its share."""
        theirs, own = self.bill(days=20, partner=self.ben), self.bill(days=30)
        self.record(150, theirs, own)
        self.account.own_documents = True
        viewer = self.account._as_viewer()
        [found] = self.Statement._get_open_balances(self.customer, self.company, self.ada)
        self.assertEqual(found["open"], 50)
        self.assertEqual(self.List._get_newest(viewer, "open"), own)
        self.assertFalse(self.List._get_newest(viewer, "paid"))

    # === HOW IT IS ASKED === #

    def test_a_page_is_drawn_anew_when_a_shared_payment_goes_elsewhere(self):
        page = self.env["finance.portal.page"]
        first, second, third = (self.bill(days=days) for days in (10, 20, 30))
        self.record(150, first, second)
        payment = self.record(60, second, third)
        steps = (
            lambda: None,
            payment.action_reject,
            lambda: payment.write({"state": "in_process"}),
            lambda: self.bring(150, first, second),
        )
        for step in steps:
            step()
            self.env.flush_all()
            self.env.invalidate_all()
            for move in (first, second, third):
                kept = page._get_document_values(move.sudo())["hero"]["amount"]
                self.assertEqual(kept, PageCase.values(move)["hero"]["amount"], move.name)

    def test_number_of_queries_does_not_grow(self):
        """Section 12"""
        euro = self.setup_other_currency("EUR")
        asks = (
            self.rows,
            lambda: self.List._get_newest(self.viewer, "overdue"),
            lambda: self.Statement._get_open_balances(self.customer, self.company),
        )

        def make(count):
            for number in range(count):
                moves = [self.bill(days=-3), self.bill(currency_id=euro.id)]
                self.record(60, *moves, date=self.day(-number))

        def count():
            found = []
            for ask in asks:
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                ask()
                found.append(self.env.cr.sql_log_count - before)
            return found

        make(2)
        count()  # fills the caches that all pages share
        few = count()
        make(10)
        self.assertEqual(count(), few)
