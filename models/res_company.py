from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    finance_portal_close_native = fields.Boolean("Close Permanent Links", default=True)
    finance_portal_email_change = fields.Selection(
        [
            ("revoke", "Close their links"),
            ("ask", "Ask on the contact's form"),
            ("keep", "Keep their links"),
        ],
        "When a Contact's Email Changes",
        default="revoke",
        required=True,
    )
    finance_portal_notify_decision = fields.Selection(
        [
            ("nothing", "Don't notify"),
            ("message", "Send a message"),
            ("activity", "Plan an activity"),
            ("both", "Send a message and plan an activity"),
        ],
        "When a Customer Accepts or Declines",
        default="both",
        required=True,
    )
    finance_portal_notify_view = fields.Selection(
        [
            ("nobody", "Nobody"),
            ("chatter", "The chatter and the responsible user's inbox, no email"),
            ("responsible", "The responsible user, by inbox or email"),
        ],
        "Notify of the First View",
        default="chatter",
        required=True,
    )
    finance_portal_offer_account = fields.Boolean("Offer an Account on Link Pages", default=True)
    finance_portal_receipts = fields.Selection(
        [
            ("never", "Never"),
            ("online", "Online payments"),
            ("all", "All payments"),
        ],
        "Email Receipts",
        default="never",
        required=True,
    )
    finance_portal_require_sign_in = fields.Boolean("Require Customers to Sign In")
    finance_portal_account_reach = fields.Selection(
        [
            ("documents", "Documents only"),
            ("website", "Documents and website apps"),
        ],
        "Customer Account Access",
        help="Leave empty to include website apps only if the website has a shop.",
    )
    finance_portal_event_months = fields.Integer("Keep Activity (Months)", default=24)
    finance_portal_ip_days = fields.Integer("Keep Full IP Addresses (Days)", default=90)
    finance_portal_file_mb = fields.Integer("Largest File (MB)", default=25)
    # The activity before this moment has only short addresses, so the job need not look again.
    finance_portal_ips_short_until = fields.Datetime(
        "IP Addresses Shortened Until", readonly=True, copy=False
    )

    _finance_portal_retention = models.Constraint(
        "CHECK (finance_portal_event_months BETWEEN 1 AND 1200"
        " AND finance_portal_ip_days BETWEEN 1 AND 36500)",
        "Activity must be kept for 1 to 1200 months, and IP addresses for 1 to 36500 days.",
    )
    _finance_portal_file_size = models.Constraint(
        "CHECK (finance_portal_file_mb BETWEEN 1 AND 1024)",
        "The size limit for files must be between 1 MB and 1024 MB.",
    )

    # === BUSINESS METHODS === #

    def _finance_portal_opens_apps(self):
        """Return whether customers stay signed in in the apps of this company's website."""
        if self.finance_portal_account_reach:
            return self.finance_portal_account_reach == "website"
        # Only the shop app, which is optional, adds this field to orders.
        return "website_id" in self.env["sale.order"]._fields
