"""Who mails a link is told of a recipient to check first (section 6).

A customer added them, and nobody checked the address; or they are with another customer now.
"""

from lxml import etree

from odoo import Command
from odoo.tests import tagged

from .common import issue_token
from .send_common import SendDocumentsCase

MIXIN = "finance.portal.recipient.warning"


@tagged("post_install", "-at_install")
class TestRecipientWarning(SendDocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("finance_portal.group_finance_portal_manager")
        cls.shopper = cls.make_user("shopper", "base.group_portal")
        cls.clerk = cls.make_user("clerk", "account.group_account_invoice")
        cls.billing = cls.add_contact(cls.shopper)
        cls.billed = cls.make_invoice(partner=cls.billing)

    @classmethod
    def add_contact(cls, user, parent=None, email="billing@elsewhere.example.com"):
        """Return a billing address that a user added, as in the checkout of a shop."""
        contact = (
            cls.env["res.partner"]
            .with_user(user)
            .sudo()
            .create(
                {
                    "name": "Billing",
                    "type": "invoice",
                    "email": email,
                    "parent_id": (parent or cls.customer).id,
                }
            )
        )
        return contact.with_env(cls.env)

    def issue_by(self, user, document, partner):
        """Return a link (sudo) in an email of a user's."""
        values = {"model": document._name, "res_id": document.id, "body_html": "<p/>"}
        mail = self.env["mail.mail"].with_user(user).sudo().create(values)
        token = issue_token(document, partner, mail)
        return self.link_of(token, document._finance_portal_get_prefix())

    def dialogs(self, partner):
        """Return one of each dialog that mails a link, about to mail this contact."""
        invoice, order = self.make_invoice(partner=partner), self.make_order(partner=partner)
        link = self.issue_by(self.env.ref("base.user_root"), invoice, partner)
        about = {"active_model": "account.move", "active_id": invoice.id}
        Statements = self.env["finance.portal.send.statements"]
        return {
            "account.move.send.wizard": self.open_send_dialog(invoice),
            "account.move.send.batch.wizard": self.env["account.move.send.batch.wizard"].create(
                {"move_ids": [Command.set((self.invoice + invoice).ids)]}
            ),
            "mail.compose.message": self.open_composer(order),
            "portal.share": self.env["portal.share"]
            .with_context(**about)
            .create({"partner_ids": [Command.set(partner.ids)]}),
            "finance.portal.send": self.env["finance.portal.send"].create(
                {"res_model": "account.move", "res_ids": (invoice + self.invoice).ids}
            ),
            "finance.portal.send.statements": Statements.create(
                {"res_ids": partner.ids, "which": "all"}
            ),
            "finance.portal.resend": self.env["finance.portal.resend"].create({"link_id": link.id}),
        }

    def test_every_dialog_that_mails_a_document_names_it(self):
        dialogs = self.dialogs(self.billing)
        registry = self.env.registry
        for name, model in registry.items():
            if issubclass(model, registry["finance.portal.email.preview"]) and not model._abstract:
                self.assertTrue(issubclass(model, registry[MIXIN]), name)
                # Other apps make dialogs of their own from some of these.
                tried = any(issubclass(model, registry[dialog]) for dialog in dialogs)
                self.assertTrue(tried, name)
        for name, dialog in dialogs.items():
            with self.subTest(dialog=name):
                self.assertIn("billing@elsewhere.example.com", dialog.finance_recipient_warning)
                self.assertIn("Added by a customer", dialog.finance_recipient_warning)
                form = etree.fromstring(dialog.get_view(view_type="form")["arch"])
                self.assertTrue(form.xpath("//field[@name='finance_recipient_warning']"))

    def test_no_dialog_warns_of_who_was_entered_here(self):
        for name, dialog in self.dialogs(self.ada).items():
            with self.subTest(dialog=name):
                self.assertFalse(dialog.finance_recipient_warning)

    def test_dialogs_of_one_document_name_who_left_its_customer(self):
        """The others mail the customer in their place."""
        dialogs = self.dialogs(self.ada)
        self.ada.parent_id = self.rival
        self.env.flush_all()
        self.env.invalidate_all()
        single = {
            "account.move.send.wizard", "mail.compose.message", "portal.share",
            "finance.portal.resend",
        }  # fmt: skip
        for name, dialog in dialogs.items():
            with self.subTest(dialog=name):
                warning = dialog.finance_recipient_warning or ""
                told = "belongs to Bakery, which these recipients have left: Ada <"
                self.assertEqual(told in warning, name in single, warning)

    def test_other_programs_are_told_of_it(self):
        send = self.env["finance.portal.api"].send
        [note] = send("account.move", self.billed.ids)["notes"]
        self.assertIn("billing@elsewhere.example.com", note)
        self.assertEqual(send("account.move", self.invoice.ids)["notes"], [])

    def unchecked(self, *contacts):
        contacts = self.env["res.partner"].union(*contacts)
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["finance.portal.link"]._find_unchecked(contacts)

    def test_who_counts_as_added_by_a_customer(self):
        guest = self.env.ref("base.public_user")
        own = self.add_contact(self.shopper, email="own@example.com")
        own.with_user(self.clerk).sudo().email = "corrected@example.com"
        new = self.env["res.partner"].with_user(guest).sudo().create({"name": "Guest"})
        guests = self.add_contact(guest, parent=new, email="guest@example.com")
        changed = self.make_contact("Changed")
        changed.with_user(self.shopper).sudo().email = "changed@example.com"
        visitors = self.add_contact(guest, email="visitor@example.com")
        found = self.unchecked(
            self.billing, own, guests, changed, visitors, self.ada, self.customer, new
        )
        self.assertEqual(found, self.billing + changed + visitors)

    def test_what_a_colleague_mails_confirms_that_address_alone(self):
        system, guest = self.env.ref("base.user_root"), self.env.ref("base.public_user")
        for user in (system, guest, self.shopper):
            self.issue_by(user, self.billed, self.billing)
            self.assertTrue(self.unchecked(self.billing), user.name)
        self.issue_by(self.clerk, self.billed, self.billing)
        self.assertFalse(self.unchecked(self.billing))
        self.env.cr.execute(
            "UPDATE res_partner SET email = 'new@elsewhere.example.com',"
            " email_normalized = 'new@elsewhere.example.com' WHERE id = %s",
            [self.billing.id],
        )
        self.env.invalidate_all()
        self.assertTrue(self.unchecked(self.billing))

    def test_sending_it_is_the_check(self):
        self.clerk.group_ids += self.env.ref("finance_portal.group_finance_portal_user")
        dialog = self.open_send_dialog(self.billed).with_user(self.clerk)
        self.assertTrue(dialog.finance_recipient_warning)
        with self.mock_mail_gateway():
            dialog.action_send_and_print()
        self.assertIn("billing@elsewhere.example.com", self.sent)
        self.assertFalse(self.open_send_dialog(self.billed).finance_recipient_warning)

    def test_of_many_some_are_named_and_the_rest_counted(self):
        several = self.env["res.partner"].union(
            *(self.add_contact(self.shopper, email=f"b{n}@example.com") for n in range(12))
        )
        text = self.env[MIXIN]._describe_added(several)
        self.assertIn("b9@example.com", text)
        self.assertNotIn("b10@example.com", text)
        self.assertIn("and 2 more", text)

    def test_costs_the_same_for_many(self):
        self.env["finance.portal.link"]._find_unchecked(self.billing)  # what is read once
        counts = []
        for size in (1, 10):
            contacts = self.env["res.partner"].union(
                *(self.add_contact(self.shopper, email=f"c{n}@x{size}.io") for n in range(size))
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["finance.portal.link"]._find_unchecked(contacts)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
