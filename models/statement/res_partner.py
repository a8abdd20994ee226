from odoo import models


class ResPartner(models.Model):
    """Send Statement on customers."""

    _inherit = "res.partner"

    # === ACTION METHODS === #

    def action_finance_portal_send_statement(self):
        """Open Send to Customer for a statement of this customer; of several, ask which."""
        self.check_access("read")
        if len(self.commercial_partner_id) == 1:
            statement = self.env["finance.portal.issued.statement"]._start(self)
            return statement.action_finance_portal_send()
        self.env["finance.portal.issued.statement"].check_access("create")
        return {
            "name": self.env._("Send Statements"),
            "type": "ir.actions.act_window",
            "res_model": "finance.portal.send.statements",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    # === BUSINESS METHODS === #

    def _finance_portal_get_statement_contact(self):
        """Return who gets a statement: this contact or, of a customer, who gets the invoices."""
        self.ensure_one()
        customer = self.commercial_partner_id
        if self != customer:
            return self
        contact = self.browse(self.address_get(["invoice"])["invoice"])
        is_reachable = contact.commercial_partner_id == customer and contact.email_normalized
        return contact if is_reachable else customer
