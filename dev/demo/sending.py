"""Send a document of each kind of the demo company the way a user would."""

from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import NamedTuple

from ..platform.console import say, step
from ..platform.inbox import Inbox
from ..platform.paths import module_names
from ..platform.rpc import RpcError
from ..platform.server import Server
from .bridges import MORE, SAMPLES

LIVE = (
    "SELECT res_id FROM finance_portal_link WHERE res_model = %s AND revoked_at IS NULL"
    " AND expires_at > now() AT TIME ZONE 'UTC' ORDER BY id LIMIT 1"
)

REFUSED = "odoo.exceptions.UserError"

# Somebody may have archived a contact since.
REACHABLE = [("partner_id.active", "=", True), ("partner_id.email", "!=", False)]


class Sample(NamedTuple):
    """One document that the start sends, and what to do with it.

    ``step`` is what to click, with ``%(name)s`` and ``%(customer)s`` where they belong; ``then``
    follows behind what bridges add to it.
    """

    model: str
    name: str
    find: Callable[[Server], list[int]]
    send: Callable[[Server, list[int]], None]
    step: str
    then: str = ""


def send_samples(server: Server, inbox: Inbox) -> list[str]:
    """Send what is not out there yet; return what to do with each document that has a live link.

    Only the first start sends, and one after all links died: what a newcomer has done to a
    document since is still there at the next start.
    """
    bridges = [name for name in module_names() if name in SAMPLES]
    modules = [import_module(f"{__package__}.{SAMPLES[name]}") for name in bridges]
    own = (QUOTE, INVOICE, STATEMENT)
    samples = [*own, *(sample for module in modules for sample in module.SAMPLES)]
    return [step for sample in samples if (step := _share(server, inbox, sample))]


def _more(name: str) -> str:
    """Return what the installed bridges add to the step of a sample."""
    bridges = [MORE.get(bridge, {}) for bridge in module_names()]
    return "".join(more.get(name, "") for more in bridges)


def _share(server: Server, inbox: Inbox, sample: Sample) -> str:
    """Return what to do with the document that has a live link, after sending one if none has."""
    live = server.psql(LIVE, sample.model)
    ids = [live[0][0]] if live else sample.find(server)
    if not ids:
        return ""
    if not live:
        with step(f"Sending the first {sample.name}"):
            before = len(inbox.messages)
            try:
                sample.send(server, ids)
            except RpcError as error:
                if error.kind != REFUSED:
                    raise
                # By what somebody did in the demo since; the rest of it starts all the same.
                say(f"   not sent: {error}")
                return ""
            inbox.wait_for(before + 1)
    (document,) = server.rpc(sample.model, "read", ids, ["display_name", "partner_id"])
    return (sample.step + _more(sample.name) + sample.then) % {
        "name": document["display_name"],
        "customer": document["partner_id"][1],
    }


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


def _find_statement(server: Server) -> list[int]:
    """Return the first statement that wasn't cancelled."""
    domain = [("state", "in", ("draft", "sent")), *REACHABLE]
    return server.rpc("finance.portal.issued.statement", "search", domain, limit=1, order="id")


def _send_statement(server: Server, ids: list[int]) -> None:
    """Press Send to Customer on the statement, and Send in the dialog."""
    model = "finance.portal.issued.statement"
    context = server.rpc(model, "action_finance_portal_send", ids)["context"]
    wizard = server.rpc("mail.compose.message", "create", [{}], context=context)
    server.rpc("mail.compose.message", "action_send_mail", wizard, context=context)


QUOTE = Sample(
    "sale.order", "quote", _find_quote, _send_quote,
    """Open the inbox: quote %(name)s was sent to %(customer)s.
    Click the button in the email and make the window narrow, as on a phone.
    Add the optional line or leave it, enter a name, draw a signature, press Accept.""",
    """
    Then open the app Sales in the back office, and %(name)s: its tab Sharing shows the
    evidence and the Activity.""",
)  # fmt: skip
INVOICE = Sample(
    "account.move", "invoice", _find_invoice, _send_invoice,
    "The inbox also has invoice %(name)s, sent to %(customer)s: click its button.",
)  # fmt: skip
STATEMENT = Sample(
    "finance.portal.issued.statement", "statement", _find_statement, _send_statement,
    """The statement %(name)s, sent to %(customer)s, shows what is open, by age. Register a
    payment of one of its invoices in the back office, and reload its page.""",
)  # fmt: skip
