import time

from odoo import api, models
from odoo.http import request

# What keeps a browser's secure links open, and their forms valid, when its account session ends.
KEPT_KEYS = ("finance_portal_grants", "finance_portal_form_key")
# Says once, on the sign-in page, why the customer has to sign in again.
TIMED_OUT_KEY = "finance_portal_timed_out"
# When Odoo asks next who is there; its web client sets it, which customers do not use.
NEXT_CHECK_KEY = "identity-check-next"


class FinancePortalAccount(models.Model):
    """Sign a customer out when Odoo would ask them again who they are.

    Administrators set for a group after how long that is, with an app of Odoo's that need not
    be installed: what it adds to ``ir.http`` and users is looked for, not depended on.
    """

    _inherit = "finance.portal.account"

    @api.model
    def _end_when_timed_out(self):
        """Sign out whoever was away for too long; note that everybody else is there.

        Secure links are no account session, and stay open.

        :return: whether the customer was signed out
        """
        if not self._is_timed_out():
            self._note_presence()
            return False
        session = request.session
        kept = {key: session[key] for key in KEPT_KEYS if key in session}
        session.logout(keep_db=True)
        session.update(kept)
        session[TIMED_OUT_KEY] = True
        request.update_env(user=self.env["ir.http"]._finance_portal_get_visitor().id)
        return True

    @api.model
    def _note_presence(self):
        """Have the time of inactivity begin anew, unless it is over."""
        # The session's user (sudo, as Odoo has it), whose groups they may not read themselves
        user = self.env(user=request.session.uid).user
        get_timeout = getattr(user, "_get_lock_timeout_inactivity", None)
        seconds = get_timeout and get_timeout()
        if seconds and not self._is_timed_out():
            request.session[NEXT_CHECK_KEY] = time.time() + seconds

    @api.model
    def _is_timed_out(self):
        """Return whether Odoo would ask the session's user again who they are."""
        must_check = getattr(self.env["ir.http"], "_must_check_identity", None)
        return bool(must_check and must_check())
