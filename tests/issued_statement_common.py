"""Statements that were sent, for tests."""

import lxml.html

from odoo import Command

from .batch_common import BatchCase
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


class OwingCase(BatchCase):
    """Customers who owe something, and some who don't, or have no address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.moves + cls.invoice).button_draft()
        (cls.moves + cls.invoice).button_cancel()
        Partner = cls.env["res.partner"]
        names = ("Late", "Soon", "Small", "Credit", "Nothing", "Mute")
        cls.late, cls.soon, cls.small, cls.credit, cls.nothing, cls.mute = cls.all = Partner.create(
            [
                {"name": name, "is_company": True, "email": f"{name.lower()}@many.example.com"}
                for name in names
            ]
        )
        cls.mute.email = False
        cls.bill(cls.late, 100, "2026-01-31")
        cls.bill(cls.soon, 200, "2099-01-31")
        cls.bill(cls.small, 5, "2026-01-31")
        cls.bill(cls.credit, 50, "2026-01-31", move_type="out_refund")
        cls.bill(cls.mute, 70, "2026-01-31")

    @classmethod
    def bill(cls, partner, amount, due, **values):
        line = {"name": "Bread", "price_unit": amount, "tax_ids": [Command.clear()]}
        return cls.make_invoice(
            partner,
            invoice_date_due=due,
            invoice_payment_term_id=False,
            invoice_line_ids=[Command.create(line)],
            **values,
        )
