"""Run the demo company: PostgreSQL, an inbox with a page, and Odoo."""

import contextlib
import os
import shutil
import textwrap
import time
from pathlib import Path

from ..platform import apps, databases, postgres
from ..platform.console import Failure, file_lock, say, step
from ..platform.inbox import Inbox
from ..platform.odoo import Site, run_quietly
from ..platform.paths import DEMO, MODULE, code_hash, module_names
from ..platform.ports import claim
from ..platform.server import Server, shell
from . import inbox_page, sending

LOWEST, HIGHEST = 1024, 65_000
INBOX_OFFSET = 10

WIDTH = 88

STEPS = (
    """In the back office, open Invoicing > Customers > Invoices, choose one,
    press Send to Customer, and watch the inbox.""",
    """Open Sales > Orders > Customers, choose one, then the tab Portal Access:
    enable an account, find the email in the inbox, choose a password in a private window.""",
)


def main(arguments: list[str]) -> None:
    """Start everything, send what is not sent yet, and wait until interrupted."""
    port = _chosen_port()
    with postgres.cluster() as cluster:
        site = _site(cluster, port)
        with file_lock(site.folder / "lock"):
            if arguments[0] == "demo-reset":
                _forget(site)
            _prepare(site)
            _run(site, port)


def site_of(cluster) -> Site:
    """Return the demo's site on a free port, for commands beside the server."""
    return _site(cluster, 0)


def _site(cluster, port: int) -> Site:
    """Return the demo's site; each choice of other apps has a demo of its own."""
    database = databases.name_for(f"demo{apps.suffix()}", temporary=False)
    folder = DEMO.with_name(f"{DEMO.name}{apps.suffix()}")
    return Site(cluster, database, folder, http_port=port)


def _chosen_port() -> int:
    """Return the demo's port, after reserving it and the inbox's port for this process.

    :raise Failure: one of the two is taken
    """
    wish = os.environ.get("PORT") or "8069"
    if not wish.isdigit() or not LOWEST <= int(wish) <= HIGHEST:
        raise Failure(f"PORT={wish} is not a valid port. Choose one from {LOWEST} to {HIGHEST}.")
    port = int(wish)
    for taken, use in ((port, "the demo"), (port + INBOX_OFFSET, "its inbox")):
        if not claim(taken):
            raise Failure(
                f"Port {taken} ({use}) is taken by another program. Choose another one:"
                f" make demo PORT={port + 100}"
            )
    return port


def _forget(site: Site) -> None:
    """Drop the demo database, its files and its mail."""
    databases.drop(site.cluster, site.database)
    for name in ("data", "mail", "ready", "server.log"):
        path = site.folder / name
        shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _prepare(site: Site) -> None:
    """Create the demo database, or update it when the addon's code changed.

    One made without a bridge that is wanted now lacks what the bridge shows, so it is made anew.
    """
    ready, modules = site.folder / "ready", ",".join(module_names())
    state, kept = f"{code_hash()} {modules}", ready.read_text() if ready.exists() else ""
    is_there = kept and databases.exists(site.cluster, site.database)
    if not is_there or kept.partition(" ")[2] != modules:
        create(site)
    elif kept != state:
        with step("Updating the addon in the demo database"):
            run_quietly(site, "--update", modules, "--no-http", "--stop-after-init")
    ready.write_text(state)


def create(site: Site) -> None:
    """Create the demo database from the template."""
    _forget(site)
    databases.copy_template(site)
    with step("Installing the addon"):
        modules = ",".join(module_names())
        run_quietly(site, "--init", modules, "--no-http", "--stop-after-init")
    with step("Creating a company, customers, invoices and quotes"):
        data = Path(__file__).with_name("data.py")
        shell(site, f"import runpy\nrunpy.run_path({str(data)!r})['load'](env)\nenv.cr.commit()\n")


def _run(site: Site, port: int) -> None:
    """Serve until interrupted; stop what was started whatever happens."""
    inbox = Inbox(folder=site.folder / "mail").start()
    site.smtp_port = inbox.port
    server = Server(site)
    try:
        page = inbox_page.serve(inbox, port + INBOX_OFFSET)
        with step("Starting Odoo"):
            server.start()
        _explain(server, page.server_port, sending.send_samples(server, inbox))
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
    raise Failure(f"Odoo ended by itself. Its log: {server.log_path}")


def _explain(server: Server, inbox_port: int, steps: list[str]) -> None:
    """Print where everything is and what to click."""
    steps = [*(steps or ["Open the inbox: what you send arrives there."]), *STEPS]
    numbered = "\n".join(_wrap(f"{number}.", step) for number, step in enumerate(steps, start=1))
    say(
        f"""
The demo is running. Press Ctrl-C to stop it.

  Back office  {server.url}/odoo   login admin, password admin
               (or invoicing@nordlicht.example, password invoicing){_shop(server)}
  Inbox        http://127.0.0.1:{inbox_port}
  Log          {server.log_path}

Try this, or take the whole tour (docs/tour.md, about half an hour):
{numbered}
"""
    )


def _wrap(label: str, text: str) -> str:
    """Return ``text`` behind its label, in lines that fit a terminal."""
    indents = {"initial_indent": f"  {label} ", "subsequent_indent": " " * (len(label) + 3)}
    words = " ".join(text.split())
    return textwrap.fill(words, WIDTH, **indents, break_long_words=False, break_on_hyphens=False)


def _shop(server: Server) -> str:
    """Return a line with the shop's address if the demo has one."""
    is_there = "website_sale" in apps.chosen()
    return f"\n  Shop         {server.url}/shop" if is_there else ""


def is_ready(cluster) -> bool:
    """Tell whether there is a demo database with the addon."""
    database = site_of(cluster).database
    return databases.exists(cluster, database) and databases.is_installed(cluster, database, MODULE)
