"""Which further apps of Odoo's stand beside the addon: ``FINANCE_PORTAL_APPS``.

Two more variables say how they got there, for ``make test-everything``: with
``FINANCE_PORTAL_DEMO_DATA`` they bring Odoo's demo data, with ``FINANCE_PORTAL_APPS_LAST`` they
are installed on top of the addon instead of beneath it.
"""

import contextlib
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


@contextlib.contextmanager
def choice(variables: dict[str, str]):
    """Choose apps for a while, by the environment variables this module reads."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def suffix() -> str:
    """Return what tells databases with these apps from others; empty without further apps."""
    names = [*chosen(), *demo_options(), *(["last"] if are_last() else [])] if chosen() else []
    return f"_a{short_hash(*names)}" if names else ""


def are_last() -> bool:
    """Tell whether the apps are installed on top of the addon."""
    return bool(os.environ.get("FINANCE_PORTAL_APPS_LAST"))


def beneath() -> list[str]:
    """Return the apps that are there before the addon."""
    return [] if are_last() else chosen()


def on_top() -> list[str]:
    """Return the apps that are installed after the addon."""
    return chosen() if are_last() else []


def install_options() -> list[str]:
    """Return the options to install a template with.

    Without further apps nothing installs itself, so that the addon's own tests meet the least
    they need. With them everything does that would do so for a user.
    """
    return demo_options() if beneath() else ["--skip-auto-install", *demo_options()]


def demo_options() -> list[str]:
    """Return the option that brings Odoo's demo data, where it is wanted."""
    return ["--with-demo"] if os.environ.get("FINANCE_PORTAL_DEMO_DATA") else []


def _expand(name: str) -> list[str]:
    return read_list(name) if (LISTS / f"{name}.txt").exists() else [name]


def _exists(name: str) -> bool:
    source = find_source()
    folders = (*source.addons, source.python_path / "odoo" / "addons")
    return any((folder / name / "__manifest__.py").exists() for folder in folders)
