"""What staff, payments and time do to the quote of ``decision_machine.py``."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from odoo import Command
from odoo.exceptions import UserError

from .decision_model import OPEN_STATES

RECIPIENTS = st.sampled_from(["ada", "ada", "ben", "eve", "stranger", "boss"])
# What comes last is most often what matters.
LATEST = st.integers(0, 9).map(lambda number: -1 - (number if number < 4 else 0))
RARELY = st.sampled_from([False, False, False, True])
DAYS = [None, date(2026, 3, 9), date(2026, 3, 10), date(2026, 3, 11)]


class StaffMachine(RuleBasedStateMachine):
    """Everything that may happen to a quote but for the customer's answers.

    ``quote`` is the model, ``order`` the real one; ``case`` is the test.
    """

    # === STAFF: THE QUOTE === #

    def is_editable(self):
        return self.quote.state in OPEN_STATES and not self.quote.deleted

    @precondition(is_editable)
    @rule(price=st.sampled_from([100, 120]), tax=st.sampled_from([0, 20]))
    def change_price_and_tax(self, price, tax):
        self.change(price=price, tax=tax)
        taxes = self.case.luxury if tax else self.case.luxury.browse()
        lines = self.order.order_line.filtered(lambda line: not line.display_type)
        lines.write({"tax_ids": [Command.set(taxes.ids)]})
        lines[0].price_unit = price

    @precondition(is_editable)
    @rule(euro=st.booleans(), note=st.sampled_from(["", "No refunds"]))
    def change_currency_and_note(self, euro, note):
        self.change(euro=euro, note=note)
        self.order.write(self.case.keep_terms(self.quote.terms))

    @precondition(is_editable)
    @rule(option=st.integers(0, 2))
    def change_option(self, option):
        self.change(option=option)
        self.order.order_line[-1].product_uom_qty = option

    @precondition(is_editable)
    @rule(day=st.sampled_from(DAYS))
    def change_validity(self, day):
        self.change(validity=day)
        self.order.validity_date = day

    @precondition(is_editable)
    @rule(prepayment=st.sampled_from([0, 0.3, 1.0]), signature=st.booleans())
    def change_requirements(self, prepayment, signature):
        self.change(prepayment=prepayment, signature=signature)
        self.order.write(self.case.keep_terms(self.quote.terms))

    def change(self, **values):
        self.quote.terms = replace(self.quote.terms, **values)

    # === STAFF: ITS STATE === #

    def exists(self):
        return not self.quote.deleted

    @precondition(is_editable)
    @rule(sure=RARELY)
    def confirm(self, sure):
        if not sure:
            return
        self.order.action_confirm()
        self.quote.move("sale")

    @precondition(exists)
    @rule(sure=RARELY)
    def cancel(self, sure):
        if not sure:
            return
        if self.quote.locked:
            with self.case.assertRaises(UserError):
                self.order.action_cancel()
            return
        self.order.action_cancel()
        self.quote.move("cancel")

    @precondition(exists)
    @rule()
    def set_to_draft(self):
        self.order.action_draft()
        if self.quote.state in ("cancel", "sent"):
            self.quote.move("draft")

    @precondition(lambda self: self.exists() and not self.quote.locked)
    @rule(state=st.sampled_from(["draft", "sent"]))
    def reopen_by_hand(self, state):
        self.order.write({"state": state})
        self.quote.move(state)

    @precondition(lambda self: self.exists() and not self.is_open())
    @rule(recipient=st.sampled_from(["ada", "ben"]))
    def start_over(self, recipient):
        """Offer it anew after it was decided or nobody can open it any more."""
        self.quote.locked = self.order.locked = False
        for name in [*self.quote.archived]:
            self.archive_or_unarchive(name, sure=True)
        self.reopen_by_hand("draft")
        self.give("bakery", sent=False)
        self.send(recipient)

    def is_open(self):
        alive = any(self.quote.is_alive(link) for link in self.quote.links)
        return alive and not self.quote.is_settled()

    @precondition(lambda self: self.exists() and self.quote.state == "sale")
    @rule()
    def lock_or_unlock(self):
        self.quote.locked = not self.quote.locked
        self.order.locked = self.quote.locked

    @precondition(exists)
    @rule(customer=st.sampled_from(["bakery", "rival"]), sent=st.booleans())
    def give(self, customer, sent):
        partner = self.case.recipients["ada" if customer == "bakery" else "eve"]
        kept = {} if self.quote.is_settled() else self.case.keep_terms(self.quote.terms)
        self.order.write({"partner_id": partner.id, **kept})
        self.quote.give(customer)
        if sent and self.is_editable():
            self.send("ada" if customer == "bakery" else "eve")

    @precondition(lambda self: self.is_editable() and self.quote.get_covering())
    @rule()
    def give_away_what_waits_for_its_payment(self):
        self.give("rival" if self.quote.customer == "bakery" else "bakery", sent=True)

    @precondition(lambda self: self.quote.state in ("draft", "cancel") and not self.quote.deleted)
    @rule(sure=RARELY)
    def delete(self, sure):
        if not sure:
            return
        self.quote.close(lambda link: True)
        self.quote.deleted = True
        self.order.unlink()

    @precondition(exists)
    @rule(part=st.sampled_from([0.3, 0.7, 1]), sure=RARELY)
    def payment_arrives(self, part, sure):
        if not sure:
            return
        amount = round(self.quote.terms.total * part, 2)
        self.case.pay(self.order, amount)
        self.quote.pay(amount)

    # === STAFF: ITS LINKS === #

    @precondition(lambda self: self.exists() and not self.quote.locked)
    @rule(recipient=RECIPIENTS)
    def send(self, recipient):
        if recipient in self.quote.archived:
            return
        if self.quote.state == "cancel":
            self.set_to_draft()
        if self.quote.state == "draft":
            self.order.action_quotation_sent()
            self.quote.move("sent")
        partner = self.case.recipients.get(recipient)
        email = False if partner else "boss@elsewhere.example.com"
        link, _token = self.case.issue(self.order, partner, email_to=email)
        self.real_links.append(link)
        assert link.is_external == self.quote.send(recipient).is_external
        self.open(-1)

    @rule(which=LATEST, sure=RARELY)
    def revoke(self, which, sure):
        if not sure:
            return
        link, real = self.pick(which)
        real._revoke("staff")
        link.closed = True

    @rule(name=st.sampled_from(["ada", "ben", "eve"]), sure=RARELY)
    def archive_or_unarchive(self, name, sure):
        if not sure and name not in self.quote.archived:
            return
        partner = self.case.recipients[name]
        partner.active = not partner.active
        self.quote.archived ^= {name}
        if name in self.quote.archived:
            self.quote.close(lambda link: link.recipient == name)

    @rule(hours=st.sampled_from([1, 1, 2, 6, 11, 23]))
    def time_passes(self, hours):
        self.quote.now += timedelta(hours=hours)
        self.case.clock.move_to(self.quote.now)
