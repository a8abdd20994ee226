"""Statements that were sent, for tests."""

import lxml.html

from .page_common import InvoicePageCase


class IssuedCase(InvoicePageCase):
    """Statements of Ada's customer, whose only invoices are those that a test makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice.button_draft()
        cls.invoice.button_cancel()
        cls.Issued = cls.env["finance.portal.issued.statement"]

    @classmethod
    def issue_to(cls, partner=None, **values):
        """Return a statement that was sent now."""
        statement = cls.Issued.create({"partner_id": (partner or cls.ada).id, **values})
        statement._issue()
        return statement

    def figures(self, statement, lang="en_US"):
        """Return what the page shows of the books now."""
        self.env.invalidate_all()
        document = statement.sudo().with_company(statement.company_id).with_context(lang=lang)
        return document._finance_portal_get_live_values(None)

    def changes(self, statement):
        """Return what the page says has changed."""
        return (self.figures(statement)["changes"] or {}).get("rows", [])

    def page(self, statement):
        """Return the page, as a document."""
        html = self.render(statement, files=[], **self.figures(statement))
        return lxml.html.fromstring(html)
