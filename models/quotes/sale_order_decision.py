import math
from datetime import date

from odoo import api, models
from odoo.tools import float_repr, float_round

from ...failures import IncompleteForm
from ...work_off import work_off

MAX_QUANTITY = 1_000_000


class SaleOrder(models.Model):
    """Let the customer of a quote accept or decline it."""

    _inherit = "sale.order"

    def _finance_portal_get_page_values(self):
        """Add what the decision needs, so that it is kept with the rest of the page."""
        return {
            **super()._finance_portal_get_page_values(),
            "terms": self._finance_portal_get_terms(),
            "options": self._finance_portal_get_options(),
        }

    def _finance_portal_get_responsible(self):
        return self.user_id

    def _finance_portal_is_settled(self):
        return self.state in ("sale", "cancel")

    def _finance_portal_get_rows_to_lock(self):
        return [self.order_line]

    def _finance_portal_get_closing_note(self, terms):
        if not (text := terms["head"]["validity"]):
            return ""
        last_day = date.fromisoformat(text)
        # sudo: as the page counts them
        if self.sudo()._finance_portal_get_days_left(last_day=last_day) >= 0:
            return ""
        return self.env._(
            "It was valid until %(date)s. Please ask us for a new one.",
            date=self._finance_portal_day(last_day),
        )

    def _finance_portal_needs_signature(self, terms):
        return bool(terms["head"]["signature"])

    def _finance_portal_get_promise(self):
        due = self._finance_portal_get_due_to_confirm()
        if not due:
            return []
        amount = self._finance_portal_money(due)
        return [self.env._("The order is confirmed once %(amount)s is paid.", amount=amount)]

    def _finance_portal_get_thanks(self):
        if self.state != "sale":  # paid, but not booked yet, or waiting for staff
            return self.env._("Your order isn't confirmed yet. We'll let you know when it is.")
        return self.env._("Thank you! Your order is confirmed.")

    def _finance_portal_get_due_to_confirm(self):
        """Return what has to be paid before the order is confirmed.

        Not Odoo's ``_has_to_be_paid``: that one asks for nothing once the quote expired
        in UTC, which may be a day before it does for the customer.
        """
        if self.state == "sale" or not self.require_payment or self.amount_total <= 0:
            return 0
        if self._is_confirmation_amount_reached():
            return 0
        return self._get_prepayment_required_amount() - self.amount_paid

    # === OPTIONS === #

    def _finance_portal_get_optional_lines(self):
        """Return the lines whose quantity the customer may choose."""
        if "is_optional" not in self.order_line._fields:
            return self.order_line.browse()  # an app of its own brings them
        return self.order_line.filtered(
            lambda line: not line.display_type and line._can_be_edited_on_portal()
        )

    def _finance_portal_get_options(self):
        """Return the optional lines as the page's form draws them."""
        return [
            {
                "field": f"option_{line.id}",
                "line_id": line.id,
                "name": (line.name or "").partition("\n")[0],
                "detail": (line.name or "").partition("\n")[2],
                "unit": self._finance_portal_unit(line.product_uom_id),
                "price": self._finance_portal_money(line.price_unit),
                "quantity": self._finance_portal_plain_number(line.product_uom_qty),
                "label": self.env._(
                    "Quantity of %(name)s", name=(line.name or "").partition("\n")[0]
                ),
            }
            for line in self._finance_portal_get_optional_lines()
        ]

    def _finance_portal_plain_number(self, number):
        """Return a number as a number field of a form has it, whatever the language."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        text = float_repr(number, digits)
        return text.rstrip("0").rstrip(".") if "." in text else text

    def _finance_portal_choose(self, answer):
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        changed = False
        for line in self._finance_portal_get_optional_lines():
            if f"option_{line.id}" not in answer.form:
                continue
            text = answer.form[f"option_{line.id}"].strip().replace(",", ".")
            try:
                quantity = float_round(float(text or 0), precision_digits=digits)
            except (ValueError, OverflowError):
                quantity = math.nan
            if sentence := self._finance_portal_get_quantity_obstacle(line, quantity):
                raise IncompleteForm(
                    "incomplete",
                    access=answer.access,
                    sentence=sentence,
                    typed=self._finance_portal_get_typed(answer.form),
                )
            if quantity != line.product_uom_qty:
                # A combo is one choice: what it is made of follows.
                lines = line | line._get_linked_lines().filtered("combo_item_id")
                lines.product_uom_qty = quantity
                changed = True
        return changed

    def _finance_portal_get_quantity_obstacle(self, line, quantity):
        """Return why a customer can't choose a quantity of an optional line, or an empty text.

        A discount is for who takes it once, or as often as offered: enough of it would pay for all
        the rest, and nothing would be due before the order is confirmed.
        """
        is_discount = line.price_unit < 0
        most = max(line.product_uom_qty, 1) if is_discount else MAX_QUANTITY
        if 0 <= quantity <= most:
            return ""
        if is_discount:
            number = self._finance_portal_plain_number(most)
            return self.env._("Please enter a quantity, at most %(number)s.", number=number)
        return self.env._("Please enter a quantity, such as 2.")

    # === CARRYING OUT === #

    def _finance_portal_get_refreshers(self):
        """Recalculate promotions before acceptance, as confirming the order would.

        The method is looked up by name: its app is optional, and Odoo has no common hook for
        such apps.
        """
        update = getattr(self, "_update_programs_and_rewards", None)
        return [*super()._finance_portal_get_refreshers(), *([update] if update else [])]

    def _finance_portal_get_result(self, agreed):
        """Leave out files that are attached to orders only, such as a product's warranty."""
        terms = super()._finance_portal_get_result(agreed)
        files = agreed["head"]["files"]
        if self.state == "sale" and {*files.splitlines()} <= {*terms["head"]["files"].splitlines()}:
            terms["head"]["files"] = files
        return terms

    def _finance_portal_carry_out(self, decision):
        if decision.kind == "declined":
            self._action_cancel()
            return
        if not self._finance_portal_get_due_to_confirm():
            later = {"finance_portal_mail_later": True, "finance_portal_mail_once_stored": True}
            self.with_context(**later)._validate_order()

    def action_confirm(self):
        """Put the signature under what was signed, and is ordered now.

        Not before: whatever staff change while an accepted quote waits for its payment, Odoo's
        PDF would show the customer's signature under it.
        """
        unsigned = self.filtered(lambda one: not one.signed_by)
        for decision in unsigned._finance_portal_get_signed_decisions():
            unsigned.browse(decision.res_id).write(
                {
                    "signature": decision.with_context(bin_size=False).signature,
                    "signed_by": decision.name,
                    "signed_on": decision.date,
                }
            )
        return super().action_confirm()

    def _has_to_be_signed(self):
        """Have nobody sign again in Odoo's own portal what they signed on our page."""
        return super()._has_to_be_signed() and not self._finance_portal_get_signed_decisions()

    def _finance_portal_get_signed_decisions(self):
        """Return the decisions that sign what these quotes say now."""

        def is_under(decision):
            # sudo: the fingerprint was made as the system, too
            order = self.sudo().browse(decision.res_id)
            return order._finance_portal_is_covered_by(decision, order._finance_portal_get_terms)

        # sudo: only whether there are any. Read of many at once: emails of each ask.
        decided = self.sudo().filtered("finance_decision_ids")
        standing = self.env["finance.portal.decision"]._get_standing(decided)
        return standing.filtered("signature_kind").filtered(is_under)

    def _send_order_notification_mail(self, mail_template, allow_deferred_sending=True):
        """Leave the confirmation to a job when a customer waits for the page.

        Its PDF takes seconds, during which the order would stay locked; and the renderer
        fetches its styles from a worker that may itself wait for that lock.
        A job mails as the system, so it isn't left to one by who may not send the order.
        """
        may_send = self.env.su or not self._finance_portal_get_right_obstacle()
        allow_deferred_sending = allow_deferred_sending and may_send
        if allow_deferred_sending and self.env.context.get("finance_portal_mail_later"):
            self.pending_email_template_id = mail_template
            # sudo: the customer's decision starts the job
            self.env.ref("finance_portal.ir_cron_confirmation_mail").sudo()._trigger()
            return
        super()._send_order_notification_mail(mail_template, allow_deferred_sending)

    @api.model
    def _cron_finance_portal_confirmation_mail(self):
        """Send the confirmations that wait, at once and not with the hourly queue."""
        waiting = self.search([("pending_email_template_id", "!=", False)])
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        # Each is committed when it's done, and its email leaves after that: no customer gets
        # one too many.
        work_off(
            waiting,
            lambda order: order._finance_portal_mail_pending(),
            "finance_portal.ir_cron_confirmation_mail",
        )

    def _finance_portal_mail_pending(self):
        """Send the email that waits for this order, as Odoo's hourly job does."""
        if not (template := self.pending_email_template_id):
            return  # that job was faster
        order = self.with_context(mail_notify_force_send=True)
        order._send_order_notification_mail(template, allow_deferred_sending=False)
        order.pending_email_template_id = False

    def _action_cancel(self):
        """Confirm nothing by email that was cancelled meanwhile."""
        result = super()._action_cancel()
        self.filtered("pending_email_template_id").pending_email_template_id = False
        return result
