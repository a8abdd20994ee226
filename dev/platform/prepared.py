"""Keep databases that have the addon installed, for tests to copy.

Installing takes longer than many a test. A kept database is named after everything it was
made from, the addon's code included, so it is never stale; those of older code are dropped.
"""

import contextlib
import re
import shutil
from collections.abc import Callable

from . import apps, databases
from .console import file_lock, step
from .odoo import Site, find_source, run_quietly
from .paths import CACHE, CHECKOUT, REQUIREMENTS, RUNS, code_hash, module_names, short_hash
from .postgres import Cluster
from .server import shell

# The web client's bundles, which the first page of each copy would build.
BUNDLES = """
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""


def ensure(cluster: Cluster) -> Site:
    """Return the site of the database with the addon, made when it is missing."""
    with _lock("installed"):
        return _installed(cluster)


def copy_installed(site: Site) -> None:
    """Create the site's database and files as a copy of one with the addon and its bridges."""
    with _lock("installed"):
        kept = _installed(site.cluster)
        databases.copy(site, kept.database, kept.data_dir)


def copy_configured(site: Site, setup: str, kind: str = "configured") -> None:
    """Do the same with a database in which the code ``setup`` has run in Odoo's shell.

    :param kind: a word that no other ``setup`` goes by
    """

    def make(new: Site) -> None:
        copy_installed(new)
        shell(new, setup)

    with _lock(kind):
        kept = _ensure(site.cluster, kind, make, setup)
        databases.copy(site, kept.database, kept.data_dir)


def _installed(cluster: Cluster) -> Site:
    def make(site: Site) -> None:
        databases.copy_template(site)
        modules = ",".join(module_names())
        run_quietly(site, "--init", modules, "--no-http", "--stop-after-init")
        if apps.on_top():
            more = [",".join(apps.on_top()), *apps.demo_options()]
            run_quietly(site, "--init", *more, "--no-http", "--stop-after-init")
        shell(site, BUNDLES)

    return _ensure(cluster, "installed", make, BUNDLES)


def _ensure(cluster: Cluster, kind: str, make: Callable[[Site], None], *parts: str) -> Site:
    """Return the site of the cached database, made if missing and never served."""
    kind, code = f"{kind}{apps.suffix()}", code_hash()
    key = short_hash(
        str(CACHE), find_source().version, REQUIREMENTS.read_text(), code,
        *databases.needed_modules(), *databases.LANGUAGES, *module_names(), *parts,
    )  # fmt: skip
    site = Site(cluster, f"fp_{CHECKOUT}_{kind}_k{key}", RUNS / f"{kind}-k{key}")
    complete = site.folder / ".complete"
    if not (complete.exists() and databases.exists(cluster, site.database)):
        _forget(cluster, kind)
        with step(f"Preparing a database ({kind.partition('_')[0]}), kept until the code changes"):
            make(site)
        if code_hash() == code:  # else somebody edited a file meanwhile
            complete.touch()
    return site


def _forget(cluster: Cluster, kind: str) -> None:
    """Drop the cached databases of older code with the same apps."""
    older = re.compile(rf"fp_{CHECKOUT}_{kind}_k[0-9a-f]{{8}}")
    for (name,) in cluster.query("SELECT datname FROM pg_database"):
        if older.fullmatch(name):
            databases.drop(cluster, name)
    for folder in RUNS.glob(f"{kind}-k*"):
        shutil.rmtree(folder, ignore_errors=True)


def _lock(kind: str) -> contextlib.AbstractContextManager:
    """Keep other runs of this checkout from dropping what is being copied."""
    return file_lock(RUNS / f"{kind}{apps.suffix()}.lock")
