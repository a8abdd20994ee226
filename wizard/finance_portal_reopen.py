from odoo import api, fields, models


class FinancePortalReopen(models.TransientModel):
    """Open a closed account again: with a new password, or with the old one."""

    _name = "finance.portal.reopen"
    _description = "Enable Portal Access Again"
    _inherit = [
        "finance.portal.address.warning",
        "finance.portal.doubt.warning",
        "finance.portal.shown.customer",
    ]

    # The one that the manager saw is confirmed, and no later one.
    email = fields.Char(
        "Signs In With", compute="_compute_email", compute_sudo=False, store=True, readonly=False
    )
    # As the user, not as the system: a contact of another company is none of their business.
    customer = fields.Char(
        "Customer",
        related="partner_id.commercial_partner_id.display_name",
        related_sudo=False,
    )
    how = fields.Selection(
        [
            ("setup", "Send a setup link to choose a new password"),
            ("password", "Let them sign in with their old password"),
        ],
        "How They Sign In",
        default="setup",
        required=True,
    )

    joining = fields.Char("Same Sign-In", compute="_compute_joining")
    is_disputed = fields.Boolean("Address Disputed", compute="_compute_is_disputed")

    @api.depends("email", "partner_id")
    def _compute_joining(self):
        for wizard in self:
            wizard.joining = self.env["finance.portal.account"]._describe_joining(
                wizard.partner_id, wizard.email
            )

    @api.depends("partner_id")
    def _compute_is_disputed(self):
        for wizard in self:
            account = wizard.partner_id._finance_portal_get_account()
            wizard.is_disputed = bool(account.objected_at)

    @api.depends("partner_id")
    def _compute_email(self):
        for wizard in self:
            # An account is found whoever asks; a contact of another company isn't theirs to see.
            wizard.partner_id.check_access("read")
            account = wizard.partner_id._finance_portal_get_account()
            wizard.email = bool(account) and account._choose_address()

    def _finance_portal_get_mailing_company(self):
        return self.partner_id._finance_portal_get_account().company_id or self.env.company

    def action_reopen(self):
        """Open the account for the customer that the contact is with now."""
        self.ensure_one()
        partner = self.partner_id
        partner._finance_portal_check_manager()
        self._finance_portal_check_customer()
        account = partner._finance_portal_get_account()
        had_password = bool(account.set_up_at)
        account._reopen(with_setup_link=self.how == "setup", address=self.email)
        if account._get_others() and account.set_up_at:
            message = self.env._(
                "%(name)s now also sees the documents of %(customer)s, and signs in as before.",
                name=self.name,
                customer=account.customer_id.display_name,
            )
        elif self.how == "password" and had_password and account.set_up_at:
            message = self.env._("%s can sign in again with the old password.", self.name)
        else:
            message = self.env._(
                "A setup link is on its way to %s. It works for 60 minutes.", self.email
            )
        return partner._finance_portal_tell_and_close(message)
