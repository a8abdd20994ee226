"""Insert very many rows by SQL: open invoices, each with its receivable item alone, and copies."""

import time
from typing import NamedTuple

from ..platform.console import say
from ..platform.odoo import Site
from ..platform.server import Server
from .sites import drop_indexes, past_references

CHUNK = 100_000
TABLES = ("account_move", "account_move_line")


class Source(NamedTuple):
    """What the invoices are made of."""

    prefix: str  # of their numbers
    model: int  # the invoice that they are copies of
    people: list[int]  # whose they are
    day: str  # the date of the newest
    spread: int  # over how many days they are spread
    each: int = 1  # how many one customer gets before the next


def insert(server: Server, source: Source, first: int, total: int) -> None:
    """Insert invoices with the numbers from ``first`` on, until there are ``total``."""
    with past_references(server) as cursor:
        before = time.monotonic()
        indexes = [one for table in TABLES for one in drop_indexes(cursor, table)]
        for start in range(first, total, CHUNK):
            last = min(start + CHUNK, total) - 1
            values = {**source._asdict(), "first": start, "last": last}
            values["most"] = len(source.people)
            cursor.execute(_columns(cursor, _MOVES, "account_move"), values)
            cursor.execute(_columns(cursor, _ITEMS, "account_move_line"), values)
        for definition in indexes:
            cursor.execute(definition)
        for table in TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")
        say(f"   {total:,} invoices, {time.monotonic() - before:.0f} s")


def copies(site: Site, table: str, changes: dict[str, str], count: int) -> None:
    """Insert copies of a table's newest row.

    :param changes: columns that are another, as SQL, in which ``g`` is the number of the copy
    """
    columns = [
        name
        for (name,) in site.cluster.query(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = 'public' AND column_name <> 'id'", table, database=site.database
        )
    ]  # fmt: skip
    values = ", ".join(changes.get(name, f'"{name}"') for name in columns)
    names = ", ".join(f'"{name}"' for name in columns)
    site.cluster.query(
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, {count}) g"
        f" WHERE {table}.id = (SELECT max(id) FROM {table})",
        database=site.database,
    )


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
    SELECT {copied}, %(prefix)s || '/' || i, i, person, person, person,
           %(day)s::date - i %% %(spread)s
      FROM account_move source, generate_series(%(first)s::int, %(last)s::int) AS i,
           LATERAL (SELECT (%(people)s::int[])[1 + i / %(each)s %% %(most)s] AS person) AS people
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
     WHERE move.sequence_number BETWEEN %(first)s AND %(last)s
       AND move.name LIKE %(prefix)s || '/%%'
"""
