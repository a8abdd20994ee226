"""What bridges add to the end-to-end tests: a folder each, see ``e2e/extensions.py``."""

from pathlib import Path

from .paths import MODULE, ROOT, module_names


def folders() -> list[Path]:
    """Return the folders of end-to-end tests of the chosen bridges."""
    names = [name.removeprefix(f"{MODULE}_") for name in module_names()]
    return [ROOT / "e2e" / name for name in names if (ROOT / "e2e" / name).is_dir()]


def left_out() -> list[Path]:
    """Return the folders of those that are not chosen."""
    every = {path.parent for path in ROOT.glob("e2e/*/test_*.py")}
    return sorted(every - set(folders()))
