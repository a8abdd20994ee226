"""What the page of a payment receipt tells its reader (section 5), and when it may (L4)."""

import json

from odoo import Command
from odoo.tests import tagged

from .page_common import TODAY, InvoicePageCase


class PaymentCase(InvoicePageCase):
    """Payments of ``ada`` around one day."""

    @classmethod
    def receive(cls, amount, *moves, post=True, **values):
        """Return a payment of ``ada`` with a journal entry, matched with ``moves`` if any."""
        payment = cls.env["account.payment"].create(
            {
                "amount": amount,
                "partner_id": cls.ada.id,
                "journal_id": cls.company_data["default_journal_bank"].id,
                "date": TODAY,
                **values,
            }
        )
        if post:
            payment.action_post()
            lines = payment.move_id.line_ids
            for move in moves:
                lines += move.line_ids
            lines.filtered(
                lambda line: line.account_type == "asset_receivable" and not line.reconciled
            ).reconcile()
        return payment

    def intend(self, amount, *moves, **values):
        """Return a payment that waits for the bank statement, without a journal entry."""
        invoices = self.env["account.move"].union(*moves)
        payment = self.receive(
            amount, post=False, invoice_ids=[Command.set(invoices.ids)], **values
        )
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertFalse(payment.move_id)
        return payment

    def uses(self, payment):
        """Return ``(name, details, amount)`` of what a payment paid."""
        rows = self.values(payment)["uses"]
        return [(row["name"], row["details"], row["amount"]) for row in rows]

    def title(self, move):
        return f"Invoice {move.name}"

    def notes(self, payment):
        return self.values(payment)["hero"]["notes"]


@tagged("post_install", "-at_install")
class TestPaymentPage(PaymentCase):
    # === WHO AND WHAT === #

    def test_amount_and_state_in_plain_words(self):
        payment = self.receive(40)
        self.assertEqual(payment.state, "in_process")
        hero = self.values(payment)["hero"]
        self.assertEqual((hero["label"], hero["amount"]), ("Amount received", self.money(40)))
        self.assertEqual(hero["states"], [("calm", "Being processed")])
        self.assertIn("Your payment is recorded and is being processed.", hero["notes"])
        payment.action_validate()
        hero = self.values(payment)["hero"]
        self.assertEqual(hero["states"], [("good", "Received")])
        self.assertIn("Thank you for your payment!", hero["notes"])

    def test_facts_are_those_of_the_printed_receipt(self):
        payment = self.receive(40, memo="Bread in March")
        payment.payment_reference = "Check 12"
        values = self.values(payment)
        self.assertEqual(
            values["facts"],
            [
                ("Payment date", "Mar 10, 2026"),
                ("Payment method", payment.payment_method_id.name),
                ("Memo", "Bread in March"),
                ("Payment reference", "Check 12"),
            ],
        )
        [party] = values["parties"]
        self.assertEqual(party, {"label": "Received from", "lines": ["Bakery", "Ada"]})

    def test_what_the_printed_receipt_leaves_out_is_left_out(self):
        invoice = self.make()
        payment = self.receive(40, invoice)
        self.patch(
            type(payment),
            "_get_payment_receipt_report_values",
            lambda _payment: {"display_invoices": False, "display_payment_method": False},
        )
        values = self.values(payment)
        self.assertEqual((values["uses"], values["totals"]), ([], []))
        self.assertNotIn("Payment method", dict(values["facts"]))

    # === THAT WENT BACK === #

    def reverse_entry(self, payment):
        payment.move_id._reverse_moves([{"date": TODAY}], cancel=True)

    def take_back_by_bank(self, payment):
        """Have a bank line take the money back, as for a direct debit that bounced."""
        items = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        items.remove_move_reconcile()
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": payment.journal_id.id,
                "date": TODAY,
                "payment_ref": "Returned",
                "partner_id": payment.partner_id.id,
                "amount": -payment.amount,
                "counterpart_account_id": items.account_id.id,
            }
        )
        taken = line.move_id.line_ids.filtered(lambda item: item.account_id == items.account_id)
        (items | taken).reconcile()

    def test_a_payment_that_went_back_is_not_thanked_for(self):
        List = self.env["finance.portal.list.payments"]
        for way in (self.reverse_entry, self.take_back_by_bank):
            with self.subTest(way.__name__):
                invoice = self.make()
                payment = self.receive(100, invoice)
                payment.action_validate()
                page = self.env["finance.portal.page"]
                before = page._get_document_values(payment.sudo())["hero"]
                self.assertEqual(before["states"], [("good", "Received")])
                way(payment)
                self.env.flush_all()
                self.env.invalidate_all()
                hero = page._get_document_values(payment.sudo())["hero"]
                self.assertEqual(hero["states"], [("bad", "Returned")])
                self.assertNotIn("Thank", " ".join(hero["notes"]))
                self.assertEqual(invoice.amount_residual, 100)
                Payment = self.env["account.payment"]
                for show, shown in (("received", False), ("processing", False), ("returned", True)):
                    found = Payment.search(List._get_filters()[show][1])
                    self.assertEqual(payment in found, shown, show)

    def test_a_payment_without_entry_that_bounced_closes_its_links(self):
        payment = self.intend(100, self.make())
        self.assertTrue(payment._finance_portal_is_shareable())
        payment.action_reject()
        self.assertFalse(payment._finance_portal_is_shareable())

    def test_what_is_paid_back_of_too_much_is_no_return(self):
        payment = self.receive(150, self.make())
        credit = payment.move_id.line_ids.filtered(lambda line: line.credit and not line.reconciled)
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": payment.journal_id.id,
                "date": TODAY,
                "payment_ref": "Refunded",
                "amount": -50,
                "counterpart_account_id": credit.account_id.id,
            }
        )
        taken = line.move_id.line_ids.filtered(lambda item: item.account_id == credit.account_id)
        (credit | taken).reconcile()
        self.assertFalse(payment.finance_is_returned)

    # === WHAT IT PAID === #

    def test_payment_of_one_whole_invoice(self):
        invoice = self.make()
        payment = self.receive(100, invoice)
        self.assertEqual(self.uses(payment), [(self.title(invoice), [], self.money(100))])
        values = self.values(payment)
        self.assertEqual(values["uses"][0]["date"], "Mar 10, 2026")
        self.assertEqual(values["totals"], [], "nothing to add up")

    def test_part_of_an_invoice(self):
        invoice = self.make()
        payment = self.receive(30, invoice)
        due = f"Total {self.money(100)}, balance due {self.money(70)}"
        self.assertEqual(self.uses(payment), [(self.title(invoice), [due], self.money(30))])

    def test_several_invoices_and_credit_left_over(self):
        one, two = self.make(ref="Your 7"), self.make(self.line(50))
        payment = self.receive(180, one, two)
        self.assertCountEqual(
            self.uses(payment),
            [
                (self.title(one), ["Your reference: Your 7"], self.money(100)),
                (self.title(two), [], self.money(50)),
            ],
        )
        self.assertEqual(
            self.totals(payment),
            [
                ("Amount received", self.money(180)),
                ("Applied as listed", self.money(-150)),
                ("Remaining credit", self.money(30)),
            ],
        )
        self.assertIn(f"{self.money(30)} remains as credit in your favor.", self.notes(payment))

    def test_payment_that_is_not_matched_yet_says_so(self):
        payment = self.receive(40)
        self.assertEqual((self.uses(payment), self.totals(payment)), ([], []))
        self.assertIn("It isn't matched with an invoice yet.", self.notes(payment))

    def test_second_payment_shows_its_own_part_only(self):
        invoice = self.make()
        self.receive(30, invoice)
        payment = self.receive(70, invoice)
        total = f"Total {self.money(100)}, balance due {self.money(0)}"
        self.assertEqual(self.uses(payment), [(self.title(invoice), [total], self.money(70))])

    def test_sales_receipts_are_called_so(self):
        receipt = self.make(move_type="out_receipt")
        [row] = self.values(self.receive(100, receipt))["uses"]
        self.assertEqual(row["name"], receipt._finance_portal_get_title())

    def test_invoice_of_another_currency_is_in_its_own(self):
        euro = self.setup_other_currency("EUR")  # 2 EUR for 1 USD
        invoice = self.make(self.line(300), currency_id=euro.id)
        payment = self.receive(100, invoice)
        part = f"{self.money(100)} of this payment"
        due = f"Total {self.money(300, euro)}, balance due {self.money(100, euro)}"
        self.assertEqual(
            self.uses(payment), [(self.title(invoice), [part, due], self.money(200, euro))]
        )
        self.assertEqual(self.values(payment)["hero"]["amount"], self.money(100))

    def test_exchange_differences_are_no_uses(self):
        euro = self.setup_other_currency("EUR", rates=[("2026-01-01", 2.0), ("2026-03-05", 4.0)])
        invoice = self.make(self.line(1200), days=-20, currency_id=euro.id)
        payment = self.receive(1200, invoice, currency_id=euro.id)
        self.assertTrue(invoice.line_ids.matched_credit_ids.exchange_move_id)
        self.assertEqual(self.uses(payment), [(self.title(invoice), [], self.money(1200, euro))])
        self.assertEqual(self.totals(payment), [])

    def test_difference_that_was_written_off(self):
        invoice = self.make()
        payment = self.pay(
            invoice,
            98,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.company_data["default_account_expense"].id,
        )
        self.assertEqual(self.uses(payment), [(self.title(invoice), [], self.money(100))])
        self.assertEqual(
            self.totals(payment),
            [
                ("Amount received", self.money(98)),
                ("Applied as listed", self.money(-100)),
                ("Difference written off", self.money(2)),
            ],
        )

    def test_what_was_paid_back(self):
        payment = self.receive(100)
        refund = self.receive(60, payment_type="outbound")
        lines = (payment + refund).move_id.line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertEqual(self.uses(payment), [("Refunded", [], self.money(60))])
        self.assertEqual(self.totals(payment)[-1], ("Remaining credit", self.money(40)))

    def test_documents_of_another_customer_are_not_named(self):
        own, foreign = self.make(), self.make(partner=self.eve, ref="Secret")
        payment = self.receive(150, own, foreign)
        self.assertTrue(foreign.line_ids.matched_credit_ids)
        html = self.render(payment)
        for secret in (foreign.name, "Secret", "Eve", "Rival"):
            self.assertNotIn(secret, html)
        self.assertEqual(len(self.uses(payment)), 1)
        self.assertIn(("Applied elsewhere", self.money(-50)), self.totals(payment))

    # === WITHOUT A JOURNAL ENTRY === #

    def test_without_entry_the_invoice_it_is_for_is_shown(self):
        invoice = self.make()
        payment = self.intend(40, invoice)
        due = f"Total {self.money(100)}, balance due {self.money(100)}"
        self.assertEqual(self.uses(payment), [(self.title(invoice), [due], self.money(40))])

    def test_without_entry_nobody_knows_the_parts(self):
        moves = self.make(), self.make(), self.make(partner=self.eve)
        payment = self.intend(150, *moves)
        self.assertEqual([amount for _name, _details, amount in self.uses(payment)], ["", ""])
        self.assertNotIn(moves[2].name, self.render(payment))
        self.assertEqual(self.totals(payment), [])

    def test_without_entry_and_without_invoice(self):
        payment = self.intend(150)
        self.assertIn("It isn't matched with an invoice yet.", self.notes(payment))

    # === THE PAGE === #

    def test_hostile_texts_are_shown_as_text(self):
        attack = "<script>alert(1)</script>\"'><img src=x onerror=y>"
        self.customer.name = attack
        invoice = self.make(ref=attack)
        payment = self.receive(100, invoice, memo=attack)
        payment.payment_reference = attack
        payment.payment_method_id.name = attack
        html = self.render(payment)
        self.assertNotIn("<script>alert", html)
        self.assertNotIn("<img src=x", html)
        self.assertEqual(html.count("&lt;script&gt;alert"), 5)

    def test_page_without_any_use_renders(self):
        html = self.render(self.receive(40))
        self.assertNotIn("Applied to", html)
        self.assertIn("Amount received", html)

    def test_get_writes_nothing(self):
        payment = self.receive(70, self.make())
        self.env.flush_all()
        self.env.cr.execute("SAVEPOINT readonly; SET TRANSACTION READ ONLY")
        self.env.invalidate_all()
        html = self.render(payment)
        self.env.flush_all()
        self.env.cr.execute("ROLLBACK TO SAVEPOINT readonly")
        self.assertIn("Amount received", html)


@tagged("post_install", "-at_install")
class TestPaymentPageSources(PaymentCase):
    """What the page shows is drawn anew when one of its rows changes."""

    def version(self, payment):
        page = self.env["finance.portal.page"].sudo()
        return page._get_version(payment._finance_portal_get_page_sources())

    def test_version_changes_with_every_kind_of_source(self):
        invoice, other, third = self.make(), self.make(), self.make()
        payment, part = self.receive(150, invoice), self.receive(30, third)
        intended = self.intend_for(other)
        changes = {
            "payment": (payment, lambda: payment.write({"memo": "Bread"})),
            "invoice's reference": (payment, lambda: invoice.write({"ref": "Your 7"})),
            "matching": (payment, lambda: self.match(payment, other)),
            "undone": (payment, other.line_ids.remove_move_reconcile),
            "other payment": (part, lambda: self.receive(10, third)),
            "method": (payment, lambda: payment.payment_method_id.write({"name": "Bank"})),
            "customer": (payment, lambda: self.customer.write({"street": "New Road 1"})),
            "contact": (payment, lambda: self.ada.write({"name": "Ada B."})),
            "company": (payment, lambda: self.company.write({"primary_color": "#123456"})),
            "company's address": (
                payment,
                lambda: self.company.partner_id.write({"city": "Elsewhere"}),
            ),
            "currency": (payment, lambda: payment.currency_id.write({"position": "before"})),
            "intended invoice": (intended, lambda: other.write({"ref": "Your 8"})),
            "not intended": (intended, lambda: intended.write({"invoice_ids": [Command.clear()]})),
        }
        for name, (document, change) in changes.items():
            with self.subTest(source=name):
                before = self.version(document)
                change()
                self.assertNotEqual(self.version(document), before)

    def intend_for(self, move):
        return self.intend(10, move)

    def match(self, payment, move):
        lines = payment.move_id.line_ids + move.line_ids
        lines.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()

    def test_another_payment_keeps_its_version(self):
        payment, other = self.receive(40, self.make()), self.receive(40, self.make())
        before = self.version(payment)
        other.memo = "Nothing to do with it"
        other.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self.version(payment), before)

    def test_kept_values_hold_texts_only(self):
        payment = self.receive(150, self.make()).sudo().with_context(lang=None)
        values = self.env["finance.portal.page"].sudo()._get_document_values(payment)
        self.assertEqual(json.loads(json.dumps(values)).keys(), values.keys())
