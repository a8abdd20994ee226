from odoo import fields, models
from odoo.fields import Domain


class FinancePortalDocument(models.AbstractModel):
    """The links of a document, which end with what they are for.

    The resolver works it out again on every request; here they are also closed for good, so that
    undoing the change revives none.
    """

    _inherit = "finance.portal.document"

    finance_link_ids = fields.One2many(
        "finance.portal.link",
        "res_id",
        "Secure Links",
        domain=lambda self: [("res_model", "=", self._name)],
        bypass_search_access=True,
        copy=False,
        groups="finance_portal.group_finance_portal_user",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Close the links of documents that this change takes away from their customer."""
        if not self._finance_portal_watched_fields() & vals.keys():
            return super().write(vals)
        live_links = self._finance_portal_get_live_links()
        result = super().write(vals)
        for link in live_links:
            document = self.browse(link.res_id).with_prefetch(self._ids)
            if document._finance_portal_get_customer() != link.customer_id:
                link._revoke("customer")
            elif not document._finance_portal_is_shareable():
                link._revoke("state")
        return result

    def unlink(self):
        """Close the links of deleted documents."""
        live_links = self._finance_portal_get_live_links()
        result = super().unlink()
        live_links._revoke("deleted")
        return result

    # === ACTION METHODS === #

    def action_finance_portal_revoke_all(self):
        """Close every live link of the document, and mail none of those that wait."""
        self.ensure_one()
        self.finance_link_ids.filtered(lambda link: link.state == "live").action_revoke()
        self._finance_portal_drop_waiting()
        return True

    # === BUSINESS METHODS === #

    def _finance_portal_get_live_links(self):
        """Return the live links (sudo) of these documents."""
        # sudo: the rules hold for every user's change
        Link = self.env["finance.portal.link"].sudo()
        return Link.search(
            Link._live_domain()
            & Domain([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
