from odoo import api, fields, models
from odoo.fields import Domain


class FinancePortalAccount(models.Model):
    """What staff read about an account: its state, worked out from the facts."""

    _inherit = "finance.portal.account"

    mailed_link_ids = fields.One2many("finance.portal.account.link", "account_id", "Mailed Links")
    state = fields.Selection(
        [
            ("invited", "Setup link sent"),
            ("invite_expired", "Setup link expired"),
            ("active", "Active"),
            ("locked", "Locked"),
            ("suspended", "Address to confirm"),
            ("disputed", "Address disputed"),
            ("disabled", "Disabled"),
            ("moved", "Moved to another customer"),
        ],
        compute="_compute_state",
    )
    status = fields.Char("Details", compute="_compute_state", help="The state, in a sentence.")

    @api.depends_context("lang", "tz")
    @api.depends(
        "partner_id.active", "partner_id.commercial_partner_id", "customer_id", "user_id.active",
        "set_up_at", "signed_in_at", "disabled_at", "disabled_by_id", "locked_until",
        "partner_id.email", "email", "user_id.login", "suspended_at", "suspended_by_id",
        "objected_at", "closed_unreviewed",
        "mailed_link_ids.expires_at", "mailed_link_ids.used_at", "mailed_link_ids.ended_at",
    )  # fmt: skip
    def _compute_state(self):
        for account in self:
            account.state = account._get_state()
            account.status = account._get_status()

    def _get_state(self):
        """Return a key of ``state``."""
        self.ensure_one()
        account = self.sudo()  # sudo: whoever may see the account may see its state
        if reason := account._get_closed_reason():
            # Who disabled the account knows; managers who are asked look for what they're asked.
            if reason == "suspended" or (account.closed_unreviewed and account._get_doubt()):
                return account._get_doubt()
            return "moved" if reason == "moved" else "disabled"
        if account._is_locked():
            return "locked"
        if account.set_up_at:
            return "active"
        link = account._get_newest_link("setup")
        return "invited" if link and (link._is_live() or link._is_waiting()) else "invite_expired"

    @api.model
    def _get_help_domains(self):
        """Return ``{state: domain}`` of the accounts that can't sign in without staff's help."""
        enabled = Domain("disabled_at", "=", False)
        usable = self.mailed_link_ids._get_usable_domain("setup")
        in_doubt = Domain("suspended_at", "!=", False)
        return {
            "locked": enabled & Domain("locked_until", ">", fields.Datetime.now()),
            "invite_expired": enabled
            & Domain("set_up_at", "=", False)
            & Domain("mailed_link_ids", "not any", usable),
            "suspended": (enabled | Domain("closed_unreviewed", "=", True)) & in_doubt,
        }

    def _is_locked(self):
        """Return whether wrong passwords locked the account for now, even for the right one."""
        return bool(self.locked_until) and self.locked_until > fields.Datetime.now()

    def _get_newest_link(self, *purposes):
        """Return the newest mailed link (sudo), of certain purposes or of any."""
        self.ensure_one()
        # sudo: whoever may see the account may see how its links fare
        links = self.sudo().mailed_link_ids.sorted("id", reverse=True)
        return links.filtered(lambda link: not purposes or link.purpose in purposes)[:1]

    def _get_status(self):
        """Return the state in a sentence, in the reader's language and time zone."""
        describe = {
            "invited": self._get_status_invited,
            "invite_expired": self._get_status_invite_expired,
            "active": self._get_status_active,
            "locked": self._get_status_locked,
            "disabled": self._get_status_disabled,
            "suspended": self._get_status_suspended,
            "disputed": self._get_status_disputed,
            "moved": self._get_status_moved,
        }[self._get_state()]
        return describe()

    def _get_status_invited(self):
        link = self._get_newest_link("setup")
        values = {"address": link.email, "reason": link.delivery_reason or self.env._("unknown")}
        if link.delivery_state == "bounced":
            return self.env._("The setup link to %(address)s bounced: %(reason)s", **values)
        if link.delivery_state == "failed" or (link._is_waiting() and link.delivery_reason):
            return self.env._(
                "The setup link to %(address)s hasn't been sent yet: %(reason)s", **values
            )
        if link._is_waiting():
            return self.env._(
                "The setup link to %(address)s is waiting for the mail server", **values
            )
        minutes = int((link.expires_at - fields.Datetime.now()).total_seconds() // 60)
        if minutes < 1:
            return self.env._(
                "Setup link sent to %(address)s, expires in less than a minute", **values
            )
        return self.env._(
            "Setup link sent to %(address)s, expires in %(minutes)s min", minutes=minutes, **values
        )

    def _get_status_invite_expired(self):
        link = self._get_newest_link("setup")
        if not link:
            return self.env._("No setup link sent yet")
        values = {"address": link.email, "reason": link.delivery_reason or self.env._("unknown")}
        if link.delivery_state in ("bounced", "failed"):
            return self.env._("The setup link never reached %(address)s: %(reason)s", **values)
        return self.env._("The setup link sent to %(address)s expired unused", **values)

    def _get_status_active(self):
        if not self.signed_in_at:
            return self.env._("Active, hasn't signed in yet")
        return self.env._("Active, last signed in %s", self._format(self.signed_in_at))

    def _get_status_locked(self):
        return self.env._(
            "Locked until %s after too many wrong passwords", self._format(self.locked_until)
        )

    def _get_status_disabled(self):
        if not self.disabled_at:
            return self.env._("Disabled: the contact or its user is archived")
        values = {"date": self._format(self.disabled_at), "name": self._name_actor("disabled")}
        if (new := self._choose_address()) and self._get_doubt():
            return self.env._(
                "Disabled on %(date)s by %(name)s. Odoo sends no emails to %(new)s by itself until"
                " a manager confirms that address.",
                new=new,
                **values,
            )
        return self.env._("Disabled on %(date)s by %(name)s", **values)

    def _get_status_suspended(self):
        # sudo: whoever may see the account may see who changed the address
        account = self.sudo()
        values = {
            "name": self._name_actor("suspended"),
            "date": account.suspended_at and self._format(account.suspended_at),
            "old": account.email,
            "new": account._choose_address(),
        }
        if account.disabled_at:
            return self._describe_closed_doubt(values)
        if not values["new"]:
            return self.env._(
                "Nobody can sign in: the address %(old)s was removed. Enter the right one.",
                **values,
            )
        if not values["date"]:
            return self.env._(
                "Nobody can sign in until a manager confirms %(new)s; it was %(old)s before.",
                **values,
            )
        if values["new"] == values["old"]:
            return self.env._(
                "Nobody can sign in: %(name)s changed the address and changed it back, last on"
                " %(date)s. A manager has to confirm %(new)s.",
                **values,
            )
        return self.env._(
            "Nobody can sign in until a manager confirms %(new)s: %(name)s changed the address on"
            " %(date)s; it was %(old)s before.",
            **values,
        )

    def _describe_closed_doubt(self, values):
        """Return in a sentence what waits for a manager where nobody can sign in anyway.

        :param dict values: who changed the address, when, from what, to what
        """
        if not values["new"]:
            return self.env._(
                "The account is closed, and %(name)s removed the address %(old)s on %(date)s. Enter"
                " the right one.",
                **values,
            )
        values = {**values, "name": self._name_actor("suspended", first=True)}
        if values["new"] == values["old"]:
            return self.env._(
                "The account is closed. %(name)s changed the address and changed it back, last on"
                " %(date)s. Odoo sends no emails to %(new)s by itself until a manager confirms it.",
                **values,
            )
        return self.env._(
            "The account is closed. %(name)s changed the address from %(old)s to %(new)s on"
            " %(date)s. Odoo sends no emails there by itself until a manager confirms it.",
            **values,
        )

    def _get_status_disputed(self):
        # sudo: whoever may see the account may see who changed the address
        account = self.sudo()
        return self.env._(
            "Nobody can sign in: %(by)s changed the address to %(new)s, and on %(date)s someone"
            " at the old one said that this is wrong. Ask %(name)s, preferably by phone.",
            by=account.suspended_by_id.name or self.env._("a manager"),
            date=self._format(account.objected_at),
            new=account._choose_address() or self.env._("no address"),
            name=account.partner_id._finance_portal_get_name(),
        )

    def _get_status_moved(self):
        return self.env._(
            "Closed: it was opened for %s, which this contact has left",
            # sudo: only a name, which the user may no longer look up
            self.sudo().customer_id.display_name,
        )

    def _name_actor(self, what, first=False):
        """Return who did something to the account, also when that user was deleted since.

        :param str what: "disabled" it, or "suspended" it by changing the address
        :param bool first: whether a sentence begins with the name
        """
        # sudo: whoever may see the account may see who did it
        if name := self.sudo()[f"{what}_by_id"].name:
            return name
        return self.env._("A deleted user") if first else self.env._("a deleted user")

    def _format(self, moment):
        return self.env.user._finance_portal_format_time(moment)
