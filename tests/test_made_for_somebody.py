"""SPEC 4 and 5: what Odoo makes of an order with all rights, for whoever may not make it."""

import base64
from unittest.mock import patch

from odoo import Command
from odoo.models import BaseModel
from odoo.tests import tagged

from .send_common import SendDocumentsCase

OURS, THEIRS = "DE89370400440532013000", "GB29NWBK60161331926819"
METHODS = ("delivered", "percentage")
FORGED = base64.b64encode(b"%PDF-1.4 forged").decode()


@tagged("post_install", "-at_install")
class TestMadeForSomebody(SendDocumentsCase):
    """A salesperson, who may make no invoice, has Odoo make those of their orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.bank_ids.active = False
        Bank = cls.env["res.partner.bank"]
        cls.bank = Bank.create({"acc_number": OURS, "partner_id": cls.company.partner_id.id})
        cls.other = Bank.create({"acc_number": THEIRS, "partner_id": cls.stranger.id})
        cls.product_a.invoice_policy = "order"
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman_all_leads")
        # What says what a customer gets, all files among it: nothing comes from who asked for it.
        fields = cls.env["account.move"]._fields.items()
        files = [name for name, field in fields if field.store and field.type == "binary"]
        cls.wishes = {
            **dict.fromkeys(files, FORGED),
            "access_token": "chosen",
            "auto_post": "at_date",
            "invoice_date_due": "2020-01-01",
            "name": "OTHER/1",
            "narration": "<p>Pay to another account.</p>",
            "partner_bank_id": cls.other.id,
            "payment_reference": "Other",
            "qr_code_method": "sct_qr",
            "sending_data": {"author_user_id": cls.seller.id},
        }

    def invoice_for(self, user, method="delivered", **context):
        """Return the draft invoice that Odoo makes of a new order for a user, as it is stored."""
        order = self.make_order()
        order.action_confirm()
        chosen = {"active_model": "sale.order", "active_ids": order.ids}
        wizards = self.env["sale.advance.payment.inv"].with_user(user).with_context(**chosen)
        values = {"advance_payment_method": method}
        if method == "percentage":
            values["amount"] = 50
        # As a program calls it, whose context is that of the call.
        wizards.create(values).with_context(**chosen, **context).create_invoices()
        self.env.flush_all()
        self.env.invalidate_all()
        return order.invoice_ids

    def told(self, invoice):
        """Return what an invoice says of all that a salesperson might wish for."""
        return {name: invoice[name] for name in self.wishes}

    def keep_defaults(self):
        Default = self.env["ir.default"].with_user(self.seller)
        for name, value in self.wishes.items():
            Default.set("account.move", name, value, user_id=True)

    def test_own_defaults_say_nothing(self):
        before = [self.told(self.invoice_for(self.seller, method)) for method in METHODS]
        self.keep_defaults()
        after = [self.told(self.invoice_for(self.seller, method)) for method in METHODS]
        self.assertEqual(after, before)

    def test_nor_does_the_context(self):
        for method in METHODS:
            before = self.told(self.invoice_for(self.seller, method))
            context = {f"default_{name}": value for name, value in self.wishes.items()}
            self.assertEqual(self.told(self.invoice_for(self.seller, method, **context)), before)
        moves = self.env["account.move"].with_user(self.seller).sudo().with_context(**context)
        found = moves.default_get(["partner_bank_id", "invoice_pdf_report_file", "sending_data"])
        self.assertFalse(found, "whatever app of Odoo's makes it in their context")

    def test_nor_does_the_context_of_what_else_makes_one(self):
        """Such as the till, which makes, posts and mails one in the context of its cashier."""
        pdf = {"name": "INV.pdf", "res_model": "account.move", "datas": FORGED}
        moves = self.env["account.move"].with_user(self.seller).sudo().with_context(
            default_attachment_ids=[[0, 0, {**pdf, "res_field": "invoice_pdf_report_file"}]],
            default_finance_note="Pay to another account.",
            default_ref="Bread",
        )  # fmt: skip
        made = moves.create({"move_type": "out_invoice", "partner_id": self.ada.id})
        invoice = made.with_env(self.env)
        self.assertEqual(invoice.ref, "Bread")
        self.assertFalse(invoice.finance_note)
        self.assertFalse(invoice.attachment_ids)
        self.assertFalse(invoice.invoice_pdf_report_file)

    def test_that_holds_for_all_that_belongs_to_a_document_of_any_kind(self):
        """Files, rows of its own such as links and messages, and what we add to a document."""
        clerk = self.make_user("clerk", "base.group_user")
        for name in self.env["finance.portal.document"]._finance_portal_get_models():
            Model = self.env[name]
            own = [
                field.name
                for field in Model._fields.values()
                if field.type in ("one2many", "binary")
                or field.comodel_name == "ir.attachment"
                or field.name.startswith("finance_")
            ]
            context = {f"default_{field}": False for field in own}
            made = Model.with_user(clerk).sudo()
            with self.subTest(name):
                self.assertFalse(made.sudo(False).has_access("create"))
                chosen = made.with_context(**context).default_get(own)
                self.assertEqual(chosen, made.default_get(own))

    def test_what_apps_add_besides_says_who_is_at_work(self):
        """Some add the user without being asked for a default: that isn't Odoo, then."""
        plain = BaseModel.default_get

        def adding(model, names):
            return {**plain(model, names), "invoice_user_id": model.env.uid}

        own = self.env["ir.default"].with_user(self.seller)
        own.set("account.move", "ref", "Mine", user_id=True)
        moves = self.env["account.move"].with_user(self.seller).sudo()
        for name in ("partner_bank_id", "ref"):
            with self.subTest(name), patch.object(BaseModel, "default_get", adding):
                self.assertEqual(moves.default_get([name]), {"invoice_user_id": self.seller.id})

    def test_the_customer_gets_what_is_ours(self):
        self.keep_defaults()
        invoice = self.invoice_for(self.seller)
        invoice.action_post()
        self.assertEqual(invoice._finance_portal_get_account_number(), OURS)
        self.assertFalse(invoice._finance_portal_is_pdf_ready())
        _name, content = invoice._finance_portal_get_pdf()
        self.assertNotIn(b"forged", content)

    def test_who_may_make_invoices_has_defaults(self):
        accountant = self.make_user(
            "accountant",
            "account.group_account_invoice",
            "sales_team.group_sale_salesman_all_leads",
        )
        Default = self.env["ir.default"].with_user(accountant)
        Default.set("account.move", "partner_bank_id", self.other.id, user_id=True)
        self.assertEqual(self.invoice_for(accountant).partner_bank_id, self.other)

    def test_what_holds_for_everybody_counts(self):
        second = self.bank.copy({"acc_number": "BE68539007547034"})
        self.env["ir.default"].set("account.move", "partner_bank_id", second.id)
        invoice = self.invoice_for(self.seller)
        self.assertEqual(invoice.partner_bank_id, second)
        self.assertEqual(invoice.company_id, self.company)

    def test_what_holds_in_the_company_counts_that_the_user_works_in(self):
        """Also where no browser says which companies are ticked."""
        second = self.env["res.company"].create({"name": "Zurich"})
        self.seller.write({"company_ids": [Command.link(second.id)], "company_id": second.id})
        Default = self.env["ir.default"]
        for company in self.company, second:
            Default.set("account.move", "ref", company.name, company_id=company.id)
        Default.with_user(self.seller).set("account.move", "ref", "Mine", user_id=True)
        moves = self.env(context={})["account.move"].with_user(self.seller).sudo()
        self.assertEqual(moves.default_get(["ref"]), {"ref": "Zurich"})
