"""SPEC 12: a contact's form costs as much for many contacts, links and events as for few."""

from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import tagged

from .portal_access_common import PortalAccessCase

OURS = "finance_portal_"
# What the addon asks for a customer of whom there is something to tell in every part.
MAX_QUERIES = 50


@tagged("post_install", "-at_install")
class TestContactForm(PortalAccessCase):
    """What the addon adds to the form, read as the web client reads it."""

    def specify(self, node):
        """Return what the web client asks for a view: ``{field: {"fields": of its rows}}``."""
        found = {}
        for child in node.iterchildren("*"):
            if child.tag == "field":
                rows = [one for one in child if one.tag in ("list", "kanban")]
                found[child.get("name")] = {"fields": self.specify(rows[0])} if rows else {}
            else:
                found.update(self.specify(child))
        return found

    def open_form(self, user):
        """Open the customer's form; return what the addon shows, and how many queries it took."""
        Partner = self.env["res.partner"].with_user(user)
        view = etree.fromstring(Partner.get_view(view_type="form")["arch"])
        asked = {name: rows for name, rows in self.specify(view).items() if name.startswith(OURS)}
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        [values] = Partner.browse(self.customer.id).web_read(asked)
        return values, self.env.cr.sql_log_count - before

    # === KINDS OF CONTACTS === #

    def add_plain(self, name):
        return self.make_contact(name)

    def add_native(self, name):
        self.native_user(self.make_contact(name))

    def add_doubtful_native(self, name):
        contact = self.make_contact(name)
        contact.with_user(self.boss).email = f"{name}-new@bakery.example.com"
        self.native_user(contact)

    def add_invited(self, name):
        self.enable(self.make_contact(name))

    def add_active(self, name):
        return self.account_with_password(self.make_contact(name))

    def add_elsewhere_as_well(self, name):
        account = self.add_active(name)
        other = self.env["res.partner"].create(
            {"name": f"{name} elsewhere", "email": account.email}
        )
        with self.mock_mail_gateway():
            self.Account._enable(other)

    def add_locked(self, name):
        self.add_active(name).locked_until = fields.Datetime.now() + timedelta(hours=1)

    def add_disabled(self, name):
        self.add_active(name)._disable("staff")

    def add_suspended(self, name):
        account = self.add_active(name)
        account.write({"suspended_at": fields.Datetime.now(), "suspended_by_id": self.boss.id})

    def add_linked(self, name):
        invoice = self.invoice.copy()
        invoice.action_post()
        self.issue(document=invoice, partner=self.make_contact(name))

    # === HOW MUCH IT COSTS === #

    def count_with(self, kind, user):
        """Return the queries for two contacts of a kind, and for five."""
        counts = []
        with self.env.cr.savepoint() as savepoint:
            for numbers in (range(2), range(2, 5)):
                for number in numbers:
                    getattr(self, f"add_{kind}")(f"{kind}-{number}")
                self.open_form(user)  # fills what is kept between requests
                values, queries = self.open_form(user)
                counts.append(queries)
            self.assertEqual(len(values["finance_portal_contact_ids"]), 5 + self.known)
            self.env.flush_all()
            savepoint.rollback()
            self.env.invalidate_all(flush=False)
        return counts

    def test_for_many_contacts_as_for_few(self):
        self.known = len(self.customer.with_user(self.boss).finance_portal_contact_ids)
        kinds = [name.removeprefix("add_") for name in dir(self) if name.startswith("add_")]
        for user in (self.boss, self.clerk):
            for kind in kinds:
                with self.subTest(user=user.login, kind=kind):
                    few, many = self.count_with(kind, user)
                    self.assertLess(many, few + 3, "one for each would be three more")
                    self.assertLessEqual(many, MAX_QUERIES)
