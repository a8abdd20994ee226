"""Which other Odoo apps to install with the addon: ``FINANCE_PORTAL_APPS``.

Two more variables say how, for ``make test-everything``: ``FINANCE_PORTAL_DEMO_DATA`` includes
Odoo's demo data, ``FINANCE_PORTAL_APPS_LAST`` installs the apps after the addon instead of before.
"""

import contextlib
import os
from pathlib import Path

from .console import Failure
from .odoo import find_source
from .paths import short_hash

LISTS = Path(__file__).with_name("app_lists")


def chosen() -> list[str]:
    """Return the technical names of the apps to install beyond what the addon needs.

    ``FINANCE_PORTAL_APPS`` holds names separated by commas; the name of a file in
    ``app_lists`` stands for all apps in it.

    :raise Failure: this Odoo has no module of that name
    """
    wish = [name.strip() for name in (os.environ.get("FINANCE_PORTAL_APPS") or "").split(",")]
    names = dict.fromkeys(app for name in wish if name for app in _expand(name))
    if unknown := [name for name in names if not _exists(name)]:
        raise Failure(f"FINANCE_PORTAL_APPS: Odoo has no such app: {', '.join(unknown)}")
    return list(names)


def read_list(name: str) -> list[str]:
    """Return the apps in a file of ``app_lists``: one per line, ``#`` starts a comment."""
    lines = (LISTS / f"{name}.txt").read_text().splitlines()
    apps = (line.partition("#")[0].strip() for line in lines)
    return [app for app in apps if app]


@contextlib.contextmanager
def choice(variables: dict[str, str]):
    """Temporarily set the environment variables this module reads."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def suffix() -> str:
    """Return a database name suffix for this choice of apps; empty if there are none."""
    names = [*chosen(), *demo_options(), *(["last"] if are_last() else [])] if chosen() else []
    return f"_a{short_hash(*names)}" if names else ""


def are_last() -> bool:
    """Return whether the apps are installed after the addon."""
    return bool(os.environ.get("FINANCE_PORTAL_APPS_LAST"))


def beneath() -> list[str]:
    """Return the apps that are installed before the addon."""
    return [] if are_last() else chosen()


def on_top() -> list[str]:
    """Return the apps that are installed after the addon."""
    return chosen() if are_last() else []


def install_options() -> list[str]:
    """Return the options for installing a template.

    Without other apps, auto-install is off, so that the addon's tests run with the bare minimum.
    With them, everything auto-installs as it would for a user.
    """
    return demo_options() if beneath() else ["--skip-auto-install", *demo_options()]


def demo_options() -> list[str]:
    """Return the option that installs Odoo's demo data, if requested."""
    return ["--with-demo"] if os.environ.get("FINANCE_PORTAL_DEMO_DATA") else []


def _expand(name: str) -> list[str]:
    return read_list(name) if (LISTS / f"{name}.txt").exists() else [name]


def _exists(name: str) -> bool:
    source = find_source()
    folders = (*source.addons, source.python_path / "odoo" / "addons")
    return any((folder / name / "__manifest__.py").exists() for folder in folders)
