"""Short ways to read the portal's pages in tests."""

import re
from html import unescape

from odoo import Command

from .account_common import AccountCase

PORTAL = "/finance/customer-portal"
ROW = re.compile(
    r'<td role="cell" class="d">\s*<a href="(/finance/d/[\w-]{22})"><bdi>(.*?)</bdi></a>', re.DOTALL
)
STATES = re.compile(r'class="state (\w+)">([^<]+)<')
TARGET = r'<a class="button plain" rel="{}" href="([^"]+)"'


class PortalCase(AccountCase):
    """``AccountCase`` with ways to ask for a page of the portal and to read it."""

    def open(self, path="", status=200, **options):
        """Return a page of the portal."""
        page = self.visit(f"{PORTAL}{path}", **options)
        self.assertEqual(page.status_code, status, page.text)
        return page

    def names(self, page):
        """Return the numbers of the documents that a list shows, in its order."""
        return [unescape(name) for _path, name in ROW.findall(page.text)]

    def path_of(self, document):
        """Return the address of a document for who is signed in."""
        return f"/finance/d/{self.env['finance.portal.scope']._make_ref(document)}"

    def states(self, html):
        """Return ``(tone, text)`` of all states in a page, or in a part of it."""
        return [(tone, unescape(text)) for tone, text in STATES.findall(html)]

    def step(self, page, way):
        """Return the page behind Previous ("prev") or Next ("next"), ``None`` without one."""
        found = re.search(TARGET.format(way), page.text)
        return self.visit(unescape(found.group(1))) if found else None

    @classmethod
    def make_invoices(cls, count, partner=None):
        """Return posted invoices, by SQL copies of one: as fast as thousands need it."""
        source = cls.make_invoice(partner=partner)
        cls.env.flush_all()
        own = {"id", "name", "sequence_number", "access_token"}
        same = ", ".join(
            f'"{field.name}"'
            for field in cls.env["account.move"]._fields.values()
            if field.store and field.column_type and field.name not in own
        )
        cls.env.cr.execute(
            f"INSERT INTO account_move ({same}, name)"
            f" SELECT {same}, 'COPY/' || n FROM account_move, generate_series(1, %s) n"
            " WHERE id = %s",
            [count - 1, source.id],
        )
        cls.env.invalidate_all()
        return source

    @classmethod
    def pay(cls, move, amount=None, **values):
        """Register a payment, of all that is open by default."""
        context = {"active_model": "account.move", "active_ids": move.ids}
        register = cls.env["account.payment.register"].with_context(**context)
        values |= {"amount": amount} if amount else {}
        return register.create(values)._create_payments()

    @classmethod
    def priced(cls, price):
        """Return the values of an invoice of one line without taxes."""
        line = {"name": "Bread", "price_unit": price, "tax_ids": [Command.clear()]}
        return {"invoice_line_ids": [Command.create(line)]}
