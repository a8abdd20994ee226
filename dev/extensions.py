"""What stands beside the end-to-end tests of the addon: a folder for each bridge, and the shop's.

See ``e2e/extensions.py`` for what bridges add to the tests that look at everything.
"""

from pathlib import Path

from . import apps
from .paths import MODULE, ROOT, module_names

# Stories of a business with a website, a shop and a till.
SHOP = ROOT / "e2e" / "shop"


def folders() -> list[Path]:
    """Return the folders of end-to-end tests of the chosen bridges."""
    names = [name.removeprefix(f"{MODULE}_") for name in module_names()]
    return [ROOT / "e2e" / name for name in names if (ROOT / "e2e" / name).is_dir()]


def left_out() -> list[Path]:
    """Return the folders of those that are not chosen, and the shop's where there is no shop."""
    every = {path.parent for path in ROOT.glob("e2e/*/test_*.py")}
    chosen = {*folders(), *([SHOP] if set(apps.read_list("shop")) <= set(apps.chosen()) else [])}
    return sorted(every - chosen)
