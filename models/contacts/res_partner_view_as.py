from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.http import request

from ...const import PORTAL, PREVIEW_KEY, VIEW_AS_KEY

VIEW_AS_TIME = timedelta(minutes=15)


class ResPartner(models.Model):
    """View as customer: staff see the portal as a contact does, and can change nothing in it."""

    _inherit = "res.partner"

    def action_finance_portal_view_as(self):
        """Open the portal as this contact sees it, for a quarter of an hour.

        What the user may do there is decided on every request anew, see
        ``access/viewer.py``.
        """
        self.ensure_one()
        self._finance_portal_check_manager()
        account = self._finance_portal_get_account()
        account._check_may_act_for(
            self | self.commercial_partner_id, account._get_shown_companies(self.env.user)
        )
        if not request:
            raise UserError(self.env._("Open the contact in your browser to do this."))
        Event = self.env["finance.portal.event"]
        if account:
            Event._record("viewed_as", account=account)
        else:
            Event._record("viewed_as", contact=self)
        request.session.pop(PREVIEW_KEY, None)
        request.session[VIEW_AS_KEY] = {
            "contact": self.id,
            "customer": self.commercial_partner_id.id,
            "until": fields.Datetime.to_string(fields.Datetime.now() + VIEW_AS_TIME),
        }
        return {"type": "ir.actions.act_url", "url": PORTAL, "target": "new"}
