from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .reminder_mixin import Anchor, Subject
from .reminder_plan import LOOK_AHEAD

# As `_finance_portal_get_customer` has it.
NEXT_CUSTOMERS = """
    SELECT noted.commercial_partner_id, array_agg(move.id ORDER BY move.id)
      FROM account_move move
      JOIN res_partner noted ON noted.id = move.commercial_partner_id
     WHERE move.id IN %(moves)s AND noted.commercial_partner_id > %(after)s
     GROUP BY 1 ORDER BY 1 LIMIT %(most)s
"""
OPEN = ("not_paid", "partial", "in_payment", "blocked")


class AccountMove(models.Model):
    """Remind of unpaid invoices, and say what speaks against it."""

    _name = "account.move"
    _inherit = ["finance.portal.reminder.mixin", "account.move"]

    # === WHICH ONES === #

    @api.model
    def _finance_reminder_get_bases(self):
        return ("due",)

    @api.model
    def _finance_reminder_get_domain(self, company, steps):
        last = fields.Date.context_today(self) + LOOK_AHEAD
        last -= timedelta(days=min(steps.mapped("days")))
        return Domain(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", OPEN),
                ("amount_residual", ">", 0),
            ]
        ) & Domain(
            "line_ids",
            "any",
            [
                ("display_type", "=", "payment_term"),
                ("reconciled", "=", False),
                ("date_maturity", "<=", last),
            ],
        )

    @api.model
    def _finance_reminder_get_ids(self, domain, after, most):
        self.flush_model(["commercial_partner_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        moves = self._search(domain).subselect()
        return self.env.execute_query(SQL(NEXT_CUSTOMERS, moves=moves, after=after, most=most))

    # === HOW THEY STAND === #

    def _finance_reminder_get_facts(self):
        """Return ``{id: facts}`` on the sharing of these invoices."""
        return self._finance_portal_get_sharing_facts()

    def _finance_reminder_get_subject(self, facts, day):
        terms = self._finance_portal_get_term_lines()
        items = self._finance_portal_get_open_items()
        # Where payments that wait for the bank cover all of it, what is open by the books.
        line = items[0].line if items else terms.filtered(lambda one: not one.reconciled)[:1]
        if not line:
            return None
        return Subject(
            anchors=(Anchor("due", line.date_maturity or line.date),),
            amount=self._finance_portal_amount_left() or self.amount_residual,
            installment=terms.ids.index(line.id) + 1,
        )

    def _finance_reminder_get_obstacle(self, facts, day):
        """Return why no reminder of this invoice leaves on a day, or an empty text.

        A payment comes first: what else there is doesn't matter then.
        """
        paid_on = self._finance_reminder_get_paid_on()
        if paid_on:
            return self.env._(
                "A payment made on %(date)s is being processed.",
                date=self._finance_portal_short_day(paid_on),
            )
        if self.payment_state == "blocked":
            return self.env._("Payment of this invoice is blocked.")
        if facts and facts.status == "revoked":
            # A reminder would bring the same person a new one.
            return self.env._("Its link was revoked. Send the invoice again to share it.")
        return super()._finance_reminder_get_obstacle(facts, day)

    def _finance_reminder_get_paid_on(self):
        """Return the day of a payment that isn't booked yet and covers what is open, if any."""
        if self.finance_waiting and self.currency_id.is_zero(self._finance_portal_amount_left()):
            return max(fields.Date.to_date(row[2]) for row in self.finance_waiting)
        return self._finance_reminder_get_online_day()

    @api.model
    def _finance_reminder_get_unmatched(self, company, customers):
        """Return ``{(customer id, currency id): amount}`` of what isn't matched with invoices."""
        found = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("partner_id.commercial_partner_id", "in", customers.ids),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("amount_residual_currency", "<", 0),
            ],
            ["partner_id", "currency_id"],
            ["amount_residual_currency:sum"],
        )
        unmatched = {}
        for partner, currency, amount in found:
            key = partner.commercial_partner_id.id, currency.id
            unmatched[key] = unmatched.get(key, 0) - amount
        return unmatched

    # === IN WORDS === #

    @api.model
    def _finance_reminder_describe_several(self, count):
        return self.env._("%(count)s open invoices", count=count)

    @api.model
    def _finance_reminder_get_total_label(self):
        return self.env._("Amount due")
