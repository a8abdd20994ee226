"""docs/api.md: with Automation Rules, another program is told that a quote was accepted."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from e2e.toolbox import QUEUE_RACE, Guest, address, share, until

# Odoo gives the other program a second to answer, and goes on without.
pytestmark = pytest.mark.server_log(QUEUE_RACE, r"Webhook call timed out")

SEEN = re.compile(r'name="seen"[^>]*?value="([^"]+)"')
FIELDS = ("res_model", "res_id", "name", "date")


@pytest.fixture
def program():
    """A program with an address: what it was told, and where."""
    told = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self):
            told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments):
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield told, f"http://127.0.0.1:{server.server_port}/accepted"
    server.shutdown()


def _make_rule(erp, url: str) -> int:
    [(model,)] = erp.psql("SELECT id FROM ir_model WHERE model = 'finance.portal.decision'")
    ids = erp.psql(
        "SELECT id FROM ir_model_fields WHERE model_id = %s AND name = ANY(%s)", model, list(FIELDS)
    )
    action = {
        "name": "Tell another program",
        "model_id": model,
        "state": "webhook",
        "usage": "base_automation",
        "webhook_url": url,
        "webhook_field_ids": [(6, 0, [field for (field,) in ids])],
    }
    rule = {
        "name": "A quote was accepted",
        "model_id": model,
        "trigger": "on_create",
        "filter_domain": "[('kind', '=', 'accepted')]",
        "action_server_ids": [(0, 0, action)],
    }
    return erp.rpc("base.automation", "create", [rule])[0]


def test_another_program_is_told_of_an_accepted_quote(erp, inbox, partner, program):
    told, url = program
    rule = _make_rule(erp, url)
    email = address("buyer")
    contact = partner(name="Ada", email=email, lang="en_US")
    [product] = erp.rpc("product.product", "create", [{"name": "Oven", "type": "service"}])
    line = {"product_id": product, "price_unit": 100.0, "tax_ids": []}
    values = {
        "partner_id": contact, "require_signature": False, "require_payment": False,
        "order_line": [(0, 0, line)],
    }  # fmt: skip
    [order] = erp.rpc("sale.order", "create", [values])
    erp.rpc("sale.order", "action_quotation_sent", order)
    guest = Guest()
    page = guest.get(share(erp, inbox, order, contact, email, model="sale.order").url)
    form = {
        "csrf_token": guest.csrf(page.url),
        "seen": SEEN.search(page.text)[1],
        "name": "Ada Baker",
    }
    answer = guest.post(f"{page.url}/accept", data=form, allow_redirects=False)
    assert answer.status_code == 303
    message = until(lambda: told and told[0])
    assert (message["res_model"], message["res_id"]) == ("sale.order", order)
    assert message["name"] == "Ada Baker"
    assert len(told) == 1
    erp.rpc("base.automation", "unlink", [rule])
