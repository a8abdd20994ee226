from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Close the links of recipients that this change takes away from them."""
        if not {"active", "email", "parent_id", "is_company"} & vals.keys():
            return super().write(vals)
        # sudo: the rules hold for every user's change
        Link = self.env["finance.portal.link"].sudo()
        live_links = Link.search(Link._live_domain() & Domain("partner_id", "child_of", self.ids))
        result = super().write(vals)
        for link in live_links:
            if obstacle := link._get_recipient_obstacle():
                link._revoke(obstacle)
        return result

    def unlink(self):
        """Close the links of recipients who are deleted."""
        # sudo: the rules hold for every user's change
        Link = self.env["finance.portal.link"].sudo()
        Link.search(Link._live_domain() & Domain("partner_id", "in", self.ids))._revoke("recipient")
        return super().unlink()
