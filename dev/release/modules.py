"""Make of a commit what customers get: the addon and its bridges, each in a folder of its name."""

import re
import shutil
from pathlib import Path

from ..platform.console import Failure
from ..platform.paths import MODULE
from .commit import Commit
from .tools import run_tool

# What customers get of the repository's root, and of a bridge. Tests are part of it, as in Odoo's
# own apps: with them, anybody can check the addon on their own Odoo, with their own other apps.
SHIPPED = re.compile(
    r"LICENSE|README\.md|\w+\.py|controllers|data|i18n|models|readme|report|security|static|tests"
    r"|tools|views|wizard"
)
# What is for developers only. A name that is in neither must be put into one of them.
LEFT_OUT = re.compile(r"\..+|Makefile|pyproject\.toml|bridges|dev|docs|e2e")
NOTES = "readme/newsfragments"

# The addon's README for customers; the repository's is about the whole project.
SECTIONS = {
    "DESCRIPTION": "# Finance Portal",
    "INSTALL": "## Installation",
    "CONFIGURE": "## Configuration",
    "USAGE": "## Usage",
}
CHANGES = "## Changes\n\nSee `readme/HISTORY.md`.\n"
# Lets pip build a module from the store's branch, too.
PYPROJECT = '[build-system]\nrequires = ["whool"]\nbuild-backend = "whool.buildapi"\n'


def collect(commit: Commit, target: Path) -> list[Path]:
    """Copy all modules into ``target``, and return their folders."""
    _write_history(commit)
    for name, source in commit.modules().items():
        module = target / name
        module.mkdir(parents=True)
        for path in sorted(source.iterdir()):
            if _is_shipped(path):
                copy = shutil.copytree if path.is_dir() else shutil.copyfile
                copy(path, module / path.name)
        shutil.copyfile(commit.folder / "LICENSE", module / "LICENSE")
        (module / "pyproject.toml").write_text(PYPROJECT)
    shutil.rmtree(target / MODULE / NOTES, ignore_errors=True)
    _write_readme(target / MODULE)
    return sorted(target.iterdir())


def _is_shipped(path: Path) -> bool:
    """Return whether customers get what lies at ``path``.

    :raise Failure: nobody has decided it yet
    """
    if SHIPPED.fullmatch(path.name):
        return True
    if LEFT_OUT.fullmatch(path.name):
        return False
    raise Failure(f"Do customers get {path.name}? Add it to SHIPPED or LEFT_OUT in {__file__}.")


def _write_history(commit: Commit) -> None:
    """Add the change notes to ``readme/HISTORY.md``; a commit that was released has none."""
    if any((commit.folder / NOTES).glob("*.md")):
        options = ("--keep", "--version", commit.version, "--date", commit.day)
        run_tool(commit.time, "towncrier", "build", *options, "--dir", commit.folder)


def _write_readme(module: Path) -> None:
    """Write the addon's README from its sections."""
    sections = [
        f"{title}\n\n{(module / 'readme' / f'{name}.md').read_text()}"
        for name, title in SECTIONS.items()
    ]
    (module / "README.md").write_text("\n".join([*sections, CHANGES]))
