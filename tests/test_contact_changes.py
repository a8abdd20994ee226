"""What a change of contacts does to links: new addresses, archives, moves, deletions (L4).

Each test asserts three things: whether the link opens, why it was closed, and that the
activity says so.
"""

from odoo import SUPERUSER_ID, Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .contact_common import NEW, OLD, ContactCase


@tagged("post_install", "-at_install")
class TestNewAddress(ContactCase):
    def change_by_form(self, address):
        with Form(self.ada) as form:
            form.email = address

    def change_by_import(self, address):
        result = self.env["res.partner"].load([".id", "email"], [[str(self.ada.id), address]])
        self.assertTrue(result["ids"], result["messages"])

    def change_by_gateway(self, address):
        self.ada.with_user(SUPERUSER_ID).write({"email": address})

    def change_by_user(self, address):
        user = self.make_user("ada", "base.group_portal", partner_id=self.ada.id)
        user.email = address

    def change_by_parent(self, address):
        self.customer.write({"child_ids": [Command.update(self.ada.id, {"email": address})]})

    def test_l4_every_way_to_a_new_address_closes_at_once(self):
        for way in ("form", "import", "gateway", "user", "parent"):
            self.ada.email = OLD
            link, token = self.issue()
            other, bens = self.issue(partner=self.ben)
            with self.subTest(way=way):
                getattr(self, f"change_by_{way}")(NEW)
                self.assertClosed(link, token, "address")
                self.assertOpen(other, bens)
                self.ada.email = OLD
                self.assertDead(token, "the old address back on file revives nothing")

    def test_l4_without_an_address_there_is_no_recipient(self):
        link, token = self.issue()
        self.ada.email = False
        self.assertClosed(link, token, "address")

    def test_l4_another_spelling_is_no_change(self):
        link, token = self.issue()
        for spelling in ("ADA@Bakery.Example.com", '"Ada B." <ada@bakery.example.com>', f" {OLD} "):
            with self.subTest(spelling=spelling):
                self.ada.email = spelling
                self.assertOpen(link, token)

    def test_l4_extra_recipients_too(self):
        link, token = self.issue(partner=self.stranger)
        self.stranger.email = "new@tax.example.com"
        self.assertClosed(link, token, "address")

    def test_keep_keeps(self):
        self.company.finance_portal_email_change = "keep"
        link, token = self.issue()
        self.ada.email = NEW
        self.assertOpen(link, token)
        self.assertFalse(self.ada.finance_portal_old_links)

    def test_the_links_own_company_decides(self):
        other = self.env["res.company"].create(
            {"name": "Other", "finance_portal_email_change": "keep"}
        )
        self.env.user.company_ids += other
        link, token = self.issue()
        kept = self.Link.sudo().create({**self.link_values(), "company_id": other.id})
        self.ada.email = NEW
        self.assertClosed(link, token, "address")
        self.assertFalse(kept.revoked_at)

    def link_values(self):
        return {
            "res_model": "account.move", "res_id": self.invoice.id, "prefix": "i",
            "partner_id": self.ada.id, "email": OLD, "customer_id": self.customer.id,
            "company_id": self.company.id,
        }  # fmt: skip

    def test_many_contacts_cost_no_more_queries_than_few(self):
        warm, few, many = self.many(2), self.many(3), self.many(60)
        self.queries_of(warm)
        self.assertEqual(self.queries_of(few), self.queries_of(many))
        self.assertEqual(set(many.mapped("revoke_reason")), {"address"})

    def many(self, count):
        contacts = self.env["res.partner"].create(
            [
                {"name": f"C{number}", "parent_id": self.customer.id, "email": f"c{number}@x.test"}
                for number in range(count)
            ]
        )
        values = self.link_values()
        links = self.Link.sudo().create(
            [{**values, "partner_id": one.id, "email": one.email} for one in contacts]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET email = 'new@x.test', email_normalized = 'new@x.test'"
            " WHERE id = ANY(%s)",
            [contacts.ids],
        )
        self.env.invalidate_all()
        return links

    def queries_of(self, links):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        found = self.Link._find_live_of(links.partner_id, contacts_too=True)
        self.assertEqual(found, links)
        found._close_for_recipients()
        found._close_for_documents()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestAskAboutOldAddress(ContactCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.finance_portal_email_change = "ask"

    def test_links_work_until_somebody_decides(self):
        link, token = self.issue()
        self.assertFalse(self.ada.finance_portal_old_links)
        self.ada.email = NEW
        self.assertOpen(link, token)
        self.assertEqual(
            self.ada.finance_portal_old_links,
            f"One link went to the old address {OLD} and still works.",
        )
        _second, _token = self.issue()
        self.assertEqual(
            self.ada.finance_portal_old_links.count("\n"), 0, "the new link went to the new address"
        )

    def test_the_companys_form_tells_about_its_contacts(self):
        self.issue()
        self.issue()
        self.issue(partner=self.ben)
        self.ada.email = NEW
        self.assertEqual(
            self.customer.finance_portal_old_links,
            f"2 links of Ada went to the old address {OLD} and still work.",
        )
        self.assertFalse(self.ben.finance_portal_old_links)
        self.assertFalse(self.rival.finance_portal_old_links)

    def test_manager_revokes_them(self):
        (link, token), (other, bens) = self.issue(), self.issue(partner=self.ben)
        self.ada.email = NEW
        fresh, new_token = self.issue()
        manager = self.make_user("boss", "account.group_account_manager")
        self.customer.with_user(manager).action_finance_portal_revoke_old_links()
        self.assertClosed(link, token, "address")
        self.assertEqual(link.revoked_by_id, manager)
        self.assertOpen(other, bens)
        self.assertOpen(fresh, new_token)
        self.env.invalidate_all()
        self.assertFalse(self.customer.finance_portal_old_links)
        self.assertTrue(link._may_be_renewed(), "Request access mails to the new address")

    def test_users_may_look_but_not_revoke(self):
        link, token = self.issue()
        self.ada.email = NEW
        user = self.make_user("biller", "account.group_account_invoice")
        contact = self.ada.with_user(user)
        self.assertTrue(contact.finance_portal_old_links)
        with self.assertRaises(AccessError):
            contact.action_finance_portal_revoke_old_links()
        self.assertOpen(link, token)

    def test_others_do_not_even_look(self):
        self.issue()
        self.ada.email = NEW
        contact = self.ada.with_user(self.make_user("clerk", "base.group_user"))
        with self.assertRaises(AccessError):
            contact.read(["finance_portal_old_links"])
        with self.assertRaises(AccessError):
            contact.action_finance_portal_revoke_old_links()

    def test_form_shows_it_to_whom_it_concerns(self):
        for groups, banner, button in (
            ("account.group_account_manager", True, True),
            ("account.group_account_invoice", True, False),
            ("base.group_partner_manager", False, False),
        ):
            user = self.make_user(groups.partition(".")[2], "base.group_user", groups)
            arch = self.ada.with_user(user).get_view(view_type="form")["arch"]
            with self.subTest(groups=groups):
                self.assertEqual("finance_portal_old_links" in arch, banner)
                self.assertEqual("action_finance_portal_revoke_old_links" in arch, button)

    def test_expired_and_closed_links_are_no_question(self):
        link, _token = self.issue()
        self.ada.email = NEW
        link._revoke("staff")
        self.env.invalidate_all()
        self.assertFalse(self.ada.finance_portal_old_links)

    def test_an_address_typed_but_not_saved_asks_nothing(self):
        self.issue()
        boss = self.make_user("boss", "account.group_account_manager", "base.group_partner_manager")
        with Form(self.ada.with_user(boss)) as form:
            form.email = NEW
            self.assertFalse(form.finance_portal_old_links)
        self.env.invalidate_all()
        self.assertTrue(self.ada.finance_portal_old_links)


@tagged("post_install", "-at_install")
class TestContactLeaves(ContactCase):
    def test_l4_archived(self):
        link, token = self.issue()
        self.ada.action_archive()
        self.assertClosed(link, token, "recipient")
        self.ada.action_unarchive()
        self.assertDead(token, "unarchiving revives nothing")

    def test_l4_moved_to_another_company(self):
        link, token = self.issue()
        other, bens = self.issue(partner=self.ben)
        self.ada.parent_id = self.rival
        self.assertClosed(link, token, "recipient")
        self.assertOpen(other, bens)
        self.ada.parent_id = self.customer
        self.assertDead(token, "coming back revives nothing")

    def test_l4_the_contacts_below_move_along(self):
        below = self.make_contact("Bo", parent=self.ada)
        link, token = self.issue(partner=below)
        self.ada.parent_id = self.rival
        self.assertClosed(link, token, "recipient")

    def test_l4_a_quote_stays_with_the_customer_whose_contact_leaves(self):
        """Otherwise the contact's new company would read what the old one was offered."""
        order = self.env["sale.order"].sudo().create({"partner_id": self.ada.id})
        order.state = "sent"
        values = {
            "res_model": "sale.order", "res_id": order.id, "prefix": "q", "email": self.ben.email,
            "partner_id": self.ben.id, "customer_id": self.customer.id,
            "company_id": order.company_id.id,
        }  # fmt: skip
        link = self.Link.sudo().create(values)
        self.ada.parent_id = self.rival
        self.assertEqual(order._finance_portal_get_customer(), self.customer)
        self.assertFalse(link._get_closed_reason(), "its other recipients keep their links")
        self.assertEqual(order._finance_portal_get_default_recipient(), self.customer)
        self.assertSeenBy(self.customer, order)
        self.ada.parent_id = self.customer
        self.assertSeenBy(self.customer, order)
        self.ada.parent_id = self.rival
        order.partner_id = self.eve
        self.assertSeenBy(self.rival, order)
        self.assertEqual(link.revoke_reason, "customer", "given by staff, it goes")

    def test_l4_every_way_to_another_company_leaves_everything_behind(self):
        """Odoo works the customer out of the company above, but a program may write it itself."""
        for way in ("parent_id", "commercial_partner_id"):
            contact = self.make_contact("Bo", parent=self.customer)
            order = self.env["sale.order"].sudo().create({"partner_id": contact.id})
            order.state = "sent"
            link, token = self.issue(partner=contact)
            with self.subTest(way=way):
                contact.write({way: self.rival.id})
                self.assertEqual(contact.commercial_partner_id, self.rival)
                self.assertSeenBy(self.customer, order)
                self.assertClosed(link, token, "recipient")
                contact.write({way: self.customer.id})
                self.assertDead(token, "coming back revives nothing")

    def test_l4_a_payment_stays_with_the_customer_whose_contact_leaves(self):
        payment = self.make_payment(self.ada)
        newer = self.make_contact("Bo", parent=self.ada)
        self.ada.parent_id = self.rival
        self.assertSeenBy(self.customer, payment)
        self.assertEqual(newer.commercial_partner_id, self.rival, "contacts below go along")

    def test_documents_of_a_customer_who_joins_a_company_go_along(self):
        """They are nobody else's."""
        person = self.make_contact("Zoe", parent=False)
        order = self.env["sale.order"].sudo().create({"partner_id": person.id})
        order.state = "sent"
        self.assertSeenBy(person, order)
        person.parent_id = self.rival
        self.assertSeenBy(self.rival, order)

    def assertSeenBy(self, customer, document):
        """Assert that just this one customer may see a document."""
        self.assertEqual(document._finance_portal_get_customer(), customer)
        for other in self.customer | self.rival | customer:
            domain = self.env["finance.portal.scope"]._get_domain(
                document._name, other, self.company
            )
            found = document.with_context(active_test=False).search(domain)
            self.assertEqual(document in found, other == customer, other.name)

    def test_l4_deleted(self):
        contact = self.make_contact("Cy")
        link, token = self.issue(partner=contact)
        rows = self.Event.search([("link_id", "=", link.id)])
        contact.unlink()
        self.env.invalidate_all()
        self.assertClosed(link, token, "recipient")
        self.assertEqual(set(rows.mapped("email")), {"cy@bakery.example.com"})

    def test_l4_deleted_together_with_what_holds_them_to_the_customer(self):
        """Without the contact in between, nothing ties them to the customer any more."""
        between = self.make_contact("Department")
        below = self.make_contact("Bo", parent=between)
        link, token = self.issue(partner=below)
        between.unlink()
        self.env.invalidate_all()
        self.assertClosed(link, token, "recipient")

    def test_l4_a_document_that_goes_along_when_its_customer_is_deleted(self):
        """It belongs to the contact it names then, and whoever else got it sees no more of it."""
        customer = self.make_contact("Mill", parent=False, is_company=True)
        contact = self.make_contact("Cy", parent=customer)
        order = self.make_quote(partner=contact)
        link, _token = self.issue(order, self.stranger)
        customer.unlink()
        self.env.invalidate_all()
        self.assertSeenBy(contact, order)
        self.assertEqual((link.state, link.revoke_reason), ("closed", "customer"))
