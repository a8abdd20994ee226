"""Which further apps of Odoo's stand beside the addon: ``FINANCE_PORTAL_APPS``."""

import os

from .console import Failure
from .odoo import find_source
from .paths import ROOT, short_hash

LISTS = ROOT / "dev" / "app_lists"


def chosen() -> list[str]:
    """Return the technical names of the apps to install besides what the addon needs.

    ``FINANCE_PORTAL_APPS`` holds names with commas; the name of a file in ``dev/app_lists``
    stands for all apps in it.

    :raise Failure: a name is no module of this Odoo's
    """
    wish = [name.strip() for name in (os.environ.get("FINANCE_PORTAL_APPS") or "").split(",")]
    names = dict.fromkeys(app for name in wish if name for app in _expand(name))
    if unknown := [name for name in names if not _exists(name)]:
        raise Failure(f"FINANCE_PORTAL_APPS: Odoo has no such app: {', '.join(unknown)}")
    return list(names)


def read_list(name: str) -> list[str]:
    """Return the apps in a file of ``dev/app_lists``: one a line, ``#`` begins a comment."""
    lines = (LISTS / f"{name}.txt").read_text().splitlines()
    apps = (line.partition("#")[0].strip() for line in lines)
    return [app for app in apps if app]


def suffix() -> str:
    """Return what tells databases with these apps from others; empty without further apps."""
    names = [*chosen(), *install_options()] if chosen() else []
    return f"_a{short_hash(*names)}" if names else ""


def install_options() -> list[str]:
    """Return the options to install a template with.

    Without further apps nothing installs itself, so that the addon's own tests meet the least
    they need. With them everything does that would do so for a user.
    """
    if not chosen():
        return ["--skip-auto-install"]
    return ["--with-demo"] if os.environ.get("FINANCE_PORTAL_DEMO_DATA") else []


def _expand(name: str) -> list[str]:
    return read_list(name) if (LISTS / f"{name}.txt").exists() else [name]


def _exists(name: str) -> bool:
    source = find_source()
    folders = (*source.addons, source.python_path / "odoo" / "addons")
    return any((folder / name / "__manifest__.py").exists() for folder in folders)
