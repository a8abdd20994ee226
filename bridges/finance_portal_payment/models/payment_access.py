from odoo import api, models

from odoo.addons.finance_portal.const import PORTAL


class FinancePortalPaymentAccess(models.AbstractModel):
    """A signed-in customer's access to pay several invoices, from the list of them.

    It opens no single document: what may be paid is what the viewer may see.
    """

    _name = "finance.portal.payment.access"
    _description = "Signed-In Customer's Access to Payments"
    _inherit = "finance.portal.account.access"

    @api.model
    def _make_for(self, viewer):
        """Return the access (sudo) of a viewer."""
        return self._restore(
            {
                "res_model": "account.move",
                "res_id": 0,
                "ref": viewer.account._get_ref(),
                "partner_id": viewer.contact.id,
                "email": viewer.account.email or viewer.contact.email_normalized,
                "customer_id": viewer.customer.id,
                "company_id": self.env["finance.portal.page"]._get_viewer_company(viewer).id,
                "account_id": viewer.account.id,
                "staff_id": viewer.staff.id,
                "staff_until": viewer.until,
            }
        )

    # === WHAT AN ACCESS MUST TELL === #

    def _get_document(self):
        return self.env["account.move"]

    def _get_portal_values(self):
        return self.env["finance.portal.page"]._get_frame(self._get_viewer(), "invoices", self)

    def _prepare_event_values(self):
        account = self.account_id._prepare_event_values()
        return {**account, "partner_id": self.partner_id.id, "email": self.email}

    # === PAYMENTS === #

    def _get_event_subject(self):
        return {"account": self.account_id}

    def _get_page_path(self):
        return self._get_viewer().get_address(f"{PORTAL}/invoices")

    def _get_together_domain(self):
        scope = self.env["finance.portal.scope"]
        return scope._get_viewer_domain("account.move", self._get_viewer())

    def _get_covered(self):
        return self.env["finance.portal.list.invoices"]._get_covered(self._get_viewer())
