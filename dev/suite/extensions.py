"""Folders of further end-to-end tests: one for each bridge, and those of the shop.

See ``e2e/extensions.py`` for what bridges add to the tests that cover everything.
"""

from pathlib import Path

from ..platform import apps
from ..platform.paths import MODULE, ROOT, module_names

# Tests with a website, a shop and Point of Sale, and tests with every app.
SHOP = ROOT / "e2e" / "shop"
EVERYTHING = ROOT / "e2e" / "everything"


def folders() -> list[Path]:
    """Return the folders of end-to-end tests of the chosen bridges."""
    names = [name.removeprefix(f"{MODULE}_") for name in module_names()]
    return [ROOT / "e2e" / name for name in names if (ROOT / "e2e" / name).is_dir()]


def left_out() -> list[Path]:
    """Return the folders of bridges that aren't chosen and of apps that aren't installed."""
    every = {path.parent for path in ROOT.glob("e2e/*/test_*.py")}
    there = {path for path in (SHOP, EVERYTHING) if _has_apps(path.name)}
    return sorted(every - {*folders(), *there})


def _has_apps(name: str) -> bool:
    """Return whether all apps of a list are chosen."""
    return set(apps.read_list(name)) <= set(apps.chosen())
