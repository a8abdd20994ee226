"""Measure the ERP's own batch send with the addon and without it."""

import time

from .bench_sites import Sink
from .console import say
from .server import Server

ROUNDS = 4
WIZARD = "account.move.send.batch.wizard"


def compare(
    ours: Server, our_moves: list[int], theirs: Server, their_moves: list[int], sink: Sink, warm: int
) -> tuple[float, float]:
    """Send the invoices of both databases in turn; return the seconds of each.

    :param warm: how many of the invoices are sent first and not counted
    """
    sides = ((ours, our_moves), (theirs, their_moves))
    for server, moves in sides:
        _send(server, moves[:warm], sink)
    seconds = [0.0, 0.0]
    share = -(-(len(our_moves) - warm) // ROUNDS)
    for start in range(warm, len(our_moves), share):
        for side, (server, moves) in enumerate(sides):
            seconds[side] += _send(server, moves[start : start + share], sink)
        say(f"   {start + share - warm} documents: {seconds[0]:.1f} s, {seconds[1]:.1f} s")
    return seconds[0], seconds[1]


def _send(server: Server, moves: list[int], sink: Sink) -> float:
    """Send invoices by the dialog for several; return the seconds until the last email is out.

    The dialog only marks them: a job of the ERP does the work, ten at a time.
    """
    context = {"active_model": "account.move", "active_ids": moves}
    wizard = server.rpc(WIZARD, "create", [{}], context=context)
    before = len(sink)
    start = time.perf_counter()
    server.rpc(WIZARD, "action_send_and_print", wizard, context=context)
    sink.wait_for(before + len(moves), timeout=60 + 2 * len(moves))
    while _is_busy(server):
        time.sleep(0.02)
    seconds = time.perf_counter() - start
    if len(sink) != before + len(moves):
        raise AssertionError(f"{len(sink) - before} emails for {len(moves)} documents")
    return seconds


def _is_busy(server: Server) -> bool:
    """Tell whether documents or emails wait to be sent."""
    return server.psql(
        "SELECT EXISTS (SELECT 1 FROM account_move WHERE sending_data IS NOT NULL)"
        " OR EXISTS (SELECT 1 FROM mail_mail WHERE state = 'outgoing')"
    )[0][0]
