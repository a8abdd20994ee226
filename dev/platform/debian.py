"""Fetch Debian packages without installing anything on the machine.

Uses the machine's own archive address and keys with another suite, in an APT
state of its own, so that the machine's APT stays as it was.
"""

import getpass
import os
import shutil
from pathlib import Path

from .console import Failure, run, say, step
from .paths import APT, ODOO

# Odoo's package and what its relative links point at. Newer releases of
# fonts-font-awesome dropped the files Odoo uses, hence the older suite.
SUITES = {"debian": ("sid", "bookworm"), "ubuntu": ("devel", "noble")}
PACKAGES = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-glyphicons-halflings",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
)
OLDER_PACKAGES = ("fonts-font-awesome",)
REMEDY = "Set ODOO_SRC to the folder of an Odoo 19 that is already on this machine."


def fetch_odoo() -> None:
    """Download and unpack Odoo 19 into the cache."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        raise Failure(f"apt-get and dpkg-deb are needed to fetch Odoo 19. {REMEDY}")
    release, older = _suites()
    with step("Fetching Odoo 19 (130 MB)"):
        options = _private_state(release, older)
        run(["apt-get", *options, "update", "-q"], hint=REMEDY)
        debs = APT / "debs"
        shutil.rmtree(debs, ignore_errors=True)
        debs.mkdir(parents=True)
        names = [f"{name}/{release}" for name in PACKAGES]
        names += [f"{name}/{older}" for name in OLDER_PACKAGES]
        run(["apt-get", *options, "download", *names], hint=REMEDY, cwd=debs)
    with step("Unpacking Odoo 19 (1.2 GB)"):
        _unpack(debs)


def _unpack(debs: Path) -> None:
    """Unpack all packages into one root and put it in place at once."""
    fresh = ODOO.with_name("odoo.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for deb in sorted(debs.glob("*.deb")):
        run(["dpkg-deb", "-x", deb, fresh])
    server = next(debs.glob("odoo-19_*.deb")).stem
    (fresh / ".complete").write_text(server)
    shutil.rmtree(ODOO, ignore_errors=True)
    fresh.rename(ODOO)
    shutil.rmtree(debs)
    say(f"   {server}")


def _os_release() -> dict[str, str]:
    """Return the fields of the machine's os-release file."""
    lines = Path("/etc/os-release").read_text().splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line)
    return {key: value.strip('"') for key, value in pairs}


def _suites() -> tuple[str, str]:
    """Return the suite that has Odoo 19 and the one that has the older fonts."""
    system = _os_release().get("ID", "")
    if system not in SUITES:
        raise Failure(f"Odoo 19 can be fetched on Debian and Ubuntu only. {REMEDY}")
    return SUITES[system]


def _archive() -> tuple[str, str]:
    """Return address and key option of the archive this machine installs from."""
    codename = _os_release().get("VERSION_CODENAME", "")
    fields = "$(CREATED_BY)|$(RELEASE)|$(COMPONENT)|$(REPO_URI)|$(SIGNED_BY)"
    names = (codename, "stable", "testing", "sid", "unstable")
    for line in run(["apt-get", "indextargets", "--format", fields]).splitlines():
        kind, release, component, address, key = line.split("|")
        if (kind, component) == ("Packages", "main") and release in names:
            return address, f"[signed-by={key}] " if key.startswith("/") else ""
    raise Failure(f"APT is configured without this system's main archive. {REMEDY}")


def _private_state(*suites: str) -> list[str]:
    """Write an APT configuration for ``suites`` and return its options."""
    address, key = _archive()
    for folder in ("etc/empty", "lists/partial", "cache/archives/partial"):
        (APT / folder).mkdir(parents=True, exist_ok=True)
    components = "main universe" if _os_release()["ID"] == "ubuntu" else "main"
    sources = APT / "etc" / "sources.list"
    sources.write_text("".join(f"deb {key}{address} {suite} {components}\n" for suite in suites))
    settings = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": APT / "etc" / "empty",
        "Dir::State::Lists": APT / "lists",
        "Dir::Cache": APT / "cache",
        "APT::Sandbox::User": getpass.getuser(),
        "Acquire::Languages": "none",
    }
    return [f"-o{name}={value}" for name, value in settings.items()]


def install(package: str) -> None:
    """Install one Debian package on the machine, or say how to."""
    remedy = f"Install it yourself: apt-get install {package}"
    command = ["apt-get"] if os.geteuid() == 0 else ["sudo", "-n", "apt-get"]
    if not shutil.which(command[0]) or not shutil.which("apt-get"):
        raise Failure(f"{package} is missing. {remedy}")
    with step(f"Installing {package}"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run([*command, "update", "-q"], hint=remedy, env=environment)
        run([*command, "install", "-y", "-q", package], hint=remedy, env=environment)


def unpack_program(folder: Path, *packages: str) -> None:
    """Download Debian packages and unpack them into ``folder``, installed nowhere."""
    wanted = " ".join(packages)
    remedy = f"Is the network reachable, and does this system have the packages {wanted}?"
    downloads = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(downloads, ignore_errors=True)
    downloads.mkdir(parents=True)
    with step(f"Fetching {wanted}"):
        options = _private_state(_os_release().get("VERSION_CODENAME", ""))
        run(["apt-get", *options, "update", "-q"], hint=remedy)
        run(["apt-get", *options, "download", *packages], hint=remedy, cwd=downloads)
        for deb in downloads.glob("*.deb"):
            run(["dpkg-deb", "-x", deb, downloads])
            deb.unlink()
    downloads.rename(folder)
