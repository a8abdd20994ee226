from odoo import api, models
from odoo.exceptions import AccessDenied, UserError
from odoo.http import request

from ...const import ACCOUNT_LINK_CREDENTIAL, HALF_KEY, LOGIN
from ...tools.password import normalise_password

# In what a sign-in returns: it was let in past the lock.
KNOWN_BROWSER = "finance_portal_known_browser"
# What a password is at most, so that nobody keeps the server busy with one.
MAX_CHARACTERS = 1024


class ResUsers(models.Model):
    """The gate before a customer's password, wherever it is entered.

    Where several subjects have a say in one method of Odoo's, it is overridden here alone, so that
    the order of the steps can be read. What a step does is in the file of its subject.
    """

    _inherit = "res.users"

    # === THE GATE === #

    def _login(self, credential, user_agent_env):
        """Sign in: strangers learn nothing, customers are found and pass the gate, in this order.

        Odoo asks a directory (LDAP) about everybody whom it doesn't find. So customers are found in
        whatever case they type their address, and nobody gets past the gate that way.
        """
        with self._finance_portal_telling_nothing(credential, user_agent_env):
            credential = self._finance_portal_name_customer(credential)
            auth_info = super()._login(credential, user_agent_env)
            self._finance_portal_check_vouched(credential, auth_info, user_agent_env)
        return auth_info

    def _finance_portal_check_vouched(self, credential, auth_info, user_agent_env):
        """Check a customer's account whoever vouched for them, such as a directory.

        :param dict auth_info: what Odoo returns of who signed in; our own mark is taken out
        :raise AccessDenied: they may not
        """
        user = self.env(user=auth_info["uid"])["res.users"].browse(auth_info["uid"])
        account = user._finance_portal_check_gate(user_agent_env)
        is_known = auth_info.pop(KNOWN_BROWSER, False)
        if credential["type"] == "password" and account._is_locked() and not is_known:
            raise AccessDenied

    @api.model
    def _finance_portal_name_customer(self, credential):
        """Return a credential with a customer's login as it is stored, unless it is another's."""
        login = credential.get("login")
        # sudo: nobody is signed in yet
        if not login or self.sudo().search_count([("login", "=", login)], limit=1):
            return credential
        account = self.env["finance.portal.account"]._find_by_login(login)
        return {**credential, "login": account.user_id.login} if account else credential

    def _finance_portal_check_gate(self, env, credential=None):
        """Return the account (sudo) of a user who signs in, empty for everybody else.

        Customers sign in with a browser only: a program has no business in the portal.

        :param dict credential: what is about to be checked; refusing a password takes as long
            as comparing it
        :raise AccessDenied: they may not
        """
        is_program = not (env or {}).get("interactive", True)
        account = self._finance_portal_get_account()
        if is_program and self._finance_portal_is_managed():
            raise AccessDenied
        if obstacle := account and account._get_sign_in_obstacle():
            if credential and credential["type"] == "password":
                account._hash_dummy_password()
                account._note_refusal(obstacle)
            raise AccessDenied
        return account

    def _check_credentials(self, credential, env):
        """Prevent guessing: count an attempt before the password is checked."""
        account = self.env.user._finance_portal_check_gate(env, credential)
        if not account:
            return super()._check_credentials(credential, env)
        if credential["type"] == ACCOUNT_LINK_CREDENTIAL:
            return self._finance_portal_check_account_link(account, credential.get("link"))
        if credential["type"] != "password":
            return super()._check_credentials(credential, env)
        password = normalise_password(credential.get("password"))
        attempt = account._count_attempt()
        is_locked = not attempt
        # Of two counters, the one that others can fill keeps nobody out of their own browser.
        attempt = attempt or account._count_in_known_browser()
        if not attempt or not 0 < len(password) <= MAX_CHARACTERS or "\0" in password:
            account._hash_dummy_password()
            account._note_refusal("password" if attempt else "locked_out")
            raise AccessDenied
        try:
            result = super()._check_credentials({**credential, "password": password}, env)
        except AccessDenied:
            locks = not is_locked and attempt >= account._get_lock_rule()[0]
            account._note_refusal("password", locks=locks)
            raise
        if is_locked:
            return {**result, KNOWN_BROWSER: True}  # for everybody else, it stays locked
        account._note_right_password()
        return result

    def _finance_portal_check_account_link(self, account, link):
        """Check that a password was chosen with this link in this very transaction."""
        own = isinstance(link, self.env.registry["finance.portal.account.link"])
        if not own or link.account_id.user_id != account.user_id or not link.used_at:
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
        if request:
            request.session.pop(HALF_KEY, None)
            if account and is_in:
                account._remember_browser()
            elif account:
                sid = request.session.sid
                request.session[HALF_KEY] = user._finance_portal_get_half_token(sid)
        return auth_info

    def _set_password(self):
        """Let nobody but the customer choose the password of an account.

        Whoever knows it could answer quotes in the customer's name. Our own pages work with all
        rights once they know who it is.

        :raise UserError: naming the remedy
        """
        # sudo: nobody sees whose an account is by changing a password
        Account = self.env["finance.portal.account"].sudo()
        known = not self.env.su and Account.search([("user_id", "in", self.ids)], limit=1)
        if known:
            raise UserError(
                self.env._(
                    "Only %s can choose this password. Use Send Password Reset on the Portal Access"
                    " tab of the contact.",
                    known.partner_id._finance_portal_get_name(),
                )
            )
        return super()._set_password()

    def _finance_portal_get_half_token(self, sid):
        """Return what a sign-in that waits for its second step hangs on, as a session does.

        Not Odoo's own method, which keeps the answer for the session, whoever the user is.
        """
        self.env.flush_all()
        return self._session_token_hash_compute(sid, self._session_token_get_values())

    def _on_login_cooldown(self, failures, previous):
        """Skip Odoo's count per worker where we count for all workers."""
        if request and request.httprequest.path == LOGIN:
            return False
        return super()._on_login_cooldown(failures, previous)
