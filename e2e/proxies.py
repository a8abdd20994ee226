"""The reverse proxies of ``docs/deploy``, started before a server of the tests."""

import getpass
import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from requests.adapters import HTTPAdapter

from dev.platform import debian
from dev.platform.console import file_lock
from dev.platform.inbox import PATIENCE
from dev.platform.paths import CACHE, ROOT
from dev.platform.ports import free_port

CUSTOMERS, STAFF = "portal.example.com", "odoo.example.com"
NGINX = """
daemon off;
pid {folder}/nginx.pid;
{user}
error_log {folder}/start.log warn;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
APACHE = """
ServerName localhost
DefaultRuntimeDir {folder}
PidFile {folder}/apache.pid
ErrorLog {folder}/start.log
LogLevel warn
{user}
{modules}
Listen 127.0.0.1:{port} https
Listen 127.0.0.1:{plain} http
Include {folder}/site.conf
"""
# What the file asks to turn on, and what Debian turns on by itself.
APACHE_MODULES = (
    "mpm_event", "authz_core", "authz_host", "deflate", "filter", "headers", "proxy", "proxy_http",
    "rewrite", "ssl",
)  # fmt: skip


@dataclass
class Proxy:
    """A running proxy: its port for TLS, and the folder with all its logs."""

    port: int
    folder: Path

    def mount(self, session, address: str = "127.0.0.1") -> None:
        """Have a session reach both hosts here, from an address of the loopback network."""
        for host in (CUSTOMERS, STAFF):
            session.mount(f"https://{host}", _To(self.port, host, address))
        session.verify = False

    def ask_as_is(self, path: str) -> str:
        """Return what answers at the customers' host, for an address that no program tidies up."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with (
            socket.create_connection(("127.0.0.1", self.port)) as plain,
            context.wrap_socket(plain, server_hostname=CUSTOMERS) as connection,
        ):
            head = f"GET {path} HTTP/1.1\r\nHost: {CUSTOMERS}\r\nConnection: close\r\n\r\n"
            connection.sendall(head.encode())
            return connection.makefile("rb").read().decode(errors="replace")

    def read_logs(self) -> str:
        """Return everything that the proxy logged, wherever."""
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(log.read_text(errors="replace") for log in logs)


class _To(HTTPAdapter):
    """Reach a host by a port of this machine, as if its name were known."""

    def __init__(self, port: int, host: str, address: str):
        self._port, self._host, self._address = port, host, address
        super().__init__()

    def init_poolmanager(self, *args, **kwargs):
        super().init_poolmanager(
            *args, server_hostname=self._host, source_address=(self._address, 0), **kwargs
        )

    def get_connection_with_tls_context(self, *_args, **_kwargs):
        return self.poolmanager.connection_from_host(
            "127.0.0.1", self._port, "https", {"cert_reqs": "CERT_NONE"}
        )

    def send(self, request, **kwargs):
        request.headers["Host"] = self._host
        request.headers["Connection"] = "close"
        return super().send(request, **kwargs)


@contextmanager
def nginx(site, folder: Path) -> Iterator[Proxy]:
    """Run nginx with ``docs/deploy/nginx.conf``."""
    port, plain = free_port(), free_port()
    for host in (CUSTOMERS, STAFF):
        _make_certificate(folder, host)
    text = _configuration("nginx.conf", site, folder, {
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "/etc/ssl/": f"{folder}/",
        "/var/log/nginx/": f"{folder}/",
        "error_log /dev/null": f"error_log {folder}/error.log",
    })  # fmt: skip
    (folder / "site.conf").write_text(text)
    user = f"user {getpass.getuser()};" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, user=user))
    program = _find("nginx", "usr/sbin/nginx")
    command = [program, "-p", folder, "-e", folder / "start.log", "-c", folder / "nginx.conf"]
    with _running(command, folder, port):
        yield Proxy(port, folder)


@contextmanager
def caddy(site, folder: Path) -> Iterator[Proxy]:
    """Run Caddy with ``docs/deploy/Caddyfile``."""
    port, plain = free_port(), free_port()
    text = _configuration("Caddyfile", site, folder, {
        # No certificates from the internet, and no administration on a port of everybody's.
        "\tlog default {": "\tadmin off\n\tskip_install_trust\n\tlocal_certs\n"
        f"\thttps_port {port}\n\thttp_port {plain}\n\tdefault_bind 127.0.0.1\n\tlog default {{",
        "/var/log/caddy/": f"{folder}/",
    })  # fmt: skip
    (folder / "Caddyfile").write_text(text)
    program = _find("caddy", "usr/bin/caddy")
    command = [program, "run", "--config", folder / "Caddyfile", "--adapter", "caddyfile"]
    with _running(command, folder, port):
        yield Proxy(port, folder)


@contextmanager
def apache(site, folder: Path) -> Iterator[Proxy]:
    """Run Apache with ``docs/deploy/apache.conf``."""
    port, plain = free_port(), free_port()
    for host in (CUSTOMERS, STAFF):
        _make_certificate(folder, host)
    text = _configuration("apache.conf", site, folder, {
        "*:443": f"127.0.0.1:{port}",
        "*:80": f"127.0.0.1:{plain}",
        "/etc/ssl/": f"{folder}/",
        "/var/log/apache2/": f"{folder}/",
    })  # fmt: skip
    (folder / "site.conf").write_text(text)
    program = _find("apache2", "usr/sbin/apache2", "apache2-bin", "libapr1", "libaprutil1")
    library = program.parents[1] / "lib"
    modules = "\n".join(
        f"LoadModule {name}_module {library}/apache2/modules/mod_{name}.so"
        for name in APACHE_MODULES
    )
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    (folder / "apache.conf").write_text(
        APACHE.format(folder=folder, user=user, modules=modules, port=port, plain=plain)
    )
    command = [program, "-f", folder / "apache.conf", "-D", "FOREGROUND"]
    with _running(command, folder, port, libraries=library):
        yield Proxy(port, folder)


def _configuration(name: str, site, folder: Path, replaced: dict[str, str]) -> str:
    """Return a file of ``docs/deploy`` for this server and folder; each change must be one."""
    text = (ROOT / "docs" / "deploy" / name).read_text()
    ports = {
        "127.0.0.1:8069": f"127.0.0.1:{site.http_port}",
        "127.0.0.1:8072": f"127.0.0.1:{site.gevent_port}",
    }
    for old, new in {**ports, **replaced}.items():
        assert old in text, f"{name} has no {old}"
        text = text.replace(old, new)
    folder.mkdir(parents=True, exist_ok=True)
    return text


def _make_certificate(folder: Path, host: str) -> None:
    own = folder / host
    own.mkdir(parents=True)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", f"/CN={host}",
         "-keyout", own / "privkey.pem", "-out", own / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


def _find(name: str, path: str, *packages: str) -> Path:
    """Return a proxy's program: this machine's, or one that is fetched into the cache.

    :param packages: those that hold it, by default the one of its name
    """
    if there := shutil.which(name):
        return Path(there)
    folder = CACHE / f"program-{name}"
    with file_lock(CACHE / "programs.lock"):
        if not folder.exists():
            debian.unpack_program(folder, *(packages or [name]))
    return folder / path


@contextmanager
def _running(
    command: list, folder: Path, port: int, libraries: Path | None = None
) -> Iterator[None]:
    """Run a proxy until the block ends; what it prints is one of its logs.

    :param libraries: the folder above those of its own libraries
    """
    home = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder / "home")}
    if libraries:
        home["LD_LIBRARY_PATH"] = ":".join(map(str, libraries.glob("*-linux-gnu*")))
    with (folder / "output.log").open("w") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, env=home)
        try:
            _wait(process, port, folder)
            yield
        finally:
            process.terminate()
            process.wait()


def _wait(process: subprocess.Popen, port: int, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    told = re.sub(r"\s+", " ", (folder / "output.log").read_text())[-2000:]
    raise AssertionError(f"the proxy did not start: {told}")
