from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ...tools.address_key import address_key

# Of a field with several addresses, only the first is in ``email_normalized``. By an index.
HAS_SEVERAL = Domain("email", "=like", "%@%@%")
# More addresses are faster compared here than by the database.
MAX_SEARCHED = 50


class Verdict(NamedTuple):
    """What becomes of a row: the contact, or that one is made below a customer; or why neither."""

    contact: models.BaseModel
    customer: models.BaseModel
    obstacle: str | None


class FinancePortalEnabling(models.Model):
    """Give access to people who are listed in another program's file."""

    _inherit = "finance.portal.enabling"

    @api.model
    def _review(self, people, create):
        """Return ``{person: verdict}`` of the rows of a file, in a fixed number of queries.

        :param list people: as ``read_people`` returns them
        :param bool create: whether contacts are made for addresses that no contact has
        """
        addresses = {one: email_normalize(one.email) for one in people}
        known = {*filter(None, addresses.values())}
        by_key = self._match(known)
        customers = self._match_customers({one.company for one in people if one.company})
        users = self.env["finance.portal.account"]._list_users_with(known)
        nobody, seen, verdicts = self.env["res.partner"], {}, {}
        ours = nobody._finance_portal_get_ours()
        managed = nobody.union(*by_key.values())._finance_portal_get_account().partner_id
        for person, address in addresses.items():
            key = address_key(address or "")
            first = seen.setdefault(key, person)
            found = self._narrow(by_key.get(key, nobody), person, managed.with_env(self.env))
            customer = customers.get(person.company, nobody)
            obstacle = self._describe_bad_row(person, address)
            if not obstacle and first != person:
                obstacle = self.env._("Same email address as row %s.", first.row)
            elif not obstacle and found:
                obstacle = self._describe_several(found)
            elif not obstacle:
                obstacle = self._describe_missing(person, customer, create)
                if not obstacle and customer in ours:
                    obstacle = nobody._finance_portal_describe_ours(person.name or address)
                obstacle = obstacle or self._describe_user(person, address, users[address])
            verdicts[person] = Verdict(found, customer, obstacle)
        clear = nobody.union(*(one.contact for one in verdicts.values() if not one.obstacle))
        obstacles = clear._finance_portal_get_enable_obstacles()
        return {
            person: verdict._replace(obstacle=verdict.obstacle or obstacles.get(verdict.contact))
            for person, verdict in verdicts.items()
        }

    @api.model
    def _match(self, addresses):
        """Return ``{key of an address: contacts}``, archived ones where there is no other."""
        Partner, addresses = self.env["res.partner"].with_context(active_test=False), {*addresses}
        spellings = addresses | {address_key(address) for address in addresses}
        found = Partner.search([("email_normalized", "in", list(spellings))])
        found |= Partner.search(self._get_several_domain(addresses))
        by_key = {}
        for contact in found.with_env(self.env):
            for address in self.env["finance.portal.account"]._list_mailboxes(contact):
                key = address_key(address)
                by_key[key] = by_key.get(key, self.env["res.partner"]) | contact
        return {key: some.filtered("active") or some for key, some in by_key.items()}

    @api.model
    def _get_several_domain(self, addresses):
        """Return the domain of the contacts with several addresses, maybe one of these.

        For a few addresses, as when the job comes to a row, it leaves out who has none of them.
        """
        # Beyond ASCII, the database may see two spellings where there is one address.
        if len(addresses) > MAX_SEARCHED or not all(one.isascii() for one in addresses):
            return HAS_SEVERAL
        return HAS_SEVERAL & Domain.OR(Domain("email", "ilike", one) for one in addresses)

    @api.model
    def _match_customers(self, names):
        """Return ``{name: companies}`` among the user's contacts that are called exactly so."""
        domain = [("name", "in", list(names)), ("is_company", "=", True)]
        return self.env["res.partner"].search(domain).grouped("name")

    @api.model
    def _narrow(self, contacts, person, managed):
        """Return the one of several contacts with an address whom a row means, if that is clear.

        :param managed: the contacts who have an account
        """
        if len(contacts) > 1 and person.company:
            wanted = person.company.casefold()
            contacts = (
                contacts.filtered(
                    lambda one: (one.commercial_partner_id.name or "").casefold() == wanted
                )
                or contacts
            )
        if len(contacts) > 1 and len(contacts.commercial_partner_id) == 1:
            # All see the same documents: who has an account already, or who is called so.
            named = contacts.filtered(lambda one: one.name == person.name)
            return (contacts & managed or named or contacts)[:1]
        return contacts

    @api.model
    def _describe_bad_row(self, person, address):
        if person.has_formula:
            return self.env._("The name or the email address is a formula.")
        if not address:
            return self.env._("Enter one email address, such as name@company.com.")
        return None

    @api.model
    def _describe_missing(self, person, customers, create):
        """Return why no contact is made for a row, or ``None``."""
        if not self.env["res.partner"].has_access("create"):
            return self.env._(
                "No contact has this email address, and you aren't allowed to create contacts."
            )
        if not create:
            return self.env._("No contact has this email address. Tick Create Missing Contacts.")
        if len(customers) > 1:
            return self.env._(
                "Several companies are called %s. Create the contact under the right one.",
                person.company,
            )
        return None

    @api.model
    def _describe_several(self, contacts):
        if len(contacts) == 1:
            return None
        return self.env._(
            "Several contacts have this email address: %s. Open the right one, and enable it"
            " there.",
            ", ".join(contacts.mapped("display_name")),
        )

    @api.model
    def _describe_user(self, person, address, users):
        """Return that somebody who isn't one of our customers signs in with it, or ``None``."""
        Account = self.env["finance.portal.account"]
        other = users.filtered(lambda user: not Account._is_ours(user))[:1]
        name = person.name or address
        return Account._describe_taken(name, other, address) if other else None

    @api.model
    def _create_contact(self, person, customer):
        """Return a new contact for a row, with the rights of the user.

        It belongs to the same company as its customer, as one that is entered in the form.
        """
        Partner = self.env["res.partner"]
        if person.company and not customer:
            values = {"name": person.company, "is_company": True, "customer_rank": 1}
            customer = Partner.create(values)
        return Partner.create(
            {
                "name": person.name or person.email,
                "email": email_normalize(person.email),
                "parent_id": customer.id,
                "company_id": customer.company_id.id,
                "customer_rank": 1,
            }
        )

    @api.model
    def _prepare_row(self, person, verdict):
        """Return what a run writes down about a row of a file."""
        if verdict.contact and len(verdict.contact) == 1:
            row = verdict.contact._finance_portal_prepare_line(verdict.obstacle)
        else:
            row = self.env["res.partner"]._finance_portal_prepare_line(verdict.obstacle)
            # Where the customer was found, the job finds it, too.
            row["company_id"] = verdict.customer[:1]._finance_portal_choose_company().id
        address = email_normalize(person.email) or person.email
        name = verdict.contact.display_name if len(verdict.contact) == 1 else person.name
        return {
            **row,
            "customer_id": row["customer_id"] or verdict.customer[:1].id or None,
            "name": name or address,
            "email": address,
            "company_name": person.company,
            "is_new": not verdict.contact,
        }
