from odoo import api, models
from odoo.http import request

from ...const import ACCOUNT_PREFIX, PORTAL
from ...failures import AccountNotChosen, UnknownAccount


class FinancePortalPage(models.AbstractModel):
    """Where somebody who is a contact of several customers chooses whose documents to see."""

    _inherit = "finance.portal.page"

    @api.model
    def _get_choices(self, accounts, current=None, path=PORTAL):
        """Return the accounts among which a person may switch, by the names of their customers.

        :param accounts: all open ones (sudo) of the person, nothing where there is only one
        :param current: the one whose page it is
        :param str path: one of the portal's pages
        :return: list of dict of ``path``, ``name`` and ``current``
        """
        names = [account.customer_id.name for account in accounts]
        choices = [
            {
                "path": account._as_viewer(accounts).get_address(path),
                # Customers that were merged leave two accounts with one.
                "name": name
                if names.count(name) == 1
                else f"{name} ({account.partner_id._finance_portal_get_name()})",
                "current": account == current,
            }
            for account, name in zip(accounts, names, strict=True)
        ]
        return sorted(choices, key=lambda choice: choice["name"])

    @api.model
    def _respond_failure(self, failure):
        """Have whoever didn't say which of several accounts it is about choose one."""
        if isinstance(failure, AccountNotChosen):
            is_form = request.httprequest.method not in ("GET", "HEAD")
            return self._respond_chooser(failure.next_path, is_form)
        return super()._respond_failure(failure)

    @api.model
    def _respond_chooser(self, path, is_form=False):
        """Return the page on which who has accounts with several customers chooses one.

        :param str path: the page of the portal that they want to see
        :param bool is_form: whether they wanted to change something, which didn't happen
        """
        viewers = self.env["finance.portal.account"]._get_viewers()
        if len(viewers) < 2:  # by now
            return request.redirect(path, code=303)
        first = viewers[0]
        lang = self._get_viewer_lang(first)
        page = self.with_context(lang=lang)
        return page._respond(
            "finance_portal.portal_chooser",
            {
                "csrf_token": page._get_csrf_token(),
                "choices": page._get_choices(first.choices, path=PORTAL if is_form else path),
                "is_form": is_form,
            },
            company=self._get_viewer_company(first),
            lang=lang,
            # Never as if it were the page, or the file, that was asked for.
            status=200 if path == PORTAL and not is_form else AccountNotChosen.status,
        )

    @api.model
    def _get_failure_values(self, failure):
        """Lead back to the overview of the account that the address names, if it is theirs."""
        values = super()._get_failure_values(failure)
        chosen = self.env["finance.portal.account"]._get_chosen()
        if chosen and not isinstance(failure, UnknownAccount):
            values["overview_path"] = f"{ACCOUNT_PREFIX}{chosen}"
        return values
