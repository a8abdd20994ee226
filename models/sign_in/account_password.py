from odoo import models
from odoo.exceptions import UserError

from ...failures import FormRefused
from ...tools.password import find_weakness, normalise_password


class FinancePortalAccount(models.Model):
    """The password of an account: chosen by the customer alone."""

    _inherit = "finance.portal.account"

    def _choose_password(self, raw_password, form, values):
        """Give the account the password that its customer entered.

        :param str form: the name of the page's form, which is shown again with ``values``
        :raise FormRefused: the password is weak; nothing was changed
        """
        self.ensure_one()
        password = normalise_password(raw_password)
        if weakness := find_weakness(password, self._get_guessable()):
            raise FormRefused(weakness, form=form, values=values)
        # sudo: customers have no rights on users, not even on themselves
        user = self.sudo().user_id
        try:
            with self.env.cr.savepoint():
                user._change_password(password)
        except UserError as error:
            # A rule of Odoo, or of another addon, in words made for the person.
            raise FormRefused("policy", form=form, values=values, sentence=str(error)) from None
        self._drop_trusted_browsers()
        self.env.flush_all()

    def _change_password(self, current, password, values):
        """Change the password of a signed-in customer.

        :raise AccessDenied: ``current`` is not the one they have
        :raise FormRefused: the new one is weak
        """
        self.ensure_one()
        user = self.env.user
        credential = {"type": "password", "login": user.login, "password": current}
        # sudo: as Odoo's own sign-in does it, for the user themselves
        user.sudo()._check_credentials(credential, {"interactive": True})
        self._choose_password(password, "settings", values)
        self.login_id.account_ids._end_mailed()
        accounts = self._get_all_open()
        self.env["finance.portal.event"]._record("password_changed", account=accounts, reason=False)
        self._mail_notice()

    def _change_language(self, code):
        """Change the language of pages and emails; ignore languages that aren't installed."""
        self.ensure_one()
        if code in dict(self.env["res.lang"].get_installed()):
            # sudo: customers have no rights on contacts, not even on themselves
            self.sudo().partner_id.lang = code

    def _get_guessable(self):
        """Return words that somebody who knows the person would try as a password."""
        words = [self.user_id.login]
        for account in self.login_id.account_ids:
            for known in (account.partner_id, account.customer_id):
                words += [known.name, known.email]
            words.append(account.company_id.name)
        return words
