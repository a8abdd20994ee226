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


# Top folders of the repository that no database knows anything of.
NOT_ADDON = ("dev", "e2e", "tests", "tests_pure", "docs", "readme")


def code_hash() -> str:
    """Return a text that changes with any file a database's content may come from.

    The files are read, not their times: a checkout that switches back and forth finds what
    it made before.
    """
    digest = hashlib.sha256()
    for folder, folders, names in os.walk(ROOT):
        outside = NOT_ADDON if Path(folder) == ROOT else ()
        folders[:] = sorted(
            name for name in folders if name not in (*outside, "__pycache__") and name[0] != "."
        )
        for name in sorted(names):
            content = (Path(folder) / name).read_bytes()
            place = os.path.relpath(folder, ROOT)
            digest.update(f"{place}\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:8]


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
