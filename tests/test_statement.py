"""The statement against the posted receivable journal items (section 7)."""

import csv
import io
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace
from unittest.mock import patch

import lxml.html
from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from .common import FinancePortalCase
from .statement_books import BOOKS, DAYS, FIRST, PERIODS, Bookkeeper, Telling
from .test_letterhead import WKHTML

LAST = FIRST + timedelta(days=DAYS + 120)
OTHER = ("other_currency", "other_party")
MOST = "odoo.addons.finance_portal.models.finance_portal_statement_page.MOST_MOVEMENTS"
FEW = "odoo.addons.finance_portal.models.finance_portal_statement.FEW"


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
        found = self.Statement._get_statement(self.customer, start, end, **options)
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
        """Compare what is open now with what the ERP itself says is open."""
        open_now = {
            (part["company"].id, part["currency"].id): part["open"]
            for part in self.Statement._get_open_balances(self.customer)
        }
        for section in told.sections():
            self.assertEqual(open_now.get(section, 0), told.residuals[section])
            self.assertEqual(told.balance(section, LAST), told.residuals[section])
        history = dict(self.Statement._get_balance_history(self.customer))
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
        self.assertEqual(self.Statement._get_open_balances(self.customer), [])
        self.assertEqual(self.Statement._get_balance_history(self.customer), [])

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
                f"Difference settled by us: {self.money(5)}",
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
        last = "In installments, the last one due on 03/12/2026"
        self.assertEqual(self.rows()[0]["details"], [last])

    def test_the_newest_are_shown_when_there_are_too_many(self):
        for day in range(5):
            self.bill(10, day=day)
        part = next(iter(self.statement(limit=2).values()))
        section = part["section"]
        self.assertEqual(part["left_out"], 3)
        self.assertEqual((section.opening, section.carried, section.closing), (0, 30, 50))
        self.assertEqual(self.told(section), [("invoice", 10, 40), ("invoice", 10, 50)])
        with patch(MOST, 2):
            shown = self.shown()["sections"][0]
        self.assertEqual(shown["carried"]["label"], "Earlier movements: 3")
        self.assertIn("The newest 2 movements are listed", shown["cut"])
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
        self.Statement._get_open_balances(self.customer)
        self.Statement._get_history_charts(self.customer)
        return self.env.cr.sql_log_count - before

    # === OPEN NOW === #

    def test_open_balances_tell_what_is_overdue_and_next(self):
        self.bill(100, days_to_pay=0)
        self.bill(40, day=DAYS, days_to_pay=95)
        self.bill(2, day=DAYS, days_to_pay=95)
        self.bill(30, kind="out_refund")
        [found] = self.Statement._get_open_balances(self.customer)
        self.assertEqual(
            {name: found[name] for name in ("open", "overdue", "credit")},
            {"open": 112, "overdue": 100, "credit": -30},
        )
        self.assertEqual(found["next_due"], (FIRST + timedelta(days=DAYS + 95), 42))
        self.assertEqual(found["company"], self.company)
        self.assertEqual(found["currency"], self.company.currency_id)

    def test_a_contact_with_own_documents_sees_their_own_alone(self):
        self.bill(100)
        self.bill(7, partner="ben")
        self.pay(0.5)
        [found] = self.Statement._get_open_balances(self.customer, contact=self.ben)
        self.assertEqual(found["open"], 7)
        [found] = self.Statement._get_open_balances(self.customer, contact=self.ada)
        self.assertEqual(found["open"], 50)
        [(_currency, points)] = self.Statement._get_balance_history(self.customer, contact=self.ben)
        self.assertEqual({balance for _day, balance in points}, {0, 7})
        values = self.Statement._get_page_values(self.customer, {}, own_documents=True)
        self.assertEqual(values, {"statement": {"available": False}})

    # === PAGE === #

    def shown(self, lang="en_US", **params):
        """Return what the page of the customer draws."""
        params = {"from": FIRST.isoformat(), "to": LAST.isoformat(), **params}
        statement = self.Statement.with_context(lang=lang)
        return statement._get_page_values(self.customer, params)["statement"]

    def rows(self, **options):
        return self.shown(**options)["sections"][0]["rows"]

    def render(self, statement, **values):
        """Return the part of the page as a document."""
        values = {"statement": statement, **values}
        html = self.env["ir.qweb"]._render(
            "finance_portal.statement_body", values, minimal_qcontext=True
        )
        return lxml.html.fromstring(f"<main>{html}</main>")

    def money(self, amount):
        return self.Statement._money(amount, self.company.currency_id)

    def test_page_tells_each_movement_in_words(self):
        move = self.bill(100)
        move.ref = "PO <7>"
        self.pay()
        payment = self.env["account.payment"].search([("partner_id", "=", self.customer.id)])
        [invoice, paid] = self.rows()
        self.assertEqual((invoice["name"], invoice["number"]), ("Invoice", move.name))
        self.assertEqual(invoice["details"], ["Your reference: PO <7>", "Due on 01/31/2026"])
        self.assertEqual(invoice["key"], ("account.move", move.id))
        self.assertEqual((paid["name"], paid["number"]), ("Payment", payment.name))
        self.assertEqual(paid["key"], ("account.payment", payment.id))
        self.assertEqual((paid["date"], paid["amount"]), ("01/11/2026", self.money(-100)))
        self.assertEqual(paid["balance"], self.money(0))

    def test_page_holds_its_security_policy_and_escapes(self):
        self.bill().ref = "<b>PO</b>"
        statement = self.shown()
        statement["sections"][0]["rows"][0]["href"] = "/finance/d/abc"
        page = self.render(statement)
        self.assertFalse(page.xpath("//@style | //script | //style"))
        self.assertFalse(page.xpath("//b[text()='PO']"))
        self.assertEqual(page.xpath("//td/a/@href"), ["/finance/d/abc"])
        [chart] = page.xpath("//svg[@role='img']")
        self.assertTrue(chart.xpath("./title/text()")[0].startswith("Balance over time"))
        self.assertIn(self.money(100), chart.xpath("./desc/text()")[0])
        self.assertEqual(
            page.xpath("//a[contains(@href, '/csv')]/@href"),
            [f"/finance/customer-portal/statement/csv?from={FIRST}&to={LAST}"],
        )

    def test_page_without_anything_says_so(self):
        page = self.render(self.shown())
        self.assertIn("nothing is open", page.text_content())
        self.assertFalse(page.xpath("//table | //svg"))
        limited = self.Statement._get_page_values(self.customer, {}, own_documents=True)
        page = self.render(limited["statement"])
        self.assertIn("limited to your own", page.text_content())
        self.assertFalse(page.xpath("//form | //table"))

    def test_any_period_gets_a_page(self):
        for start, end, word in (
            ("", "", ""), ("2026-01-01", "2026-01-01", ""), ("2026-02-01", "", ""),
            ("2026-02-01", "2026-01-31", "after the last day"),
            ("0001-01-01", "2026-01-01", "choose days between"),
            ("2026-01-01", "9999-12-31", "choose days between"),
            ("1990-01-01", "2026-01-01", "10 years"),
            ("2026-02-30", "2026-03-01", "not a date"), ("x" * 9999, "\x00", "not a date"),
            ("２０２６-01-01", "", "not a date"), ("20260101", "", "not a date"),
        ):  # fmt: skip
            with self.subTest(start=start[:20], end=end):
                shown = self.shown(**{"from": start, "to": end})
                self.assertIn(word, shown["problem"])
                self.assertEqual(bool(shown["problem"]), bool(word))
                self.assertIn(shown["title"], self.render(shown).text_content())

    # === FILES === #

    def read_csv(self, **options):
        name, content = self.Statement._get_csv(self.customer, FIRST, LAST, **options)
        self.assertTrue(content.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(content.count(b"\n"), content.count(b"\r\n"))
        return name, list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))

    def test_csv_has_one_row_for_each_movement(self):
        move = self.bill(1234.5)
        move.ref = '=HYPERLINK("http://evil.example")'
        self.bill(10, foreign=1, company=1, kind="out_refund", day=3)
        self.pay(0.5)
        with patch(MOST, 1):
            name, rows = self.read_csv()
        self.assertEqual(name, "Statement Bakery 2026-01-01 2026-09-28.csv")
        own, euro = self.company.currency_id.name, "EUR"
        self.assertEqual(
            [tuple(row[key] for key in ("Company", "Currency", "Date", "Amount")) for row in rows],
            [
                (self.company.name, own, "2026-01-01", "1234.50"),
                (self.company.name, own, "2026-01-11", "-617.25"),
                ("Second House", euro, "2026-01-04", "-10.00"),
            ],
        )
        self.assertEqual([row["Balance"] for row in rows], ["1234.50", "617.25", "-10.00"])
        self.assertEqual(rows[0]["Your reference"], "'" + move.ref)
        self.assertEqual((rows[0]["Type"], rows[0]["Number"]), ("Invoice", move.name))
        self.assertEqual(rows[0]["Due date"], "2026-01-31")

    def test_pdf_is_printed_by_company_with_letterhead(self):
        self.bill(100)
        self.bill(50, company=1)
        self.bill(30, foreign=1)
        taken, printed = [], []
        self.patch(
            type(self.env["finance.portal.throttle"]),
            "_take_renderer",
            lambda _throttle, bucket="rendering": taken.append(bucket),
        )

        def run(_reports, bodies, **options):
            printed.extend(lxml.html.fromstring(str(body)).text_content() for body in bodies)
            printed.append(str(options["header"]))
            return b"%PDF-1.4"

        prefix = "odoo.addons.base.models.ir_actions_report.IrActionsReport."
        statement = self.Statement.with_context(force_report_rendering=True)
        with (
            patch(prefix + "_run_wkhtmltopdf", run),
            patch(prefix + "get_wkhtmltopdf_state", lambda _reports: "ok"),
            patch(WKHTML, lambda: SimpleNamespace(is_patched_qt=True)),
        ):
            name, content = statement._get_pdf(self.customer, FIRST, LAST)
        self.assertEqual((name[-4:], content, taken), (".pdf", b"%PDF-1.4", ["rendering"]))
        first, second, header = printed
        for text in (first, second):
            self.assertIn("Bakery", text)
            self.assertIn("Opening balance on 01/01/2026", text)
        self.assertIn(self.money(100), first)
        self.assertIn("EUR", first)
        self.assertNotIn("EUR", second)
        self.assertIn(self.money(50), second)
        self.assertIn("Second House", header)
