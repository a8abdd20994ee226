"""Everybody does anything to a quote in any order, and a simple model says what must come of it."""

import functools

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import FinancePortalCase
from .decision_machine import START, DecisionMachine

# What visitors are told in the course of all examples.
TOLD = {
    "dead", "decided", "chosen", "incomplete", "changed", "too_late", "not_entitled", "not ours",
    "page open", "page closed", "page accepted", "page declined", "page None",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestDecisionMachine(FinancePortalCase):
    """No order of events brings about an answer that the customer did not give."""

    EVIDENCE = SQL("SELECT id, to_jsonb(d) AS facts FROM finance_portal_decision d ORDER BY id")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        order = cls.env.registry["sale.order"]
        cls.classPatch(
            order, "_finance_portal_fetch_pdf", lambda self, **_options: ("Quote.pdf", b"%PDF-1.4")
        )
        cls.classPatch(order, "_send_order_confirmation_mail", lambda self: None)
        cls.company.finance_portal_notify_decision = "nothing"
        names = ("ada", "ben", "eve", "stranger")
        cls.recipients = {name: getattr(cls, name) for name in names}
        cls.luxury = cls.env["account.tax"].create({"name": "Luxury 20", "amount": 20})
        cls.pricelists = [
            cls.env["product.pricelist"].create({"name": currency.name, "currency_id": currency.id})
            for currency in (cls.company.currency_id, cls.setup_other_currency("EUR"))
        ]
        cls.products = cls.env["product.product"].create(
            [
                {"name": name, "type": "service", "list_price": price}
                for name, price in (("Oven", 100), ("Tray", 10))
            ]
        )
        cls.till = cls.env["payment.provider"].sudo().create({"name": "Till", "code": "none"})
        visitor = cls.env.ref("base.public_user")
        cls.Visitor = cls.env["finance.portal.link"].with_user(visitor)

    def test_no_order_of_events_confirms_what_was_not_accepted(self):
        self.told = set()
        with freeze_time(START) as self.clock:
            run_state_machine_as_test(
                functools.partial(DecisionMachine, self),
                settings=settings(
                    max_examples=70,
                    stateful_step_count=30,
                    derandomize=True,
                    database=None,
                    deadline=None,
                    phases=[Phase.generate, Phase.shrink],
                    suppress_health_check=list(HealthCheck),
                ),
            )
        self.assertEqual(self.told, TOLD, "everything that may happen did happen")

    def make_sent_quote(self, terms):
        """Return a quote as the model begins with: an oven and, if wished, trays."""
        oven, tray = self.products
        lines = [
            {"product_id": oven.id, "price_unit": 100},
            {"name": "Extras", "display_type": "line_section", "is_optional": True},
            {"product_id": tray.id, "price_unit": 10, "product_uom_qty": 0},
        ]
        return self.make_quote(lines=lines, **self.keep_terms(terms))

    def keep_terms(self, terms):
        """Return the values of a quote that Odoo would choose anew for another customer."""
        return {
            "pricelist_id": self.pricelists[terms.euro].id,
            "note": terms.note and f"<p>{terms.note}</p>",
            "payment_term_id": False,
            "fiscal_position_id": False,
            "validity_date": terms.validity,
            "require_payment": bool(terms.prepayment),
            "prepayment_percent": terms.prepayment or 1.0,
            "require_signature": terms.signature,
        }

    def pay(self, order, amount):
        """Have the money for an order arrive, as Odoo's payment providers do."""
        # sudo: providers write transactions for visitors
        Transaction = self.env["payment.transaction"].sudo()
        transaction = Transaction.create(
            {
                "provider_id": self.till.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": Transaction._compute_reference("none"),
                "amount": amount,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
                "state": "done",
            }
        )
        transaction._check_amount_and_confirm_order()

    def decisions_of(self, order):
        """Return all that was ever decided about a quote, the oldest first."""
        # sudo: the order may be gone, and with it the right to read
        Decision = self.env["finance.portal.decision"].sudo()
        domain = [("res_model", "=", "sale.order"), ("res_id", "=", order.id)]
        return Decision.search(domain, order="id")
