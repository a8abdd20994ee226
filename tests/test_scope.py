"""One rule says what customers may see, in two forms: for a record, and for searches."""

from odoo.tests import tagged

from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestScope(FinancePortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Scope = cls.env["finance.portal.scope"]

    def assertSameRule(self, documents):
        """Assert that search and record agree for each document, of both customers."""
        for customer in (self.customer, self.rival):
            domain = self.Scope._get_domain(documents._name, customer, self.company)
            found = documents.with_context(active_test=False).search(domain)
            expected = documents.filtered(
                lambda one, customer=customer: (
                    one._finance_portal_is_shareable()
                    and one._finance_portal_get_customer() == customer
                )
            )
            self.assertEqual(found & documents, expected)

    def test_invoices(self):
        draft = self.make_invoice(post=False)
        cancelled = self.make_invoice()
        cancelled.button_draft()
        cancelled.button_cancel()
        bill = self.make_invoice(move_type="in_invoice", post=False)
        receipt = self.make_invoice(move_type="out_receipt")
        others = self.make_invoice(partner=self.eve)
        documents = self.invoice | draft | cancelled | bill | receipt | others
        self.assertSameRule(documents)
        domain = self.Scope._get_domain("account.move", self.customer, self.company)
        self.assertEqual(documents.search(domain), self.invoice | receipt)

    def test_quotes(self):
        draft, sent, reworked = self.make_quote(sent=False), self.make_quote(), self.make_quote()
        reworked.action_draft()
        order, cancelled, others = self.make_quote(), self.make_quote(), self.make_quote(self.eve)
        order.action_confirm()
        cancelled._action_cancel()
        self.assertSameRule(draft | sent | reworked | order | cancelled | others)

    def test_own_documents(self):
        """A contact who is limited to own documents sees those that name them."""
        bens = self.make_invoice(partner=self.ben)
        domain = self.Scope._get_domain(
            "account.move", self.customer, self.company, contact=self.ben
        )
        self.assertEqual(self.env["account.move"].search(domain), bens)

    def test_contacts_that_are_known_are_looked_up_once(self):
        books = self.Scope._find_books(self.customer)
        self.assertEqual(
            set(books.contacts.ids), {*self.customer.ids, *self.customer.child_ids.ids}
        )
        accounts = self.env["account.account"].sudo().browse(books.accounts)
        self.assertEqual({*accounts.mapped("account_type")}, {"asset_receivable"})
        orders = self.env["sale.order"]
        with self.assertQueryCount(0):
            known = orders._finance_portal_get_customer_domain(self.customer, books.contacts)
        fresh = orders._finance_portal_get_customer_domain(self.customer)
        self.assertEqual(known, fresh)
        mine, others = self.make_quote(), self.make_quote(self.eve)
        domain = orders._finance_portal_get_customer_domain(self.rival, books.contacts)
        self.assertEqual(mine.search(domain) & (mine | others), others, "those of another customer")

    def test_references(self):
        """A reference leads back to its document, and only one that this database made does."""
        ref = self.Scope._make_ref(self.invoice)
        self.assertEqual(self.Scope._read_ref(ref), ("account.move", self.invoice.id))
        self.assertIsNone(self.Scope._read_ref(ref[::-1]))
