"""Run the end-to-end tests with pytest, and the doctests of what imports no Odoo."""

import doctest
import importlib.util
import signal
import sys
from pathlib import Path

from ..platform.paths import ROOT, RUNS
from ..platform.processes import start, stop
from ..platform.runs import run_folder
from . import extensions
from .odoo_tests import check_prerequisites
from .results import Result, from_junit, seconds_by_file

# How long each file of end-to-end tests took the last time it ran as a whole.
TIMES = RUNS / "times"
GUESS = 2.5  # seconds a test, for a file that never ran here


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


def run_files(files: list[str], without: list[str]) -> Result:
    """Run whole files of end-to-end tests, or all but some; keep how long each took."""
    ignored = [argument for path in without for argument in ("--ignore", path)]
    result = run("e2e", *(files or [str(ROOT / "e2e")]), *ignored)
    TIMES.mkdir(parents=True, exist_ok=True)
    for name, seconds in seconds_by_file(run_folder("pytest-e2e") / "report.xml").items():
        (TIMES / name).write_text(f"{seconds:.1f}")
    return result


def halves() -> tuple[list[Path], list[Path]]:
    """Return the files of end-to-end tests in two lists that take about as long."""
    lists, sums = ([], []), [0.0, 0.0]
    for path in sorted(_test_files(), key=_expected_seconds, reverse=True):
        shorter = sums.index(min(sums))
        lists[shorter].append(path)
        sums[shorter] += _expected_seconds(path)
    return lists


def _test_files() -> list[Path]:
    """Return the files of end-to-end tests, those of the chosen bridges included."""
    folders = [ROOT / "e2e", *extensions.folders()]
    return [path for folder in folders for path in folder.glob("test_*.py")]


def _expected_seconds(path: Path) -> float:
    """Return how long a file takes, to go by the last time or by its number of tests."""
    kept = TIMES / path.stem
    return float(kept.read_text()) if kept.exists() else GUESS * path.read_text().count("def test_")


def run_doctests() -> Result:
    """Run the doctests of ``tools/``, of the addon and of every bridge: they import no Odoo."""
    result = Result("tools doctests")
    for folder in (ROOT / "tools", *sorted(ROOT.glob("bridges/*/tools"))):
        package = _import_package(folder)
        for path in sorted(folder.glob("[!_]*.py")):
            module = importlib.import_module(f"{package}.{path.stem}")
            tests = [one for one in doctest.DocTestFinder().find(module) if one.examples]
            if not tests:
                result.problems.append(f"{path.relative_to(ROOT)} has no example")
            for test in tests:
                failed = doctest.DocTestRunner().run(test).failed
                result.failed += bool(failed)
                result.passed += not failed
    return result


def _import_package(folder: Path) -> str:
    """Import a package without the one around it, which imports Odoo; return its name."""
    name = "_".join(folder.relative_to(ROOT).parts)
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return name


def main(arguments: list[str]) -> int:
    """Run the end-to-end tests with pytest's own arguments."""
    check_prerequisites()
    result = run("e2e", *arguments[1:])
    return 1 if result.failed or result.problems else 0
