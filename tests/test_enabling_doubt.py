"""SPEC 13, who may say who a person is: a manager learns whose word an address is, then decides.

Enabling shows all documents of a customer. So whatever does that names the addresses that somebody
entered who may not see all of them.
"""

import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..const import BY_MAIL, BY_MAIL_KEY
from .enabling_common import EnablingCase

SELLS = ("sales_team.group_sale_salesman", "base.group_partner_manager")


@tagged("post_install", "-at_install")
class TestEnablingDoubt(EnablingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("seller", *SELLS)
        cls.known = cls.many[0]
        cls.doubted = cls.enter("Dora", cls.seller)

    @classmethod
    def enter(cls, name, user):
        Partner = cls.env["res.partner"].with_user(user)
        values = {"name": name, "parent_id": cls.customer.id}
        address = f"{name.lower()}@bakery.example.com"
        return Partner.create({**values, "email": address}).with_env(cls.env)

    def dialog_enable(self, contact):
        return self.env["finance.portal.enable"].with_user(self.boss).create(
            {"partner_id": contact.id}
        )  # fmt: skip

    def dialog_reopen(self, contact):
        account, _token = self.enable(contact)
        account._disable("staff")
        contact.sudo()._finance_portal_remember()  # as the test's user, who is no salesperson
        if contact == self.doubted:
            contact.email = False
            contact.with_user(self.seller).email = account.email
        Dialog = self.env["finance.portal.reopen"].with_user(self.boss)
        return Dialog.create({"partner_id": contact.id})

    def dialog_enable_many(self, contact):
        return self.dialog(self.many[1:] + contact)

    def dialog_import_logins(self, contact):
        content = f"name,email\nX,{contact.email}\nNew,new@bakery.example.com\n"
        values = {"file": base64.b64encode(content.encode()), "create_contacts": True}
        return self.env["finance.portal.import.logins"].with_user(self.boss).create(values)

    def test_every_dialog_that_confirms_addresses_names_the_doubtful(self):
        ways = {
            f"finance.portal.{name[7:].replace('_', '.')}": getattr(self, name)
            for name in dir(self)
            if name.startswith("dialog_")
        }
        confirm = {
            name
            for name, model in self.env.registry.items()
            if model._transient and {"seen", "shown_customer"} & model._fields.keys()
        }
        self.assertEqual({*ways}, confirm, "a dialog that nobody opens here")
        for name, way in ways.items():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.assertIs(way(self.known).doubtful, False)
                savepoint.rollback()
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                text = way(self.doubted).doubtful
                self.assertIn("Check before you enable: 1", text)
                self.assertEqual(text.count("<li>"), 1)
                for part in (self.doubted.display_name, self.doubted.email, self.seller.name):
                    self.assertIn(part, text)
                self.assertIn('name="doubtful"', self.env[name].get_view(view_type="form")["arch"])
                savepoint.rollback()
            self.env.invalidate_all()

    def test_no_name_is_given_where_nobody_of_ours_entered_it(self):
        """An incoming email is the public user's word; nobody knows somebody of that name."""
        public = self.env.ref("base.public_user")
        lead = self.env["res.partner"].with_context(**{BY_MAIL_KEY: BY_MAIL}).with_user(self.seller)
        contact = lead.create(
            {"name": "Mia", "parent_id": self.customer.id, "email": "mia@bakery.example.com"}
        ).with_env(self.env)
        self.assertEqual(self.Account._find_doubted(contact, self.company), {contact: public})
        dialog = self.dialog_enable(contact)
        texts = [dialog.doubtful, self.Account._describe_doubt(public)]
        row = dialog._describe_doubtful_row(contact, public)
        self.assertEqual(row, f"{contact.display_name}: mia@bakery.example.com")
        account, _token = self.enable(contact)
        account.sudo().write({"own_documents": True, "unvouched_by_id": public.id})
        for text in (*texts, account._describe_limit()):
            with self.subTest(text):
                self.assertNotIn(public.name, text)
                self.assertNotIn("entered or moved", text)

    def test_once_enabled_a_manager_vouches(self):
        self.start(self.doubted)
        self.work_off()
        self.assertEnabledOnce(self.doubted)
        self.assertFalse(self.accounts_of(self.doubted).own_documents)
        self.assertFalse(self.Account._find_doubted(self.doubted, self.company))

    def test_managers_only_learn_of_contacts_they_may_see(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids = self.company
        self.doubted.parent_id = False
        self.doubted.company_id = other
        for name in ("enable", "reopen"):
            with self.subTest(name), self.assertRaises(AccessError):
                dialog = self.env[f"finance.portal.{name}"].with_user(self.boss)
                dialog.new({"partner_id": self.doubted.id}).doubtful  # noqa: B018

    def test_the_tab_says_so_beside_manage_here(self):
        self.native_user(self.doubted)
        for contact, told in ((self.doubted, True), (self.known, False)):
            text = contact.with_user(self.boss).finance_portal_companies or ""
            self.assertEqual(self.seller.name in text, told)

    def test_a_program_has_to_name_the_address(self):
        api = self.env["finance.portal.api"].with_user(self.boss)
        with self.assertRaisesRegex(UserError, "give it as email"), self.env.cr.savepoint():
            api.enable_account(self.doubted.id)
        self.assertFalse(self.accounts_of(self.doubted))
        with self.mock_mail_gateway():
            self.assertEqual(api.enable_account(self.known.id)["state"], "invited")
            given = api.enable_account(self.doubted.id, email=self.doubted.email)
        self.assertEqual(given["state"], "invited")
