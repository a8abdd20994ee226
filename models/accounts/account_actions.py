from odoo import api, fields, models


class FinancePortalAccount(models.Model):
    """The list of accounts in the back office."""

    _inherit = "finance.portal.account"

    login = fields.Char("Signs In With", related="user_id.login")

    also = fields.Char(
        "Also Signs In For",
        compute="_compute_also",
        help="Other customers whose documents the same person sees with the same sign-in.",
    )

    @api.depends_context("uid")
    @api.depends("login_id.account_ids.disabled_at", "login_id.account_ids.customer_id")
    def _compute_also(self):
        # sudo: fills the cache for all at once; each account would read its few others alone
        others = self.sudo().login_id.account_ids
        others.fetch(["disabled_at", "customer_id", "company_ids"])
        others.customer_id.mapped("display_name")
        for account in self:
            account.also = account._describe_customers(account._get_others())

    @api.depends("partner_id.display_name")
    def _compute_display_name(self):
        for account in self:
            # sudo: whoever may see the account may know whose it is
            account.display_name = account.sudo().partner_id.display_name

    # === ACTION METHODS === #

    def action_open_contact(self):
        """Open the contact, whose Portal Access tab has all that can be done."""
        self.ensure_one()
        return self.partner_id._finance_portal_open_contact()
