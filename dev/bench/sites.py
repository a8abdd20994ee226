"""Prepare the databases, the mail sink and the servers of the benchmark."""

import contextlib
import json
import os
import shlex
import shutil
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import psycopg2
from aiosmtpd.controller import Controller
from reportlab.pdfgen.canvas import Canvas

from ..platform import databases
from ..platform.console import say
from ..platform.odoo import Site, environment, run_quietly
from ..platform.paths import module_names
from ..platform.ports import free_port
from ..platform.postgres import Cluster
from ..platform.server import Server, shell

CHUNK = 500_000
WARM_UP = 2  # answers to quotes that are not counted


class Sink:
    """An SMTP server that takes emails as fast as it can and reads them only when asked."""

    def __init__(self):
        self.port = free_port()
        self._sources: list[bytes] = []
        self._changed = threading.Condition()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    async def handle_DATA(self, _server, _session, envelope):
        """Keep one email."""
        with self._changed:
            self._sources.append(envelope.original_content)
            self._changed.notify_all()
        return "250 OK"

    def __len__(self) -> int:
        return len(self._sources)

    def wait_for(self, count: int, timeout: float = 120) -> None:
        """Return as soon as ``count`` emails arrived in all."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self) >= count, timeout):
                raise TimeoutError(f"expected {count} emails, got {len(self)}")

    def last(self) -> EmailMessage:
        """Return the newest email."""
        return message_from_bytes(self._sources[-1], policy=policy.default)

    def subjects(self, count: int) -> list[str]:
        """Return recipient and subject of the newest emails."""
        messages = [message_from_bytes(s, policy=policy.default) for s in self._sources[-count:]]
        return [f"{message['To']}: {message['Subject']}" for message in messages]

    def stop(self) -> None:
        """Stop listening."""
        self._controller.stop()


class RendererCount:
    """Stand before the PDF renderer on the PATH: count its starts, or stand in for it."""

    def __init__(self, folder: Path):
        self._count = folder / "starts"
        self._count.parent.mkdir(parents=True, exist_ok=True)
        self._count.touch()
        path = environment()["PATH"]
        real = shutil.which("wkhtmltopdf", path=path)
        wrapper = folder / "wkhtmltopdf"
        self._ready = folder / "ready.pdf"
        wrapper.write_text(
            f'#!/bin/sh\necho "$1" >> {shlex.quote(str(self._count))}\n'
            f"ready={shlex.quote(str(self._ready))}\n"
            '[ -e "$ready" ] && [ "$1" != --version ] && for last; do :; done &&'
            ' exec cp "$ready" "$last"\n'
            f'exec {shlex.quote(str(real))} "$@"\n'
        )
        wrapper.chmod(0o755)
        self.extra_env = {"PATH": f"{folder}{os.pathsep}{path}"}

    @contextlib.contextmanager
    def replaced(self):
        """Have a ready PDF copied instead of starting the renderer, whose time hides the rest."""
        canvas = Canvas(str(self._ready))
        canvas.drawString(72, 720, "Quotation")
        canvas.save()
        try:
            yield
        finally:
            self._ready.unlink()

    def __int__(self) -> int:
        lines = self._count.read_text().splitlines()
        return sum(line != "--version" for line in lines)


def site(cluster: Cluster, folder: Path, smtp_port: int, addon: bool) -> Site:
    """Return a site of two workers whose database does not exist yet."""
    kind = "with" if addon else "without"
    name = f"{databases.name_for('bench')}_{kind}"
    return Site(cluster, name, folder / kind, smtp_port=smtp_port, workers=2)


def fill(site: Site, options, addon: bool) -> dict:
    """Create the site's database and return what it offers to measure."""
    databases.copy_template(site)
    if addon:
        modules = ",".join(module_names())
        run_quietly(site, "--init", modules, "--no-http", "--stop-after-init")
    data = str(Path(__file__).with_name("data.py"))
    # Some for the warm-up, which is not counted.
    documents = options.documents + options.warm_up
    invoices = options.invoices if addon else documents
    sizes = (
        invoices,
        documents,
        2 * options.quotes + options.warm_up,
        2 * (options.answers + WARM_UP),
    )
    code = f"import runpy\nrunpy.run_path({data!r})['load'](env, *{sizes!r})\n"
    return json.loads(shell(site, code).splitlines()[-1])


def send(server: Server, move: int, company: int | None = None) -> None:
    """Send one invoice through the Send dialog, with an official PDF."""
    context = {"active_model": "account.move", "active_ids": [move]}
    if company:
        context["allowed_company_ids"] = [company]
    model = "account.move.send.wizard"
    wizard = server.rpc(model, "create", [{"move_id": move}], context=context)
    server.rpc(model, "action_send_and_print", wizard, context=context)


def expire(server: Server, move: int) -> None:
    """Make the links of an invoice a day older than they are, past the database's guard."""
    server.psql(
        "ALTER TABLE finance_portal_link DISABLE TRIGGER USER;"
        "UPDATE finance_portal_link SET issued_at = issued_at - interval '24 hours',"
        " expires_at = expires_at - interval '24 hours' WHERE res_id = %s;"
        "ALTER TABLE finance_portal_link ENABLE TRIGGER USER",
        move,
    )


def wait_while(server: Server, waiting: str, timeout: float) -> None:
    """Return when the query ``waiting`` says no."""
    deadline = time.monotonic() + timeout
    while server.psql(waiting)[0][0]:
        if time.monotonic() > deadline:
            raise TimeoutError("a job of the server did not end")
        time.sleep(0.02)


def count_links(server: Server) -> int:
    """Return how many links the database holds."""
    return server.psql("SELECT count(*) FROM finance_portal_link")[0][0]


def add_links(server: Server, total: int, step: float = 63) -> None:
    """Insert links of made-up tokens until there are ``total``.

    Each is so many seconds older than the one before; after a million it begins anew.

    Without indexes and checks of references the work takes minutes instead of hours;
    both are there again before anything is measured.
    """
    with past_references(server) as cursor:
        before = time.monotonic()
        indexes = drop_indexes(cursor, "finance_portal_link") if total > CHUNK else []
        first = count_links(server)
        for start in range(first, total, CHUNK):
            last = min(start + CHUNK, total) - 1
            cursor.execute(_INSERT, {"first": start, "last": last, "step": step})
            say(f"   {min(start + CHUNK, total):,} links, {time.monotonic() - before:.0f} s")
        for definition in indexes:
            cursor.execute(definition)
        cursor.execute("VACUUM ANALYZE finance_portal_link")


@contextlib.contextmanager
def past_references(server: Server):
    """Yield a cursor for very many rows: their references are not checked, where we may do that."""
    connection = contextlib.closing(server.site.cluster.connect(server.db))
    with connection as opened, opened.cursor() as cursor:
        try:
            cursor.execute("SET session_replication_role = replica")
        except psycopg2.Error:
            say("   not a superuser: references are checked, which takes longer")
        yield cursor


def drop_indexes(cursor, table: str) -> list[str]:
    """Drop the indexes of a table, and return how to make them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes"
        " WHERE tablename = %s AND indexname NOT LIKE '%%_pkey' ORDER BY indexname",
        [table],
    )
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [definition for _name, definition in found]


# Links as two years of sending leave them: nearly all expired, many to each document.
_INSERT = """
    WITH moves AS (
        SELECT array_agg(id) AS ids, array_agg(partner_id) AS partners, count(*)::int AS total
          FROM account_move
         WHERE state = 'posted' AND company_id = (SELECT min(id) FROM res_company))
    INSERT INTO finance_portal_link
           (res_model, res_id, document_name, prefix, token_hash, ref, partner_id, email,
            is_external, customer_id, company_id, issued_at, expires_at, mail_message_id)
    SELECT 'account.move', ids[1 + i %% total], 'INV/' || i, 'i',
           encode(sha256(i::text::bytea), 'hex'), left(md5(i::text), 22),
           partners[1 + i %% total], 'customer' || i || '@customer.example', false,
           partners[1 + i %% total], (SELECT min(id) FROM res_company),
           moment, moment + interval '24 hours', 100000000 + i
      FROM moves, generate_series(%(first)s::int, %(last)s::int) AS i,
           LATERAL (SELECT date_trunc('second', now() at time zone 'utc')
                           - i %% 1000000 * %(step)s * interval '1 second' AS moment) AS age
"""
