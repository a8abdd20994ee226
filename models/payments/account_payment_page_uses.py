from odoo import models


class AccountPayment(models.Model):
    """What a payment paid, as the customer may know it."""

    _inherit = "account.payment"

    def _finance_portal_get_uses(self):
        """Return what this payment was used for, from Odoo's own reconciliation.

        :return: list of dicts of

            - ``move``: the entry it was matched with; empty when it is not this customer's
            - ``amount``: how much of ``move`` it paid, in the currency of that, or ``None``
              when nobody has said so far
            - ``own_amount``: the same in the currency of the payment
        """
        if not self._get_payment_receipt_report_values().get("display_invoices"):
            return []
        if not self.move_id:
            return self._finance_portal_get_intended_uses()
        lines = self._finance_portal_get_counterpart_lines()
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        uses = []
        for partial in partials.sorted(lambda partial: (partial.max_date, partial.id)):
            sides = ("debit", "credit") if partial.credit_move_id in lines else ("credit", "debit")
            move = partial[f"{sides[0]}_move_id"].move_id
            if move in partials.exchange_move_id:
                continue  # the books only: nobody paid or got it
            uses.append(
                {
                    "move": move if self._finance_portal_is_own(move) else move.browse(),
                    "amount": partial[f"{sides[0]}_amount_currency"],
                    "own_amount": partial[f"{sides[1]}_amount_currency"],
                }
            )
        return uses

    def _finance_portal_get_intended_uses(self):
        """Return the uses of a payment without a journal entry: what staff registered it for."""
        moves = self.invoice_ids.filtered(
            lambda move: move.is_sale_document(True) and self._finance_portal_is_own(move)
        )
        whole = len(self.invoice_ids) == 1 and moves.currency_id == self.currency_id
        amount = self.amount if whole else None
        return [{"move": move, "amount": amount, "own_amount": amount} for move in moves]

    def _finance_portal_is_own(self, move):
        """Return whether this customer may know about a journal entry."""
        customer = self._finance_portal_get_customer()
        return move._finance_portal_get_customer() == customer and move.state == "posted"

    def _finance_portal_get_printed_invoices(self):
        """Return the invoices that the printed receipt lists: those that the page names.

        Odoo prints all that the payment was matched with, whoever the customer is.
        """
        found = self.reconciled_invoice_ids or self.reconciled_bill_ids
        if not self._finance_portal_is_kind():
            return found
        # sudo: whose they are, also of a customer whom another company keeps to itself
        own = self.sudo()
        return found.filtered(lambda move: own._finance_portal_is_own(move.sudo()))

    def _finance_portal_may_name(self, entry):
        """Return whether the printed receipt names an entry that settled one of its invoices.

        Number and memo of another customer's payment or document are no matter of this one.
        """
        if not self._finance_portal_is_kind():
            return True
        # sudo: whose they are, whoever prints it
        own, other = self.sudo(), entry.sudo()
        theirs = (other.origin_payment_id or other)._finance_portal_get_customer()
        return theirs <= own._finance_portal_get_customer()

    def _finance_portal_get_counterpart_lines(self):
        """Return the journal items that stand for the customer's side of the payment."""
        return self._seek_for_lines()[1]

    def _finance_portal_get_credit_left(self):
        """Return how much of it is not used, in its currency."""
        lines = self._finance_portal_get_counterpart_lines()
        return self.currency_id.round(abs(sum(lines.mapped("amount_residual_currency"))))

    # === ROWS === #

    def _finance_portal_get_use_rows(self, uses):
        """Return the invoices and refunds among the uses as rows of text."""
        return [self._finance_portal_get_use_row(use) for use in uses if use["move"]]

    def _finance_portal_get_use_row(self, use):
        move, amount = use["move"], use["amount"]
        row = {"name": move._finance_portal_get_title(), "details": [], "amount": ""}
        if amount is not None:
            row["amount"] = self._finance_portal_money(amount, move.currency_id)
        if not move.is_sale_document(include_receipts=True):
            is_refund = move.origin_payment_id.payment_type == "outbound"
            name = self.env._("Refunded") if is_refund else self.env._("Other entry")
            return {**row, "name": name, "date": self._finance_portal_day(move.date)}
        total, left = move.amount_total, move.amount_residual
        if move.ref:
            row["details"].append(self.env._("Your reference: %(ref)s", ref=move.ref))
        if amount is not None and move.currency_id != self.currency_id:
            own = self._finance_portal_money(use["own_amount"])
            row["details"].append(self.env._("%(amount)s of this payment", amount=own))
        if not move.currency_id.is_zero(left) or amount is None or total != amount:
            row["details"].append(
                self.env._(
                    "Total %(total)s, balance due %(left)s",
                    total=self._finance_portal_money(total, move.currency_id),
                    left=self._finance_portal_money(left, move.currency_id),
                )
            )
        return {**row, "date": self._finance_portal_day(move.invoice_date)}

    def _finance_portal_get_use_totals(self, uses):
        """Return how the amount received and its uses add up, unless that is obvious."""
        unknown = [use["own_amount"] or 0 for use in uses if not use["move"]]
        written_off = -sum(self._seek_for_lines()[2].mapped("amount_currency"))
        rest = (
            ("payment", self.env._("Difference written off"), max(-written_off, 0)),
            ("payment", self.env._("Fees and differences"), min(-written_off, 0)),
            ("payment", self.env._("Applied elsewhere"), -sum(unknown)),
            ("due", self.env._("Remaining credit"), self._finance_portal_get_credit_left()),
        )
        rows = [row for row in rest if not self.currency_id.is_zero(row[2])]
        if not rows or not uses:
            return []
        known = sum(use["own_amount"] or 0 for use in uses if use["move"])
        rows = [
            ("subtotal", self.env._("Amount received"), self.amount),
            ("payment", self.env._("Applied as listed"), -known),
            *rows,
        ]
        return [
            {"kind": kind, "label": label, "amount": self._finance_portal_money(amount)}
            for kind, label, amount in rows
        ]
