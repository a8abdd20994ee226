from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    # The mixin first: what it says about links comes before what the ERP says.
    _inherit = ["finance.portal.document", "sale.order"]

    # === FINANCE PORTAL DOCUMENT === #

    def _finance_portal_is_kind(self):
        return True

    def _finance_portal_is_quote(self):
        """Return whether it is still a quote: the customer has not got an order yet."""
        return self.state != "sale"

    def _finance_portal_is_shareable(self):
        """Return whether customers may see it: what was sent stays so, also back in draft."""
        if self.state == "draft":
            return bool(self._finance_portal_get_live_links())
        return self.state in ("sent", "sale")

    def _finance_portal_get_state_obstacle(self):
        if self.state == "cancel":
            return self.env._(
                "%s is cancelled. Set it back to a quotation, then send it.", self.display_name
            )
        return ""

    def _finance_portal_get_customer(self):
        return self.partner_id.commercial_partner_id

    def _finance_portal_get_default_recipient(self):
        return self.partner_id if self.partner_id.email else self.partner_id.commercial_partner_id

    def _finance_portal_get_pdf(self):
        content, _type = self.env["ir.actions.report"]._render_qweb_pdf(
            "sale.action_report_saleorder", self.ids
        )
        return f"{self._get_report_base_filename()}.pdf", content

    def _finance_portal_is_pdf_ready(self):
        return False

    def _finance_portal_get_template(self):
        return "finance_portal.sale_order_page"

    def _finance_portal_get_prefix(self):
        return "q" if self._finance_portal_is_quote() else "i"

    def _finance_portal_get_kind_name(self):
        return self.type_name

    def _finance_portal_get_title(self):
        return f"{self.type_name} {self.name}"
