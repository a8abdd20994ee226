"""Run an Odoo server as a child process."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import requests

from . import databases
from .console import Failure
from .kept_shell import KeptShell
from .odoo import Site, environment, run_quietly
from .ports import can_listen, is_listening
from .postgres import query
from .processes import family, kill, start, stop
from .rpc import RpcClient, RpcError

LAUNCHER = Path(__file__).with_name("launch.py")
SESSION_EXPIRED = "odoo.http.SessionExpiredException"
# PostgreSQL's side of the connections of some processes of Odoo, each of which names itself.
CONNECTIONS = (
    "FROM pg_stat_activity WHERE datname = current_database() AND application_name = ANY(%s)"
)


class Server:
    """A database, its files and the process that serves them."""

    def __init__(self, site: Site):
        self.site = site
        self._process = None
        self._shell: KeptShell | None = None
        self._clients: dict[tuple[str, str], RpcClient] = {}
        self._own = threading.local()  # what each thread keeps for itself: a connection

    @property
    def url(self) -> str:
        return self.site.url

    @property
    def db(self) -> str:
        return self.site.database

    @property
    def log_path(self):
        return self.site.log_path

    @property
    def data_dir(self):
        return self.site.data_dir

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(
        self,
        workers: int | None = None,
        extra_env: dict[str, str] | None = None,
        while_waiting: Callable[[], None] = lambda: None,
    ) -> "Server":
        """Start the process and return when it answers.

        :param workers: 0 for one process with threads.
        :param extra_env: further environment variables of the process.
        """
        if workers is not None:
            self.site = replace(self.site, workers=workers)
        interpreter, *arguments = self.site.command()
        command = [interpreter, str(LAUNCHER), *arguments]
        self._check_ports()
        databases.set_addresses(self.site)
        with self.log_path.open("a") as log:
            self._process = start(command, log, env={**environment(), **(extra_env or {})})
        self._wait(while_waiting)
        return self

    def _wait(self, while_waiting: Callable[[], None], timeout: float = 180) -> None:
        """Wait until the server answers; stop it and fail if it doesn't.

        A server that can't listen fails here: otherwise its event server would be restarted
        again and again, and another program on its port would answer in its place.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self._process.poll() is None:
            if self._owns_its_ports() and self.answers():
                return
            while_waiting()
            time.sleep(0.1)
        tail = "\n".join(self.log_path.read_text(errors="replace").splitlines()[-40:])
        self.stop()
        raise Failure(f"{tail}\nThe server did not start. Its whole log: {self.log_path}")

    def _ports(self) -> list[int]:
        """Return the server's ports: HTTP, and the event server's if there are workers."""
        return [self.site.http_port, *([self.site.gevent_port] if self.site.workers else [])]

    def _check_ports(self) -> None:
        """Fail if another program listens on one of our ports."""
        for port in self._ports():
            if not can_listen(port):
                raise Failure(f"Port {port} is in use: another program listens on it.")

    def _owns_its_ports(self) -> bool:
        """Return whether it is our own process that listens on the site's ports."""
        process = psutil.Process(self._process.pid)
        return all(is_listening(port, process) for port in self._ports())

    def answers(self) -> bool:
        """Tell whether the server's health route answers."""
        try:
            return requests.get(f"{self.url}/web/health", timeout=5).ok
        except requests.RequestException:
            return False

    def is_running(self) -> bool:
        """Tell whether the process lives."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Stop the process and its workers, and what is open beside it."""
        if connection := getattr(self._own, "connection", None):
            connection.close()
        if self._shell:
            self._shell.stop()
            self._shell = None
        if self._process:
            stop(self._process)
            self._process = None

    def kill9(self) -> None:
        """Kill the process and its workers without warning."""
        if self._process:
            names = [f"odoo-{member.pid}" for member in family(self._process)]
            kill(self._process)
            self._process = None
            self._end_connections(names)

    def _end_connections(self, names: list[str]) -> None:
        """Wait until PostgreSQL knows that processes are gone.

        What it was committing for them is there then; what waited for a lock never will be.
        """
        deadline = time.monotonic() + 60
        while self.psql(f"SELECT pg_terminate_backend(pid) {CONNECTIONS}", names):
            if time.monotonic() > deadline:
                raise Failure("PostgreSQL goes on working for a server that was killed.")
            time.sleep(0.05)

    def restart(self, workers: int | None = None) -> "Server":
        """Stop and start again on the same port."""
        self.stop()
        return self.start(workers)

    def psql(self, sql: str, *params) -> list[tuple]:
        """Run one statement in the server's database, committed at once.

        The connection stays open: a new one takes PostgreSQL longer than most statements.
        """
        connection = getattr(self._own, "connection", None)
        if connection is None or connection.closed:
            connection = self._own.connection = self.site.cluster.connect(self.db)
        return query(connection, sql, *params)

    def rpc(self, model: str, method: str, /, *args, login="admin", password=None, **kwargs):
        """Call a model's method as a user whose password is the login, unless given."""
        key = (login, password or login)
        if key not in self._clients:
            self._clients[key] = RpcClient(self.url, self.db, *key)
        try:
            return self._clients[key].call(model, method, *args, **kwargs)
        except RpcError as error:
            if error.kind != SESSION_EXPIRED:
                raise
        self._clients[key] = RpcClient(self.url, self.db, *key)
        return self._clients[key].call(model, method, *args, **kwargs)

    def shell(self, code: str) -> str:
        """Run Python in an Odoo shell beside the server; return what it printed.

        ``env`` is there; the code commits by itself. The shell logs to a file
        of its own, and stays open for the next code until the server stops.
        """
        if not self._shell:
            self._shell = KeptShell(_beside(self.site))
        return self._shell.run(code)


def shell(site: Site, code: str) -> str:
    """Run ``code`` in an Odoo shell on the site's database."""
    return run_quietly(_beside(site), "shell", "--no-http", script=code)


def _beside(site: Site) -> Site:
    """Return the site for a shell: with a configuration and a log of its own."""
    options = {**site.options, "data_dir": str(site.data_dir)}
    return replace(site, folder=site.folder / "shell", options=options)
