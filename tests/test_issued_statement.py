"""A statement is a document: the truth of today, and what changed since it was sent."""

from datetime import timedelta
from unittest.mock import patch

from lxml import html as lxml_html

from odoo.tests import tagged

from .issued_statement_common import IssuedCase
from .page_common import TODAY

TRANSFER = "odoo.addons.finance_portal.models.documents.bank_transfer"
PAGE = "odoo.addons.finance_portal.models.statement.issued_statement_page"
LATE, SOON = -40, 10


@tagged("post_install", "-at_install")
class TestIssuedStatement(IssuedCase):
    # === THE TRUTH OF TODAY === #

    def test_page_lists_what_is_open_with_ageing_and_sum(self):
        late, soon = self.make(days=LATE), self.make(self.line(50), days=SOON, ref="PO <7>")
        credit = self.make(self.line(30), move_type="out_refund")
        self.pay(late, 40)
        figures = self.figures(self.issue_to())
        self.assertEqual(figures["hero"]["amounts"], [self.money(80)])
        self.assertEqual(figures["hero"]["states"], [("bad", f"Overdue: {self.money(60)}")])
        (section,) = figures["sections"]
        rows = [(row["number"], row["amount"], row["late"]) for row in section["rows"]]
        self.assertEqual(
            rows,
            [
                (late.name, self.money(60), "Overdue by 40 days"),
                (credit.name, self.money(-30), ""),
                (soon.name, self.money(50), ""),
            ],
        )
        self.assertIn("originally", section["rows"][0]["details"][0])
        self.assertEqual(section["rows"][2]["details"][0], "Your reference: PO <7>")
        self.assertEqual(section["total"], self.money(80))
        ageing = {part["label"]: part["amount"] for part in section["ageing"]}
        self.assertEqual(ageing["31–60 days late"], self.money(60))
        self.assertEqual(ageing["Not due yet"], self.money(50))
        self.assertEqual(ageing["Credit in your favor"], self.money(-30))

    def test_what_is_all_overdue_is_told_once(self):
        late = self.make(days=LATE)
        hero = self.figures(self.issue_to())["hero"]
        self.assertEqual(hero["amounts"], [self.money(late.amount_total)])
        self.assertEqual(hero["states"], [("bad", "Overdue")])

    def test_page_agrees_with_the_portals_statement_and_overview(self):
        """One truth about money: of one book, all of them say the same."""
        self.make(days=LATE)
        self.pay(self.make(self.line(70), days=SOON), 20)
        (balance,) = self.env["finance.portal.statement"]._get_open_balances(
            self.customer, self.company
        )
        figures = self.figures(self.issue_to())
        self.assertEqual(figures["hero"]["amounts"], [self.money(float(balance["open"]))])
        overdue = self.money(float(balance["overdue"]))
        self.assertEqual(figures["hero"]["states"], [("bad", f"Overdue: {overdue}")])
        month = {"from": "2026-01-01", "to": TODAY.isoformat()}
        shown = self.env["finance.portal.statement"]._get_page_values(
            self.customer, self.company, month
        )
        (section,) = shown["statement"]["sections"]
        self.assertEqual(figures["sections"][0]["ageing"], section["ageing"])

    def test_each_currency_has_its_own_sum_and_way_to_pay(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "BE71096123456769", "partner_id": self.company.partner_id.id}
        )
        self.make(days=SOON, partner_bank_id=bank.id)
        self.make(days=SOON, currency_id=euro.id, partner_bank_id=bank.id)
        figures = self.figures(self.issue_to())
        self.assertEqual(len(figures["hero"]["amounts"]), 2)
        self.assertEqual([pay["id"] for pay in figures["pays"]], ["pay", "pay-1"])
        self.assertEqual({section["title"] for section in figures["sections"]},
                         {"EUR", self.company.currency_id.name})  # fmt: skip
        page = self.page(self.issue_to())
        self.assertEqual(len(page.xpath("//section[@class='pay']")), 2)
        self.assertEqual(len(page.xpath("//*[@id='pay']")), 1)

    def test_how_to_pay_names_what_is_paid(self):
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "BE71096123456769", "partner_id": self.company.partner_id.id}
        )
        one = self.make(days=SOON, partner_bank_id=bank.id)
        statement = self.issue_to()

        def reference():
            (pay,) = self.figures(statement)["pays"]
            rows = {row["label"]: row["value"] for row in pay["rows"]}
            self.assertEqual(rows["IBAN"], bank.acc_number)
            return rows["Payment reference"]

        self.assertEqual(reference(), one.payment_reference)
        two = self.make(days=SOON + 1, partner_bank_id=bank.id)
        self.assertEqual(reference(), f"{one.name} {two.name}")
        for number in range(10):
            self.make(days=SOON + 2 + number, partner_bank_id=bank.id)
        self.assertEqual(reference(), statement.name, "more than a bank passes on")

    def test_the_sum_is_scanned_with_a_reference_that_names_all(self):
        """EPC069-12: Odoo finds the invoices by their numbers. Of too many, no code names some."""
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 1.0)])
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "BE71096123456769", "partner_id": self.company.partner_id.id}
        )
        values = {"currency_id": euro.id, "partner_bank_id": bank.id}
        one, two = (self.make(days=SOON + number, **values) for number in range(2))
        self.make(self.line(30), move_type="out_refund", currency_id=euro.id)
        statement = self.issue_to()
        with patch(f"{TRANSFER}.qr_path", return_value=(45, "M0 0z")) as drawn:
            (pay,) = self.figures(statement)["pays"]
        self.assertTrue(pay["code"])
        content = drawn.call_args.args[0].split("\n")
        self.assertEqual((content[7], content[10]), ("EUR170.00", f"{one.name} {two.name}"))
        self.assertIn("QR code", lxml_html.tostring(self.page(statement), encoding="unicode"))
        for number in range(10):
            self.make(days=SOON + 2 + number, **values)
        (pay,) = self.figures(statement)["pays"]
        self.assertIsNone(pay["code"])
        self.assertIn("number of this statement", pay["note"])
        self.assertIn(pay["note"], self.page(statement).text_content())

    def test_a_swiss_code_is_shown_where_odoo_makes_one_for_such_a_reference(self):
        """Odoo's Swiss app isn't installed here: it makes none for a QR-IBAN and plain numbers."""
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "CH9300762011623852957", "partner_id": self.company.partner_id.id}
        )
        one, two = (self.make(days=SOON + number, partner_bank_id=bank.id) for number in range(2))
        asked = []

        def build(_bank, amount, free, structured, *_more):
            asked.append((amount, free, structured))
            return {"qr_method": "ch_qr"} if offered else None

        params = {"value": "SPC", "mask": "ch_cross"}
        for offered in (True, False):
            with (
                self.subTest(offered=offered),
                patch.multiple(
                    type(bank),
                    _build_qr_code_vals=build,
                    _get_qr_code_generation_params=lambda _bank, **_values: params,
                ),
            ):
                (pay,) = self.figures(self.issue_to())["pays"]
                self.assertEqual(bool(pay["code"]), offered)
        self.assertEqual({*asked}, {(200.0, f"{one.name} {two.name}", "")})

    def test_nothing_open_is_said(self):
        figures = self.figures(self.issue_to())
        self.assertEqual(figures["hero"]["states"], [("good", "Nothing to pay")])
        self.assertEqual((figures["sections"], figures["pays"]), ([], []))
        self.assertIn("Nothing outstanding", self.page(self.issue_to()).text_content())

    def test_a_credit_is_not_asked_for(self):
        self.make(move_type="out_refund")
        figures = self.figures(self.issue_to())
        self.assertEqual(figures["hero"]["label"], "Credit in your favor")
        self.assertEqual(figures["hero"]["amounts"], [self.money(100)])
        self.assertFalse(figures["pays"])

    def test_a_period_shows_its_movements_and_what_is_open_now(self):
        old = self.make(days=LATE)
        self.pay(old, payment_date=TODAY - timedelta(days=1))
        new = self.make(self.line(70), days=SOON)
        period = {"kind": "period", "date_from": "2026-01-01", "date_to": "2026-02-28"}
        figures = self.figures(self.issue_to(**period))
        (movements,) = figures["movements"]
        self.assertEqual([row["number"] for row in movements["rows"]], [old.name])
        self.assertEqual(movements["closing"]["amount"], self.money(100))
        (section,) = figures["sections"]
        self.assertEqual([row["number"] for row in section["rows"]], [new.name])
        text = self.page(self.issue_to(**period)).text_content()
        self.assertIn("Jan 1, 2026 to Feb 28, 2026", text)

    def test_only_this_companys_items(self):
        """The company boundary: another company's debts are on its own statements."""
        self.make()
        other = self.setup_other_company(name="Sister")["company"]
        statement = self.Issued.with_company(other).create({"partner_id": self.ada.id})
        statement._issue()
        self.assertFalse(self.figures(statement)["sections"])

    # === WHAT CHANGED SINCE === #

    def test_nothing_changed_is_not_mentioned(self):
        self.make()
        self.assertIsNone(self.figures(self.issue_to())["changes"])

    def test_what_became_of_each_document_is_told(self):
        paid, part, cancelled, withdrawn, credited, undone = (
            self.make(days=SOON + number) for number in range(6)
        )
        credit = self.make(self.line(10), move_type="out_refund")
        earlier = self.pay(undone, 30)
        statement = self.issue_to()
        self.pay(paid)
        self.pay(part, 40)
        cancelled.button_draft()
        cancelled.button_cancel()
        withdrawn.button_draft()
        settled_with = self.reverse(credited)
        earlier.move_id.line_ids.remove_move_reconcile()
        target = self.make(self.line(10), days=SOON + 9)
        lines = (credit + target).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        new = self.make(self.line(25), days=SOON + 10)
        self.assertEqual(
            self.changes(statement),
            [
                f"{credit.name} was applied on Mar 10.",
                f"{paid.name} was paid on Mar 10.",
                f"{self.money(40)} of {part.name} was paid on Mar 10;"
                f" {self.money(60)} is still open.",
                f"{cancelled.name} was cancelled.",
                f"{withdrawn.name} was withdrawn.",
                f"{credited.name} was settled on Mar 10 with credit note {settled_with.name}.",
                f"{self.money(30)} of {undone.name} is open again.",
                f"New: a credit of {self.money(30)} ({earlier.name}).",
                f"New: {new.name}, {self.money(25)} open.",
            ],
        )
        self.assertEqual(self.figures(statement)["changes"]["title"], "Changed since Mar 10, 2026")

    def test_a_credit_note_of_another_customer_is_not_named(self):
        """L6: it tells what became of this customer's documents, and names nobody else's."""
        move, foreign = self.make(), self.make(move_type="out_refund", partner=self.eve)
        statement = self.issue_to()
        lines = (move + foreign).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertEqual(self.changes(statement), [f"{move.name} was paid on Mar 10."])

    def test_sending_it_again_begins_anew(self):
        self.pay(self.make(), 40)
        statement = self.issue_to()
        self.make(days=SOON)
        self.assertTrue(self.changes(statement))
        statement._issue()
        self.assertFalse(self.changes(statement))

    def test_what_was_open_is_what_the_attached_pdf_says(self):
        """A payment that arrives while the dialog is open is news to the reader of the PDF."""
        move = self.make()
        statement = self.Issued.create({"partner_id": self.ada.id})
        statement._finance_portal_remember_pdfs({statement.id: b"%PDF-1.4"})
        self.pay(move)
        statement._issue()
        self.assertEqual(self.changes(statement), [f"{move.name} was paid on Mar 10."])
        statement._issue()
        self.assertFalse(self.changes(statement), "the next one was printed later")

    def test_an_empty_statement_tells_what_came_since(self):
        statement = self.issue_to()
        move = self.make()
        self.assertEqual(self.changes(statement), [f"New: {move.name}, {self.money(100)} open."])

    def test_many_changes_are_counted(self):
        for number in range(3):
            self.make(days=number)
        statement = self.issue_to()
        for number in range(3):
            self.make(days=number)
        with patch(f"{PAGE[:-5]}_changes.MAX_CHANGES", 2):
            rows = self.changes(statement)
        self.assertEqual((len(rows), rows[-1]), (3, "Further changes: 1"))

    def test_another_customer_reads_nothing_of_the_one_before(self):
        """L4: given away, it shows the new customer's items, and no number of the old one's."""
        mine = self.make()
        statement = self.issue_to()
        # sudo: once it was sent only merging contacts gives it away
        statement.sudo().partner_id = self.eve
        text = self.page(statement).text_content()
        self.assertNotIn(mine.name, text)
        self.assertFalse(self.changes(statement))

    # === ONE DOCUMENT === #

    def test_l6_documents_are_named_and_not_opened(self):
        """A link opens one document: there is no way from it to the invoices it lists."""
        moves = [self.make(days=number) for number in range(3)]
        self.pay(moves[0])
        values = {"kind": "period", "date_from": "2026-01-01", "date_to": TODAY}
        for statement in (self.issue_to(), self.issue_to(**values)):
            self.pay(moves[1], 10)
            page = self.page(statement)
            for move in moves[1:]:
                self.assertIn(move.name, page.text_content())
            links = set(page.xpath("//main//a/@href"))
            self.assertLessEqual(links, {"/finance/d/reference/pdf", "#pay"})

    # === SIZE === #

    def test_queries_do_not_grow_with_open_items(self):
        def count(statement):
            self.figures(statement)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.figures(statement)
            pages = self.env.cr.sql_log_count - before
            before = self.env.cr.sql_log_count
            self.env.invalidate_all()
            statement._get_report_values()
            return pages, self.env.cr.sql_log_count - before

        period = {"kind": "period", "date_from": "2026-01-01", "date_to": TODAY}
        for values in ({}, period):
            self.make(days=LATE)
            few = self.issue_to(**values)
            self.pay(self.make(), 40)
            short = count(few)
            for number in range(12):
                self.make(days=number)
            many = self.issue_to(**values)
            for number in range(12):
                self.pay(self.make(days=number), 40)
            self.assertEqual(count(many), short)
            self.assertLess(short[0], 60)

    def test_more_items_than_a_page_has_are_counted_and_in_the_sum(self):
        for number in range(5):
            self.make(days=number)
        with patch(f"{PAGE}.MAX_MOVEMENTS", 3):
            (section,) = self.figures(self.issue_to())["sections"]
        self.assertEqual(len(section["rows"]), 3)
        self.assertIn("3 items due first are listed; the total includes all 5", section["cut"])
        self.assertEqual(section["total"], self.money(500))
