"""Run pytest: the end-to-end tests and the tests that need no Odoo."""

import doctest
import importlib
import signal
import sys

from .odoo_tests import check_prerequisites
from .paths import ROOT
from .processes import start, stop
from .results import Result, from_junit
from .runs import run_folder


def run(folder: str, *arguments: str) -> Result:
    """Run pytest over one folder of the repository.

    The folder is pytest's root: the repository's own ``__init__.py`` imports
    Odoo, which these tests do without.
    """
    report = run_folder(f"pytest-{folder}") / "report.xml"
    command = [
        sys.executable, "-m", "pytest",
        "-c", ROOT / "pyproject.toml", "--rootdir", ROOT / folder, "--confcutdir", ROOT / folder,
        "--junit-xml", report, *arguments,
    ]  # fmt: skip
    if not any((ROOT / part.split("::")[0]).exists() for part in arguments):
        command.append(ROOT / folder)
    process = start([str(part) for part in command], None)
    try:
        status = process.wait()
    finally:
        stop(process, grace=60, request=signal.SIGINT)
    return from_junit(folder, report, status)


def run_doctests(package: str) -> Result:
    """Run the doctests of the modules that import no Odoo."""
    result = Result(f"{package} doctests")
    for path in sorted((ROOT / package).glob("*.py")):
        module = importlib.import_module(f"{package}.{path.stem}".removesuffix(".__init__"))
        for test in doctest.DocTestFinder(exclude_empty=True).find(module):
            if test.examples:
                failed = doctest.DocTestRunner().run(test).failed
                result.failed += bool(failed)
                result.passed += not failed
    return result


def main(arguments: list[str]) -> int:
    """Run the end-to-end tests with pytest's own arguments."""
    check_prerequisites()
    result = run("e2e", *arguments[1:])
    return 1 if result.failed or result.problems else 0
