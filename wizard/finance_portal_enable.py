from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize


class FinancePortalEnable(models.TransientModel):
    """Confirm a contact's address, then give them an account."""

    _name = "finance.portal.enable"
    _description = "Enable Portal Access"
    _inherit = [
        "finance.portal.address.warning",
        "finance.portal.doubt.warning",
        "finance.portal.shown.customer",
    ]

    # As the user, not as the system: a contact of another company is none of their business.
    customer = fields.Char(
        "Customer",
        related="partner_id.commercial_partner_id.display_name",
        related_sudo=False,
    )
    email = fields.Char(
        "Email Address", compute="_compute_email", compute_sudo=False, store=True, readonly=False
    )
    own_documents = fields.Boolean(
        "Only Their Own Documents",
        help="Shows each contact only documents that name them, not their colleagues' documents.",
    )
    joining = fields.Char("Same Sign-In", compute="_compute_joining")

    @api.depends("partner_id")
    def _compute_email(self):
        for wizard in self:
            partner = wizard.partner_id
            # An account is found whoever asks; a contact of another company isn't theirs to see.
            partner.check_access("read")
            known = partner._finance_portal_get_account()
            # One of several, which the manager may replace by another.
            chosen = (known and known._choose_address()) or partner.email_normalized
            wizard.email = chosen or partner.email

    @api.depends("email", "partner_id")
    def _compute_joining(self):
        for wizard in self:
            wizard.joining = self.env["finance.portal.account"]._describe_joining(
                wizard.partner_id, email_normalize(wizard.email)
            )

    def _finance_portal_get_mailing_company(self):
        return self.partner_id.company_id or self.env.company

    def action_enable(self):
        """Write the address to the contact when it was changed, and mail the setup link."""
        self.ensure_one()
        partner = self.partner_id
        partner._finance_portal_check_manager()
        self._finance_portal_check_customer()
        address = email_normalize(self.email)
        if not address:
            raise UserError(self.env._("Enter one email address, such as name@company.com."))
        known = partner._finance_portal_get_account()
        is_new, before = not known or not known._is_open(), known.mailed_link_ids
        account = self.env["finance.portal.account"]._enable(partner, email=address)
        self._apply_own_documents(account)
        if account.mailed_link_ids == before and is_new:
            message = self.env._(
                "%(name)s now also sees the documents of %(customer)s, and signs in as before.",
                name=self.name,
                customer=account.customer_id.display_name,
            )
        elif account.mailed_link_ids == before:
            message = self.env._("%s sees the documents of your companies, too.", self.name)
        else:
            message = self.env._(
                "A setup link is on its way to %s. It works for 60 minutes.", address
            )
        return partner._finance_portal_tell_and_close(message)

    def _apply_own_documents(self, account):
        """Limit the account to own documents, or not, as chosen.

        Another company's account stays as it is, unless the manager wants it limited.

        :raise AccessError: they do, and don't work for all of its companies
        """
        if account.own_documents == self.own_documents:
            return
        if self.own_documents:
            account._check_companies()
        if account._may_be_changed_by(self.env.user):
            if account.unvouched_by_id:
                account._end_asking()
            account.write({"own_documents": self.own_documents, "unvouched_by_id": False})
