from ast import literal_eval

from odoo import api, models
from odoo.fields import Domain

REPLACED_ACTION = "account.account_send_payment_receipt_by_email_action"


class AccountPayment(models.Model):
    _name = "account.payment"
    # The mixin first: what it says about links comes before what Odoo says.
    _inherit = ["finance.portal.kept.customer.mixin", "account.payment"]

    # Odoo has no index on whose payment it is; the portal lists them newest first.
    _finance_portal_customer_index = models.Index(
        "(partner_id, date DESC, id DESC)"
        " WHERE partner_type = 'customer' AND payment_type = 'inbound'"
    )

    # === ACTION METHODS === #

    def action_finance_portal_send(self):
        """Open Odoo's own dialog for payment receipts."""
        self.ensure_one()
        if self._finance_portal_is_kind():
            self._finance_portal_check_state()
        action = self.env["ir.actions.act_window"]._for_xml_id(REPLACED_ACTION)
        action["name"] = self.env._("Send")
        action["context"] = {
            **literal_eval(action["context"]),
            **self._finance_portal_get_composer_context(),
        }
        return self._finance_portal_as_sending(action) if self._finance_portal_is_kind() else action

    # === FINANCE PORTAL DOCUMENT === #

    def _finance_portal_get_replaced_actions(self):
        return (REPLACED_ACTION,)

    def _finance_portal_is_kind(self):
        return self.partner_type == "customer" and self.payment_type == "inbound"

    def _finance_portal_is_shareable(self):
        """Return whether customers may see it: it is confirmed, and so is its journal entry."""
        confirmed = self.state in ("in_process", "paid")
        booked = not self.move_id or self.move_id.state == "posted"
        return confirmed and booked and self._finance_portal_is_kind()

    @api.model
    def _finance_portal_get_shareable_domain(self):
        booked = Domain("move_id", "=", False) | Domain("move_id.state", "=", "posted")
        return booked & Domain(
            [
                ("partner_type", "=", "customer"),
                ("payment_type", "=", "inbound"),
                ("state", "in", ("in_process", "paid")),
            ]
        )

    @api.model
    def _finance_portal_get_own_domain(self, customer, contact):
        """Return the domain of payments of a contact's own invoices.

        Odoo books payments on the customer, not on the contact. One that is for a colleague's
        invoice as well would tell of that.
        """
        # sudo: whose contacts they are, also those of other companies
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        others = contacts.search(
            [("commercial_partner_id", "=", customer.id), ("id", "!=", contact.id)]
        )
        Move = self.env["account.move"]
        invoices = Domain("move_type", "in", Move.get_sale_types(True))
        # Each half by an index: drafts, too, of whoever is a colleague now, and what is posted of
        # anybody else, such as a colleague who has left since.
        named_other = invoices & Domain("partner_id", "in", others.ids)
        not_own = Domain("partner_id", "!=", contact.id)
        not_own &= Move._finance_portal_get_customer_domain(customer)
        not_own &= Move._finance_portal_get_shareable_domain()

        def pays(theirs):
            matched = Domain("debit_move_id.move_id", "any", theirs)
            return Domain("invoice_ids", "any", theirs) | Domain(
                "move_id.line_ids.matched_debit_ids", "any", matched
            )

        named = super()._finance_portal_get_own_domain(customer, contact)
        own = invoices & Domain("partner_id", "=", contact.id)
        return (named | pays(own)) & ~pays(named_other | not_own)

    def _finance_portal_get_state_obstacle(self):
        if not self._finance_portal_is_kind():
            return self.env._("%s isn't a customer payment.", self.display_name)
        if self.state == "draft":
            return self.env._(
                "%s is still a draft. Confirm it first, then send it.", self.display_name
            )
        if not self._finance_portal_is_shareable():
            return self.env._(
                "%s is cancelled or was rejected. Reset it to draft and confirm it, then send it.",
                self.display_name,
            )
        return ""

    def _finance_portal_get_template(self):
        return "finance_portal.account_payment_page"

    def _finance_portal_get_kind_name(self):
        return self.payment_receipt_title

    def _finance_portal_get_view_words(self):
        return self.env._("View Payment Receipt")

    @api.model
    def _finance_portal_get_plural(self):
        return self.env._("Payment receipts")

    def _finance_portal_get_overview_amount(self):
        return self._finance_portal_money(self.amount)

    def _finance_portal_get_section(self):
        return "payments"

    def _finance_portal_get_title(self):
        return f"{self.payment_receipt_title} {self.name or ''}".strip()

    def _finance_portal_watched_fields(self):
        return super()._finance_portal_watched_fields() | {"partner_type", "payment_type"}
