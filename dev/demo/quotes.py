"""Create the quotes of the demo company, one for each way a customer can meet one."""

from datetime import timedelta

from odoo import fields


def load(env, customers: dict, tax) -> None:
    """Create quotes and one order; none of them is sent yet, the start does that."""
    # Shows the discount to staff as well: Odoo hides the column unless asked to.
    env["res.config.settings"].create({"group_discount_per_so_line": True}).execute()
    make = _Maker(env, tax)
    english, german = customers["en_GB"], customers["de_DE"]
    make.quote(english, _campaign(make), valid_for=14, require_signature=True)
    make.quote(
        german,
        [
            make.section("Neuer Auftritt"),
            make.line("Logo, drei Entwürfe", 1850.0),
            make.line("Geschäftsausstattung", 640.0, discount=5),
            make.note("Zwei Korrekturrunden sind enthalten."),
        ],
        valid_for=21,
        require_signature=True,
    )
    make.quote(
        customers["fr_FR"],
        [make.line("Refonte du site, douze pages", 5760.0)],
        valid_for=30,
        require_signature=True,
        require_payment=True,
        prepayment_percent=0.3,
    )
    expired = make.quote(
        customers["es_ES"],
        [make.line("Señalética para la tienda", 930.0)],
        days_ago=40,
        valid_for=10,
    )
    expired.action_quotation_sent()
    order = make.quote(
        customers["nl_NL"],
        [make.line("Fotobewerking, per foto", 24.5, quantity=80)],
        days_ago=8,
        valid_for=30,
    )
    order.action_confirm()


def _campaign(make) -> list[dict]:
    """Return the lines of the quote that the demo sends: a bit of everything."""
    return [
        make.section("Autumn campaign"),
        make.line("Campaign design", 3200.0, discount=10),
        make.line("Posters, A1, printed", 18.5, quantity=60),
        make.note("Two rounds of corrections are included."),
        # Lines under it start at zero: the customer chooses.
        make.section("Optional extras", is_optional=True),
        make.line("Social media set, twelve pictures", 540.0, quantity=0),
    ]


class _Maker:
    """Make quotes and their lines."""

    def __init__(self, env, tax):
        self._env = env
        self._tax = tax
        self._today = fields.Date.context_today(env.user)

    def quote(self, customer, lines: list[dict], days_ago: int = 0, valid_for: int = 0, **values):
        """Create a quote for the first contact of a customer.

        :param days_ago: its age in days
        :param valid_for: how many days it is valid, counted from its date
        """
        lines = [(0, 0, {**line, "sequence": number}) for number, line in enumerate(lines)]
        date = self._today - timedelta(days=days_ago)
        order = self._env["sale.order"].create(
            {
                "partner_id": customer.child_ids[:1].id,
                "date_order": date,
                "validity_date": date + timedelta(days=valid_for),
                "require_signature": False,
                "require_payment": False,
                "order_line": lines,
                **values,
            }
        )
        order.payment_term_id = self._env.ref("account.account_payment_term_30days")
        return order

    def line(self, name: str, price: float, quantity: float = 1, discount: float = 0) -> dict:
        """Return a line with a service of its own."""
        product = self._env["product.product"].create(
            {"name": name, "type": "service", "list_price": price, "taxes_id": [(6, 0, [])]}
        )
        return {
            "product_id": product.id,
            "product_uom_qty": quantity,
            "discount": discount,
            "tax_ids": [(6, 0, self._tax.ids)],
        }

    def section(self, name: str, **values) -> dict:
        """Return a heading."""
        return {"display_type": "line_section", "name": name, **values}

    def note(self, text: str) -> dict:
        """Return a line of text."""
        return {"display_type": "line_note", "name": text}
