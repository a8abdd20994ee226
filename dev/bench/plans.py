"""Name the index that each hot query on links uses, as PostgreSQL plans it."""

import json

from ..platform.server import Server

# what asks: query on finance_portal_link, with values that exist
QUERIES = (
    ("exchange", "token_hash = (SELECT encode(sha256('7'::bytea), 'hex')) AND prefix = 'i'"),
    ("page", "ref = (SELECT left(md5('7'), 22))"),
    ("Sharing tab, change of a document", "res_model = 'account.move' AND res_id = {move}"),
    ("delivery in the Sharing tab", "mail_message_id IN (100000007, 100000008)"),
    ("change of a contact", "partner_id = {partner} AND revoked_at IS NULL"),
    ("deletion of a customer", "customer_id = {partner}"),
    ("live links", "revoked_at IS NULL AND expires_at > now() AT TIME ZONE 'utc'"),
    ("retention", "company_id = {company} AND expires_at < timestamp '2020-01-01' LIMIT 5000"),
)


def plans(server: Server) -> list[tuple[str, str]]:
    """Return what asks, and the indexes its query uses."""
    [(move, partner, company)] = server.psql(
        "SELECT res_id, partner_id, company_id FROM finance_portal_link"
        " WHERE partner_id IS NOT NULL ORDER BY id LIMIT 1"
    )
    values = {"move": move, "partner": partner, "company": company}
    select = "SELECT * FROM finance_portal_link WHERE "
    return [(name, plan_of(server, select + where.format(**values))) for name, where in QUERIES]


def plan_of(server: Server, sql: str) -> str:
    """Return the names of the indexes that a query uses, or that a whole table is read."""
    [(plan,)] = server.psql(f"EXPLAIN (FORMAT JSON) {sql}")
    plan = json.loads(plan) if isinstance(plan, str) else plan
    names = sorted(set(_indexes(plan[0]["Plan"])))
    return ", ".join(names) or "none: reads the whole table"


def _indexes(node: dict):
    """Yield the names of the indexes in a plan."""
    if "Index Name" in node:
        yield node["Index Name"]
    for child in node.get("Plans", ()):
        yield from _indexes(child)
