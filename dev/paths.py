"""Name every folder the tooling uses.

Nothing is written inside the repository: the cache may be deleted at any time.
"""

import hashlib
import os
from pathlib import Path

MODULE = "finance_portal"
ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "dev" / "requirements.txt"


def _cache_folder() -> Path:
    """Return the cache folder the environment asks for."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    home = os.environ.get("FINANCE_PORTAL_HOME") or Path(base) / MODULE
    return Path(home).expanduser().resolve()


def short_hash(*parts: str) -> str:
    """Return eight hexadecimal digits that stand for ``parts``."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:8]


CACHE = _cache_folder()
CHECKOUT = short_hash(str(ROOT))
APT = CACHE / "apt"
ODOO = CACHE / "odoo"
VENV = CACHE / "venv"
VENV_PYTHON = VENV / "bin" / "python"
TEMPLATES = CACHE / "templates"
LINKS = CACHE / f"links-{CHECKOUT}"
RUNS = CACHE / f"runs-{CHECKOUT}"
DEMO = CACHE / f"demo-{CHECKOUT}"


def addon_folders() -> list[Path]:
    """Return the addons path of this checkout.

    Odoo takes a module's technical name from its folder, and a checkout may
    have any name: a link outside the repository gives it the right one.
    """
    LINKS.mkdir(parents=True, exist_ok=True)
    link = LINKS / MODULE
    if not link.is_symlink() or link.resolve() != ROOT:
        link.unlink(missing_ok=True)
        link.symlink_to(ROOT)
    bridges = ROOT / "bridges"
    return [LINKS, bridges] if bridges.is_dir() else [LINKS]


def module_names() -> list[str]:
    """Return the technical names of the addon and of its bridges."""
    bridges = sorted(ROOT.glob("bridges/*/__manifest__.py"))
    return [MODULE, *(manifest.parent.name for manifest in bridges)]
