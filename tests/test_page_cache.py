import json

from odoo.tests import tagged

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
