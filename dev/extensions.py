"""What stands beside the end-to-end tests of the addon: a folder for each bridge, and the shop's.

See ``e2e/extensions.py`` for what bridges add to the tests that look at everything.
"""

from pathlib import Path

from . import apps
from .paths import MODULE, ROOT, module_names

# Stories of a business with a website, a shop and a till, and of one with everything else too.
SHOP = ROOT / "e2e" / "shop"
EVERYTHING = ROOT / "e2e" / "everything"


def folders() -> list[Path]:
    """Return the folders of end-to-end tests of the chosen bridges."""
    names = [name.removeprefix(f"{MODULE}_") for name in module_names()]
    return [ROOT / "e2e" / name for name in names if (ROOT / "e2e" / name).is_dir()]


def left_out() -> list[Path]:
    """Return the folders of those that are not chosen, and of apps that are not there."""
    every = {path.parent for path in ROOT.glob("e2e/*/test_*.py")}
    there = {path for path in (SHOP, EVERYTHING) if _has_apps(path.name)}
    return sorted(every - {*folders(), *there})


def _has_apps(name: str) -> bool:
    """Tell whether all apps of a list are chosen."""
    return set(apps.read_list(name)) <= set(apps.chosen())
