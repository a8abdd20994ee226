from odoo import api, models


class FinancePortalLink(models.Model):
    """What a link is called: its address, to whoever may see the link."""

    _inherit = "finance.portal.link"

    @api.depends("email")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_display_name(self):
        """Name no address to others.

        Odoo reads the name of whatever a record points to with all rights. So anybody could point
        a dialog at one link after the other, and read the addresses.
        """
        # sudo(False): what counts are the rights of whoever asks
        visible = self.sudo(False)._filtered_access("read")
        for link in self:
            is_visible = link.id in visible.ids
            link.display_name = link.email if is_visible else self.env._("Secure link")
