"""Payments without a journal entry until their bank line, as in Odoo's accounting app."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields

# What is left of each document, in the order they were made, and what of it is overdue.
EXPECTED = {
    "one_payment_for_two_documents": ([0, 50], 0),
    "a_part_that_the_bank_brought": ([60], 0),
    "a_part_of_what_is_overdue": ([60], 60),
    "an_early_payment_discount": ([0], 0),
    "an_early_payment_discount_missed": ([22], 0),
    "one_bank_line_for_two_documents": ([0, 50], 0),
    "a_bank_line_for_one_of_two": ([0, 50], 0),
    "a_first_installment": ([70], 0),
    "a_part_of_a_first_installment": ([80], 10),
    "two_payments_for_one": ([0], 0),
    "more_than_is_open": ([0], 0),
    "two_payments_that_share_a_document": ([0, 0, 90], 0),
    "a_bank_line_for_one_of_two_payments": ([30], 0),
    "a_payment_that_staff_validated": ([60], 0),
    "a_payment_that_was_rejected": ([100], 0),
    "a_bank_line_from_before": ([30], 0),
    "a_credit_note_beside_it": ([30, 0], 0),
    "a_refund_on_its_way": ([-70], 0),
    "a_payment_in_another_currency": ([60], 0),
    "nothing": ([100], 0),
}


class WaitingMixin:
    """Situations in a company whose payments have no journal entry until their bank line."""

    @classmethod
    def keep_no_entries(cls):
        """Have Odoo keep payments as its accounting app does."""
        move = type(cls.env["account.move"])
        cls.startClassPatcher(
            patch.object(move, "_get_invoice_in_payment_state", lambda move: "in_payment")
        )
        cls.bank = cls.company_data["default_journal_bank"]
        lines = cls.bank.inbound_payment_method_line_ids
        (lines | cls.bank.outbound_payment_method_line_ids).payment_account_id = False
        cls.invoice.button_draft()
        cls.invoice.button_cancel()

    @classmethod
    def day(cls, days):
        return fields.Date.context_today(cls.env.user) + timedelta(days=days)

    @classmethod
    def bill(cls, amount=100, days=30, term=False, **values):
        """Return a posted invoice that is due in some days."""
        line = {"name": "Bread", "price_unit": amount, "tax_ids": [Command.clear()]}
        when = {} if term else {"invoice_date_due": cls.day(days)}
        return cls.make_invoice(
            invoice_date=cls.day(min(days, 0)),
            invoice_payment_term_id=term and term.id,
            invoice_line_ids=[Command.create(line)],
            **when,
            **values,
        )

    @classmethod
    def term(cls, *parts, **values):
        """Return a payment term of ``(percent, days)``."""
        lines = [
            Command.create({"value": "percent", "value_amount": percent, "nb_days": days})
            for percent, days in parts
        ]
        return cls.env["account.payment.term"].create({"name": "Term", "line_ids": lines, **values})

    @classmethod
    def record(cls, amount, *moves, **values):
        """Return a payment that waits for its bank line."""
        payment = cls.env["account.payment"].create(
            {
                "amount": amount,
                "partner_id": cls.customer.id,
                "journal_id": cls.bank.id,
                "date": cls.day(0),
                "invoice_ids": [Command.set([move.id for move in moves])],
                **values,
            }
        )
        payment.action_post()
        assert not payment.move_id
        return payment

    @classmethod
    def bring(cls, amount, *moves):
        """Have the bank bring money, matched with documents."""
        terms = cls.env["account.move.line"].union(
            *(move._finance_portal_get_term_lines() for move in moves)
        )
        line = cls.env["account.bank.statement.line"].create(
            {
                "journal_id": cls.bank.id,
                "date": cls.day(0),
                "payment_ref": "Transfer",
                "partner_id": cls.customer.id,
                "amount": amount,
                "counterpart_account_id": terms.account_id.id,
            }
        )
        items = line.move_id.line_ids.filtered(lambda item: item.account_id == terms.account_id)
        (items | terms).reconcile()

    # === SITUATIONS === #

    def make_situation(self, name):
        """Return the documents of a situation."""
        moves = getattr(self, f"make_{name}")()
        self.env.flush_all()
        self.env.invalidate_all()
        return moves

    def make_nothing(self):
        return [self.bill()]

    def make_one_payment_for_two_documents(self):
        moves = [self.bill(days=20), self.bill(days=30)]
        self.record(150, *moves)
        return moves

    def make_a_part_that_the_bank_brought(self):
        move = self.bill()
        self.record(40, move)
        self.bring(40, move)
        return [move]

    def make_a_part_of_what_is_overdue(self):
        move = self.bill(days=-5)
        self.record(40, move)
        return [move]

    def discounted(self):
        return self.bill(
            1100,
            term=self.term((100, 30), early_discount=True, discount_percentage=2, discount_days=7),
        )

    def make_an_early_payment_discount(self):
        move = self.discounted()
        self.record(1078, move)
        return [move]

    def make_an_early_payment_discount_missed(self):
        move = self.discounted()
        self.record(1078, move, date=self.day(8))
        return [move]

    def make_one_bank_line_for_two_documents(self):
        moves = [self.bill(days=20), self.bill(days=30)]
        self.record(150, *moves)
        self.bring(150, *moves)
        return moves

    def make_a_bank_line_for_one_of_two(self):
        moves = [self.bill(days=20), self.bill(days=30)]
        self.record(150, *moves)
        self.bring(100, moves[0])
        return moves

    def make_a_first_installment(self):
        move = self.bill(term=self.term((30, -10), (70, 80), display_on_invoice=True))
        self.record(30, move)
        return [move]

    def make_a_part_of_a_first_installment(self):
        move = self.bill(term=self.term((30, -10), (70, 80), display_on_invoice=False))
        self.record(20, move)
        return [move]

    def make_two_payments_for_one(self):
        move = self.bill()
        self.record(40, move)
        self.record(60, move)
        return [move]

    def make_more_than_is_open(self):
        move = self.bill()
        self.record(120, move)
        return [move]

    def make_two_payments_that_share_a_document(self):
        moves = [self.bill(days=days) for days in (10, 20, 30)]
        self.record(150, *moves[:2])
        self.record(60, *moves[1:])
        return moves

    def make_a_bank_line_for_one_of_two_payments(self):
        move = self.bill()
        self.record(40, move)
        self.record(30, move)
        self.bring(30, move)
        return [move]

    def make_a_payment_that_staff_validated(self):
        move = self.bill()
        self.record(40, move).action_validate()
        return [move]

    def make_a_payment_that_was_rejected(self):
        move = self.bill()
        self.record(40, move).action_reject()
        return [move]

    def make_a_bank_line_from_before(self):
        move = self.bill()
        self.bring(30, move)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET create_date = create_date - INTERVAL '1 day'"
            " WHERE debit_move_id = ANY(%s)",
            [move.line_ids.ids],
        )
        self.record(40, move)
        return [move]

    def make_a_credit_note_beside_it(self):
        move = self.bill()
        self.record(40, move)
        credit = self.bill(30, move_type="out_refund")
        lines = (move | credit).line_ids
        lines.filtered(lambda line: line.display_type == "payment_term").reconcile()
        return [move, credit]

    def make_a_refund_on_its_way(self):
        credit = self.bill(move_type="out_refund")
        self.record(30, credit, payment_type="outbound")
        return [credit]

    def make_a_payment_in_another_currency(self):
        move = self.bill()
        self.record(80, move, currency_id=self.setup_other_currency("EUR").id)  # 2 EUR for 1 USD
        return [move]
