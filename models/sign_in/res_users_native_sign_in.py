from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import request

from ...const import LOGIN
from ...failures import TooManyRequests


class ResUsers(models.Model):
    """Odoo's own ways to sign in tell nobody who has an account: a step of ``_login``."""

    _inherit = "res.users"

    @contextmanager
    def _finance_portal_telling_nothing(self, credential, user_agent_env):
        """Answer on Odoo's own ways to sign in as on ours: nothing tells who has an account.

        Whatever is wrong takes as long as a wrong password, and wrong ones are counted for each
        network. Right ones aren't: a whole office may sign in at the same time.

        :param dict credential: as it was entered
        """
        is_native = (
            request
            and request.httprequest.path != LOGIN
            and credential.get("type") == "password"
            and (user_agent_env or {}).get("interactive", True)
        )
        if not is_native:
            yield
            return
        throttle = self.env["finance.portal.throttle"]
        try:
            throttle._hit("signing_in")
        except TooManyRequests:
            raise AccessDenied(
                self.env._(
                    "Too many failed attempts to sign in from your network. Wait a few minutes,"
                    " then try again."
                )
            ) from None
        try:
            yield
        except AccessDenied as error:
            # With a text of its own, Odoo refused before it looked at who it is.
            if error.args == AccessDenied().args and not self._finance_portal_knows(credential):
                self._finance_portal_spend_time(credential["login"])
            raise
        throttle._take_back("signing_in")

    @api.model
    def _finance_portal_knows(self, credential):
        """Return whether a password was compared with somebody's, or the time for that was spent.

        Odoo refuses an empty one without looking, our gate takes its time.
        """
        login = self._finance_portal_name_customer(credential)["login"]
        # sudo: nobody is signed in yet
        user = self.sudo().search(self._get_login_domain(login), limit=1)
        return bool(user and (credential.get("password") or user._finance_portal_get_account()))

    @api.model
    def _finance_portal_spend_time(self, login):
        """Take as long as the gate does; staff see it when the account was closed."""
        Account = self.env["finance.portal.account"]
        Account._hash_dummy_password()
        account = Account._find_by_login(login)
        if obstacle := account and account._get_sign_in_obstacle():
            account._note_refusal(obstacle)
