from typing import NamedTuple

from odoo import api, fields, models
from odoo.http import request

from ...const import VIEW_AS_KEY
from ...failures import ViewingEnded


class Viewer(NamedTuple):
    """Who looks at the portal: a signed-in customer, or staff as the customer would.

    ``contact`` and ``customer`` are partners (sudo), ``companies`` (sudo) those whose documents
    they see; ``account`` is the contact's (sudo), which may be empty for staff. ``staff`` is the
    user who looks, empty for a customer, and ``until`` when that ends (UTC).
    """

    contact: object
    customer: object
    companies: object
    own_documents: bool
    account: object
    staff: object
    until: object = None


class FinancePortalAccount(models.Model):
    """Find out on every request who is looking at the portal."""

    _inherit = "finance.portal.account"

    @api.model
    def _get_viewer(self):
        """Return the :class:`Viewer` of the current request, or ``None``.

        For staff the transaction is read only from here on: PostgreSQL refuses any write.

        :raise ViewingEnded: a staff member's time as the customer is over
        """
        if not request.session.uid:
            return None
        user = request.env.user
        if user._is_internal():
            return self._get_staff_viewer(user)
        account = user._finance_portal_get_account()
        if not account._is_open() or self._end_when_timed_out():
            return None
        return account._as_viewer()

    def _as_viewer(self):
        """Return the account's contact as the viewer."""
        self.ensure_one()
        return Viewer(
            contact=self.partner_id,
            customer=self.customer_id,
            companies=self.company_ids,
            own_documents=self.own_documents,
            account=self,
            staff=self.env["res.users"],
        )

    @api.model
    def _get_staff_viewer(self, user):
        """Return the viewer for staff who look as a customer, or ``None``.

        :raise ViewingEnded: it is over, or the contact, its account or the user's companies have
            changed so that they may not look any more
        """
        grant = request.session.get(VIEW_AS_KEY)
        if not grant or not user.has_group("finance_portal.group_finance_portal_manager"):
            return None
        until = fields.Datetime.from_string(grant["until"])
        # sudo: starting to look checked the right to read the contact
        contact = self.env["res.partner"].sudo().browse(grant["contact"]).exists()
        if until <= fields.Datetime.now() or not contact:
            raise ViewingEnded("the time to look as a customer is over")
        account, customer = contact._finance_portal_get_account(), contact.commercial_partner_id
        companies = account._get_shown_companies(user)
        if customer.id != grant.get("customer") or not self._may_act_for(
            user, contact | customer, companies
        ):
            raise ViewingEnded("not the customer that staff started to look as, or not theirs")
        self.env.flush_all()
        self.env.cr.execute("SET TRANSACTION READ ONLY")
        return Viewer(
            contact=contact,
            # Not the account's: whoever moved on since no longer sees the old company's papers.
            customer=customer,
            companies=companies,
            own_documents=account.own_documents,
            account=account,
            staff=user,
            until=until,
        )
