"""Check style, manifests, XML files, translations, words, what may use what, what docs name."""

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import polib

from ..platform.console import say
from ..platform.paths import MODULE, ROOT, links_folder, module_names
from . import (
    docs_check,
    menu_paths,
    phrases,
    rooms,
    rows,
    sentences,
    stored_codes,
    sudo_reasons,
    terms,
    waits,
)

# What the addon is made of, and the apps that it must not name there.
ALONE = (
    "controllers", "data", "models", "report", "security", "static/src", "tools", "views", "wizard",
)  # fmt: skip
OTHER_APPS = re.compile(
    r"project[._]\w|timesheet|payment\.(provider|transaction|method)"
    r"|finance_portal_(project|payment)"
)

# What one model is lies in several small files, as in the addon.
BRIDGE_OPTIONS = ("--disable=consider-merging-classes-inherited",)
# Checks of OCA that are about its own habits: its README, how it writes a header, its order of
# attributes, its translation server. And one that takes any number for one to evaluate.
OCA_DISABLED = (
    "prefer-readme-rst", "xml-header-wrong", "xml-tag-position", "weblate-component-too-long",
    "xml-field-numeric-without-eval",
)  # fmt: skip
WORDS_FOR_SCRIPTS = re.compile(r'\sdata-[\w-]+="[A-Z][a-z]+[^"]*"')
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


def main(_arguments: list[str]) -> int:
    """Run all checks, also after one failed, and return 1 if any did."""
    checks = (
        _ruff, _pylint, _xml, _translations, _alone, _codes, _waits, _rows,
        _rooms, _sudo_reasons, _docs, _menus, _phrases, _sentences, _terms, _attributes,
    )  # fmt: skip
    return 1 if sum(bool(_report(check)) for check in checks) else 0


def _report(check) -> list[str]:
    """Run one check and print what it found."""
    found = check()
    say(f"{check.__name__.strip('_')}: {'ok' if not found else ''}")
    for line in found:
        say(f"  {line}")
    return found


def _tool(*command, folder: Path = ROOT) -> list[str]:
    """Run a linter and return its output when it complains."""
    arguments = [sys.executable, "-m", *map(str, command)]
    done = subprocess.run(arguments, cwd=folder, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).splitlines() if done.returncode else []


def _ruff() -> list[str]:
    return _tool("ruff", "check", "--no-cache", "--output-format=concise", ".")


def _pylint() -> list[str]:
    """Run pylint-odoo over each addon under its own name."""
    folder, found = links_folder(), []
    for name in module_names():
        options = ["--rcfile", ROOT / ".pylintrc", *(BRIDGE_OPTIONS if name != MODULE else ())]
        found += _tool("pylint", *options, name, folder=folder)
    return found


def _alone() -> list[str]:
    """Find places where the addon names an app that only a bridge may know."""
    folders = (sorted((ROOT / folder).rglob("*")) for folder in ALONE)
    paths = [*sorted(ROOT.glob("*.py")), *(path for found in folders for path in found)]
    code = (path for path in paths if path.suffix in (".py", ".xml", ".js", ".css", ".csv"))
    return _lines_with(OTHER_APPS, code)


def _rooms() -> list[str]:
    """Find rooms of ``models/`` that use what stands above them."""
    return rooms.check(ROOT / "models")


def _codes() -> list[str]:
    """Find stored languages and time zones that are used as if they had to exist here."""
    return stored_codes.check(ROOT)


def _docs() -> list[str]:
    """Find rooms that the docs leave out, and files they name that are not there."""
    return docs_check.check(ROOT)


def _menus() -> list[str]:
    """Find menus of Sharing that docs and messages name, and that are not there."""
    return menu_paths.check(ROOT)


def _waits() -> list[str]:
    """Find tests that go on, or give up, before what they wait for had time to come."""
    return waits.check(ROOT / "e2e") + waits.check_odoo_tests(ROOT)


def _rows() -> list[str]:
    """Find queries of tests that take rows of other models' records for theirs."""
    return rows.check(ROOT / "e2e")


def _sudo_reasons() -> list[str]:
    """Find each ``sudo()`` that doesn't say why."""
    return sudo_reasons.check(ROOT)


def _phrases() -> list[str]:
    """Find phrases for people that were replaced once, as they read as translated."""
    return phrases.check(ROOT)


def _sentences() -> list[str]:
    """Find sentences of templates and forms that are cut around a value."""
    return sentences.check(ROOT)


def _terms() -> list[str]:
    """Find texts that no translator gets to see."""
    return terms.check(ROOT)


def _lines_with(pattern: re.Pattern, paths: Iterable[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        if pattern.search(line)
    ]


def _files(pattern: str) -> list[Path]:
    return sorted(path for path in ROOT.rglob(pattern) if ".git" not in path.parts)


def _xml() -> list[str]:
    """Run the checks of OCA over the data files: syntax, duplicate ids, files that nobody loads."""
    options = f"--disable={','.join(OCA_DISABLED)}"
    return _tool("oca_pre_commit_hooks", options, *module_names(), folder=links_folder())


def _translations() -> list[str]:
    """Find translations that are broken, unfinished or lost a placeholder."""
    found = []
    for path in _files("*.po"):
        name = path.relative_to(ROOT)
        try:
            catalog = polib.pofile(str(path), check_for_duplicates=True)
        except (OSError, ValueError) as error:
            found.append(f"{name}: {error}")
            continue
        found += [f"{name}: fuzzy: {entry.msgid!r}" for entry in catalog.fuzzy_entries()]
        missing = catalog.untranslated_entries()
        found += [f"{name}: not translated: {entry.msgid!r}" for entry in missing]
        for entry in catalog.translated_entries():
            if _placeholders(entry.msgid) != _placeholders(entry.msgstr):
                found.append(f"{name}: placeholders differ: {entry.msgid!r}")
    return found


def _attributes() -> list[str]:
    """Find words for people in attributes that Odoo doesn't translate."""
    return [
        f"{path.relative_to(ROOT)}: set it from a translated text: {found[0]}"
        for path in _files("*.xml")
        for found in WORDS_FOR_SCRIPTS.finditer(path.read_text())
    ]


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text))
