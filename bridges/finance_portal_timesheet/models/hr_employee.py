from odoo import api, models


class HrEmployee(models.Model):
    _inherit = "hr.employee"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_finance_approved(self):
        """Keep those whose hours a customer approved: Odoo would call the hours nobody's."""
        # sudo: whoever deletes employees need not see their hours
        Entry = self.env["account.analytic.line"].sudo()
        approved = [("employee_id", "in", self.ids), ("finance_approval", "=", "approved")]
        Entry.search(approved, limit=1)._finance_portal_check_not_approved()
