"""Export the addons' terms and merge them into the translations."""

import shutil
from pathlib import Path

import polib

from .platform import databases, postgres
from .platform.console import say, step
from .platform.odoo import Site, find_source, run_quietly
from .platform.paths import folder_of, module_names
from .platform.runs import run_folder
from .platform.server import shell

ADDON_PARTS = (
    "__manifest__.py", "controllers", "data", "i18n", "models", "report",
    "security", "static", "tools", "views", "wizard",
)  # fmt: skip


# The languages a customer's pages are translated to.
LANGUAGES = (
    "ar", "de", "es", "fr", "it", "ja", "nl", "pl", "pt", "pt_BR", "zh_CN",
)  # fmt: skip
EXPORT = """
from odoo.tools.translate import trans_export
with open({target!r}, "wb") as stream:
    trans_export(False, [{name!r}], stream, "po", env)
"""


def main(_arguments: list[str]) -> None:
    """Write each addon's ``.pot`` and bring its ``.po`` files up to date."""
    with postgres.cluster() as cluster:
        site = Site(cluster, databases.name_for("i18n"), run_folder("i18n"))
        databases.copy_template(site)
        try:
            with step("Installing the addon"):
                site.options["addons_path"] = ",".join(map(str, _stage(site.folder / "staged")))
                modules = ",".join(module_names())
                run_quietly(site, "--init", modules, "--no-http", "--stop-after-init")
            for name in module_names():
                target = folder_of(name) / "i18n" / f"{name}.pot"
                target.parent.mkdir(exist_ok=True)
                shell(site, EXPORT.format(target=str(target), name=name))
                _merge(target)
        finally:
            databases.drop(cluster, site.database)


def _stage(folder: Path) -> list[Path]:
    """Copy the addons beside each other and return the addons path.

    The exporter reads every file below an addon's folder and would find the
    bridges and the tooling in the repository.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for name in module_names():
        (folder / name).mkdir(parents=True)
        for path in folder_of(name).iterdir():
            if path.name in ADDON_PARTS or path.suffix == ".py":
                copy = shutil.copytree if path.is_dir() else shutil.copy
                copy(path, folder / name / path.name)
    return [*find_source().addons, folder]


def _empty(path: Path, code: str) -> polib.POFile:
    """Return a new translation with the headers Odoo reads."""
    catalog = polib.POFile(fpath=str(path))
    catalog.metadata = {
        "Language": code,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    return catalog


def _merge(template: Path) -> None:
    """Bring the translations beside ``template`` up to date and say what lacks."""
    terms = polib.pofile(str(template))
    for code in LANGUAGES:
        path = template.with_name(f"{code}.po")
        catalog = polib.pofile(str(path)) if path.exists() else _empty(path, code)
        catalog.merge(terms)
        for entry in catalog.obsolete_entries():
            catalog.remove(entry)
        catalog.save(str(path))
        say(f"   {path.name}: {catalog.percent_translated()}% translated")
