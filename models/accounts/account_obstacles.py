from odoo import api, models
from odoo.tools import SQL


class FinancePortalAccount(models.Model):
    """Why a contact can't get an account, decided for one or for thousands in as many queries."""

    _inherit = "finance.portal.account"

    @api.model
    def _find_obstacles(self, partners):
        """Return ``{contact: sentence}`` of those without an account who can't get one now.

        It would be opened for the contact's first address, by the current user.
        """
        users, nobody = self._get_first_users(partners, closed_too=True), self.env["res.users"]
        own = {partner: users.get(partner, nobody) for partner in partners}
        wanted = {one: one.email_normalized for one in partners if one.email_normalized}
        taken = self._find_taken(wanted, own)
        managers = self._get_managers()
        obstacles = {}
        # sudo: which companies they are kept to; here, since below it's asked for each alone
        partners.sudo().commercial_partner_id.mapped("company_id")
        for partner in partners:
            obstacle = self._describe_unfit(partner)
            if not obstacle and own[partner] and self._is_staff(own[partner]):
                obstacle = self._describe_staff(own[partner])
            # sudo: whose contact it is, also where that customer is another company's
            customers = partner | partner.sudo().commercial_partner_id
            companies = own[partner].company_ids
            if not obstacle and not self._may_act_for(self.env.user, customers, companies):
                obstacle = self._describe_who_can(customers, companies, managers)
            if not obstacle and (other := taken.get(partner)):
                name = partner._finance_portal_get_name()
                obstacle = self._describe_taken(name, other, wanted[partner])
            if obstacle:
                obstacles[partner] = obstacle
        return obstacles

    @api.model
    def _find_taken(self, wanted, own):
        """Return ``{contact: user (sudo)}`` where somebody else signs in with the address.

        A person who does so for other customers is no obstacle to who has no user yet.

        :param dict wanted: the address of each contact
        :param dict own: the user of each contact, if any
        """
        found = self._list_users_with(wanted.values())
        persons = self._find_persons(
            {partner: address for partner, address in wanted.items() if not own[partner]}, found
        )
        taken = {}
        for partner, address in wanted.items():
            excused = own[partner] | persons.get(partner, self.env["res.users"])
            # Not a difference of the two, whose names would be read one by one.
            if other := next((user for user in found[address] if user not in excused), None):
                taken[partner] = other
        return taken

    @api.model
    def _get_first_users(self, partners, closed_too=False):
        """Return ``{contact: user (sudo)}`` of those who have one, see :meth:`_get_users_of`."""
        first = {}
        for user in self._get_users_of(partners, closed_too):
            first.setdefault(user.partner_id, user)
        return first

    @api.model
    def _list_users_with(self, addresses):
        """Return ``{address: users}`` (sudo), archived ones too, who sign in with each."""
        addresses = list(dict.fromkeys(addresses))
        # sudo: logins are an admin's to see; the name is what helps
        Users = self.env["res.users"].sudo().with_context(active_test=False)
        Users.flush_model(["login"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT wanted.address, u.id FROM unnest(%s::text[]) AS wanted(address)
                  JOIN res_users u ON lower(u.login) = lower(wanted.address)
              ORDER BY u.active DESC, u.id
                """,
                addresses,
            )
        )
        ids = {address: [] for address in addresses}
        for address, user_id in rows:
            ids[address].append(user_id)
        prefetch = [user_id for _address, user_id in rows]
        return {
            address: Users.browse(found).with_prefetch(prefetch) for address, found in ids.items()
        }

    # === IN A SENTENCE === #

    @api.model
    def _is_staff(self, user):
        """Return whether a user (sudo) works in Odoo, or is the one that visitors are."""
        # Neither `has_group` nor `ref`, which ask the database for each user.
        public = self.env["ir.model.data"]._xmlid_to_res_id("base.group_public")
        return not user.share or public in user.group_ids.ids

    @api.model
    def _describe_unfit(self, partner):
        """Return what is missing on a contact for any account, new or opened again, or ``None``."""
        name = partner._finance_portal_get_name()
        if not partner.active:
            return self.env._("%s is archived. Unarchive the contact first.", name)
        if not partner.email_normalized:
            return self.env._("%s has no valid email address. Enter one first.", name)
        return None

    @api.model
    def _describe_staff(self, user):
        return self.env._("%s works in the back office and doesn't need an account.", user.name)

    @api.model
    def _describe_taken(self, name, other, address):
        return self.env._(
            "%(name)s already signs in with %(address)s, and only one person can. Enter"
            " another address for %(contact)s, or use the account of %(name)s.",
            name=other.name,
            address=address,
            contact=name,
        )
