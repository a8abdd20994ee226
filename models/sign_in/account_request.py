from odoo import api, fields, models
from odoo.tools import email_normalize

MAX_CHARACTERS = 254  # of an email address


class FinancePortalAccountRequest(models.Model):
    """A request for a new password, see ``finance.portal.mail.request``."""

    _name = "finance.portal.account.request"
    _description = "Finance Portal Password Request"
    _inherit = "finance.portal.mail.request"

    email = fields.Char()
    next_path = fields.Char()

    @api.model
    def _get_cron(self):
        return "finance_portal.ir_cron_account_request"

    @api.model
    def _submit(self, email, next_path):
        """Write down that somebody asked for a link; always succeeds, whatever the address."""
        readable = (email or "")[:MAX_CHARACTERS]
        address = email_normalize(readable) if readable.isprintable() else False
        self._write_down({"email": address, "next_path": next_path})

    def _answer(self):
        """Mail a link to choose a password to the address on file, when the rules allow it.

        Who never chose one gets the setup link. Whoever guesses addresses can make us mail
        nobody more often than the caps say.
        """
        self.ensure_one()
        for account in self._find_accounts():
            obstacle = account._get_sign_in_obstacle()
            refused = obstacle not in (None, "not_set_up")
            self.env["finance.portal.event"]._record(
                "access_requested",
                account=account,
                ip=self.ip,
                agent=self.agent,
                verdict="unknown",
                reason=obstacle if refused else False,
            )
            if not refused and account._has_room_for_mail():
                account._mail_account_link(
                    account._get_link_purpose(), next_path=self.next_path, on_request=True
                )

    def _find_accounts(self):
        """Return the account with the address, as login or as its contact's; rather an open one."""
        Account = self.env["finance.portal.account"].with_context(active_test=False)
        if not self.email:
            return Account
        if found := Account._find_by_login(self.email):
            return found
        return Account.search([("partner_id.email_normalized", "=", self.email)])._choose_first()
