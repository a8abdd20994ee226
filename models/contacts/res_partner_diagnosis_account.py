from datetime import timedelta

from odoo import fields, models
from odoo.tools import config

from ...tools.masking import mask_links
from ...tools.rate_window import is_inside
from .res_partner_diagnosis import Finding

# For how long refused sign-ins are worth a word, and for how long they may keep people out.
THROTTLED_TELLS = timedelta(hours=2)
THROTTLED_KEEPS_OUT = timedelta(minutes=20)


class ResPartner(models.Model):
    """Why can't they get in? What the account, its emails and its documents tell."""

    _inherit = "res.partner"

    # === THE ACCOUNT === #

    def _finance_portal_find_closed(self, account):
        if not self.active:
            return None  # said already
        in_doubt = account._get_state() in ("suspended", "disputed")
        reason = "suspended" if in_doubt else account._get_closed_reason()
        if reason == "moved":
            return Finding(
                "moved",
                self.env._(
                    "%(name)s has moved to %(new)s, and the account was opened for %(old)s. Enable"
                    " portal access again to show them the documents of %(new)s.",
                    name=self._finance_portal_get_name(),
                    new=self.commercial_partner_id.display_name,
                    old=account.customer_id.display_name,
                ),
                "reopen",
            )
        if reason == "disabled":
            return Finding(
                "disabled",
                self.env._(
                    "%(user)s disabled the account on %(date)s. Enable it again to restore access.",
                    user=account._name_actor("disabled", first=True),
                    date=self._finance_portal_format(account.disabled_at),
                ),
                "reopen",
            )
        if reason == "suspended":
            remedy = "confirm" if account._choose_address() else "open"
            return Finding(account._get_doubt(), account._get_status(), remedy)
        if reason == "archived":  # not the contact: said already
            return Finding(
                "user_archived",
                self.env._(
                    "The user behind the account was archived in the settings. Enable the account"
                    " again."
                ),
                "reopen",
            )
        return None

    def _finance_portal_find_lock(self, account):
        if account._is_open() and account._is_locked():
            return Finding(
                "locked",
                self.env._(
                    "Too many wrong passwords: locked until %s. Wait, or unlock the account and"
                    " send a password reset.",
                    self._finance_portal_format(account.locked_until),
                ),
                "unlock",
            )
        if account._is_open() and account.failures:
            return Finding(
                "wrong_password",
                self.env._(
                    "The last sign-in attempt had a wrong password. Wrong passwords in a row:"
                    " %s. Send a password reset.",
                    account.failures,
                ),
                "reset",
                blocks=False,
            )
        return None

    def _finance_portal_find_throttled(self, account):
        """Find a network whose sign-ins were refused lately: it may be everybody's, a proxy's."""
        if not account._is_open():
            return None
        now = fields.Datetime.now()
        event = self.env["finance.portal.event"]._find_throttled(now - THROTTLED_TELLS)
        if not event:
            return None
        texts = [
            self.env._(
                "On %(date)s, sign-ins from the network %(ip)s were refused for a few minutes"
                " because there were too many, whoever made them. Ask %(name)s to wait a few"
                " minutes and try again.",
                date=self._finance_portal_format(event.date),
                ip=event.ip,
                name=self._finance_portal_get_name(),
            )
        ]
        if not config["proxy_mode"]:
            texts.append(
                self.env._(
                    "If %s is the address of your own reverse proxy, all customers are counted as"
                    " one: start Odoo with --proxy-mode.",
                    event.ip,
                )
            )
        elif is_inside(event.ip):
            texts.append(
                self.env._(
                    "%s is an address inside your own network: have your reverse proxy send"
                    " X-Forwarded-For, or all customers are counted as one.",
                    event.ip,
                )
            )
        return Finding("throttled", " ".join(texts), blocks=event.date > now - THROTTLED_KEEPS_OUT)

    # === EMAILS === #

    def _finance_portal_find_setup(self, account):
        """Find out what happened to the setup link of a contact without a password."""
        if account.set_up_at or not account._is_open() or not self.email_normalized:
            return None
        link = account._get_newest_link("setup")
        if cause := self._finance_portal_find_undelivered(link, "resend"):
            return cause
        if not link:
            text = self.env._("No setup link has been sent yet. Send one.")
            return Finding("no_setup_link", text, "resend")
        if link._is_live():
            return Finding(
                "not_set_up",
                self.env._(
                    "The setup link was sent to %(address)s on %(date)s and hasn't been used"
                    " yet. Ask %(name)s to check the inbox and the spam folder. It works"
                    " until %(until)s.",
                    address=link.email,
                    date=self._finance_portal_format(link.issued_at),
                    name=self._finance_portal_get_name(),
                    until=self._finance_portal_format(link.expires_at),
                ),
                "resend",
            )
        return Finding(
            "setup_expired",
            self.env._(
                "The setup link sent to %(address)s wasn't used within 60 minutes and has"
                " expired. Send a new one.",
                address=link.email,
            ),
            "resend",
        )

    def _finance_portal_find_reset(self, account):
        """Find a reset link that was mailed since the contact last signed in."""
        link = account._get_newest_link("reset")
        if not account.set_up_at or not account._is_open() or not link or link.used_at:
            return None
        if account.signed_in_at and account.signed_in_at > link.requested_at:
            return None
        if cause := self._finance_portal_find_undelivered(link, "reset"):
            return cause
        if link._is_live():
            return Finding(
                "reset_sent",
                self.env._(
                    "A link to choose a new password was sent to %(address)s and hasn't been used"
                    " yet. It works until %(until)s.",
                    address=link.email,
                    until=self._finance_portal_format(link.expires_at),
                ),
                "reset",
                blocks=False,
            )
        return Finding(
            "reset_expired",
            self.env._(
                "The password reset link sent to %s wasn't used within 60 minutes. Send a new one.",
                link.email,
            ),
            "reset",
            blocks=False,
        )

    def _finance_portal_find_undelivered(self, link, remedy):
        """Find out whether the email with a setup or reset link arrived."""
        if not link or (link.ended_at and not link.token_hash):
            return None
        # Mail servers repeat in their answers whatever they like.
        reason = mask_links(link.delivery_reason or "") or self.env._("no reason given")
        values = {"address": link.email, "reason": reason}
        if link.delivery_state == "bounced":
            text = self.env._(
                "The email to %(address)s bounced: %(reason)s. Check the address, correct it on"
                " the contact, and send a new link.",
                **values,
            )
            return Finding("bounced", text, "open")
        if link.delivery_state == "failed" or (link._is_waiting() and link.delivery_reason):
            text = self.env._(
                "The email to %(address)s couldn't be sent: %(reason)s. Once that's fixed, send"
                " a new link.",
                **values,
            )
            return Finding("mail_failed", text, remedy)
        if link._is_waiting():
            text = self.env._(
                "The email to %(address)s hasn't been sent yet. It's waiting for the mail"
                " server. If this lasts, check the outgoing mail server.",
                **values,
            )
            return Finding("mail_waiting", text, remedy)
        return None

    # === DOCUMENTS === #

    def _finance_portal_find_nothing_to_see(self, account):
        """Find an empty portal: the contact may think that signing in failed."""
        if not account._is_open():
            return None
        contact = self if account.own_documents else None
        if self._finance_portal_has_documents(account, contact):
            return None
        if contact and self._finance_portal_has_documents(account):
            return Finding(
                "nothing_own",
                self.env._(
                    "They can see only their own documents, and no document names %(name)s. Let"
                    " them see all documents of %(customer)s.",
                    name=self._finance_portal_get_name(),
                    customer=self.commercial_partner_id.display_name,
                ),
                "own_documents",
                blocks=False,
            )
        return Finding(
            "nothing_to_see",
            self.env._(
                "There's nothing to see yet: %s has no confirmed invoice, sent quote, order or"
                " payment.",
                self.commercial_partner_id.display_name,
            ),
            blocks=False,
        )

    def _finance_portal_has_documents(self, account, contact=None):
        Scope = self.env["finance.portal.scope"]
        return any(
            # sudo: only whether there is one
            self.env[model].sudo().search_count(
                Scope._get_domain(model, account.customer_id, account.company_ids, contact),
                limit=1,
            )
            for model in self.env["finance.portal.document"]._finance_portal_get_models()
        )  # fmt: skip

    # === ALL IS WELL === #

    def _finance_portal_get_advice(self):
        """Return what to tell a contact whose access works."""
        account = self._finance_portal_get_account()
        values = {
            "name": self._finance_portal_get_name(),
            "url": account._get_address("/login"),
            "address": account.user_id.login,
        }
        if account.signed_in_at:
            values["date"] = self._finance_portal_format(account.signed_in_at)
            return self.env._(
                "Nothing is keeping %(name)s out. The last sign-in was on %(date)s. Tell them to"
                " open %(url)s and sign in with %(address)s. If they've forgotten the password,"
                " they can choose a new one there.",
                **values,
            )
        return self.env._(
            "Nothing is keeping %(name)s out. Tell them to open %(url)s and sign in with"
            " %(address)s. If they've forgotten the password, they can choose a new one there.",
            **values,
        )

    def _finance_portal_format(self, moment):
        """Return a date and time in the user's format and time zone."""
        return self.env.user._finance_portal_format_time(moment)
