"""Measure the customer portal beside the ERP's own, with few and with many invoices."""

import contextlib
import json
import re
import time
from pathlib import Path

import psycopg2

from ..platform.console import say
from ..platform.server import Server, shell
from . import meter
from .meter import Result, fetch, visitor
from .plans import plan_of
from .sites import drop_indexes

PORTAL = "/finance/customer-portal"
OWN, OTHERS = 200, 2000
CHUNK = 100_000
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
# what: our page, the ERP's
PAGES = (
    ("overview / the ERP's /my", PORTAL, "/my"),
    ("invoices / the ERP's", f"{PORTAL}/invoices", "/my/invoices"),
    ("open invoices by due day / the ERP's", f"{PORTAL}/invoices?show=open&sort=due", None),
    ("payments", f"{PORTAL}/payments", None),
    ("quotes / the ERP's", f"{PORTAL}/quotes", "/my/quotes"),
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
    """A customer with an account, one with the ERP's own portal, and what they wait for."""

    def __init__(self, server: Server, facts: dict):
        self.server = server
        data = str(Path(__file__).with_name("portal_data.py"))
        [(ours,)] = server.psql("SELECT min(id) FROM res_company")
        sizes = ([ours, facts["native_company"]], OWN, OTHERS)
        code = f"import runpy\nrunpy.run_path({data!r})['load'](env, *{sizes!r})\n"
        self.facts = json.loads(shell(server.site, code).splitlines()[-1])
        ours, theirs = self.facts["logins"]
        self.session = self._sign_in(f"{PORTAL}/login", email=ours)
        self.native = self._sign_in("/web/login", login=theirs)

    def _sign_in(self, path: str, **names):
        session = visitor()
        url = self.server.url + path
        [token] = CSRF.findall(session.get(url).text)[:1]
        data = {"csrf_token": token, "password": self.facts["password"], **names}
        answer = session.post(url, data=data, allow_redirects=False)
        if answer.status_code != 303:
            raise RuntimeError(f"signing in at {path} answered {answer.status_code}")
        return session

    def count(self) -> int:
        """Return how many invoices the database holds."""
        sql = "SELECT count(*) FROM account_move WHERE move_type = 'out_invoice'"
        return self.server.psql(sql)[0][0]

    def measure(self, requests: int) -> dict[str, tuple[Result, Result | None]]:
        """Return our figures and the ERP's for each page."""
        found = {}
        for what, ours, theirs in PAGES:
            actions = [lambda path=ours: fetch(self.session, self.server.url + path)]
            if theirs:
                actions.append(lambda path=theirs: fetch(self.native, self.server.url + path))
            results = meter.compare(self.server, requests, *actions)
            found[what] = (results[0], results[1] if theirs else None)
        return found

    def plans(self) -> list[tuple[str, str]]:
        """Return the queries behind the lists, and the indexes each uses."""
        [(customer,)] = self.server.psql(
            "SELECT id FROM res_partner WHERE email = %s", self.facts["logins"][0]
        )
        return [
            (what, plan_of(self.server, sql.format(customer=customer))) for what, sql in QUERIES
        ]

    def grow(self, total: int) -> None:
        """Insert invoices of other customers, each with its receivable item."""
        connection = contextlib.closing(self.server.site.cluster.connect(self.server.db))
        with connection as opened, opened.cursor() as cursor:
            try:
                cursor.execute("SET session_replication_role = replica")
            except psycopg2.Error:
                say("   not a superuser: references are checked, which takes longer")
            before, tables = time.monotonic(), ("account_move", "account_move_line")
            indexes = [one for table in tables for one in drop_indexes(cursor, table)]
            for start in range(self.count(), total, CHUNK):
                last = min(start + CHUNK, total) - 1
                values = {"first": start, "last": last, "model": self.facts["model"]}
                cursor.execute(_columns(cursor, _MOVES, "account_move"), values | self._people())
                cursor.execute(_columns(cursor, _ITEMS, "account_move_line"), values)
            for definition in indexes:
                cursor.execute(definition)
            for table in tables:
                cursor.execute(f"VACUUM ANALYZE {table}")
            say(f"   {total:,} invoices, {time.monotonic() - before:.0f} s")

    def _people(self) -> dict:
        return {"people": self.facts["others"], "most": len(self.facts["others"])}


def _columns(cursor, sql: str, table: str) -> str:
    """Return ``sql`` with the columns in it that a copy of a row takes over."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND is_generated = 'NEVER' AND NOT column_name = ANY(%s)",
        [table, OWN_COLUMNS[table]],
    )
    names = [f'"{name}"' for (name,) in cursor.fetchall()]
    copied = ", ".join(f"source.{name}" for name in names)
    return sql.format(names=", ".join(names), copied=copied)


OWN_COLUMNS = {
    "account_move": [
        "id", "name", "payment_reference", "sequence_number", "access_token", "partner_id",
        "commercial_partner_id", "partner_shipping_id", "invoice_date",
    ],
    "account_move_line": ["id", "move_id", "move_name", "partner_id"],
}  # fmt: skip
_MOVES = """
    INSERT INTO account_move ({names}, name, sequence_number, partner_id, commercial_partner_id,
                              partner_shipping_id, invoice_date)
    SELECT {copied}, 'MANY/' || i, i, person, person, person, date '2026-01-15' - i %% 700
      FROM account_move source, generate_series(%(first)s::int, %(last)s::int) AS i,
           LATERAL (SELECT (%(people)s::int[])[1 + i %% %(most)s] AS person) AS people
     WHERE source.id = %(model)s
"""
# The item that is copied is found once: there are no indexes meanwhile.
_ITEMS = """
    WITH source AS MATERIALIZED (
        SELECT * FROM account_move_line
         WHERE move_id = %(model)s AND display_type = 'payment_term')
    INSERT INTO account_move_line ({names}, move_id, move_name, partner_id)
    SELECT {copied}, move.id, move.name, move.partner_id
      FROM account_move move, source
     WHERE move.sequence_number BETWEEN %(first)s AND %(last)s AND move.name LIKE 'MANY/%%'
"""
