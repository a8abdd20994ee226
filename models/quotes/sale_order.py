from odoo import api, fields, models
from odoo.fields import Domain
from odoo.http import request

# Which email of an order waits for a job.
PENDING = "pending_email_template_id"


class SaleOrder(models.Model):
    _name = "sale.order"
    # The mixin first: what it says about links comes before what Odoo says.
    _inherit = [
        "finance.portal.kept.customer.mixin",
        "finance.portal.decision.mixin",
        "finance.portal.export.mixin",
        "sale.order",
    ]

    finance_reworked = fields.Boolean(
        "Sent, and Back in Draft",
        readonly=True,
        copy=False,
        help="The customer already has this quote and still sees it while you change it.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Void what was decided on quotes that go back to draft; the customer may keep them.

        A job mails orders as the system, so only who may send one may have it mailed by a job.

        :raise AccessError: they may not send one of these
        """
        if vals.get(PENDING):
            self._finance_portal_check_may_have_mailed()
        if vals.get("state") != "draft":
            return super().write(vals)
        reopened = self.filtered(lambda order: order.state != "draft")
        self.env["finance.portal.decision"]._get_standing(reopened)._void()
        super(SaleOrder, reopened).write({"finance_prepared": True})
        # Whoever cancels a quote takes it away from the customer, until it is sent anew.
        reworked = self.filtered(
            lambda order: (
                order.state == "sent" or (order.state == "draft" and order.finance_reworked)
            )
        )
        super(SaleOrder, reworked).write({**vals, "finance_reworked": True})
        return super(SaleOrder, self - reworked).write({**vals, "finance_reworked": False})

    @api.model
    def _finance_portal_get_visitor_fields(self):
        return {"signed_by"}

    # === ACTION METHODS === #

    def action_quotation_send(self):
        """Open Odoo's dialog, or say why the quote can't be sent."""
        if len(self) == 1:
            self._finance_portal_check_state()
        return self._finance_portal_as_sending(super().action_quotation_send())

    @api.readonly
    def action_preview_sale_order(self):
        """Show our page, where it is the one that the customer gets."""
        self.ensure_one()
        self.check_access("read")
        if request and self._finance_portal_native_closed():
            return self.action_finance_portal_preview()
        return super().action_preview_sale_order()

    # === FINANCE PORTAL DOCUMENT === #

    def _finance_portal_is_kind(self):
        return True

    def _finance_portal_is_quote(self):
        """Return whether it's still a quote, not a confirmed order."""
        return self.state != "sale"

    def _finance_portal_is_shareable(self):
        """Return whether customers may see it: what was sent stays so, also back in draft.

        So does what was declined, for whoever meant to answer as well.
        """
        if self.state == "cancel":
            return self.env["finance.portal.decision"]._get_standing(self).kind == "declined"
        return self.state in ("sent", "sale") or (self.state == "draft" and self.finance_reworked)

    @api.model
    def _finance_portal_get_shareable_domain(self):
        reworked = Domain("state", "=", "draft") & Domain("finance_reworked", "=", True)
        declined = self.env["finance.portal.decision"]._get_decided(self._name, "declined")
        given_up = Domain("state", "=", "cancel") & declined
        return Domain("state", "in", ("sent", "sale")) | reworked | given_up

    @api.model
    def _finance_portal_get_naming_domain(self, contacts):
        """Add whom an order is billed to: its invoices will be mailed to them, and its receipt."""
        billed = Domain("partner_invoice_id", "in", contacts.ids)
        return super()._finance_portal_get_naming_domain(contacts) | billed

    def _finance_portal_get_state_obstacle(self):
        if self.state == "cancel":
            return self.env._(
                "%s is cancelled. Press Set to Quotation, then send it.", self.display_name
            )
        return ""

    def _finance_portal_get_template(self):
        return "finance_portal.sale_order_page"

    def _finance_portal_get_prefix(self):
        return "q" if self._finance_portal_is_quote() else "i"

    def _finance_portal_get_kind_name(self):
        return self.type_name

    def _finance_portal_get_view_words(self):
        if self._finance_portal_is_quote():
            return self.env._("View Quotation")
        return self.env._("View Sales Order")

    @api.model
    def _finance_portal_get_plural(self):
        return self.env._("Quotes and orders")

    def _finance_portal_get_overview_amount(self):
        return self._finance_portal_money(self.amount_total)

    def _finance_portal_get_section(self):
        return "quotes" if self._finance_portal_is_quote() else "orders"

    @api.model
    def _finance_portal_get_native_address(self, number):
        return f"/my/orders/{number}"

    def _finance_portal_get_title(self):
        return f"{self.type_name} {self.name}"

    def _finance_portal_watched_fields(self):
        return super()._finance_portal_watched_fields() | {"finance_reworked"}

    def _finance_portal_get_read_fields(self):
        return super()._finance_portal_get_read_fields() | {"require_payment"}
