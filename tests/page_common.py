"""What the tests of document pages share: one day, and short ways to read a page."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tools import formatLang

from .common import FinancePortalCase

NOW = "2026-03-10 12:00:00"
TODAY = fields.Date.from_string("2026-03-10")


class PageCase(FinancePortalCase):
    """Documents around one day, and short ways to read their page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(NOW))
        cls.tax = cls.company_data["default_tax_sale"]  # 15%

    @classmethod
    def section(cls, name, kind="line_section", **values):
        return {"display_type": kind, "name": name, **values}

    @classmethod
    def pay(cls, move, amount=None, **values):
        """Register a payment, of all that is open by default."""
        context = {"active_model": "account.move", "active_ids": move.ids}
        register = cls.env["account.payment.register"].with_context(**context)
        values = {"payment_date": TODAY, **values, **({"amount": amount} if amount else {})}
        return register.create(values)._create_payments()

    @classmethod
    def values(cls, document, lang="en_US"):
        """Return what the page of ``document`` shows, as the rendering service asks for it."""
        document = document.sudo().with_company(document.company_id).with_context(lang=lang)
        return document._finance_portal_get_page_values()

    @classmethod
    def render(cls, record, lang="en_US", **more):
        """Return the HTML of the page of ``record``, with ``more`` values."""
        document = record.sudo().with_company(record.company_id).with_context(lang=lang)
        values = {
            "lang": "en",
            "dir": "ltr",
            "nonce": "nonce",
            "asset": cls.env["finance.portal.page"]._get_asset_url,
            "csrf_token": "csrf",
            "brand": cls.env["finance.portal.page"]._get_brand(document.company_id),
            "base_path": "/finance/d/reference",
            "expires": "11 Mar 2026, 12:00",
            "page_title": document._finance_portal_get_title(),
            "has_pdf": document._finance_portal_has_pdf(),
            **document._finance_portal_get_page_values(),
            **more,
        }
        template = document._finance_portal_get_template()
        return document.env["ir.qweb"]._render(template, values, minimal_qcontext=True)

    def money(self, amount, currency=None):
        return formatLang(self.env, amount, currency_obj=currency or self.company.currency_id)

    def totals(self, document, *kinds):
        """Return ``(label, amount)`` of the totals, of some kinds only when named."""
        rows = self.values(document)["totals"]
        return [(r["label"], r["amount"]) for r in rows if not kinds or r["kind"] in kinds]


class InvoicePageCase(PageCase):
    """Invoices, credit notes and receipts around one day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.immediate = cls.env.ref("account.account_payment_term_immediate")

    @classmethod
    def make(cls, *lines, days=0, move_type="out_invoice", **values):
        """Return a posted document that is due ``days`` from today.

        :param lines: values of lines; 100.00 without taxes when there are none
        """
        values.setdefault("invoice_payment_term_id", False)
        return cls.make_invoice(
            move_type=move_type,
            invoice_date=TODAY + timedelta(days=min(days, 0)),
            invoice_date_due=TODAY + timedelta(days=days),
            invoice_line_ids=[Command.create(line) for line in lines or [cls.line()]],
            **values,
        )

    @classmethod
    def line(cls, price=100.0, taxed=False, **values):
        taxes = [Command.set(cls.tax.ids if taxed else [])]
        return {"name": "Bread", "price_unit": price, "tax_ids": taxes, **values}

    @classmethod
    def reverse(cls, move):
        """Return the posted credit note that takes all of ``move`` back."""
        return move._reverse_moves([{"invoice_date": TODAY}], cancel=True)

    def pay_rows(self, move):
        """Return ``(label, value)`` of what is shown on how to pay."""
        rows = (self.values(move)["pay"] or {}).get("rows", [])
        return [(row["label"], row["value"]) for row in rows]

    def states(self, move):
        return [text for _tone, text in self.values(move)["hero"]["states"]]


class OrderPageCase(PageCase):
    """Quotes and orders around one day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls.bread = cls.env["product.product"].create(
            {"name": "Bread", "list_price": 100.0, "type": "consu", "invoice_policy": "order"}
        )

    @classmethod
    def make(cls, *lines, days=None, **values):
        """Return a quote of Ada's that was sent.

        :param lines: values of lines; one loaf for 100.00 without taxes when there are none
        :param int days: how many days it is still valid; for ever when empty
        """
        valid = TODAY + timedelta(days=days) if days is not None else False
        order = cls.env["sale.order"].create(
            {
                "partner_id": cls.ada.id,
                "date_order": NOW,
                "validity_date": valid,
                "require_signature": False,
                "require_payment": False,
                "user_id": False,
                "payment_term_id": False,
                "note": False,
                "order_line": [
                    Command.create({"sequence": number, **line})
                    for number, line in enumerate(lines or [cls.line()])
                ],
                **values,
            }
        )
        order.action_quotation_sent()
        return order

    @classmethod
    def line(cls, price=100.0, taxed=False, **values):
        return {
            "product_id": cls.bread.id,
            "name": "Bread",
            "price_unit": price,
            "tax_ids": [Command.set(cls.tax.ids if taxed else [])],
            **values,
        }

    def rows(self, order):
        return self.values(order)["table"]["rows"]

    def states(self, order):
        return self.values(order)["hero"]["states"]

    @classmethod
    def invoice_all(cls, order):
        """Return the posted invoice of an order, confirmed before if need be."""
        if order.state != "sale":
            order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice
