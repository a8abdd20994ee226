"""Run the demo company: PostgreSQL, an inbox with a page, and the ERP."""

import contextlib
import os
import shutil
import socket
import time

from . import databases, inbox_page, postgres
from .console import Failure, file_lock, say, step
from .inbox import Inbox
from .odoo import Site, run_quietly
from .paths import DEMO, MODULE, ROOT, code_hash, module_names
from .server import Server, shell


def main(arguments: list[str]) -> None:
    """Start everything, send one invoice, and wait until interrupted."""
    port = int(os.environ.get("PORT") or 8069)
    _check_port(port, "PORT", "Set PORT to another number, or stop what uses it")
    _check_port(port + 10, "PORT + 10 (the inbox)", "Set PORT to another number")
    with file_lock(DEMO / "lock"), postgres.cluster() as cluster:
        site = _site(cluster, port)
        if arguments[0] == "demo-reset":
            _forget(site)
        _prepare(site)
        _run(site, port)


def site_of(cluster) -> Site:
    """Return the demo's site on a free port, for commands beside the server."""
    return _site(cluster, 0)


def _site(cluster, port: int) -> Site:
    database = databases.name_for("demo", temporary=False)
    return Site(cluster, database, DEMO, http_port=port)


def _check_port(port: int, name: str, remedy: str) -> None:
    """Fail when somebody listens on a port we need."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Failure(f"Port {port} ({name}) is taken. {remedy}.") from error


def _forget(site: Site) -> None:
    """Drop the demo database, its files and its mail."""
    databases.drop(site.cluster, site.database)
    for name in ("data", "mail", "ready", "server.log"):
        path = site.folder / name
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _prepare(site: Site) -> None:
    """Create the demo database, or update it when the addon's code changed."""
    ready, state = site.folder / "ready", code_hash()
    if not (ready.exists() and databases.exists(site.cluster, site.database)):
        _create(site)
    elif ready.read_text() != state:
        with step("Updating the addon in the demo database"):
            modules = ",".join(module_names())
            run_quietly(site, "--update", modules, "--no-http", "--stop-after-init")
    ready.write_text(state)


def _create(site: Site) -> None:
    """Create the demo database from the template."""
    _forget(site)
    databases.copy_template(site)
    with step("Installing the addon"):
        modules = ",".join(module_names())
        run_quietly(site, "--init", modules, "--no-http", "--stop-after-init")
    with step("Creating a company, customers and invoices"):
        data = ROOT / "dev" / "demo_data.py"
        shell(site, f"import runpy\nrunpy.run_path({str(data)!r})['load'](env)\nenv.cr.commit()\n")


def _run(site: Site, port: int) -> None:
    """Serve until interrupted; stop what was started whatever happens."""
    inbox = Inbox(folder=site.folder / "mail").start()
    site.smtp_port = inbox.port
    server = Server(site)
    try:
        page = inbox_page.serve(inbox, port + 10)
        with step("Starting the ERP"):
            server.start()
        with step("Sending an invoice"):
            invoice = _send_invoice(server, inbox)
        _explain(server, page.server_port, invoice)
        with contextlib.suppress(KeyboardInterrupt):
            _wait_for_end(server)
    finally:
        say("Stopping ...")
        server.stop()
        inbox.stop()


def _wait_for_end(server: Server) -> None:
    """Return never: either the user interrupts or the server ends by itself."""
    while server.is_running():
        time.sleep(0.5)
    raise Failure(f"The ERP ended by itself. Its log: {server.log_path}")


def _send_invoice(server: Server, inbox: Inbox):
    """Send the first open invoice through the Send dialog, as a user would."""
    domain = [("move_type", "=", "out_invoice"), ("state", "=", "posted")]
    fields = ["name", "partner_id"]
    (move,) = server.rpc("account.move", "search_read", domain, fields, limit=1, order="id")
    context = {"active_model": "account.move", "active_ids": [move["id"]]}
    model = "account.move.send.wizard"
    wizard = server.rpc(model, "create", [{"move_id": move["id"]}], context=context)
    before = len(inbox.messages)
    server.rpc(model, "action_send_and_print", wizard)
    inbox.wait_for(before + 1)
    return move


def _explain(server: Server, inbox_port: int, move: dict) -> None:
    """Print where everything is and what to click."""
    say(
        f"""
The demo runs. Ctrl-C stops it.

  Back office  {server.url}/odoo   login admin, password admin
               (or invoicing@nordlicht.example, password invoicing)
  Inbox        http://127.0.0.1:{inbox_port}
  Log          {server.log_path}

What to click:
  1. Open the inbox: invoice {move["name"]} was just sent to {move["partner_id"][1]}.
  2. Click the button in the mail: the document opens as the customer sees it.
  3. In the back office open Invoicing > Customers > Invoices, choose one,
     press Send to Customer, and watch the inbox.
"""
    )


def is_ready(cluster) -> bool:
    """Tell whether there is a demo database with the addon."""
    database = databases.name_for("demo", temporary=False)
    return databases.exists(cluster, database) and databases.is_installed(cluster, database, MODULE)
