"""Give the demo company's website something to sell."""

PRODUCTS = (
    ("Brand guide, printed", 89.0, "Your brand guidelines on forty pages."),
    ("Poster, A1", 18.5, "Printed on heavy paper, rolled."),
    ("Half-day consultation", 420.0, "Four hours with a designer, on site or by video."),
)


def load(env, _customers: dict, tax) -> None:
    """Publish three products in the shop."""
    env["product.template"].create(
        [
            {
                "name": name,
                "list_price": price,
                "description_sale": text,
                "type": "service",
                "taxes_id": [(6, 0, tax.ids)],
                "is_published": True,
            }
            for name, price, text in PRODUCTS
        ]
    )
