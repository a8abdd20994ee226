from typing import NamedTuple

from odoo import models
from odoo.fields import Domain

from ..setup_check.setup_check import KEEPS_OUT


class Finding(NamedTuple):
    """One thing that keeps a contact out, or that is worth knowing about it.

    ``code`` names the cause, ``text`` is a sentence with what to do, ``remedy`` a key of
    ``remedy`` in ``finance.portal.diagnosis.finding``: the button that does it, or ``None``. With
    ``blocks`` it keeps the contact out; without, they can get in all the same.
    """

    code: str
    text: str
    remedy: str | None = None
    blocks: bool = True


class ResPartner(models.Model):
    """Why can't they get in? Every cause that staff can do something about, in plain words."""

    _inherit = "res.partner"

    def _finance_portal_find_causes(self):
        """Return what keeps this contact out of the portal, the most telling first.

        :return: list of :class:`Finding`, empty when nothing does and nothing is worth a word
        """
        self.ensure_one()
        account = self._finance_portal_get_account()
        causes = [
            self._finance_portal_find_archived(),
            self._finance_portal_find_address(),
            self._finance_portal_find_duplicate(account),
        ]
        if account:
            causes += [
                self._finance_portal_find_closed(account),
                self._finance_portal_find_setup(account),
                self._finance_portal_find_lock(account),
                self._finance_portal_find_reset(account),
                self._finance_portal_find_nothing_to_see(account),
            ]
        else:
            causes.append(self._finance_portal_find_no_account())
        causes.append(self._finance_portal_find_sign_in(account))
        causes.append(self._finance_portal_find_throttled(account))
        causes.append(self._finance_portal_find_set_up())
        return [cause for cause in causes if cause]

    # === THE CONTACT === #

    def _finance_portal_find_archived(self):
        if self.active:
            return None
        return Finding(
            "archived",
            self.env._(
                "%s is archived, so the account is closed. Unarchive the contact, then enable"
                " portal access again.",
                self._finance_portal_get_name(),
            ),
            "open",
        )

    def _finance_portal_find_address(self):
        if not self.email:
            return Finding(
                "no_address",
                self.env._(
                    "There's no email address on file for %s. Enter it on the contact.",
                    self._finance_portal_get_name(),
                ),
                "open",
            )
        if not self.email_normalized:
            return Finding(
                "bad_address",
                self.env._(
                    "“%s” isn't a valid email address. Correct it on the contact.",
                    self.email,
                ),
                "open",
            )
        return None

    def _finance_portal_find_duplicate(self, account):
        """Find somebody else who signs in with this contact's address."""
        address = (account and account._choose_address()) or self.email_normalized
        if not address:
            return None
        Account = self.env["finance.portal.account"]
        users = Account._find_users_with(address) - account.user_id
        users -= Account._find_person(self, address)  # who may share it
        other = users.filtered(lambda user: user.partner_id != self)[:1]
        if not other:
            return None
        return Finding(
            "duplicate",
            self.env._(
                "%(other)s already signs in with %(address)s, and an address can belong to only"
                " one person. Give one of them another address.",
                other=other.partner_id.display_name,
                address=address,
            ),
            "open",
            blocks=not account or account.user_id.login != address,
        )

    # === WITHOUT AN ACCOUNT === #

    def _finance_portal_find_no_account(self):
        user = self.env["finance.portal.account"]._get_users_of(self)[:1]
        if user and not user.share:
            return Finding(
                "staff",
                self.env._(
                    "%s works in the back office and signs in there. Colleagues don't need a"
                    " portal account. Use View as Customer to see what a customer sees.",
                    self._finance_portal_get_name(),
                ),
            )
        Account = self.env["finance.portal.account"]
        if user and not Account._keeps_password(user, self.email_normalized):
            return Finding(
                "native",
                self.env._(
                    "%s signed up for Odoo's own portal, or has another address there, and that"
                    " doesn't open this one. Manage the login here: a link to choose a password"
                    " goes to the address.",
                    self._finance_portal_get_name(),
                ),
                "adopt",
            )
        if user:
            return Finding(
                "native",
                self.env._(
                    "%s has a login for Odoo's own portal, which doesn't open this one. Manage"
                    " it here. The password stays the same.",
                    self._finance_portal_get_name(),
                ),
                "adopt",
            )
        if not self.active or not self.email_normalized:
            return None
        return Finding(
            "not_enabled",
            self.env._(
                "Portal access was never enabled for %s. Enable it.",
                self._finance_portal_get_name(),
            ),
            "enable",
        )

    def _finance_portal_find_sign_in(self, account):
        """Find a sign-in rule that makes links useless for a contact who can't sign in."""
        if account._is_open() and account.set_up_at:
            return None
        Link = self.env["finance.portal.link"].sudo()  # sudo: only whether there are any
        own = Domain("company_id", "in", self.env.user._finance_portal_get_companies().ids)
        links = Link.search(Link._live_domain() & Domain("partner_id", "=", self.id) & own)
        if not links or not any(
            self._finance_portal_requires_sign_in(company) for company in links.company_id
        ):
            return None
        return Finding(
            "must_sign_in",
            self.env._(
                "The links sent to %s require signing in, and there's no account yet. Enable"
                " portal access, or let this customer open links without signing in.",
                self._finance_portal_get_name(),
            ),
            # Who has a login to Odoo is told of that, with another button.
            None if account or self.env["finance.portal.account"]._get_users_of(self) else "enable",
        )

    def _finance_portal_find_set_up(self):
        """Find what the setup check found last that keeps every customer out."""
        Check = self.env["finance.portal.setup.check"]
        text = Check._get_warning(self.env.company, KEEPS_OUT)
        return Finding("set_up", text, "set_up") if text else None
