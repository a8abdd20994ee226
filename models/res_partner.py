from odoo import fields, models
from odoo.tools import email_normalize


class ResPartner(models.Model):
    _inherit = "res.partner"

    def write(self, vals):
        """Close the links of recipients that this change takes away from them."""
        if not {"active", "email", "parent_id", "is_company"} & vals.keys():
            return super().write(vals)
        # sudo: the rules hold for every user's change
        Link = self.env["finance.portal.link"].sudo()
        live_links = Link.search(
            Link._live_domain() & fields.Domain("partner_id", "child_of", self.ids)
        )
        result = super().write(vals)
        for link in live_links:
            partner = link.partner_id
            if not partner.active or (
                not link.extra and partner.commercial_partner_id != link.customer_id
            ):
                link._revoke("recipient")
            elif (
                "email" in vals
                and link.company_id.finance_portal_email_change == "revoke"
                and email_normalize(partner.email) != link.email
            ):
                link._revoke("address")
        return result

    def unlink(self):
        """Close the links of recipients who are deleted."""
        # sudo: the rules hold for every user's change
        Link = self.env["finance.portal.link"].sudo()
        Link.search(Link._live_domain() & fields.Domain("partner_id", "in", self.ids))._revoke(
            "recipient"
        )
        return super().unlink()
