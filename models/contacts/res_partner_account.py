from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...const import MANAGER

SIGN_IN, LET_OFF = "finance_portal_sign_in", "not_required"


class ResPartner(models.Model):
    """What managers do about the account of a contact, on the Portal Access tab."""

    _inherit = "res.partner"

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Let nobody off signing in by a default or a context, also where the system works."""
        values = super().default_get(fields)
        acting = self.sudo(False)  # defaults and context are still theirs
        if values.get(SIGN_IN) == LET_OFF and not acting._finance_portal_may_let_off():
            del values[SIGN_IN]
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Apply the default sign-in rule to a new or copied customer, unless a manager decides."""
        partners = super().create(vals_list)
        partners._finance_portal_keep_signing_in()
        return partners

    def _finance_portal_check_sign_in(self, vals):
        """Return what may be written: managers alone decide whether a customer has to sign in.

        Who merges contacts need not be one: the survivor keeps its own rule, or the stricter one.

        :raise AccessError: naming who can
        """
        if SIGN_IN in vals and not self.env.su:
            if self._finance_portal_is_merging() and not self.env.user.has_group(MANAGER):
                vals = {name: value for name, value in vals.items() if name != SIGN_IN}
            else:
                self._finance_portal_check_manager()
        if vals.get(SIGN_IN) == LET_OFF and not self._finance_portal_may_let_off():
            raise AccessError(self._finance_portal_describe_strict())
        return vals

    def _finance_portal_filter_given(self, vals):
        """Return which of these customers are given to another company, or to all."""
        if "company_id" not in vals:
            return self.browse()
        same = {False, vals["company_id"]}
        # sudo: a company of the customer's that the user doesn't work for
        return self.filtered(lambda one: one.sudo().company_id.id not in same)

    def _finance_portal_stay_strict(self):
        """Have customers of one company who were given to others not be let off there by that."""
        # sudo: whoever changes contacts need not see the field
        let_off = self.filtered(lambda one: one.sudo()[SIGN_IN] == LET_OFF)
        strict = let_off.filtered(lambda one: one._finance_portal_get_strict_companies())
        strict._finance_portal_keep_signing_in()

    # === WHO HAS TO SIGN IN === #

    def _finance_portal_may_let_off(self):
        """Return whether the user may let these customers, or new ones, off signing in.

        The rule counts for all companies that share a customer. So whoever lifts it works for all
        of those that want customers to sign in.
        """
        if self.env.su:
            return True
        may_act_for = self.env["finance.portal.account"]._may_act_for
        return self.env.user.has_group(MANAGER) and all(
            may_act_for(self.env.user, one, one._finance_portal_get_strict_companies())
            for one in self or [self]
        )

    def _finance_portal_get_strict_companies(self):
        """Return the companies (sudo) whose customers sign in by default, and share this one."""
        # sudo: what a company wants, also where the user doesn't work for it
        company = self.sudo().company_id
        strict = Domain("finance_portal_require_sign_in", "=", True)
        mine = Domain("id", "in", company.ids) if company else Domain.TRUE
        return self.env["res.company"].sudo().search(strict & mine)

    def _finance_portal_keep_signing_in(self):
        """Have the company's default count for those whom the user may not let off."""
        for partner in self:
            # sudo: whoever makes contacts need not see the field
            own = partner.sudo()
            if own[SIGN_IN] == LET_OFF and not partner._finance_portal_may_let_off():
                own[SIGN_IN] = False

    def _finance_portal_describe_strict(self):
        """Return in a sentence who may let these customers off signing in."""
        return self.env._(
            "Companies that you don't work for require %s to sign in. Ask a Finance Portal manager"
            " who works for all of them.",
            # sudo: they named these customers themselves
            ", ".join(self.sudo().mapped("display_name")),
        )

    # === ACTION METHODS === #

    def action_finance_portal_enable(self):
        """Open the dialog that gives this contact an account."""
        self._finance_portal_check_manager()
        return self._finance_portal_open_dialog(
            "finance.portal.enable", self.env._("Enable Portal Access")
        )

    def action_finance_portal_reopen(self):
        """Open the dialog that opens a closed account again."""
        self._finance_portal_check_manager()
        return self._finance_portal_open_dialog("finance.portal.reopen", self.env._("Enable Again"))

    def action_finance_portal_diagnose(self):
        """Open the dialog that says why a contact cannot get in."""
        self.ensure_one()
        self.check_access("read")
        self._finance_portal_get_account()._check_companies()
        dialog = self.env["finance.portal.diagnosis"]._make(self)
        action = dialog._name, self.env._("Why can't they get in?")
        return {**self._finance_portal_open_dialog(*action), "res_id": dialog.id}

    def action_finance_portal_resend_setup(self):
        """Mail a new setup link; the one before stops working as it leaves."""
        account = self._finance_portal_need_account()
        if account.set_up_at:
            raise UserError(
                self.env._(
                    "%s has already chosen a password. Send a password reset.",
                    self._finance_portal_get_name(),
                )
            )
        account._mail_account_link("setup")
        return self._finance_portal_tell(
            self.env._("A setup link is on its way to %s.", account.email)
        )

    def action_finance_portal_reset(self):
        """Mail a link to choose a new password; the old one works until then."""
        account = self._finance_portal_need_account()
        account._mail_account_link(account._get_link_purpose())
        return self._finance_portal_tell(
            self.env._("A link to choose a new password is on its way to %s.", account.email)
        )

    def action_finance_portal_confirm(self):
        """Confirm the contact's email address, so that the account can be used again.

        Only the one that the manager saw: it may have been changed again meanwhile.
        """
        self.ensure_one()
        self._finance_portal_check_manager()
        account = self._finance_portal_get_account()
        if not account or not account._get_doubt():
            raise UserError(
                self.env._("There's no address to confirm for %s.", self._finance_portal_get_name())
            )
        account._check_companies()
        if account._get_closed_reason() != "suspended":
            account._check_mailbox(self, self._finance_portal_get_seen())
            account._end_doubt()
            return self._finance_portal_tell(
                self.env._(
                    "The email address of %s is confirmed. Their account stays closed until you"
                    " enable it again.",
                    self._finance_portal_get_name(),
                )
            )
        account._confirm_address(self._finance_portal_get_seen())
        if not account.set_up_at:
            return self._finance_portal_tell(
                self.env._("A setup link is on its way to %s.", account.email)
            )
        return self._finance_portal_tell(
            self.env._(
                "%(name)s can sign in again, with %(address)s.",
                name=self._finance_portal_get_name(),
                address=account.email,
            )
        )

    def action_finance_portal_unlock(self):
        """Let the contact try again at once, for whoever works for all that the lock guards."""
        account = self._finance_portal_need_account()
        account._check_may_unlock()
        account._unlock()
        return self._finance_portal_tell(
            self.env._("%s can sign in again.", self._finance_portal_get_name())
        )

    def action_finance_portal_disable(self):
        """Close the contact's account: every session ends at its next request.

        Who doesn't work for all of its companies only takes their own away.
        """
        self._finance_portal_check_manager()
        account = self._finance_portal_get_account()
        if account and account._remove_companies():
            return self._finance_portal_tell(
                self.env._(
                    "%s no longer sees documents of your companies. The account stays open for the"
                    " others.",
                    self._finance_portal_get_name(),
                )
            )
        if others := account and account._get_others():
            return self._finance_portal_tell(
                self.env._(
                    "%(name)s no longer sees these documents, but still signs in for"
                    " %(customers)s.",
                    name=self._finance_portal_get_name(),
                    customers=account._describe_customers(others),
                )
            )
        return self._finance_portal_tell(
            self.env._(
                "%s is signed out everywhere and can no longer sign in.",
                self._finance_portal_get_name(),
            )
        )

    def action_finance_portal_show_ours(self):
        """Show the contact the documents of the user's companies, too."""
        account = self._finance_portal_need_account(in_all_companies=False)
        account._add_companies()
        return self._finance_portal_tell(
            self.env._(
                "%s sees the documents of your companies, too.", self._finance_portal_get_name()
            )
        )

    def action_finance_portal_adopt(self):
        """Manage a login that Odoo's own dialog created, on this tab.

        With the address that the manager saw, as for :meth:`action_finance_portal_confirm`, and
        for the customer whose documents it was said to show.
        """
        self.ensure_one()
        self._finance_portal_check_manager()
        self._finance_portal_check_seen_customer()
        if self._finance_portal_get_account():
            raise UserError(
                self.env._(
                    "%s already has an account on this tab.", self._finance_portal_get_name()
                )
            )
        Account, address = self.env["finance.portal.account"], self._finance_portal_get_seen()
        Account._check_mailbox(self, address)
        account = Account._adopt(Account._get_users_of(self)[:1], address)
        if not account.set_up_at:
            account._mail_account_link("setup")
        return self._finance_portal_tell(
            self.env._("%s now signs in to the customer portal.", self._finance_portal_get_name())
        )

    def action_finance_portal_own_documents(self):
        """Limit the contact to documents that name them."""
        self._finance_portal_need_account()._limit(True)
        return True

    def action_finance_portal_all_documents(self):
        """Show the contact all documents of the customer, which vouches for the address."""
        self._finance_portal_need_account()._limit(False)
        return True

    # === HELPERS === #

    def _finance_portal_get_account(self):
        """Return the contact's account (sudo), if it has one."""
        # sudo: whoever may see the contact may know whether they have an account
        return self.env["finance.portal.account"].sudo().search([("partner_id", "in", self.ids)])

    def _finance_portal_get_seen(self):
        """Return the address that stood beside the button, if the button told."""
        # Safe to take from the context: it only says what has to be true.
        return self.env.context.get("finance_portal_seen_address")

    def _finance_portal_check_seen_customer(self):
        """Raise if the contact is another customer's than when the button was shown, if it told.

        :raise UserError: naming the remedy
        """
        # Safe to take from the context: as above.
        seen = self.env.context.get("finance_portal_seen_customer")
        if seen and seen != self.commercial_partner_id.id:
            raise UserError(self._finance_portal_describe_changed(self._finance_portal_get_name()))

    def _finance_portal_need_account(self, in_all_companies=True):
        """Return the contact's open account (sudo), for a manager.

        :param bool in_all_companies: whether what is to be done touches all that it shows
        :raise AccessError: the user is no manager, or works for some of its companies only
        :raise UserError: there is none, or it is closed
        """
        self.ensure_one()
        self._finance_portal_check_manager()
        account = self._finance_portal_get_account()
        if account._is_open() and in_all_companies:
            account._check_companies()
        if account and account._get_closed_reason() == "suspended":
            raise UserError(account._describe_in_doubt(self))
        if not account._is_open():
            raise UserError(
                self.env._(
                    "%s has no active account. Enable portal access first.",
                    self._finance_portal_get_name(),
                )
            )
        return account

    def _finance_portal_check_manager(self):
        """Raise unless the user may open and close the accounts of these contacts.

        :raise AccessError: naming who can
        """
        self._finance_portal_check_manager_group()
        self.check_access("read")
        Account = self.env["finance.portal.account"]
        # sudo: whose contact it is, also where that customer is another company's
        partners = self | self.sudo().commercial_partner_id
        Account._check_may_act_for(partners, self.env["res.company"])

    @api.model
    def _finance_portal_check_manager_group(self):
        """Raise unless the user may open and close accounts at all.

        :raise AccessError: naming who can
        """
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Ask a Finance Portal manager to do this."))

    def _finance_portal_open_dialog(self, model, title):
        self.ensure_one()
        return {
            "name": title,
            "type": "ir.actions.act_window",
            "res_model": model,
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.id},
        }

    def _finance_portal_tell(self, message):
        """Return the action that tells staff what was done and shows the form anew."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _finance_portal_tell_and_close(self, message):
        """Return the action that tells staff what was done and closes the dialog."""
        action = self._finance_portal_tell(message)
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action
