from datetime import timedelta

from odoo import fields, models


class AccountMove(models.Model):
    """What is due when, and what was paid."""

    _inherit = "account.move"

    # === AMOUNT AND STATUS === #

    def _finance_portal_get_hero(self):
        """Return the amount that matters now, and its state.

        :return: dict of ``label``, ``amount``, ``states`` (list of ``(tone, text)``, tone being
            one of good, calm, warn, bad) and ``notes`` (list of sentences)
        """
        if self.move_type == "out_refund":
            label, amount = self.env._("Credit"), self.amount_total
            notes = self._finance_portal_get_credit_notes()
        elif self._finance_portal_is_open():
            label, amount = self.env._("Amount due"), self._finance_portal_amount_left()
            notes = self._finance_portal_get_open_notes()
        else:
            label, amount = self.env._("Total"), self.amount_total
            notes = self._finance_portal_get_closed_notes()
        states = self._finance_portal_get_states()
        return self._finance_portal_make_hero(label, amount, states, notes)

    def _finance_portal_get_states(self):
        """Return its states, see ``finance.portal.document``."""
        if self.move_type == "out_refund":
            return [self._finance_portal_get_credit_state()]
        if self._finance_portal_is_open():
            due = self._finance_portal_get_due_date()
            states = [self._finance_portal_get_due_state(due)] if due else []
            return states + (
                [("calm", self.env._("Partly paid"))]
                if self._finance_portal_is_partly_paid()
                else []
            )
        known = {
            "paid": ("good", self.env._("Paid")),
            "in_payment": ("calm", self.env._("Payment is being processed")),
            "reversed": ("calm", self.env._("Reversed")),
        }
        if self.finance_waiting:  # it leaves nothing to pay, whatever the state in Odoo
            return [known["paid" if self.payment_state == "paid" else "in_payment"]]
        # Imported without its payments: Odoo itself does not know.
        return [known[self.payment_state]] if self.payment_state in known else []

    def _finance_portal_get_closed_notes(self):
        """Return sentences on an invoice or receipt with nothing to pay."""
        if self.payment_state == "reversed":
            return [self.env._("A credit note covers this document. There's nothing to pay.")]
        if self.payment_state != "paid":
            return []
        dates = [entry["date"] for entry in self._finance_portal_get_counterparts()]
        day = dates and self._finance_portal_day(max(dates))
        return [self.env._("Paid on %(date)s. Thank you!", date=day)] if dates else []

    def _finance_portal_get_open_notes(self):
        """Return sentences on an invoice or receipt with something to pay."""
        due = self._finance_portal_get_due_date()
        notes = [self._finance_portal_get_due_note(due)] if due else []
        if not self._finance_portal_is_partly_paid():
            return notes + self._finance_portal_get_discount_notes()
        paid = self._finance_portal_money(self.amount_total - self._finance_portal_amount_left())
        total = self._finance_portal_money(self.amount_total)
        return [*notes, self.env._("%(paid)s of %(total)s paid", paid=paid, total=total)]

    def _finance_portal_get_credit_state(self):
        """Return ``(tone, text)`` on a credit note: what became of it."""
        if self._finance_portal_is_open():
            partly = self._finance_portal_is_partly_paid()
            return "calm", self.env._("Partly settled") if partly else self.env._("Open credit")
        kinds = self._finance_portal_get_settling_kinds()
        if not kinds & {"out_invoice", "out_receipt"}:
            return "good", self.env._("Refunded")
        if kinds == {"out_invoice"}:
            return "good", self.env._("Offset against invoices")
        return "good", self.env._("Settled")

    def _finance_portal_get_credit_notes(self):
        """Return sentences on a credit note with something left."""
        if not self._finance_portal_is_open():
            return []
        if not self._finance_portal_is_partly_paid():
            return [self.env._("There's nothing to pay. This amount is in your favor.")]
        amount = self._finance_portal_money(self._finance_portal_amount_left())
        return [self.env._("%(amount)s left in your favor", amount=amount)]

    def _finance_portal_get_settling_kinds(self):
        """Return the kinds of entries that a credit note was settled with.

        Read from the reconciliation itself: for many documents it takes no more queries.
        """
        partials = self._finance_portal_get_term_lines().matched_debit_ids
        moves = partials.debit_move_id.move_id - partials.exchange_move_id
        pending = self._finance_portal_get_pending()
        return {*moves.mapped("move_type"), *(entry["move"].move_type for entry in pending)}

    def _finance_portal_is_partly_paid(self):
        """Return whether it was partly paid or refunded."""
        return not self.currency_id.is_zero(self.amount_total - self._finance_portal_amount_left())

    def _finance_portal_is_open(self):
        """Return whether something is left to pay, or to be paid back."""
        known = self.payment_state not in ("invoicing_legacy", "reversed")
        return known and not self.currency_id.is_zero(self._finance_portal_amount_left())

    def _finance_portal_get_due_date(self):
        """Return the day on which the next payment is due, if any."""
        items = self._finance_portal_get_open_items()
        return items[0].due if items else self.invoice_date_due

    def _finance_portal_get_due_state(self, due):
        """Return ``(tone, text)`` for what is due on the day ``due``."""
        days = (due - fields.Date.context_today(self)).days
        if days < 0:
            late = self._finance_portal_days(-days)
            return "bad", self.env._("Overdue by %(days)s", days=late)
        if days == 0:
            return "warn", self.env._("Due today")
        if days == 1:
            return "warn", self.env._("Due tomorrow")
        when = self._finance_portal_days(days, from_now=True)
        return "calm", self.env._("Due %(in_days)s", in_days=when)

    def _finance_portal_get_due_note(self, due):
        """Return a sentence on what to pay by the day ``due``."""
        last = self._finance_portal_get_last_due_date()
        day = self._finance_portal_day(last)
        amount, is_all = self._finance_portal_get_next_payment()
        if is_all and last == due:
            return self.env._("Due date: %(date)s", date=day)
        today = fields.Date.context_today(self)
        amount = self._finance_portal_money(amount)
        if due < today:
            return self.env._("%(amount)s was due by %(date)s", amount=amount, date=day)
        return self.env._("Next payment: %(amount)s by %(date)s", amount=amount, date=day)

    def _finance_portal_get_part_note(self):
        """Return a sentence on what of it is to be paid now, or nothing where that is all."""
        _amount, is_all = self._finance_portal_get_next_payment()
        due = self._finance_portal_get_due_date()
        return "" if is_all else self._finance_portal_get_due_note(due)

    def _finance_portal_get_next_payment(self):
        """Return ``(amount, whether it is all)`` of what is overdue, or else due next."""
        now = self._finance_portal_get_next_items()
        if not now:
            return self._finance_portal_amount_left(), True
        is_all = len(now) == len(self._finance_portal_get_open_items())
        return self.currency_id.round(sum(item.amount for item in now)), is_all

    def _finance_portal_get_last_due_date(self):
        """Return the day by which all that is overdue was due, or else by which the next part is.

        Of several installments that are late, the amount was due only with the last of them.
        """
        now = self._finance_portal_get_next_items()
        return now[-1].due if now else self.invoice_date_due

    def _finance_portal_get_next_items(self):
        """Return the open items that are overdue, or else due next."""
        items = self._finance_portal_get_open_items()
        if not items:
            return []
        until = max(items[0].due, fields.Date.context_today(self) - timedelta(days=1))
        return [item for item in items if item.due <= until]

    def _finance_portal_get_discount_notes(self):
        """Return what the customer saves by paying early, while that is still possible."""
        today = fields.Date.context_today(self)
        if not self._is_eligible_for_early_payment_discount(self.currency_id, today):
            return []
        line = self._finance_portal_get_term_lines()[:1]
        return [
            self.env._(
                "Pay %(amount)s by %(date)s and save %(discount)s.",
                amount=self._finance_portal_money(abs(line.discount_amount_currency)),
                date=self._finance_portal_day(line.discount_date),
                discount=self._finance_portal_money(
                    abs(line.amount_currency) - abs(line.discount_amount_currency)
                ),
            )
        ]

    # === INSTALLMENTS AND PAYMENTS === #

    def _finance_portal_shows_installments(self):
        """Return whether the company tells the customer about single installments."""
        term = self.invoice_payment_term_id
        return bool(term.display_on_invoice and self.show_payment_term_details)

    def _finance_portal_get_plan(self):
        lines = self._finance_portal_get_term_lines()
        if len(lines) < 2 or not self._finance_portal_shows_installments():
            return []
        return [
            {
                "date": self._finance_portal_day(line.date_maturity),
                "amount": self._finance_portal_money(abs(line.amount_currency)),
                "tone": tone,
                "state": state,
            }
            for line in lines
            for tone, state in [self._finance_portal_get_installment_state(line)]
        ]

    def _finance_portal_get_installment_state(self, line):
        """Return ``(tone, text)`` for one installment."""
        left = {item.line: item.amount for item in self._finance_portal_get_open_items()}
        if line not in left:
            return "good", self.env._("Paid")
        if self.currency_id.compare_amounts(left[line], abs(line.amount_currency)):
            return "calm", self.env._("Partly paid")
        return self._finance_portal_get_due_state(line.date_maturity)

    def _finance_portal_get_counterparts(self):
        """Return what this document was paid or offset with.

        :return: list of dicts of ``date``, ``amount`` (in the document's currency), ``move``
        """
        content = (self.invoice_payments_widget or {}).get("content", [])
        entries = [entry for entry in content if not entry["is_exchange"]]
        booked = [
            {"date": entry["date"], "amount": entry["amount"], "move": move}
            for entry in entries
            for move in self.browse(entry["move_id"]).with_prefetch(
                [other["move_id"] for other in entries]
            )
        ]
        return booked + self._finance_portal_get_pending()

    def _finance_portal_get_counterpart_label(self, entry):
        """Return one line on a payment, a refund or an offset document.

        A document of another customer isn't named.
        """
        move = entry["move"]
        if move._finance_portal_is_kind() and not self._finance_portal_is_of_same(move):
            return self.env._("Settled with another account")
        if move.move_type == "out_refund":
            return self.env._("Credit note %(number)s", number=move.name)
        if move.move_type == "out_invoice":
            return self.env._("Applied to invoice %(number)s", number=move.name)
        if move.move_type == "out_receipt":
            return self.env._("Applied to sales receipt %(number)s", number=move.name)
        day = self._finance_portal_day(entry["date"])
        if self.move_type == "out_refund":
            return self.env._("Refunded on %(date)s", date=day)
        return self.env._("Paid on %(date)s", date=day)

    def _finance_portal_is_of_same(self, other):
        """Return whether another document is the same customer's."""
        if other.commercial_partner_id == self.commercial_partner_id:
            return True  # as a rule, and without another query
        return other._finance_portal_get_customer() == self._finance_portal_get_customer()
