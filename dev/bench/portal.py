"""Measure the customer portal beside Odoo's own, with few and with many invoices."""

import json
from pathlib import Path

from ..platform.server import Server, shell
from . import meter
from .customers import PORTAL, sign_in
from .many import Source, insert
from .meter import Result, fetch
from .plans import plan_of

OWN, OTHERS = 200, 2000
# what: our page, Odoo's
PAGES = (
    ("overview / Odoo's /my", PORTAL, "/my"),
    ("overview / Odoo's /my and what its script counts", PORTAL, "/my#counters"),
    ("invoices / Odoo's", f"{PORTAL}/invoices", "/my/invoices"),
    ("open invoices by due day / Odoo's", f"{PORTAL}/invoices?show=open&sort=due", None),
    ("payments", f"{PORTAL}/payments", None),
    ("quotes / Odoo's", f"{PORTAL}/quotes", "/my/quotes"),
    ("statement", f"{PORTAL}/statement", None),
)
_INVOICES = (
    "FROM account_move WHERE commercial_partner_id = {customer} AND state = 'posted'"
    " AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
)
_PAYMENTS = (
    "FROM account_payment WHERE partner_type = 'customer' AND payment_type = 'inbound' AND"
    " partner_id IN (SELECT id FROM res_partner WHERE commercial_partner_id = {customer})"
)
# what asks: its query
QUERIES = (
    ("invoices, first page", f"SELECT id {_INVOICES} ORDER BY invoice_date DESC, id DESC LIMIT 21"),
    (
        "invoices, a later page",
        f"SELECT id {_INVOICES} AND invoice_date <= date '2026-01-10' AND"
        " (invoice_date < date '2026-01-10' OR id < 1000)"
        " ORDER BY invoice_date DESC, id DESC LIMIT 21",
    ),
    ("invoices, how many", f"SELECT count(*) FROM (SELECT 1 {_INVOICES} LIMIT 1001) AS found"),
    ("invoices by due day", f"SELECT id {_INVOICES} ORDER BY invoice_date_due, id LIMIT 21"),
    ("payments, first page", f"SELECT id {_PAYMENTS} ORDER BY date DESC, id DESC LIMIT 21"),
)


class Portal:
    """A customer with an account, one with Odoo's own portal, and what they wait for."""

    def __init__(self, server: Server, facts: dict):
        self.server = server
        data = str(Path(__file__).with_name("portal_data.py"))
        [(ours,)] = server.psql("SELECT min(id) FROM res_company")
        sizes = ([ours, facts["native_company"]], OWN, OTHERS)
        code = f"import runpy\nrunpy.run_path({data!r})['load'](env, *{sizes!r})\n"
        self.facts = json.loads(shell(server.site, code).splitlines()[-1])
        ours, theirs = self.facts["logins"]
        password = self.facts["password"]
        self.session = sign_in(server, f"{PORTAL}/login", password, email=ours)
        self.native = sign_in(server, "/web/login", password, login=theirs)

    def count(self) -> int:
        """Return how many invoices the database holds."""
        sql = "SELECT count(*) FROM account_move WHERE move_type = 'out_invoice'"
        return self.server.psql(sql)[0][0]

    def measure(self, requests: int) -> dict[str, tuple[Result, Result | None]]:
        """Return our figures and Odoo's for each page."""
        found = {}
        for what, ours, theirs in PAGES:
            actions = [lambda path=ours: fetch(self.session, self.server.url + path)]
            if theirs:
                actions.append(lambda path=theirs: self._ask_native(path))
            results = meter.compare(self.server, requests, *actions)
            found[what] = (results[0], results[1] if theirs else None)
        return found

    def _ask_native(self, path: str) -> None:
        """Open a page of Odoo's, and ask for the numbers on it as its script does."""
        path, counts, _rest = path.partition("#counters")
        parts = fetch(self.native, self.server.url + path).text.split('data-placeholder_count="')
        names = [part.partition('"')[0] for part in parts[1:]] if counts else []
        for start in range(0, len(names), 5):
            body = {"jsonrpc": "2.0", "params": {"counters": names[start : start + 5]}}
            url = f"{self.server.url}/my/counters"
            self.native.post(url, json=body, timeout=120).raise_for_status()

    def plans(self) -> list[tuple[str, str]]:
        """Return the queries behind the lists, and the indexes each uses."""
        [(customer,)] = self.server.psql(
            "SELECT id FROM res_partner WHERE email = %s", self.facts["logins"][0]
        )
        return [
            (what, plan_of(self.server, sql.format(customer=customer))) for what, sql in QUERIES
        ]

    def grow(self, total: int) -> None:
        """Insert invoices of other customers."""
        source = Source("MANY", self.facts["model"], self.facts["others"], "2026-01-15", 700)
        insert(self.server, source, self.count(), total)
