from odoo import models


class SaleOrder(models.Model):
    """Send to Customer for several quotes and orders."""

    _inherit = "sale.order"

    def _finance_portal_get_send_action(self):
        return self.action_quotation_send()

    def _finance_portal_get_mail_template(self):
        return self._find_mail_template() or super()._finance_portal_get_mail_template()

    def _finance_portal_get_dialogs(self):
        """Read for all what Odoo would ask of each, here or as it prints them."""
        self.order_line.tax_ids.mapped("name")
        self.partner_id.mapped("is_public")
        self.mapped("signature")
        return super()._finance_portal_get_dialogs()

    def _finance_portal_prepare_posts(self):
        """Count all as sent at once, as Odoo does for each when its email is posted."""
        if self.env.context.get("mark_so_as_sent"):
            drafts = self.filtered(lambda order: order.state == "draft")
            drafts.with_context(tracking_disable=True).write({"state": "sent"})
        return super()._finance_portal_prepare_posts()

    def _finance_portal_filter_sent_before(self):
        sent = self.filtered(lambda order: order.state == "sent")
        return sent | super()._finance_portal_filter_sent_before()
