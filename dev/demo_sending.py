"""Send an invoice and a quote of the demo company the way a user would."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from .console import step
from .inbox import Inbox
from .server import Server

LIVE = (
    "SELECT res_id FROM finance_portal_link WHERE res_model = %s AND revoked_at IS NULL"
    " AND expires_at > now() AT TIME ZONE 'UTC' ORDER BY id LIMIT 1"
)

# Somebody may have archived a contact since.
REACHABLE = [("partner_id.active", "=", True), ("partner_id.email", "!=", False)]


def send_samples(server: Server, inbox: Inbox) -> tuple[dict | None, dict | None]:
    """Send what is not out there yet; return the invoice and the quote that have a live link.

    Only the first start sends, and one after all links died: what a newcomer has done to a
    document since is still there at the next start.
    """
    invoice = _Kind("account.move", "invoice", _find_invoice, _send_invoice)
    quote = _Kind("sale.order", "quote", _find_quote, _send_quote)
    return _share(server, inbox, invoice), _share(server, inbox, quote)


class _Kind(NamedTuple):
    """A kind of document: which one to send, and how."""

    model: str
    name: str
    find: Callable[[Server], list[int]]
    send: Callable[[Server, list[int]], None]


def _share(server: Server, inbox: Inbox, kind: _Kind) -> dict | None:
    """Return the document of a kind that has a live link, after sending one if none has."""
    live = server.psql(LIVE, kind.model)
    ids = [live[0][0]] if live else kind.find(server)
    if not ids:
        return None
    if not live:
        with step(f"Sending the first {kind.name}"):
            before = len(inbox.messages)
            kind.send(server, ids)
            inbox.wait_for(before + 1)
    (document,) = server.rpc(kind.model, "read", ids, ["name", "partner_id"])
    return document


def _find_invoice(server: Server) -> list[int]:
    """Return the first open invoice."""
    domain = [("move_type", "=", "out_invoice"), ("state", "=", "posted"), *REACHABLE]
    return server.rpc("account.move", "search", domain, limit=1, order="id")


def _find_quote(server: Server) -> list[int]:
    """Return the first quote that a customer can still sign."""
    domain = [
        ("state", "in", ("draft", "sent")),
        ("require_signature", "=", True),
        ("validity_date", ">=", date.today().isoformat()),
        *REACHABLE,
    ]
    return server.rpc("sale.order", "search", domain, limit=1, order="id")


def _send_invoice(server: Server, ids: list[int]) -> None:
    """Press Send to Customer on the invoice, and Send in the dialog."""
    context = {"active_model": "account.move", "active_ids": ids}
    model = "account.move.send.wizard"
    wizard = server.rpc(model, "create", [{"move_id": ids[0]}], context=context)
    server.rpc(model, "action_send_and_print", wizard)


def _send_quote(server: Server, ids: list[int]) -> None:
    """Press Send to Customer on the quote, and Send in the dialog."""
    context = server.rpc("sale.order", "action_quotation_send", ids)["context"]
    wizard = server.rpc("mail.compose.message", "create", [{}], context=context)
    server.rpc("mail.compose.message", "action_send_mail", wizard, context=context)
