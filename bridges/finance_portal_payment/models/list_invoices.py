from functools import partial

from odoo import api, models

from odoo.addons.finance_portal.const import PORTAL

from .payment_group import KINDS


class FinancePortalListInvoices(models.AbstractModel):
    """Lead from the list of invoices to paying several of them."""

    _inherit = "finance.portal.list.invoices"

    @api.model
    def _get_page_values(self, viewer, params):
        values = super()._get_page_values(viewer, params)
        return {**values, "pay_path": self._get_pay_path(viewer)}

    @api.model
    def _prepare_cells(self, move):
        is_payable = move.move_type in KINDS and move._finance_portal_is_open()
        cells = {**super()._prepare_cells(move), "is_payable": is_payable}
        if is_payable:
            cells["pay_words"] = self.env._("Pay %(document)s", document=cells["name"])
        return cells

    @api.model
    def _get_pay_path(self, viewer):
        """Return the address where the viewer chooses what to pay, ``None`` for nothing."""
        Group = self.env["finance.portal.payment.group"]
        if not Group._is_offered(partial(self._get_viewer_domain, viewer), viewer.companies):
            return None
        return viewer.get_address(f"{PORTAL}/invoices/pay")
