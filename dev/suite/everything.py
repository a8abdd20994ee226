"""Try the addon in a database with every Community app that can be installed.

In both orders: the addon after everything else, and before it; both with Odoo's demo data. Then
run the end-to-end tests that matter there, Odoo's own test suites of the apps that interact with
the addon, and Odoo's own code checks.
"""

import argparse
import re
from pathlib import Path

from ..platform import apps, databases, logs, postgres, prepared
from ..platform.console import say
from ..platform.odoo import Site, find_source
from ..platform.paths import ROOT, VENV_PYTHON
from ..platform.runs import run_folder
from . import e2e_runner, native, odoo_tests
from .results import Result, conclude

APPS = {"FINANCE_PORTAL_APPS": "everything", "FINANCE_PORTAL_DEMO_DATA": "1"}
ORDERS = {
    "addon-last": APPS,
    "addon-first": {**APPS, "FINANCE_PORTAL_APPS_LAST": "1"},
}
STORIES = (
    "e2e/everything",
    "e2e/shop",
    "e2e/payment",
    "e2e/test_secure_link.py",
    "e2e/test_customer_story.py",
    "e2e/test_quote_decision_ui.py",
    "e2e/test_account_story.py",
)
LINT = ",".join([
    "/test_lint",
    # Only knows the keys of the manifests of Odoo's own modules.
    "-/test_lint:ManifestLinter",
    # Wants ``res_id`` indexed by itself, except where a list of Odoo's names the field. Nobody
    # searches without ``res_model``, and the two have an index: ``tests/test_indexes.py``.
    "-/test_lint:TestIndex",
    # ESLint is none of the tools, so Odoo would skip it.
    "-/test_lint:TestESLint",
])  # fmt: skip
# Odoo's test runs pylint over all of Odoo, where it finds faults as well; this one leaves Odoo's
# own files out. Here it doesn't know the checks of OCA that a comment of ours names; ``make lint``
# does, and finds any that doesn't exist.
PYLINT = """\
#!{python}
import sys
from pylint import run_pylint

words = [word for word in sys.argv[1:] if not word.startswith({odoo!r})]
run_pylint([*words, "--disable=unknown-option-value"])
"""
PARTS = ("install", "stories", "native", "lint")
NUMBER = re.compile(r"\d+")


def main(arguments: list[str]) -> int:
    """Run all parts, or the requested ones, and end with a one-line summary."""
    parser = argparse.ArgumentParser(prog="python3 -m dev test-everything")
    parser.add_argument("--only", choices=PARTS, action="append", help="run this part")
    parser.add_argument("--order", choices=ORDERS, action="append", help="install this way")
    options = parser.parse_args(arguments[1:])
    odoo_tests.check_prerequisites()
    parts, results = options.only or PARTS, []
    with postgres.cluster() as cluster:
        databases.drop_leftovers(cluster)
        for order in options.order or ORDERS:
            with apps.choice(ORDERS[order]):
                if "install" in parts:
                    results.append(_install(cluster, order))
                if "stories" in parts:
                    results.append(_tell_stories(order))
        if "native" in parts:
            results.append(_compare_native(cluster))
        if "lint" in parts:
            results.append(_lint(cluster))
    _print_table(results)
    return conclude(results)


def _install(cluster, order: str) -> Result:
    """Install everything in this order; report log messages that Odoo alone wouldn't produce."""
    result = Result(f"{order}: installs")
    _name, template = databases.ensure_template(cluster)
    log = prepared.ensure(cluster).log_path
    with apps.choice(APPS):
        # What Odoo logs when its own apps are installed without the addon.
        _name, alone = databases.ensure_template(cluster)
    known = _trouble(alone.parent, template.parent)
    for record in logs.unexpected(logs.read(log)):
        if NUMBER.sub("", str(record)) not in known:
            result.problem(f"{order}: {str(record)[:1500]}")
    result.passed = 1
    return result


def _trouble(*folders: Path) -> set[str]:
    """Return the warnings and errors in the logs of templates, with all numbers removed."""
    records = [record for folder in folders for record in logs.read(folder / "server.log")]
    return {NUMBER.sub("", str(record)) for record in logs.unexpected(records)}


def _tell_stories(order: str) -> Result:
    """Run the end-to-end tests that matter when everything is installed."""
    result = e2e_runner.run("e2e", *(str(ROOT / path) for path in STORIES))
    result.name = f"{order}: stories"
    return result


def _compare_native(cluster) -> Result:
    """Run Odoo's own suites of related apps with and without the addon."""
    result = Result("Odoo's own suites")
    same, result.failed = native.compare_shop(cluster)
    result.passed = same
    return result


def _lint(cluster) -> Result:
    """Run Odoo's own code checks on the addon and its bridges."""
    site = Site(cluster, databases.name_for("lint"), run_folder("lint"))
    prepared.copy_installed(site)
    programs = _write_pylint(site.folder / "bin")
    arguments = ("--init", "test_lint", "--test-tags", LINT)
    try:
        status = odoo_tests.stream(site, *arguments, programs=programs)
    finally:
        databases.drop(cluster, site.database)
    result = odoo_tests.judge(site, status)
    result.name = "Odoo's own checks of code"
    return result


def _write_pylint(folder: Path) -> Path:
    """Make a pylint that leaves Odoo's files out, and return the folder it lies in."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "pylint"
    odoo = f"{find_source().python_path}/"
    program.write_text(PYLINT.format(python=VENV_PYTHON, odoo=odoo))
    program.chmod(0o755)
    return folder


def _print_table(results: list[Result]) -> None:
    say("")
    for result in results:
        problems = f", {len(result.problems)} problems" if result.problems else ""
        say(f"  {result.name:32} {result.passed:5} passed {result.failed:4} failed{problems}")
