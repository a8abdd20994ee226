"""SPEC 5: only accounting says to which bank account customers are asked to pay."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .send_common import SendDocumentsCase

OURS, THEIRS = "DE89370400440532013000", "GB29NWBK60161331926819"
CREATION = "base.group_partner_manager"


@tagged("post_install", "-at_install")
class TestOwnBankAccounts(SendDocumentsCase):
    """Pages, reminders and statements show an account as it is now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = cls.env.company.partner_id
        cls.owner.bank_ids.active = False
        Bank = cls.env["res.partner.bank"]
        cls.bank = Bank.create({"acc_number": OURS, "partner_id": cls.owner.id})
        cls.other = Bank.create({"acc_number": THEIRS, "partner_id": cls.stranger.id})
        cls.home = cls.env["res.bank"].create({"name": "Home Bank", "bic": "COBADEFF"})
        cls.bank.bank_id = cls.other.bank_id = cls.home
        cls.open_invoice = cls.make_invoice(partner_bank_id=cls.bank.id)

    def shown(self):
        """Return the account numbers that customers are asked to pay to, now and with the next."""
        self.env.flush_all()
        self.env.invalidate_all()
        invoices = self.open_invoice | self.make_invoice()
        return {invoice._finance_portal_get_account_number() for invoice in invoices}

    def ways(self, user):
        """Yield each way to have customers pay to another account."""
        bank, other = self.bank.with_user(user), self.other.with_user(user)
        yield "number", lambda: bank.write({"acc_number": "FR1420041010050500013M02606"})
        yield "holder", lambda: bank.write({"acc_holder_name": "Mallory"})
        yield "archived", lambda: bank.write({"active": False})
        yield "with all rights", lambda: bank.sudo().write({"active": False})
        yield "given away", lambda: bank.write({"partner_id": self.stranger.id})
        yield "taken over", lambda: other.write({"partner_id": self.owner.id, "sequence": 0})
        yield "deleted", bank.unlink
        first = {"acc_number": "BE68539007547034", "partner_id": self.owner.id, "sequence": 0}
        yield "another one", lambda: bank.create(first)
        contact = {"bank_ids": [Command.create({"acc_number": "BE68539007547034"})]}
        yield "on the contact", lambda: self.owner.with_user(user).write(contact)
        yield "merged", lambda: self.merge(user)
        home = self.home.with_user(user)
        yield "another BIC", lambda: home.write({"bic": "DEUTDEFF"})
        yield "another name", lambda: home.write({"name": "Other Bank"})
        yield "by a customer's account", lambda: other.write({"bank_bic": "DEUTDEFF"})
        yield "without a bank", home.unlink

    def read_in(self, values):
        """Read a file into a new bill, as what comes by email or is uploaded; return the bill."""

        def decode(bill, file_data, new):
            Bank = bill.env["res.partner.bank"].with_context(active_test=False)
            known = Bank.search([(name, "=", value) for name, value in values.items()])
            with self.env.cr.savepoint():  # Odoo rolls back what failed, outside of tests
                if known:
                    known.active = True
                else:
                    Bank.create(values)

        bill = self.env["account.move"].create({"move_type": "in_invoice"})
        file = {
            "name": "bill.xml",
            "attachment": self.env["ir.attachment"],
            "origin_attachment": self.env["ir.attachment"].create({"name": "bill.xml"}),
            "import_file_type": "test",
            "decoder_info": {"priority": 1, "decoder": decode},
        }
        with mute_logger("odoo.addons.account.models.account_document_import_mixin"):
            bill._extend_with_attachments([file], new=True)
        return bill

    def merge(self, user):
        self.stranger.email = self.owner.email
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user).create({})
        wizard._merge((self.owner | self.stranger).ids, self.owner)

    def test_who_may_change_contacts_changes_no_account_of_ours(self):
        user = self.make_user("creator", "base.group_user", CREATION)
        for name, way in self.ways(user):
            with self.subTest(name):
                with self.assertRaises(AccessError) as refused:
                    way()
                named = f"accounts of {self.company.name}. Ask someone in accounting"
                self.assertIn(named, str(refused.exception))
        self.assertEqual(self.shown(), {OURS})
        self.assertEqual((self.bank.bank_name, self.bank.bank_bic), ("Home Bank", "COBADEFF"))

    def test_who_may_change_contacts_changes_those_of_others(self):
        user = self.make_user("creator", "base.group_user", CREATION)
        self.other.with_user(user).acc_holder_name = "Somebody"
        values = {"acc_number": "BE68539007547034", "partner_id": self.ada.id}
        self.assertTrue(self.other.with_user(user).create(values))
        self.other.with_user(user).unlink()
        elsewhere = self.env["res.bank"].with_user(user).create({"name": "Elsewhere"})
        elsewhere.bic = "DEUTDEFF"
        self.home.with_user(user).street = "1 High Street"
        elsewhere.unlink()

    def test_accounting_of_another_company_changes_no_account_of_ours(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = self.make_user(
            "elsewhere", "base.group_user", CREATION, "account.group_account_invoice"
        )
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        bank = self.bank.with_user(user).with_company(other)
        self.assertTrue(bank.has_access("write"), "by Odoo's rules")
        with self.assertRaisesRegex(AccessError, "in accounting"):
            bank.acc_number = THEIRS
        bank.create({"acc_number": THEIRS, "partner_id": other.partner_id.id})

    def test_accounting_changes_ours(self):
        user = self.make_user("accountant", CREATION, "account.group_account_invoice")
        self.bank.with_user(user).acc_number = THEIRS
        self.assertEqual(self.shown(), {THEIRS})

    def test_an_import_that_changes_nothing_goes_through(self):
        """Such as of a list of banks, which names ours as it is."""
        user = self.make_user("creator", "base.group_user", CREATION)
        self.home.with_user(user).write({"name": "Home Bank", "bic": "COBADEFF", "city": "Here"})
        self.assertEqual(self.home.city, "Here")

    def test_a_transaction_of_the_bank_names_no_account_of_ours(self):
        """Odoo notes the account that money came from; its sender writes whatever name they like.

        An accountant matches it all the same, also what another company of ours paid.
        """
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = self.make_user("accountant", CREATION, "account.group_account_invoice")
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        lines = self.env["account.bank.statement.line"].with_user(user)
        values = {"journal_id": journal.id, "payment_ref": "Rent", "amount": 10.0}
        for partner in (other.partner_id, self.owner, self.stranger):
            line = lines.sudo().create(
                {**values, "partner_id": partner.id, "account_number": "BE68539007547034"}
            )
            found = line.sudo(False)._find_or_create_bank_account()
            self.assertEqual(bool(found), partner == self.stranger)
        self.assertEqual((self.owner + other.partner_id).bank_ids, self.bank)

    def test_no_file_that_is_read_in_names_another_account_of_ours(self):
        """Anybody may email a bill to us that names ourselves as the vendor, and their account."""
        self.bank.currency_id = self.env.ref("base.GBP")
        retired = self.bank.create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": self.owner.id, "active": False}
        )
        for number in ("BE68539007547034", retired.acc_number):
            with self.subTest(number):
                bill = self.read_in({"acc_number": number, "partner_id": self.owner.id})
                self.assertIn("Ask someone in accounting", bill.message_ids[0].body)
                self.assertEqual(self.shown(), {OURS})
        self.read_in({"acc_number": "BE68539007547034", "partner_id": self.ada.id})
        self.assertTrue(self.ada.bank_ids)

    def test_no_email_names_another_account_of_ours(self):
        """Whoever it claims to come from: anybody can write any sender."""
        accountant = self.make_user("accountant", CREATION, "account.group_account_invoice")
        raw = f"From: {accountant.email}\nTo: x@example.com\nSubject: x\nMessage-Id: <a@b>\n\nx"
        values = {"acc_number": "BE68539007547034", "partner_id": self.owner.id, "sequence": 0}
        with self.assertRaises(AccessError), self.mock_mail_gateway():
            self.env["mail.thread"].message_process("res.partner.bank", raw, values)
        self.assertEqual(self.shown(), {OURS})
