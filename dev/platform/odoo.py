"""Locate Odoo and run its commands with a configuration file of our own."""

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from .console import Failure
from .paths import ODOO, VENV, VENV_PYTHON, links_folder, short_hash
from .ports import free_port
from .postgres import Cluster


@dataclass(frozen=True)
class Source:
    """An Odoo: its program, its Python path and its further addon folders."""

    program: Path
    python_path: Path
    addons: tuple[Path, ...]

    @property
    def version(self) -> str:
        """Return a text that changes whenever this Odoo's code may have changed."""
        marker = ODOO / ".complete"
        if marker.exists() and self.program.is_relative_to(ODOO):
            return marker.read_text()
        release = (self.python_path / "odoo" / "release.py").read_text()
        return f"{self.program}-{short_hash(release)}"


def find_source() -> Source:
    """Return the Odoo of ``ODOO_SRC``, or else the one in the cache."""
    root = Path(os.environ.get("ODOO_SRC") or ODOO).expanduser().resolve()
    if (root / "odoo-bin").exists():
        return Source(root / "odoo-bin", root, (root / "addons",))
    packages = root / "usr" / "lib" / "python3" / "dist-packages"
    if (packages / "odoo" / "release.py").exists():
        return Source(root / "usr" / "bin" / "odoo", packages, ())
    raise Failure(f"{root} holds neither a source checkout nor an unpacked package of Odoo 19.")


@dataclass
class Site:
    """Everything one Odoo process needs to know.

    ``folder`` receives the configuration, the log and the data folder.
    """

    cluster: Cluster
    database: str
    folder: Path
    http_port: int = 0
    gevent_port: int = 0
    smtp_port: int = 25
    workers: int = 0
    options: dict[str, str] = field(default_factory=dict)

    @property
    def data_dir(self) -> Path:
        return self.folder / "data"

    @property
    def log_path(self) -> Path:
        return self.folder / "server.log"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"

    def command(self, *arguments) -> list[str]:
        """Return an Odoo command line; the subcommand, if any, comes first."""
        subcommand = [arguments[0]] if arguments and arguments[0] == "shell" else []
        rest = [str(argument) for argument in arguments[len(subcommand) :]]
        configuration = ["--config", str(self._write_configuration())]
        return [str(VENV_PYTHON), str(find_source().program), *subcommand, *configuration, *rest]

    def _write_configuration(self) -> Path:
        """Write the configuration file and return its path."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.http_port = self.http_port or free_port()
        self.gevent_port = self.gevent_port or free_port()
        addons = [*find_source().addons, links_folder()]
        values = {
            "addons_path": ",".join(map(str, addons)),
            "data_dir": self.data_dir,
            "db_host": self.cluster.host or "False",
            "db_port": self.cluster.port,
            "db_user": self.cluster.user,
            "db_name": self.database,
            "dbfilter": f"^{self.database}$",
            "list_db": "False",
            "http_interface": "127.0.0.1",
            "http_port": self.http_port,
            "gevent_port": self.gevent_port,
            "workers": self.workers,
            "max_cron_threads": 1,
            "limit_time_cpu": 600,
            "limit_time_real": 1200,
            "smtp_server": "127.0.0.1",
            "smtp_port": self.smtp_port,
            "email_from": "erp@example.com",
            **self.options,
        }
        lines = [f"{name} = {value}\n" for name, value in values.items()]
        path = self.folder / "odoo.conf"
        path.write_text("[options]\n" + "".join(lines))
        return path


def environment() -> dict[str, str]:
    """Return the environment Odoo runs in: its packages and its PDF renderer."""
    # The client library prefers these to the configuration's socket folder.
    inherited = {k: v for k, v in os.environ.items() if k not in ("PGDATABASE", "PGOPTIONS")}
    return {
        **inherited,
        "PYTHONPATH": str(find_source().python_path),
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONUNBUFFERED": "1",
    }


def run_quietly(site: Site, *arguments, script: str | None = None) -> str:
    """Run Odoo to its end, log to the site's file, and return what it printed.

    :param script: Python code for Odoo's shell.
    :raise Failure: with the end of the log when Odoo fails.
    """
    command = site.command(*arguments, "--logfile", site.log_path)
    done = subprocess.run(
        command, env=environment(), input=script or "", text=True, capture_output=True, check=False
    )
    if done.returncode:
        log = site.log_path.read_text(errors="replace") if site.log_path.exists() else ""
        tail = "\n".join([*log.splitlines()[-40:], *done.stderr.splitlines()[-40:]])
        raise Failure(f"{tail}\nOdoo failed. Its whole log: {site.log_path}")
    return done.stdout
