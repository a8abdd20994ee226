from odoo import api, models


class ResPartner(models.Model):
    """Portal access for many contacts at once: who can get it, and who can't and why."""

    _inherit = "res.partner"

    # Few contacts have several addresses, and each of these may be a row of an imported list.
    _finance_portal_several_index = models.Index("(id) WHERE email LIKE '%@%@%'")

    def action_finance_portal_enable_many(self):
        """Open the dialog behind Enable Portal Access in a list."""
        self._finance_portal_check_manager_group()
        return {
            "name": self.env._("Enable Portal Access"),
            "type": "ir.actions.act_window",
            "res_model": "finance.portal.enable.many",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_res_ids": self.ids},
        }

    def _finance_portal_get_enable_obstacles(self):
        """Return ``{contact: sentence}`` of those who can't get an account with many others.

        In a fixed number of queries for any number of contacts. Nobody looks at each of them, so
        a few who can get one on their own form are left out here.
        """
        managed = self._finance_portal_get_account().partner_id
        found = self.env["finance.portal.account"]._find_obstacles(self - managed)
        ours, obstacles, first = self._finance_portal_get_ours(), {}, {}
        for partner in self:
            if partner in managed:
                obstacle = self.env._("Already has an account: %s", partner.finance_portal_status)
            else:
                obstacle = found.get(partner) or partner._finance_portal_describe_stranger(ours)
            if not obstacle:
                key = partner.commercial_partner_id, partner.email_normalized
                other = first.setdefault(key, partner)
                obstacle = other != partner and partner._finance_portal_describe_same(other)
            if obstacle:
                obstacles[partner] = obstacle
        return obstacles

    @api.model
    def _finance_portal_get_ours(self):
        """Return the contacts (sudo) of the companies themselves."""
        # sudo: which companies there are
        Company = self.env["res.company"].sudo().with_context(active_test=False)
        return Company.search([]).partner_id  # pylint: disable=no-search-all

    def _finance_portal_describe_stranger(self, ours):
        """Return why this may be nobody to show documents to, or ``None``.

        :param ours: the contacts (sudo) of the companies themselves
        """
        # sudo: whose contact it is, also where that customer is another company's
        partner = self.sudo()
        customer, name = partner.commercial_partner_id, partner._finance_portal_get_name()
        if customer in ours:
            return self._finance_portal_describe_ours(name)
        if customer.supplier_rank and not (customer.customer_rank or partner.customer_rank):
            return self.env._(
                "%s is a vendor, not a customer. To enable them anyway, open the contact.", name
            )
        if self.env["finance.portal.account"]._is_added_by_outsider(partner):
            return self.env._(
                "%s was added by a customer. Open the contact, and enable it there if you know who"
                " it is.",
                name,
            )
        return None

    @api.model
    def _finance_portal_describe_ours(self, name):
        return self.env._("%s belongs to your own company.", name)

    def _finance_portal_describe_same(self, other):
        return self.env._(
            "%(name)s has the same address as %(other)s, who gets the account. Only one of them can"
            " sign in with it.",
            name=self._finance_portal_get_name(),
            other=other._finance_portal_get_name(),
        )

    def _finance_portal_choose_company(self):
        """Return the company that gives this contact access: its own, else the current one."""
        known = self.company_id in self.env.companies
        return self.company_id if known else self.env.company

    @api.model
    def _finance_portal_describe_changed(self, name):
        """Return that a contact isn't any more as the manager saw it."""
        return self.env._(
            "%s has changed since you looked. Check the contact, then enable it.", name
        )

    def _finance_portal_prepare_line(self, obstacle):
        """Return what a run writes down about this contact.

        :param str obstacle: why it's only listed, if so
        """
        return {
            "partner_id": self.id or None,
            "name": self.display_name or "",
            "email": self.email_normalized or "",
            "customer_id": self.commercial_partner_id.id or None,
            "company_name": "",
            "company_id": self._finance_portal_choose_company().id,
            "state": "skipped" if obstacle else "waiting",
            "reason": obstacle or None,
        }
