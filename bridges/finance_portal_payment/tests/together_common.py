"""Several invoices of one customer, and the browser that chooses among them."""

import re
from html import unescape
from urllib.parse import urlencode

from .payment_common import PaymentCase

LIST = "/finance/customer-portal/invoices"
BOX = re.compile(r'<input type="checkbox" name="item"[^>]*value="([\w-]{22})"')
ROW = re.compile(r'<span class="what">\s*<b>(?:<a[^>]*>)?([^<]*)')


class TogetherCase(PaymentCase):
    """``PaymentCase`` with three open invoices, and a statement that lists them.

    - ``one``, ``two``, ``three``: of 100.00 each
    - ``statement``: sent to ``ada``
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.one = cls.invoice
        cls.two, cls.three = cls.make_invoice(), cls.make_invoice(cls.ben)
        Issued = cls.env["finance.portal.issued.statement"]
        cls.statement = Issued.create({"partner_id": cls.ada.id})
        cls.statement._issue()

    def ref_of(self, document):
        return self.env["finance.portal.scope"]._make_ref(document)

    def choose(self, *moves, base=LIST):
        """Return the page to pay some invoices on, as pressing Continue leads to it."""
        items = [("item", self.ref_of(move)) for move in moves]
        return self.visit(f"{base}/pay?{urlencode(items)}")

    def open_statement(self, partner=None, **options):
        """Click a fresh link to the statement; return the link and the address of its page."""
        link, token = self.issue(self.statement, partner, **options)
        self.visit(f"/finance/i/{token}", follow=True)
        return link, f"/finance/d/{link.ref}"

    def offered(self, page):
        """Return what can be ticked on a page, as references."""
        return BOX.findall(page.text)

    def shown(self, page):
        """Return the names of all documents that a page lists for choosing."""
        return [unescape(name).rsplit(maxsplit=1)[-1] for name in ROW.findall(page.text)]

    def make_credit(self, amount, partner=None):
        """Return an open credit note."""
        line = {"name": "Returned", "price_unit": amount, "tax_ids": [(5,)]}
        return self.make_invoice(partner, move_type="out_refund", invoice_line_ids=[(0, 0, line)])

    def params_of(self, page):
        """Return what the form of a page sends."""
        return {
            "provider_id": self.provider.id,
            "payment_method_id": self.method.id,
            "flow": "direct",
            "access_token": self.form_of(page)["access-token"],
        }
