"""The statement as a page, a PDF and a CSV file (section 7)."""

import csv
import io
from types import SimpleNamespace
from unittest.mock import patch

import lxml.html

from odoo import Command
from odoo.tests import tagged

from .statement_books import FIRST, LAST, StatementCase
from .test_letterhead import WKHTML

MAX = "odoo.addons.finance_portal.models.statement.statement_page.MAX_MOVEMENTS"


@tagged("post_install", "-at_install")
class TestStatementPage(StatementCase):
    def render(self, statement, **values):
        """Return the part of the page as a document."""
        values = {"statement": statement, **values}
        html = self.env["ir.qweb"]._render(
            "finance_portal.statement_body", values, minimal_qcontext=True
        )
        return lxml.html.fromstring(f"<main>{html}</main>")

    def test_a_payment_that_waits_for_the_bank_is_named(self):
        payment = self.env["account.payment"].create(
            {
                "amount": 40,
                "partner_id": self.ada.id,
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": FIRST,
                "invoice_ids": [Command.set(self.bill(100).ids)],
            }
        )
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertFalse(payment.move_id)
        part = next(iter(self.statement().values()))
        self.assertEqual((part["section"].closing, part["waiting"]), (100, 40))
        note = f"Payments being processed, not included yet: {self.money(40)}"
        self.assertEqual(self.shown()["sections"][0]["notes"], [note])
        earlier = self.shown(to="2026-02-01")["sections"][0]
        self.assertEqual(earlier["notes"], [], "nobody knew of it then")

    def test_page_tells_each_movement_in_words(self):
        move = self.bill(100)
        move.ref = "PO <7>"
        self.pay()
        payment = self.env["account.payment"].search([("partner_id", "=", self.customer.id)])
        [invoice, paid] = self.rows()
        self.assertEqual((invoice["name"], invoice["number"]), ("Invoice", move.name))
        self.assertEqual(invoice["details"], ["Your reference: PO <7>", "Due on Jan 31, 2026"])
        self.assertEqual(invoice["key"], ("account.move", move.id))
        self.assertEqual((paid["name"], paid["number"]), ("Payment", payment.name))
        self.assertEqual(paid["key"], ("account.payment", payment.id))
        self.assertEqual((paid["date"], paid["amount"]), ("Jan 11, 2026", self.money(-100)))
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
        self.assertIn("nothing is outstanding", page.text_content())
        self.assertFalse(page.xpath("//table | //svg"))
        limited = self.Statement._get_page_values(
            self.customer, self.billers, {}, own_documents=True
        )
        page = self.render(limited["statement"])
        self.assertIn("only see your own", page.text_content())
        self.assertFalse(page.xpath("//form | //table"))

    def test_any_period_gets_a_page(self):
        for start, end, word in (
            ("", "", ""), ("2026-01-01", "2026-01-01", ""), ("2026-02-01", "", ""),
            ("2026-02-01", "2026-01-31", "after the end date"),
            ("0001-01-01", "2026-01-01", "choose dates between"),
            ("2026-01-01", "9999-12-31", "choose dates between"),
            ("1990-01-01", "2026-01-01", "10 years"),
            ("2026-02-30", "2026-03-01", "a valid date"), ("x" * 9999, "\x00", "a valid date"),
            ("２０２６-01-01", "", "a valid date"), ("20260101", "", "a valid date"),
        ):  # fmt: skip
            with self.subTest(start=start[:20], end=end):
                shown = self.shown(**{"from": start, "to": end})
                self.assertIn(word, shown["problem"])
                self.assertEqual(bool(shown["problem"]), bool(word))
                self.assertIn(shown["title"], self.render(shown).text_content())

    def test_a_visitor_without_rights_gets_the_same(self):
        self.bill(100)
        self.bill(30, company=1, foreign=1)
        self.pay(0.5)
        found = []
        for user in (self.env.user, self.env.ref("base.public_user")):
            statement = self.Statement.with_user(user).with_context(lang="en_US")
            customer, companies = self.customer.with_user(user), self.billers
            page = statement._get_page_values(
                customer, companies, {"from": f"{FIRST}", "to": f"{LAST}"}
            )
            pages = statement._get_report_values(customer, companies, FIRST, LAST)["pages"]
            html, _kind = (
                self.env["ir.actions.report"]
                .with_user(user)
                .sudo()
                ._render_qweb_html("finance_portal.report_statement", [], {"pages": pages})
            )
            found.append(
                (
                    page,
                    statement._get_csv(customer, companies, FIRST, LAST),
                    lxml.html.fromstring(html).text_content(),
                    statement._get_open_balances(customer, companies),
                    statement._get_history_charts(customer, companies),
                )
            )
        self.assertEqual(found[0], found[1])
        self.assertEqual(len(found[0][0]["statement"]["sections"]), 2)

    def test_everything_tells_of_the_asked_companies_alone(self):
        self.bill(100)
        self.bill(30, company=1)
        statement = self.Statement.with_context(lang="en_US")
        params = {"from": f"{FIRST}", "to": f"{LAST}"}
        for companies in (self.billers, *self.billers, self.billers.browse()):
            asked = (self.customer, companies)
            page = statement._get_page_values(*asked, params)["statement"]
            pages = statement._get_report_values(*asked, FIRST, LAST)["pages"]
            _name, content = statement._get_csv(*asked, FIRST, LAST)
            balances = statement._get_open_balances(*asked)
            history = statement._get_balance_history(*asked)
            count = len(companies)
            with self.subTest(companies=companies.mapped("name")):
                self.assertEqual(len(page["sections"]), count)
                self.assertEqual(sum(len(one["sections"]) for one in pages), count)
                self.assertEqual(len(content.decode("utf-8-sig").splitlines()), 1 + count)
                self.assertEqual({part["company"] for part in balances}, {*companies})
                self.assertEqual(bool(history), bool(companies))

    def test_an_empty_one_has_the_letterhead_of_a_company_that_is_shown(self):
        """Not that of the customer's user, who may sign in for another company as well."""
        for company in self.billers:
            pages = self.Statement._get_report_values(self.rival, company, FIRST, LAST)["pages"]
            self.assertEqual([(one["company"], one["sections"]) for one in pages], [(company, [])])

    # === FILES === #

    def read_csv(self, **options):
        name, content = self.Statement._get_csv(self.customer, self.billers, FIRST, LAST, **options)
        self.assertTrue(content.startswith(b"\xef\xbb\xbf"))
        self.assertEqual(content.count(b"\n"), content.count(b"\r\n"))
        return name, list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))

    def test_csv_has_one_row_for_each_movement(self):
        move = self.bill(1234.5)
        move.ref = '=HYPERLINK("http://evil.example")'
        self.bill(10, foreign=1, company=1, kind="out_refund", day=3)
        self.pay(0.5)
        with patch(MAX, 1):
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
            "_acquire_renderer",
            lambda _throttle, bucket, queue: taken.append((bucket, queue)),
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
            name, content = statement._get_pdf(self.customer, self.billers, FIRST, LAST)
        self.assertEqual((name[-4:], content), (".pdf", b"%PDF-1.4"))
        self.assertEqual(taken, [(None, "statements")], "staff are not counted")
        first, second, header = printed
        for text in (first, second):
            self.assertIn("Bakery", text)
            self.assertIn("Opening balance on Jan 1, 2026", text)
        self.assertIn(self.money(100), first)
        self.assertIn("EUR", first)
        self.assertNotIn("EUR", second)
        self.assertIn(self.money(50), second)
        self.assertIn("Second House", header)
