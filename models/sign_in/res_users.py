from odoo import api, models
from odoo.exceptions import AccessDenied
from odoo.http import request

from ...const import ACCOUNT_LINK_CREDENTIAL, LOGIN
from ...failures import TooManyRequests
from ...tools.password import normalise_password

# What a password is at most, so that nobody keeps the server busy with one.
MAX_CHARACTERS = 1024


class ResUsers(models.Model):
    """The gate before a customer's password, wherever it is entered."""

    _inherit = "res.users"

    # === ODOO'S OWN SIGN-IN === #

    @api.model
    def _login(self, credential, user_agent_env):
        """Answer on Odoo's own ways to sign in as on ours: nothing tells who has an account.

        Whatever is wrong takes as long as a wrong password, and wrong ones are counted for each
        network. Right ones aren't: a whole office may sign in at the same time.
        """
        is_native = (
            request
            and request.httprequest.path != LOGIN
            and credential.get("type") == "password"
            and (user_agent_env or {}).get("interactive", True)
        )
        if not is_native:
            return super()._login(credential, user_agent_env)
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
            result = super()._login(credential, user_agent_env)
        except AccessDenied as error:
            # With a text of its own, Odoo refused before it looked at who it is.
            if error.args == AccessDenied().args and not self._finance_portal_knows(credential):
                self._finance_portal_spend_time(credential["login"])
            raise
        throttle._take_back("signing_in")
        return result

    @api.model
    def _finance_portal_knows(self, credential):
        """Return whether a password was compared with somebody's, or the time for that was spent.

        Odoo refuses an empty one without looking, our gate takes its time.
        """
        # sudo: nobody is signed in yet
        user = self.sudo().search(self._get_login_domain(credential["login"]), limit=1)
        return bool(user and (credential.get("password") or user._finance_portal_get_account()))

    @api.model
    def _finance_portal_spend_time(self, login):
        """Take as long as the gate does; staff see it when the account was closed."""
        Account = self.env["finance.portal.account"]
        Account._hash_dummy_password()
        account = Account._find_by_login(login) if isinstance(login, str) else Account
        if obstacle := account and account._get_sign_in_obstacle():
            account._note_refusal(obstacle)

    # === THE GATE === #

    def _check_credentials(self, credential, env):
        """Prevent guessing: count an attempt before the password is checked.

        Customers sign in with a browser only: a program has no business in the portal.
        """
        is_program = not (env or {}).get("interactive", True)
        if is_program and self.env.user._finance_portal_is_managed():
            raise AccessDenied
        account = self.env.user._finance_portal_get_account()
        if not account:
            return super()._check_credentials(credential, env)
        if obstacle := account._get_sign_in_obstacle():
            if credential["type"] == "password":
                account._hash_dummy_password()
                account._note_refusal(obstacle)
            raise AccessDenied
        if credential["type"] == ACCOUNT_LINK_CREDENTIAL:
            return self._finance_portal_check_account_link(account, credential.get("link"))
        if credential["type"] != "password":
            return super()._check_credentials(credential, env)
        password = normalise_password(credential.get("password"))
        attempt = account._count_attempt()
        if not attempt or not 0 < len(password) <= MAX_CHARACTERS or "\0" in password:
            account._hash_dummy_password()
            account._note_refusal("password" if attempt else "locked_out")
            raise AccessDenied
        try:
            result = super()._check_credentials({**credential, "password": password}, env)
        except AccessDenied:
            account._note_refusal("password", locks=attempt >= account._get_lock_rule()[0])
            raise
        account._note_right_password()
        return result

    def _finance_portal_check_account_link(self, account, link):
        """Check that a password was chosen with this link in this very transaction."""
        own = isinstance(link, self.env.registry["finance.portal.account.link"])
        if not own or link.account_id != account or not link.used_at:
            raise AccessDenied
        return {"uid": self.env.user.id, "auth_method": ACCOUNT_LINK_CREDENTIAL, "mfa": "default"}

    def authenticate(self, credential, user_agent_env):
        """Record that a customer signed in; with two-factor, that comes later."""
        auth_info = super().authenticate(credential, user_agent_env)
        user = self.env(user=auth_info["uid"])["res.users"].browse(auth_info["uid"])
        account = user._finance_portal_get_account()
        # A link's own transaction holds the account, and keeps it itself.
        is_in = auth_info.get("mfa") == "skip" or not user._mfa_url()
        if account and is_in and credential["type"] != ACCOUNT_LINK_CREDENTIAL:
            account._note_signed_in()
        return auth_info

    def _on_login_cooldown(self, failures, previous):
        """Skip Odoo's count per worker where we count for all workers."""
        if request and request.httprequest.path == LOGIN:
            return False
        return super()._on_login_cooldown(failures, previous)
