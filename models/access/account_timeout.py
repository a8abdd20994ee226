import time

from odoo import api, models
from odoo.http import request

from ...const import FORM_KEY, TIMED_OUT_KEY

# When Odoo next checks identity. Its web client sets this, but customers don't use that.
NEXT_CHECK_KEY = "identity-check-next"


class FinancePortalAccount(models.Model):
    """Sign a customer out when Odoo would ask them to confirm their identity.

    Administrators set the timeout per group, with an optional Odoo app (``auth_timeout``). We
    test for what it adds to ``ir.http`` and ``res.users`` instead of depending on it.
    """

    _inherit = "finance.portal.account"

    @api.model
    def _end_when_timed_out(self):
        """Sign out a customer who was inactive for too long; otherwise restart the timeout.

        Secure links don't belong to the session, and stay open.

        :return: whether the customer was signed out
        """
        if not self._is_timed_out():
            self._note_presence()
            return False
        session = request.session
        form_key = session.get(FORM_KEY)
        session.logout(keep_db=True)
        # Pages that are open in other tabs then lead to the sign-in page as well.
        session[FORM_KEY] = form_key
        session[TIMED_OUT_KEY] = True
        request.update_env(user=self.env["ir.http"]._finance_portal_get_visitor().id)
        return True

    @api.model
    def _note_presence(self):
        """Restart the inactivity timeout, unless it has already passed."""
        # The session's user (sudo, as in Odoo): customers may not read their own groups
        user = self.env(user=request.session.uid).user
        get_timeout = getattr(user, "_get_lock_timeout_inactivity", None)
        seconds = get_timeout and get_timeout()
        if seconds and not self._is_timed_out():
            request.session[NEXT_CHECK_KEY] = time.time() + seconds

    @api.model
    def _is_timed_out(self):
        """Return whether Odoo would ask the session's user to confirm their identity."""
        must_check = getattr(self.env["ir.http"], "_must_check_identity", None)
        return bool(must_check and must_check())
