from odoo import api, models
from odoo.fields import Domain

from .time_request import ANSWERED_STATES

SHARED_STATES = ("sent", *ANSWERED_STATES)
TEMPLATE = "finance_portal_timesheet.mail_template_time_request"


class FinancePortalTimeRequest(models.Model):
    """A time approval as a document that is shared: when, to whom, under which name."""

    _inherit = "finance.portal.time.request"

    # === ACTION METHODS === #

    def action_finance_portal_send(self):
        """Open the dialog for the email, or name what stands against sending."""
        self.ensure_one()
        self.check_access("write")
        self._finance_portal_check_state()
        return self._finance_portal_get_composer_action(self._finance_portal_get_mail_template())

    def _finance_portal_get_mail_template(self):
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        return template or super()._finance_portal_get_mail_template()

    def message_post(self, *args, **kwargs):
        """Ask the customer from now on, when this is the email that asks."""
        if self.env.context.get("finance_portal_send"):
            self._ask()
        return super().message_post(*args, **kwargs)

    def _ask(self):
        """Have the customer see a draft, and its entries say that they wait."""
        drafts = self.filtered(lambda request: request.state == "draft")
        drafts._finance_portal_check_state()
        # Without the rights that Odoo's route for messages gives its caller.
        drafts.sudo(False)._check_open()
        # sudo: state and approvals are the system's; the user may write the request
        asked = drafts.sudo()
        asked.state = "sent"
        asked.line_ids.finance_approval = "waiting"

    # === FINANCE PORTAL DOCUMENT === #

    def _finance_portal_is_kind(self):
        return True

    def _finance_portal_is_shareable(self):
        """Return whether customers may see it: they were asked."""
        return self.state in SHARED_STATES

    @api.model
    def _finance_portal_get_shareable_domain(self):
        return Domain("state", "in", SHARED_STATES)

    def _finance_portal_get_customer(self):
        return self.customer_id

    @api.model
    def _finance_portal_get_customer_domain(self, customer, contacts=None):
        return Domain("customer_id", "=", customer.id)

    def _finance_portal_watched_fields(self):
        return super()._finance_portal_watched_fields() | {"customer_id"}

    def _finance_portal_get_state_obstacle(self):
        if self.state == "cancelled":
            return self.env._("%s is cancelled. Start a new time approval.", self.display_name)
        # sudo: entries of projects that the sender may not see are asked about as well
        if not self.sudo()._get_entries():
            return self.env._("%s has no entries. Press Get Entries first.", self.display_name)
        return ""

    def _finance_portal_get_send_action(self):
        return self.action_finance_portal_send()

    def _finance_portal_get_template(self):
        return "finance_portal_timesheet.time_request_page"

    def _finance_portal_get_prefix(self):
        return "t"

    @api.model
    def _finance_portal_get_plural(self):
        return self.env._("Time approvals")

    def _finance_portal_get_overview_amount(self):
        return self._finance_portal_describe_hours()

    def _finance_portal_get_section(self):
        return "time"

    def _finance_portal_get_kind_name(self):
        return self.env._("Timesheet")

    def _finance_portal_get_view_words(self):
        return self.env._("View Timesheet")

    def _finance_portal_get_title(self):
        return self.env._("Timesheet %(number)s", number=self.name)

    def _finance_portal_get_groups(self, message, msg_vals, title=None):
        """Say on the button of emails what is to be done."""
        if self.state == "sent":
            title = title or self.env._("Review and Approve")
        return super()._finance_portal_get_groups(message, msg_vals, title)

    def _finance_portal_get_responsible(self):
        return self.user_id
