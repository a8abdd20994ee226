"""Name every folder the tooling uses.

Nothing is written inside the repository: the cache may be deleted at any time.
"""

import hashlib
import os
from pathlib import Path

MODULE = "finance_portal"
ROOT = Path(__file__).resolve().parents[2]
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
RUNS = CACHE / f"runs-{CHECKOUT}"
DEMO = CACHE / f"demo-{CHECKOUT}"


# Folders of the repository, and of a bridge, that no database knows anything of.
NOT_ADDON = ("dev", "e2e", "tests", "docs", "readme")


def code_hash() -> str:
    """Return a text that changes with any file a database's content may come from.

    The files are read, not their times: a checkout that switches back and forth finds what
    it made before.
    """
    digest, addons = hashlib.sha256(), {ROOT, *map(folder_of, bridge_names())}
    for folder, folders, names in os.walk(ROOT):
        outside = NOT_ADDON if Path(folder) in addons else ()
        folders[:] = sorted(
            name for name in folders if name not in (*outside, "__pycache__") and name[0] != "."
        )
        for name in sorted(names):
            content = (Path(folder) / name).read_bytes()
            place = os.path.relpath(folder, ROOT)
            digest.update(f"{place}\0{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:8]


def links_folder() -> Path:
    """Return a folder that holds the addon and the chosen bridges under their names, as links.

    Odoo takes a module's technical name from its folder, and a checkout may have any name.
    What is not in here does not exist for Odoo, so it cannot install itself.
    """
    folder = CACHE / f"links-{short_hash(str(ROOT), *module_names())}"
    folder.mkdir(parents=True, exist_ok=True)
    for name in module_names():
        link = folder / name
        if not link.is_symlink() or link.resolve() != folder_of(name):
            link.unlink(missing_ok=True)
            link.symlink_to(folder_of(name))
    return folder


def folder_of(name: str) -> Path:
    """Return where the addon, or one of its bridges, lies in the repository."""
    return ROOT if name == MODULE else ROOT / "bridges" / name


def module_names() -> list[str]:
    """Return the technical names of the addon and of the bridges to work with.

    ``FINANCE_PORTAL_BRIDGES`` chooses them: ``all`` unless given, ``none``, or names.
    """
    names = bridge_names()
    wish = os.environ.get("FINANCE_PORTAL_BRIDGES") or "all"
    if wish != "all":
        chosen = set() if wish == "none" else set(wish.split(","))
        if unknown := chosen - set(names):
            raise SystemExit(f"FINANCE_PORTAL_BRIDGES: no such bridge: {', '.join(unknown)}")
        names = [name for name in names if name in chosen]
    return [MODULE, *names]


def bridge_names() -> list[str]:
    """Return the technical names of all bridges."""
    return sorted(manifest.parent.name for manifest in ROOT.glob("bridges/*/__manifest__.py"))
