"""Books of any kind in a real Odoo, and a second, simple telling of what a statement says.

The telling reads plain rows with SQL of its own, item by item, and adds up in Python. It knows
no totals, no stored residual amounts and no other word for a rule than the rule itself.
"""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from freezegun import freeze_time
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from .common import FinancePortalCase

FIRST = date(2026, 1, 1)
DAYS = 150
LAST = FIRST + timedelta(days=DAYS + 120)

_DAY = st.integers(0, DAYS)
_CENTS = st.integers(3_00, 500_00).map(lambda cents: cents / 100)
_INDEX = st.integers(0, 20)
_FOR = st.integers(0, 1)  # which of two companies, or of two currencies

BILLS = st.fixed_dictionaries(
    {
        "what": st.just("bill"),
        "kind": st.sampled_from(["out_invoice"] * 3 + ["out_refund", "out_receipt"]),
        "state": st.sampled_from(["posted"] * 6 + ["draft", "cancel"]),
        "company": _FOR,
        "foreign": _FOR,
        "amount": _CENTS,
        "day": _DAY,
        "days_to_pay": st.sampled_from([0, 14, 30, 95]),
        "parts": st.sampled_from([1, 1, 1, 3]),
        "partner": st.sampled_from(["ada", "ben", "ada", "eve"]),
    }
)
EVENTS = st.one_of(
    st.fixed_dictionaries(
        {
            "what": st.just("pay"),
            "which": _INDEX,
            "share": st.sampled_from([0.3, 0.5, 1.0, 1.0, 1.2]),
            "foreign": _FOR,
            "day": _DAY,
            "write_off": st.booleans(),
        }
    ),
    st.fixed_dictionaries({"what": st.just("deposit"), "amount": _CENTS, "day": _DAY,
                           "company": _FOR, "foreign": _FOR}),
    st.fixed_dictionaries({"what": st.just("reverse"), "which": _INDEX, "day": _DAY}),
    st.fixed_dictionaries({"what": st.just("write_off"), "which": _INDEX, "day": _DAY,
                           "share": st.sampled_from([0.4, 1.0])}),
    st.fixed_dictionaries({"what": st.just("match"), "which": _INDEX, "other": _INDEX}),
    st.fixed_dictionaries({"what": st.just("undo"), "which": _INDEX}),
)  # fmt: skip
BOOKS = st.tuples(
    st.lists(BILLS, min_size=2, max_size=5), st.lists(EVENTS, min_size=2, max_size=6)
).map(lambda parts: [*parts[0], *parts[1]])
PERIODS = st.tuples(st.integers(-40, DAYS + 40), st.integers(0, 120)).map(
    lambda pair: (FIRST + timedelta(days=pair[0]), FIRST + timedelta(days=sum(pair)))
)


class Item(NamedTuple):
    """One posted receivable journal item."""

    id: int
    section: tuple
    day: date
    due: date
    amount: Decimal


class Settlement(NamedTuple):
    """What one partial reconciliation took off one item."""

    item: int
    day: date
    amount: Decimal


class Bookkeeper:
    """Does what an accountant does, through Odoo's own ways."""

    def __init__(self, case):
        self.case, self.env = case, case.env
        self.moves = self.env["account.move"]

    def keep(self, book):
        """Do all of a book; what Odoo itself refuses is not done."""
        for event in book:
            do = getattr(self, event["what"])
            try:
                with self.env.cr.savepoint():
                    do(**{name: value for name, value in event.items() if name != "what"})
            except (UserError, ValidationError):
                self.env.invalidate_all()

    def bill(self, **facts):
        """Make a document as ``BILLS`` describes it."""
        data, when = self.case.companies[facts["company"]], FIRST + timedelta(days=facts["day"])
        terms = {"invoice_date_due": when + timedelta(days=facts["days_to_pay"])}
        if facts["parts"] > 1:
            terms = {"invoice_payment_term_id": self.case.installments.id}
        move = self.env["account.move"].with_company(data["company"]).create(
            {
                "move_type": facts["kind"],
                "company_id": data["company"].id,
                "partner_id": getattr(self.case, facts["partner"]).id,
                "currency_id": self.currency(facts["company"], facts["foreign"]).id,
                "invoice_date": when,
                "date": when,
                "invoice_payment_term_id": False,
                **terms,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Bread",
                            "price_unit": facts["amount"],
                            "tax_ids": [Command.clear()],
                            "account_id": data["default_account_revenue"].id,
                        }
                    )
                ],
            }
        )  # fmt: skip
        if facts["state"] == "posted":
            move.action_post()
        elif facts["state"] == "cancel":
            move.button_cancel()
        self.moves += move

    def currency(self, company, foreign):
        own = self.case.companies[company]["company"].currency_id
        return self.case.euro if foreign else own

    def pick(self, which):
        posted = self.moves.filtered(lambda move: move.state == "posted")
        return posted[which % len(posted)] if posted else posted

    def pay(self, which, share, foreign, day, write_off):
        move = self.pick(which)
        if not move or move.payment_state in ("paid", "reversed"):
            return
        company = move.company_id
        context = {"active_model": "account.move", "active_ids": move.ids}
        register = self.env["account.payment.register"].with_company(company)
        index = 0 if company == self.case.companies[0]["company"] else 1
        register = register.with_context(**context).create(
            {
                "payment_date": FIRST + timedelta(days=day),
                "currency_id": self.currency(index, foreign).id,
                "journal_id": self.case.companies[index]["default_journal_bank"].id,
            }
        )
        register.amount = max(0.01, round(register.amount * share, 2))
        if write_off and share != 1:
            register.payment_difference_handling = "reconcile"
            register.writeoff_account_id = self.case.companies[index]["default_account_expense"]
        register._create_payments()

    def deposit(self, amount, day, company, foreign):
        payment = self.env["account.payment"].create(
            {
                "amount": amount,
                "partner_id": self.case.ben.id,
                "company_id": self.case.companies[company]["company"].id,
                "journal_id": self.case.companies[company]["default_journal_bank"].id,
                "currency_id": self.currency(company, foreign).id,
                "date": FIRST + timedelta(days=day),
            }
        )
        payment.action_post()
        self.moves += payment.move_id

    def reverse(self, which, day):
        move = self.pick(which)
        if move:
            when = FIRST + timedelta(days=day)
            self.moves += move._reverse_moves([{"invoice_date": when, "date": when}], cancel=True)

    def write_off(self, which, day, share):
        """Take something off an invoice with a journal entry, as for a debt that is lost."""
        item = self.receivable(self.pick(which))[:1]
        if not item:
            return
        index = 0 if item.company_id == self.case.companies[0]["company"] else 1
        part = item.currency_id.round(item.amount_currency * share)
        base = item.company_currency_id.round(item.balance * share)
        common = {"currency_id": item.currency_id.id, "partner_id": item.partner_id.id}
        expense = self.case.companies[index]["default_account_expense"].id
        sides = ((item.account_id.id, -1), (expense, 1))
        entry = self.env["account.move"].with_company(item.company_id).create(
            {
                "date": FIRST + timedelta(days=day),
                "company_id": item.company_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account,
                            "amount_currency": sign * part,
                            "balance": sign * base,
                            **common,
                        }
                    )
                    for account, sign in sides
                ],
            }
        )  # fmt: skip
        entry.action_post()
        (item + self.receivable(entry)).filtered(lambda one: not one.reconciled).reconcile()

    def match(self, which, other):
        """Reconcile what two documents left open, of whatever customer or currency."""
        items = self.receivable(self.pick(which)) + self.receivable(self.pick(other))
        if len(items.account_id) == 1:
            items.filtered(lambda one: not one.reconciled).reconcile()

    def undo(self, which):
        self.receivable(self.pick(which)).remove_move_reconcile()

    def receivable(self, move):
        return move.line_ids.filtered(lambda one: one.account_type == "asset_receivable")


class Telling:
    """What the statement of a customer has to say, told item by item."""

    def __init__(self, case, customer):
        cr = case.env.cr
        case.env.flush_all()
        cr.execute(
            """
            SELECT aml.id, aml.company_id, aml.currency_id, aml.date, aml.date_maturity,
                   aml.amount_currency::text, aml.amount_residual_currency::text
              FROM account_move_line aml, account_move am, account_account aa, res_partner rp
             WHERE am.id = aml.move_id AND aa.id = aml.account_id AND rp.id = aml.partner_id
               AND am.state = 'posted' AND aa.account_type = 'asset_receivable'
               AND rp.commercial_partner_id = %s
            """,
            [customer.id],
        )
        self.items, self.residuals = [], defaultdict(Decimal)
        for item, company, currency, day, due, amount, residual in cr.fetchall():
            section = company, currency
            self.items.append(Item(item, section, day, due or day, Decimal(amount)))
            self.residuals[section] += Decimal(residual)
        cr.execute(
            "SELECT debit_move_id, credit_move_id, max_date, debit_amount_currency::text,"
            " credit_amount_currency::text FROM account_partial_reconcile"
        )
        self.settlements = []
        for debit, credit, day, of_debit, of_credit in cr.fetchall():
            self.settlements.append(Settlement(debit, day, -Decimal(of_debit)))
            self.settlements.append(Settlement(credit, day, Decimal(of_credit)))

    def sections(self):
        return {item.section for item in self.items}

    def open_items(self, section, day):
        """Return ``(due day, amount)`` of what was open at the end of a day."""
        found = []
        for item in self.items:
            if item.section == section and item.day <= day:
                taken = (s.amount for s in self.settlements if s.item == item.id and s.day <= day)
                found.append((item.due, item.amount + sum(taken, Decimal())))
        return found

    def balance(self, section, day):
        return sum((amount for _due, amount in self.open_items(section, day)), Decimal())

    def booked(self, section, start, end):
        """Return the sum of the journal items of some days."""
        amounts = (
            item.amount
            for item in self.items
            if item.section == section and start <= item.day <= end
        )
        return sum(amounts, Decimal())

    def ageing(self, section, day):
        """Return what is open by age, as the page shows it."""
        found = [Decimal()] * 6
        for due, amount in self.open_items(section, day):
            late = (day - due).days
            if amount < 0:
                place = 5
            else:
                place = sum(late >= limit for limit in (1, 31, 61, 91))
            found[place] += amount
        return found


class StatementCase(FinancePortalCase):
    """Two companies that bill the same customer, in two currencies with rates that change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-06-30 12:00:00"))
        cls.invoice.button_draft()
        cls.invoice.unlink()
        rates = [("2000-01-01", 0.5), ("2026-02-01", 0.8), ("2026-04-01", 0.4)]
        cls.euro = cls.setup_other_currency("EUR", rates=rates)
        cls.companies = (cls.company_data, cls.setup_other_company(name="Second House"))
        cls.env.user.company_ids += cls.companies[1]["company"]
        cls.billers = cls.company | cls.companies[1]["company"]
        cls.company.sequence = -1
        cls.installments = cls.env["account.payment.term"].create(
            {
                "name": "Three parts",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": part, "nb_days": days})
                    for part, days in ((30, 0), (30, 20), (40, 70))
                ],
            }
        )
        cls.Statement = cls.env["finance.portal.statement"]

    def setUp(self):
        super().setUp()
        self.books = Bookkeeper(self)

    def bill(self, amount=100.0, day=0, **values):
        """Return a posted invoice of Ada's, due 30 days later."""
        values = {
            "kind": "out_invoice", "state": "posted", "company": 0, "foreign": 0, "parts": 1,
            "partner": "ada", "days_to_pay": 30, "amount": amount, "day": day, **values,
        }  # fmt: skip
        self.books.bill(**values)
        return self.books.moves[-1]

    def pay(self, share=1.0, day=10, which=0, foreign=0, write_off=False):
        self.books.pay(which, share, foreign, day, write_off)

    def statement(self, start=FIRST, end=LAST, **options):
        """Return the statement of the customer by ``(company, currency)``."""
        found = self.Statement._get_statement(self.customer, self.billers, start, end, **options)
        return {(part["company"].id, part["currency"].id): part for part in found}

    def only(self, start=FIRST, end=LAST, **options):
        """Return the only section of the statement."""
        (part,) = self.statement(start, end, **options).values()
        return part["section"]

    def told(self, section):
        """Return ``(kind, amount, balance)`` of each row."""
        return [
            (movement.facts["kind"], float(movement.amount), float(balance))
            for movement, balance in section.rows
        ]

    def shown(self, lang="en_US", **params):
        """Return what the page of the customer draws."""
        params = {"from": FIRST.isoformat(), "to": LAST.isoformat(), **params}
        statement = self.Statement.with_context(lang=lang)
        return statement._get_page_values(self.customer, self.billers, params)["statement"]

    def rows(self, **options):
        return self.shown(**options)["sections"][0]["rows"]

    def money(self, amount):
        return self.Statement._money(amount, self.company.currency_id)
