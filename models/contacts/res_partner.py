from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.mail import email_normalize_all

from ...const import MANAGER
from .contact_change import ContactChange

# What decides whether a recipient may open a link; the second part also moves contacts below.
DECIDING = {"active", "email"}
MOVING = {"parent_id", "is_company", "commercial_partner_id"}


def is_same_email(one, other):
    """Return whether two texts name the same mailboxes; an email goes to all that one names."""
    one, other = (one or "").strip(), (other or "").strip()
    mailboxes = email_normalize_all(one)
    return one == other or (bool(mailboxes) and mailboxes == email_normalize_all(other))


class ResPartner(models.Model):
    _inherit = "res.partner"

    finance_portal_old_links = fields.Char(
        "Links at an Old Address",
        compute="_compute_finance_portal_old_links",
        groups="finance_portal.group_finance_portal_user",
    )

    @api.depends("email", "child_ids")
    def _compute_finance_portal_old_links(self):
        for partner in self:
            links = partner._origin._finance_portal_get_old_links()
            groups = links.grouped(lambda link: (link.partner_id, link.email)).items()
            partner.finance_portal_old_links = "\n".join(
                partner._origin._finance_portal_describe_old_links(recipient, email, len(theirs))
                for (recipient, email), theirs in groups
            )

    def _finance_portal_describe_old_links(self, recipient, email, count):
        """Return a sentence on the links of this contact, or of one below, at one address."""
        values = {"count": count, "name": recipient._finance_portal_get_name(), "address": email}
        if recipient == self:
            if count == 1:
                return self.env._(
                    "One link went to the old address %(address)s and still works.", **values
                )
            return self.env._(
                "%(count)s links went to the old address %(address)s and still work.", **values
            )
        if count == 1:
            return self.env._(
                "One link of %(name)s went to the old address %(address)s and still works.",
                **values,
            )
        return self.env._(
            "%(count)s links of %(name)s went to the old address %(address)s and still work.",
            **values,
        )

    # === CRUD METHODS === #

    def write(self, vals):
        """Check who may, and follow up what contacts lose or are let off by this change.

        The steps of all subjects of this room, in this order; each is in the file of its subject.

        :raise AccessError: only a manager may lift the duty to sign in
        :raise UserError: only staff may change the email address
        """
        vals = self._finance_portal_check_sign_in(vals)
        given = self._finance_portal_filter_given(vals)
        change = self._finance_portal_prepare_change(vals)
        result = super().write(vals)
        if change:
            change.follow()
        given._finance_portal_stay_strict()
        return result

    def _finance_portal_prepare_change(self, vals):
        """Return what follows once links and accounts are lost by these values, or ``None``.

        :raise UserError: only staff may change the email address
        """
        if not (DECIDING | MOVING) & vals.keys():
            return None
        if "email" in vals and (obstacle := self._finance_portal_get_email_obstacle(vals["email"])):
            raise UserError(obstacle)
        change = ContactChange(self, is_move=bool(MOVING & vals.keys()))
        if vals.get("active") is False:
            # First: Odoo archives no contact whose user is active.
            change.accounts.filtered(
                lambda account: account.partner_id in self and not account.disabled_at
            )._settle("archived")
        return change

    def unlink(self):
        """Close what contacts lose by this who are deleted, or were tied to a customer by them.

        :raise UserError: somebody could sign in still
        """
        self.env["finance.portal.account"]._delete_with(self)
        change = ContactChange(self)
        # Before they go, so that the record still tells whose links they were.
        change.links.filtered(lambda link: link.partner_id in self)._revoke("recipient")
        result = super().unlink()
        change.follow()
        return result

    # === WHO MAY SAY WHO A PERSON IS === #

    def _finance_portal_get_email_obstacle(self, email):
        """Return why these contacts' email address can't be changed now, or ``None``.

        Who reads the mail at it gets their secure links and may sign in as them. So customers
        and visitors change it neither for themselves nor for others, whatever page of Odoo's
        would let them, and a borrowed session is no way to somebody's account.
        """
        Account = self.env["finance.portal.account"]
        if Account._judge(Account._get_actor(), "address") != "refuse":
            return None
        changed = self.filtered(lambda partner: not is_same_email(partner.email, email))
        if not changed._finance_portal_is_known():
            return None
        return self.env._(
            "This email address can't be changed here. Please contact us, and we'll change it"
            " for you."
        )

    def _finance_portal_is_known(self):
        """Return whether one of these contacts has an account, was mailed a link, or may yet be.

        Send and reminders write to the contact that a document names; to the customer's own address
        as long as that contact has none. An address that a colleague enters would divert them.
        """
        named = Domain("partner_id", "in", self.ids)
        known = {"finance.portal.account": named, "finance.portal.link": named}
        for name in self.env["finance.portal.document"]._finance_portal_get_models():
            Document = self.env[name]
            known[name] = Document._finance_portal_get_naming_domain(self)
            known[name] &= Document._finance_portal_get_shareable_domain()
        return any(
            # sudo: the rules hold for every visitor's change
            self.env[name].sudo().with_context(active_test=False).search_count(domain, limit=1)
            for name, domain in known.items()
        )

    # === ACTION METHODS === #

    def action_finance_portal_revoke_old_links(self):
        """Close the links that went to an old address of these contacts or of those below."""
        self.check_access("read")
        links = self._finance_portal_get_old_links()
        links._check_staff(MANAGER)
        # Not "staff": whoever asks for access gets a fresh link, at the address now on file.
        links._revoke("address")
        return True

    def _finance_portal_get_old_links(self):
        """Return the live links that staff are asked about, as far as the user may see them."""
        Link = self.env["finance.portal.link"].with_context(active_test=False)
        links = Link.search(Link._live_domain() & Domain("partner_id", "child_of", self.ids))
        # sudo: what a link's company wants decides, not what the user may read of it
        asking = links.company_id.sudo().filtered(
            lambda company: company.finance_portal_email_change == "ask"
        )
        return links.filtered(
            lambda link: link.company_id.id in asking.ids and link._went_elsewhere()
        )
