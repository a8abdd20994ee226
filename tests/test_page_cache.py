import json

from odoo import Command
from odoo.tests import tagged

from ..models.invoices.account_move_page_sources import PAGE_SOURCES as OF_INVOICES
from ..models.quotes import sale_order_page_sources as of_quotes
from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestPageCache(FinancePortalCase):
    """What a page shows is kept until one of the rows it is drawn from changes."""

    def setUp(self):
        super().setUp()
        self.page = self.env["finance.portal.page"].sudo()
        self.document = self.invoice.sudo().with_company(self.company).with_context(lang=None)

    def version(self):
        return self.page._get_version(self.document._finance_portal_get_page_sources())

    def assertRedrawn(self, change):
        before = self.version()
        change()
        self.assertNotEqual(self.version(), before)

    def test_version_stays_while_nothing_changes(self):
        self.assertEqual(self.version(), self.version())

    def test_version_changes_with_every_kind_of_source(self):
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "12345", "partner_id": self.company.partner_id.id}
        )
        changes = {
            "bank account": lambda: self.invoice.write({"partner_bank_id": bank.id}),
            "bank account's number": lambda: bank.write({"acc_number": "67890"}),
            "document": lambda: self.invoice.write({"narration": "<p>Thank you</p>"}),
            "line": lambda: self.invoice.invoice_line_ids[0].write({"name": "Other work"}),
            "customer": lambda: self.invoice.commercial_partner_id.write({"street": "New Road 1"}),
            "company": lambda: self.company.write({"primary_color": "#123456"}),
            "company's address": lambda: self.company.partner_id.write({"city": "Elsewhere"}),
            "currency": lambda: self.invoice.currency_id.write({"position": "before"}),
        }
        for name, change in changes.items():
            with self.subTest(source=name):
                self.assertRedrawn(change)

    def assertEachFinds(self, sources):
        """Assert that each source adds rows to those before it."""
        versions = [self.page._get_version(sources[: end + 1]) for end in range(len(sources))]
        for number, (table, condition, *_shared) in list(enumerate(sources))[1:]:
            with self.subTest(table=table, condition=condition.code):
                self.assertNotEqual(versions[number], versions[number - 1])

    def make_addressed(self):
        """Return values of a document with addresses, taxes, terms and a product of its own."""
        country = self.env.ref("base.us")
        here = {"country_id": country.id, "state_id": country.state_ids[0].id}
        self.ada.write(here)
        product = self.env["product.product"].create({"name": "Oven", "type": "service"})
        line = {"name": "Oven", "product_id": product.id, "price_unit": 100.0}
        tax = self.env["account.tax"].create({"name": "VAT", "amount": 10.0})
        return Command.create({**line, "tax_ids": [Command.set(tax.ids)]}), {
            "partner_shipping_id": self.make_contact("Dock", **here).id,
            "fiscal_position_id": self.env["account.fiscal.position"].create({"name": "EU"}).id,
        }

    def test_each_source_of_an_invoice_finds_its_rows(self):
        """With a slip in it, a source would find none, and the page would grow old."""
        line, values = self.make_addressed()
        bank = self.env["res.bank"].create({"name": "Bank"})
        account = self.env["res.partner.bank"].create(
            {
                "acc_number": "12345",
                "partner_id": self.make_contact("Holder", parent=False).id,
                "bank_id": bank.id,
                "allow_out_payment": True,
            }
        )
        move = self.make_invoice(
            **values,
            invoice_line_ids=[line],
            invoice_payment_term_id=self.env["account.payment.term"].create({"name": "Net"}).id,
            invoice_incoterm_id=self.env["account.incoterms"].search([], limit=1).id,
            partner_bank_id=account.id,
        )
        move._reverse_moves([{"invoice_date": move.invoice_date}], cancel=True)
        self.env["account.payment"].create(
            {"partner_id": self.ada.id, "amount": 1.0, "invoice_ids": [Command.set(move.ids)]}
        )
        own = {"move": move.id, "company": move.company_id.id}
        self.assertEachFinds(move._finance_portal_fill_sources(OF_INVOICES, **own))

    def test_each_source_of_an_order_finds_its_rows(self):
        line, values = self.make_addressed()
        term = self.env["account.payment.term"].create({"name": "Net"})
        order = self.make_quote(**values, order_line=[line], payment_term_id=term.id)
        order.user_id = self.make_user("sally", "sales_team.group_sale_salesman")
        order.action_confirm()
        order._create_invoices()
        self.env["payment.transaction"].sudo().create(
            {
                "provider_id": self.env["payment.provider"].sudo().search([], limit=1).id,
                "payment_method_id": self.env["payment.method"].sudo().search([], limit=1).id,
                "reference": "T1",
                "amount": 1.0,
                "currency_id": order.currency_id.id,
                "partner_id": self.ada.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        own = {"order": order.id, "company": order.company_id.id}
        sources = (
            *of_quotes.PAGE_SOURCES,
            *of_quotes.INVOICE_SOURCES,
            *of_quotes.PAYMENT_SOURCES,
        )
        self.assertEachFinds(order._finance_portal_fill_sources(sources, **own))

    def test_version_changes_with_a_payment(self):
        def pay():
            context = {"active_model": "account.move", "active_ids": self.invoice.ids}
            self.env["account.payment.register"].with_context(**context).create(
                {"amount": 1}
            )._create_payments()

        self.assertRedrawn(pay)

    def test_version_changes_when_sql_changes_a_row(self):
        self.assertRedrawn(
            lambda: self.env.cr.execute(
                "UPDATE account_move SET ref = ref WHERE id = %s", [self.invoice.id]
            )
        )

    def test_what_is_no_longer_there_has_a_version_too(self):
        sources = self.document._finance_portal_fill_sources((("account_move", "id = 0"),))
        self.assertTrue(self.page._get_version(sources))

    def test_another_document_keeps_its_version(self):
        other = self.invoice.copy()
        other.action_post()
        before = self.version()
        other.narration = "<p>Nothing to do with it</p>"
        self.assertEqual(self.version(), before)

    def test_kept_values_hold_texts_only(self):
        values = self.page._get_document_values(self.document)
        self.assertEqual(json.loads(json.dumps(values)).keys(), values.keys())

    def test_drawn_once_then_kept_in_each_language(self):
        self.page._get_document_values(self.document)
        drawn = []
        self.patch(
            type(self.invoice),
            "_finance_portal_get_page_values",
            lambda document: drawn.append(document.env.lang) or {},
        )
        self.page._get_document_values(self.document)
        self.assertEqual(drawn, [])
        self.page._get_document_values(self.document.with_context(lang="en_US"))
        self.assertEqual(drawn, ["en_US"])

    def test_a_kept_page_takes_few_queries(self):
        self.page._get_document_values(self.document)
        self.env.invalidate_all()
        # The document's company, whether a payment waits for the bank, and the version.
        with self.assertQueryCount(3):
            self.page._get_document_values(self.document)
