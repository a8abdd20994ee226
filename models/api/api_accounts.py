from datetime import date

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from ...const import MANAGER, USER


class FinancePortalApi(models.AbstractModel):
    """Customers: their accounts, and what they owe."""

    _inherit = "finance.portal.api"

    # === ACCOUNTS === #

    @api.model
    def get_account(self, partner_id):
        """Return a contact's account with the customer portal.

        :return: dict of ``partner_id``, ``state`` (a key of the account's status, or "none"),
            ``email``, ``set_up_at`` and ``signed_in_at`` (str or ``None``)
        """
        partner = self._get_contact(partner_id)
        # With the user's own rights: an account of other companies is none of theirs.
        account = self.env["finance.portal.account"].search([("partner_id", "=", partner.id)])
        return {
            "partner_id": partner.id,
            "state": account.state if account else "none",
            "email": account.email or "" if account else "",
            "set_up_at": self._moment(account.set_up_at),
            "signed_in_at": self._moment(account.signed_in_at),
        }

    @api.model
    def enable_account(self, partner_id, email=None, own_documents=None):
        """Give a contact an account; a setup link that works for 60 minutes is mailed to them.

        :param str email: the address to sign in with, by default the contact's; to be given if
            somebody entered the contact's who may not see all documents
        :param bool own_documents: whether they see only documents that name them; by default as
            it is, and all of their customer's in a new account
        :return: see :meth:`get_account`
        """
        partner = self._get_contact(partner_id, MANAGER)
        if own_documents is None:
            own_documents = partner._finance_portal_get_account().own_documents
        values = {
            "partner_id": partner.id,
            "own_documents": self._check_type("own_documents", own_documents, bool),
        }
        if email is not None:
            values["email"] = self._check_type("email", email, str)
        else:
            self._check_vouched(partner)
        self.env["finance.portal.enable"].create(values).action_enable()
        return self.get_account(partner.id)

    @api.model
    def disable_account(self, partner_id):
        """Close a contact's account: they are signed out everywhere.

        :return: see :meth:`get_account`
        """
        partner = self._get_contact(partner_id, MANAGER)
        partner._finance_portal_need_account(in_all_companies=False)
        partner.action_finance_portal_disable()
        return self.get_account(partner.id)

    @api.model
    def reset_account(self, partner_id):
        """Mail a contact a link to choose a new password; the old one works until then.

        :return: see :meth:`get_account`
        """
        partner = self._get_contact(partner_id, MANAGER)
        partner.action_finance_portal_reset()
        return self.get_account(partner.id)

    # === STATEMENT === #

    @api.model
    def get_statement(self, partner_id, date_from, date_to):
        """Return what a customer was billed, paid and owes, in the user's companies.

        :param int partner_id: the customer, or a contact of theirs
        :param str date_from: the first day, such as "2026-01-01"
        :param str date_to: the last day
        :return: list, one for each company and currency, of dict of ``company_id``,
            ``currency`` (such as "EUR"), ``opening``, ``closing`` (balances, as text) and
            ``ageing``: dict of what was open on the last day by how late it was: "not_due",
            "days_30", "days_60", "days_90", "older" and "credit"
        :raise AccessError: the user may not read statements, as salespeople may not
        """
        customer = self._get_contact(partner_id).commercial_partner_id
        self.env["finance.portal.issued.statement"].check_access("read")
        days = self._get_day("date_from", date_from), self._get_day("date_to", date_to)
        if days[0] > days[1]:
            raise ValidationError(self.env._("The period ends before it begins."))
        found = self.env["finance.portal.statement"]._get_statement(
            customer, self.env.companies, *days, limit=1
        )
        return [self._describe_part(**part) for part in found]

    # === HELPERS === #

    def _describe_part(self, company, currency, section, **_more):
        """Return a customer's statement in one company and currency, as plain values."""

        def exact(amount):
            # Nothing, too, with the currency's decimals: "0.00".
            return f"{amount:.{currency.decimal_places}f}"

        return {
            "company_id": company.id,
            "currency": currency.name,
            "opening": exact(section.opening),
            "closing": exact(section.closing),
            "ageing": {key: exact(amount) for key, amount in section.ageing.items()},
        }

    def _check_vouched(self, partner):
        """Raise if a contact's address is one that nobody vouches for, and that no program saw.

        :raise UserError: naming who entered it, and the remedy
        """
        Account = self.env["finance.portal.account"]
        doubted = Account._find_doubted(partner, Account._get_own_companies())
        if doubted:
            [author] = doubted.values()
            raise UserError(
                self.env._(
                    "%(reason)s If the address is right, give it as email.",
                    reason=Account._describe_doubt(author),
                )
            )

    def _get_contact(self, partner_id, group=USER):
        """Return a contact whom the user may read."""
        self._check_group(group)
        partner = self.env["res.partner"].browse(self._check_ids("partner_id", [partner_id]))
        partner.check_access("read")
        return partner

    def _get_day(self, name, text):
        """Return a day that was sent as text."""
        try:
            return date.fromisoformat(self._check_type(name, text, str))
        except ValueError:
            raise ValidationError(
                self.env._("%s has to be a day, such as 2026-01-31.", name)
            ) from None
