"""What the page of an invoice, a credit note or a receipt tells its reader (section 5)."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .page_common import TODAY, InvoicePageCase


@tagged("post_install", "-at_install")
class TestPageStatus(InvoicePageCase):
    def test_open_invoice_shows_what_is_due_and_when(self):
        hero = self.values(self.make(days=12))["hero"]
        self.assertEqual(hero["label"], "Amount due")
        self.assertEqual(hero["amount"], self.money(100))
        self.assertEqual(hero["states"], [("calm", "Due in 12 days")])
        self.assertEqual(hero["notes"], ["Due date: Mar 22, 2026"])

    def test_days_are_counted_in_plain_words(self):
        for days, expected in (
            (75, "Due in 75 days"),
            (1, "Due tomorrow"),
            (0, "Due today"),
            (-1, "Overdue by 1 day"),
            (-3, "Overdue by 3 days"),
            (-400, "Overdue by 400 days"),
        ):
            self.assertEqual(self.states(self.make(days=days)), [expected])

    def test_days_are_counted_where_the_company_is(self):
        invoice = self.make(days=1)
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-03-10 20:00:00"):
            self.assertEqual(self.states(invoice), ["Due today"])

    def test_paid_invoice_shows_its_total(self):
        invoice = self.make()
        self.pay(invoice)
        values = self.values(invoice)
        self.assertEqual(values["hero"]["amount"], self.money(100))
        self.assertEqual(values["hero"]["states"], [("good", "Paid")])
        self.assertIn("Mar 10, 2026", values["hero"]["notes"][0])
        self.assertIsNone(values["pay"])

    def test_partly_paid_invoice_shows_what_is_left(self):
        invoice = self.make(days=-3)
        self.pay(invoice, 30)
        hero = self.values(invoice)["hero"]
        self.assertEqual(hero["amount"], self.money(70))
        self.assertEqual(self.states(invoice), ["Overdue by 3 days", "Partly paid"])
        self.assertEqual(
            self.totals(invoice, "payment", "due"),
            [("Paid on Mar 10, 2026", self.money(30)), ("Amount due", self.money(70))],
        )

    def test_amounts_are_in_the_currency_of_the_invoice(self):
        euro = self.setup_other_currency("EUR")
        invoice = self.make(self.line(1200), currency_id=euro.id)
        self.pay(invoice, 100, currency_id=self.company.currency_id.id)  # at 2 EUR for 1 USD
        self.assertEqual(self.values(invoice)["hero"]["amount"], self.money(1000, euro))
        self.assertEqual(
            self.totals(invoice, "total", "payment", "due"),
            [
                ("Total", self.money(1200, euro)),
                ("Paid on Mar 10, 2026", self.money(200, euro)),
                ("Amount due", self.money(1000, euro)),
            ],
        )

    def test_exchange_differences_are_no_payments(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0), ("2026-03-05", 4.0)])
        invoice = self.make(self.line(1200), days=-20, currency_id=euro.id)
        self.pay(invoice)
        self.assertEqual(
            self.totals(invoice, "payment"), [("Paid on Mar 10, 2026", self.money(1200, euro))]
        )

    def test_payment_without_journal_entry_counts(self):
        invoice = self.make()
        payment = self.env["account.payment"].create(
            {
                "amount": 40,
                "partner_id": self.ada.id,
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": TODAY,
                "invoice_ids": [Command.set(invoice.ids)],
            }
        )
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertFalse(payment.move_id)
        self.assertEqual(self.values(invoice)["hero"]["amount"], self.money(60))
        self.assertEqual(
            self.totals(invoice, "payment", "due"),
            [("Paid on Mar 10, 2026", self.money(40)), ("Amount due", self.money(60))],
        )

    def test_reversed_invoice_asks_for_nothing(self):
        invoice = self.make(days=-5)
        credit = self.reverse(invoice)
        values = self.values(invoice)
        self.assertEqual(self.states(invoice), ["Reversed"])
        self.assertIsNone(values["pay"])
        self.assertEqual(
            self.totals(invoice, "payment", "due"),
            [
                (f"Credit note {credit.name}", self.money(100)),
                ("Amount due", self.money(0)),
            ],
        )

    def test_credit_note_is_in_favor_of_the_customer(self):
        values = self.values(self.make(move_type="out_refund"))
        self.assertEqual(values["kind"], "credit_note")
        self.assertEqual(values["hero"]["label"], "Credit")
        self.assertEqual(values["hero"]["amount"], self.money(100))
        self.assertEqual(values["hero"]["states"], [("calm", "Open credit")])
        self.assertIsNone(values["pay"])

    def test_documents_of_another_customer_are_not_named(self):
        """L6: a page names no document of somebody else's, whatever staff settled it with."""
        for kind in ("out_invoice", "out_receipt"):
            mine, theirs = self.make(move_type=kind), self.make(self.line(60), partner=self.eve)
            credit = self.make(self.line(40), move_type="out_refund", partner=self.eve)
            own_credit = self.make(self.line(60), move_type="out_refund")
            for pair in (mine + credit, theirs + own_credit):
                items = pair.line_ids
                items.filtered(lambda item: item.account_type == "asset_receivable").reconcile()
            for move, other in ((mine, credit), (own_credit, theirs), (credit, mine)):
                labels = [label for label, _amount in self.totals(move, "payment")]
                self.assertEqual(labels, ["Settled with another account"])
                self.assertNotIn(other.name, self.render(move))

    def test_credit_note_tells_what_became_of_it(self):
        refunded = self.make(move_type="out_refund")
        self.pay(refunded)
        self.assertEqual(self.states(refunded), ["Refunded"])
        invoice = self.make()
        credit = self.reverse(invoice)
        self.assertEqual(self.states(credit), ["Offset against invoices"])
        self.assertEqual(
            self.totals(credit, "payment"),
            [(f"Applied to invoice {invoice.name}", self.money(100))],
        )

    def test_a_credit_note_that_is_offset_is_not_called_refunded(self):
        for kinds, state in (
            (["out_invoice", "out_invoice"], "Offset against invoices"),
            (["out_receipt"], "Settled"),
            (["out_receipt", "out_invoice"], "Settled"),
        ):
            with self.subTest(kinds=kinds):
                credit = self.make(self.line(100 * len(kinds)), move_type="out_refund")
                settled = [self.make(move_type=kind) for kind in kinds]
                for move in settled:
                    lines = (credit + move).line_ids
                    lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
                self.assertEqual(self.states(credit), [state])
                names = {"out_invoice": "invoice", "out_receipt": "sales receipt"}
                labels = [f"Applied to {names[move.move_type]} {move.name}" for move in settled]
                told = [label for label, _amount in self.totals(credit, "payment")]
                self.assertCountEqual(told, labels)

    def test_receipt_is_called_a_receipt(self):
        receipt = self.make(move_type="out_receipt")
        self.assertEqual(self.values(receipt)["kind"], "receipt")
        self.assertIn(("Receipt date", "Mar 10, 2026"), self.values(receipt)["facts"])
        self.assertIn("Sales Receipt", receipt._finance_portal_get_title())
        self.pay(receipt)
        self.assertEqual(self.states(receipt), ["Paid"])

    def test_invoice_imported_without_payments_claims_nothing(self):
        invoice = self.make()
        invoice.payment_state = "invoicing_legacy"
        values = self.values(invoice)
        self.assertEqual((values["hero"]["label"], values["hero"]["states"]), ("Total", []))
        self.assertIsNone(values["pay"])


@tagged("post_install", "-at_install")
class TestPageTerms(InvoicePageCase):
    def term(self, *parts, **values):
        """Return a payment term of ``(percent, days)``."""
        lines = [
            Command.create({"value": "percent", "value_amount": percent, "nb_days": days})
            for percent, days in parts
        ]
        return self.env["account.payment.term"].create(
            {"name": "Term", "line_ids": lines, **values}
        )

    def test_installments_are_listed_and_the_next_one_counts(self):
        term = self.term((30, 0), (70, 10))
        invoice = self.make(invoice_payment_term_id=term.id)
        values = self.values(invoice)
        self.assertEqual(values["hero"]["states"], [("warn", "Due today")])
        note = f"Next payment: {self.money(30)} by Mar 10, 2026"
        self.assertEqual(values["hero"]["notes"], [note])
        self.assertEqual(
            [(part["date"], part["amount"], part["state"]) for part in values["plan"]],
            [
                ("Mar 10, 2026", self.money(30), "Due today"),
                ("Mar 20, 2026", self.money(70), "Due in 10 days"),
            ],
        )
        self.pay(invoice, 30)
        values = self.values(invoice)
        self.assertEqual(values["hero"]["states"][0], ("calm", "Due in 10 days"))
        self.assertEqual([part["state"] for part in values["plan"]], ["Paid", "Due in 10 days"])

    def test_overdue_installments_are_added_up(self):
        invoice = self.make(invoice_payment_term_id=self.term((30, -9), (30, -2), (40, 9)).id)
        hero = self.values(invoice)["hero"]
        self.assertEqual(hero["amount"], self.money(100))
        self.assertEqual(hero["states"], [("bad", "Overdue by 9 days")])
        # The first of them nine days ago, both two days ago.
        self.assertEqual(hero["notes"], [f"{self.money(60)} was due by Mar 8, 2026"])
        subject = invoice._finance_portal_get_headline(hero["amount"])
        self.assertEqual(subject, f"{self.money(60)} due Mar 8")

    def test_once_all_installments_are_overdue_the_last_says_by_when_all_was_due(self):
        invoice = self.make(invoice_payment_term_id=self.term((30, -9), (70, -2)).id)
        hero = self.values(invoice)["hero"]
        self.assertEqual(hero["states"], [("bad", "Overdue by 9 days")])
        self.assertEqual(hero["notes"], [f"{self.money(100)} was due by Mar 8, 2026"])

    def test_a_plan_that_is_not_printed_is_due_all_the_same(self):
        """The setting says what is printed. When money is due, the open items say."""
        term = self.term((30, -5), (70, 80), display_on_invoice=False)
        invoice = self.make(invoice_payment_term_id=term.id)
        values = self.values(invoice)
        self.assertEqual(values["plan"], [])
        self.assertEqual(values["hero"]["states"], [("bad", "Overdue by 5 days")])
        self.assertEqual(values["hero"]["notes"], [f"{self.money(30)} was due by Mar 5, 2026"])
        self.pay(invoice, 30)
        self.assertEqual(self.values(invoice)["hero"]["states"][0], ("calm", "Due in 80 days"))

    def test_early_payment_discount_is_offered_as_long_as_it_lasts(self):
        term = self.term((100, 30), early_discount=True, discount_percentage=2, discount_days=7)
        invoice = self.make(invoice_payment_term_id=term.id)
        offer = f"Pay {self.money(98)} by Mar 17, 2026 and save {self.money(2)}."
        self.assertIn(offer, self.values(invoice)["hero"]["notes"])
        with freeze_time("2026-03-18 12:00:00"):
            self.assertNotIn(offer, self.values(invoice)["hero"]["notes"])

    def test_open_invoice_says_how_to_pay(self):
        bank = self.env["res.partner.bank"].create(
            {
                "acc_number": "1234567890",
                "partner_id": self.company.partner_id.id,
                "bank_id": self.env["res.bank"].create({"name": "Our Bank", "bic": "OURBBEBB"}).id,
                "allow_out_payment": True,
            }
        )
        invoice = self.make(partner_bank_id=bank.id)
        self.assertEqual(
            self.pay_rows(invoice),
            [
                ("Amount", self.money(100)),
                ("Account holder", bank.acc_holder_name),
                ("Account number", "1234567890"),
                ("BIC", "OURBBEBB"),
                ("Bank", "Our Bank"),
                ("Payment reference", invoice.payment_reference),
            ],
        )

    def swiss(self, bank, qr_iban):
        """Stand in for Odoo's Swiss localization, which isn't installed here."""

        def is_qr_reference(_bank, reference):
            return bool(reference) and len(reference) == 27 and reference.isdigit()

        added = {"l10n_ch_qr_iban": qr_iban, "_is_qr_reference": is_qr_reference}
        return patch.multiple(type(bank), create=True, **added)

    def test_swiss_reference_goes_with_the_account_that_takes_it(self):
        """The page pairs account and reference as the QR-bill in the official PDF does."""
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "CH93 0076 2011 6238 5295 7", "partner_id": self.company.partner_id.id}
        )
        qr_iban, number = "CH21 3080 8001 2345 6782 7", "210000000003139471430009017"
        for stored, reference, shown in (
            (qr_iban, number, qr_iban),
            (qr_iban, "INV/2026/00001", bank.acc_number),
            (False, number, bank.acc_number),
            (bank.sanitized_acc_number, number, bank.acc_number),
        ):
            invoice = self.make(partner_bank_id=bank.id, payment_reference=reference)
            with self.subTest(stored=stored, reference=reference), self.swiss(bank, stored):
                pay = dict(self.pay_rows(invoice))
                self.assertEqual((pay["IBAN"], pay["Payment reference"]), (shown, reference))


@tagged("post_install", "-at_install")
class TestPageContent(InvoicePageCase):
    def test_nothing_empty_is_labelled(self):
        values = self.values(self.make())
        self.assertEqual([label for label, _value in values["facts"]], ["Invoice date"])
        self.assertTrue(all(value for _label, value in self.pay_rows(self.make())))
        self.assertEqual(values["notes"], [])
        self.assertEqual([party["label"] for party in values["parties"]], ["Billed to"])

    def test_addresses_name_company_and_contact(self):
        self.customer.write({"street": "Market 1", "vat": "BE0477472701"})
        lines = self.values(self.make())["parties"][0]["lines"]
        self.assertEqual(lines[:3], ["Bakery", "Ada", "Market 1"])
        self.assertIn("BE0477472701", lines[-1])

    def test_delivery_address_shows_where_the_company_uses_them(self):
        invoice = self.make(partner_shipping_id=self.ben.id)
        self.assertEqual(len(self.values(invoice)["parties"]), 1)
        group = self.env.ref("account.group_delivery_invoice_address")
        self.env.ref("base.group_user").implied_ids |= group
        self.assertEqual(self.values(invoice)["parties"][1]["lines"][:2], ["Bakery", "Ben"])

    def test_notes_lose_styles_and_pictures(self):
        invoice = self.make(
            narration='<p style="color: red" onclick="x()">Thanks'
            '<img src="/web/image/1?access_token=secret"></p>'
        )
        [note] = self.values(invoice)["notes"]
        self.assertEqual(note, "<p>Thanks</p>")

    def test_links_to_files_in_notes_become_their_words(self):
        invoice = self.make(
            narration='<p><a title="Terms" href="/web/content/7?access_token=secret">Our terms</a>'
            ' <a href="https://bakery.example.com">More</a></p>'
        )
        [note] = self.values(invoice)["notes"]
        self.assertEqual(
            note,
            '<p><a title="Terms">Our terms</a> <a href="https://bakery.example.com">More</a></p>',
        )

    def test_texts_of_others_are_escaped(self):
        invoice = self.make(self.line(name="<script>alert(1)</script>"), ref="<b>ref</b>")
        html = self.render(invoice)
        self.assertNotIn("<script>alert", html)
        self.assertNotIn("<b>ref", html)

    def test_dates_and_amounts_follow_the_readers_language(self):
        german = self.env["res.lang"]._activate_lang("de_DE")
        hero = self.values(self.make(self.line(1234.5), days=12), lang=german.code)["hero"]
        self.assertIn("1.234,50", hero["amount"])
        self.assertIn("12 Tagen", hero["states"][0][1])
        self.assertIn("22. März 2026", hero["notes"][0])

    def test_page_carries_no_native_token(self):
        """L11"""
        invoice = self.make(self.line(taxed=True), narration="<p>Thanks</p>")
        invoice.access_token = "0b3e58f1-native-token"
        html = self.render(invoice)
        self.assertIn(invoice.name, html)
        self.assertNotIn(invoice.access_token, html)
        self.assertNoNativeTrace(html)

    def test_reading_the_page_writes_nothing(self):
        """L7"""
        invoice = self.make(self.section("Food"), self.line(taxed=True))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.env.cr.savepoint(flush=False) as savepoint:
            self.env.cr.execute("SET LOCAL transaction_read_only = on")
            html = self.render(invoice)
            self.env.flush_all()
            savepoint.rollback()
        self.assertIn(invoice.name, html)

    def test_number_of_queries_does_not_grow_with_the_lines(self):
        """Section 12"""
        short = self.make(self.line(taxed=True))
        long = self.make(
            *(
                self.section(f"Section {number}")
                if number % 10 == 0
                else self.line(number, taxed=True, name=f"Line {number}", discount=number % 3)
                for number in range(60)
            )
        )
        self.render(short)  # fills the caches that all pages share
        self.assertLessEqual(self.count_queries(long), self.count_queries(short))

    def count_queries(self, move):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.render(move)
        return self.env.cr.sql_log_count - before
