from odoo import models


class SaleOrder(models.Model):
    """Send to Customer for several quotes and orders."""

    _inherit = "sale.order"

    def _finance_portal_get_send_action(self):
        return self.action_quotation_send()

    def _finance_portal_get_mail_template(self):
        return self._find_mail_template() or super()._finance_portal_get_mail_template()

    def _finance_portal_get_dialogs(self):
        """Read for all what Odoo would ask of each: its lines, and who its customer is."""
        self.order_line.mapped("display_type")
        self.partner_id.mapped("is_public")
        return super()._finance_portal_get_dialogs()

    def _finance_portal_filter_sent_before(self):
        sent = self.filtered(lambda order: order.state == "sent")
        return sent | super()._finance_portal_filter_sent_before()
