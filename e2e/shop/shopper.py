"""A shop guest without a browser window: fills a cart, enters an address, pays."""

import re

from e2e.toolbox import Guest

FORM = re.compile(r'<form[^>]*id="o_payment_form"[^>]*>')
METHOD = re.compile(r'<input[^>]*name="o_payment_radio"[^>]*>')
DELIVERY = re.compile(r'<input[^>]*name="o_delivery_radio"[^>]*>')
DATA = re.compile(r'data-([\w-]+)="([^"]*)"')
ADDRESS = {
    "phone": "+49 30 5550111",
    "street": "Uferweg 3",
    "city": "Berlin",
    "zip": "10115",
    "address_type": "billing",
    "use_delivery_as_billing": "true",
    "required_fields": "",
}


class Shopper(Guest):
    """A browser that never signed in, on one server."""

    def __init__(self, erp):
        super().__init__()
        self.erp = erp
        self.chosen = None  # the delivery method

    def ask(self, path: str, **params):
        """Call a JSON-RPC route as the page's script does; return the response body."""
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        return self.post(f"{self.erp.url}{path}", json=body).json()

    def call(self, path: str, **params):
        """Call a JSON-RPC route and return its result; an error fails the test."""
        answer = self.ask(path, **params)
        assert "error" not in answer, answer["error"]["data"]["message"]
        return answer.get("result")

    def page(self, path: str):
        """Open a page of the shop and follow redirects."""
        return self.get(f"{self.erp.url}{path}")

    def add(self, template: int, product: int) -> None:
        """Add one unit to the cart."""
        self.call("/shop/cart/add", product_template_id=template, product_id=product, quantity=1)

    def give_address(self, email: str, name: str = "Ida Berg") -> None:
        """Fill in the address form of the checkout."""
        [(germany,)] = self.erp.psql("SELECT id FROM res_country WHERE code = 'DE'")
        csrf = self.csrf(f"{self.erp.url}/shop/address")
        values = {**ADDRESS, "name": name, "email": email, "country_id": germany}
        answer = self.post(
            f"{self.erp.url}/shop/address/submit", data={**values, "csrf_token": csrf}
        )
        assert "redirectUrl" in answer.json(), answer.text

    def choose_delivery(self, method: int) -> None:
        """Choose a delivery method."""
        assert self.call("/shop/set_delivery_method", dm_id=method)["success"]
        self.chosen = method

    def payment_form(self) -> dict:
        """Return the data of the payment form, including one of its payment methods."""
        page = self.page("/shop/checkout?try_skip_step=true")
        if "/shop/checkout" in page.url and not self.chosen:
            [way] = DELIVERY.findall(page.text)[:1]
            self.choose_delivery(int(dict(DATA.findall(way))["dm-id"]))
        page = self.page("/shop/payment")
        form = FORM.search(page.text)
        assert form, page.url
        form = dict(DATA.findall(form.group()))
        [method] = METHOD.findall(page.text)[:1]
        return form | dict(DATA.findall(method))

    def start_payment(self, flow: str = "direct") -> dict:
        """Press Pay; return what Odoo sends to the provider's script."""
        form = self.payment_form()
        return self.call(
            form["transaction-route"],
            provider_id=int(form["provider-id"]),
            payment_method_id=int(form["payment-option-id"]),
            token_id=None,
            amount=float(form["amount"]),
            flow=flow,
            tokenization_requested=False,
            landing_route=form["landing-route"],
            access_token=form["access-token"],
        )

    def pay(self, state: str = "done"):
        """Pay with the demo provider; return the final page."""
        started = self.start_payment()
        self.call(
            "/payment/demo/simulate_payment",
            reference=started["reference"],
            payment_details="4242",
            simulated_state=state,
        )
        self.call("/payment/status/poll")
        return self.page("/shop/payment/validate")


def order_of(erp, email: str) -> tuple[int, str, str]:
    """Return id, state and name of the latest order for this email address."""
    [row] = erp.psql(
        "SELECT o.id, o.state, o.name FROM sale_order o JOIN res_partner p ON p.id = o.partner_id"
        " WHERE p.email = %s ORDER BY o.id DESC LIMIT 1", email
    )  # fmt: skip
    return row


def table_of(erp) -> tuple[int, int]:
    """Return the template and variant ids of the shop's product."""
    [row] = erp.psql(
        "SELECT t.id, p.id FROM product_template t JOIN product_product p"
        " ON p.product_tmpl_id = t.id WHERE t.name->>'en_US' = 'Oak table'"
    )
    return row
