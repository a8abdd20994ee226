"""Measure sending many documents with the addon beside Odoo's own way without it."""

import contextlib
import time
from collections.abc import Callable
from typing import NamedTuple

from ..platform.console import say
from ..platform.rpc import RpcError
from ..platform.server import Server
from .quotes import compose
from .sites import Sink, wait_while

ROUNDS = 4
OURS, THEIRS = "finance.portal.send", "account.move.send.batch.wizard"


class Side(NamedTuple):
    """Documents of one database, and what presses Send for some of them."""

    server: Server
    documents: list[int]
    press: Callable[[Server, list[int]], None]


def compare(sides: list[Side], sink: Sink, warm: int) -> list[float]:
    """Send the documents of the sides in turn; return the seconds of each.

    :param warm: how many of the documents are sent first and not counted
    """
    for side in sides if warm else ():
        _send(side, side.documents[:warm], sink)
    seconds = [0.0 for _side in sides]
    total = len(sides[0].documents)
    share = -(-(total - warm) // ROUNDS)
    for start in range(warm, total, share):
        for number, side in enumerate(sides):
            seconds[number] += _send(side, side.documents[start : start + share], sink)
        so_far = ", ".join(f"{value:.1f} s" for value in seconds)
        say(f"   {min(start + share, total) - warm} documents: {so_far}")
    return seconds


def _send(side: Side, documents: list[int], sink: Sink) -> float:
    """Send documents; return the seconds until the last email is out.

    A job leaves the emails to the job that empties the queue, which comes by once an hour.
    """
    server = side.server
    [(queue,)] = server.psql(
        "SELECT res_id FROM ir_model_data WHERE name = 'ir_cron_mail_scheduler_action'"
    )
    before = len(sink)
    start = time.perf_counter()
    side.press(server, documents)
    with contextlib.suppress(RpcError):  # it is running already
        server.rpc("ir.cron", "method_direct_trigger", queue)
    sink.wait_for(before + len(documents), timeout=120 + 2 * len(documents))
    seconds = time.perf_counter() - start
    if len(sink) != before + len(documents):
        sent = "\n".join(sink.subjects(len(sink) - before))
        raise AssertionError(f"not one email for each of {len(documents)} documents:\n{sent}")
    return seconds


def send_ours(model: str) -> Callable[[Server, list[int]], None]:
    """Return what sends documents of ``model`` by our dialog for several, and its job."""

    def press(server: Server, documents: list[int]) -> None:
        context = {"active_model": model, "active_ids": documents}
        wizard = server.rpc(OURS, "create", [{}], context=context)
        server.rpc(OURS, "action_send", wizard, context=context)
        waiting = "SELECT EXISTS (SELECT 1 FROM finance_portal_batch_line WHERE state = 'waiting')"
        wait_while(server, waiting, 60 + 2 * len(documents))

    return press


def send_invoices(server: Server, invoices: list[int]) -> None:
    """Send invoices by Odoo's dialog for several: it marks them, and a job sends them."""
    context = {"active_model": "account.move", "active_ids": invoices}
    wizard = server.rpc(THEIRS, "create", [{}], context=context)
    server.rpc(THEIRS, "action_send_and_print", wizard, context=context)
    waiting = "SELECT EXISTS (SELECT 1 FROM account_move WHERE sending_data IS NOT NULL)"
    wait_while(server, waiting, 60 + 2 * len(invoices))


def send_quotes(server: Server, quotes: list[int]) -> None:
    """Send quotes by Odoo's dialog for several, which queues the emails at once."""
    compose(server, quotes, mode="mass_mail")
