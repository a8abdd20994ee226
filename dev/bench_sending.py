"""Measure the ERP's own batch send with the addon and without it."""

import contextlib
import time

from .bench_sites import Sink
from .console import say
from .rpc import RpcError
from .server import Server

ROUNDS = 4
WIZARD = "account.move.send.batch.wizard"


def compare(sides: list[tuple[Server, list[int]]], sink: Sink, warm: int) -> list[float]:
    """Send the invoices of two databases in turn; return the seconds of each.

    :param sides: each server with its invoices
    :param warm: how many of the invoices are sent first and not counted
    """
    for server, moves in sides:
        _send(server, moves[:warm], sink)
    seconds = [0.0, 0.0]
    total = len(sides[0][1])
    share = -(-(total - warm) // ROUNDS)
    for start in range(warm, total, share):
        for side, (server, moves) in enumerate(sides):
            seconds[side] += _send(server, moves[start : start + share], sink)
        say(f"   {start + share - warm} documents: {seconds[0]:.1f} s, {seconds[1]:.1f} s")
    return seconds


def _send(server: Server, moves: list[int], sink: Sink) -> float:
    """Send invoices by the dialog for several; return the seconds until the last email is out.

    The dialog only marks them: a job of the ERP does the work, ten at a time, and leaves
    the emails to the job that empties the queue, which comes by once an hour.
    """
    context = {"active_model": "account.move", "active_ids": moves}
    wizard = server.rpc(WIZARD, "create", [{}], context=context)
    [(queue,)] = server.psql(
        "SELECT res_id FROM ir_model_data WHERE name = 'ir_cron_mail_scheduler_action'"
    )
    before = len(sink)
    start = time.perf_counter()
    server.rpc(WIZARD, "action_send_and_print", wizard, context=context)
    _wait_until_done(server, 60 + 2 * len(moves))
    with contextlib.suppress(RpcError):  # it is running already
        server.rpc("ir.cron", "method_direct_trigger", queue)
    sink.wait_for(before + len(moves))
    seconds = time.perf_counter() - start
    if len(sink) != before + len(moves):
        raise AssertionError(f"{len(sink) - before} emails for {len(moves)} documents")
    return seconds


def _wait_until_done(server: Server, timeout: float) -> None:
    """Return when no document waits to be sent any more."""
    waiting = "SELECT EXISTS (SELECT 1 FROM account_move WHERE sending_data IS NOT NULL)"
    deadline = time.monotonic() + timeout
    while server.psql(waiting)[0][0]:
        if time.monotonic() > deadline:
            raise TimeoutError("the ERP's job did not send all documents")
        time.sleep(0.02)
