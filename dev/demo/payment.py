"""Let the customers of the demo company pay: Odoo's provider for trying out takes any card."""


def load(env, _customers: dict, _tax) -> None:
    """Enable the provider in test mode, and ask for a prepayment where a quote is signed."""
    # sudo: providers are an administrator's
    provider = env.ref("payment.payment_provider_demo").sudo()
    provider.write({"state": "test", "is_published": True})
    # The one that the start sends, see ``sending.py``.
    [quote] = env["sale.order"].search(
        [("state", "=", "draft"), ("require_signature", "=", True)], order="id", limit=1
    )
    quote.write({"require_payment": True, "prepayment_percent": 0.3})
