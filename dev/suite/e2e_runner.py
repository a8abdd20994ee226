"""Run the end-to-end tests with pytest, and the doctests of what imports no Odoo."""

import doctest
import importlib.util
import signal
import sys
from pathlib import Path

from ..platform.paths import ROOT
from ..platform.processes import start, stop
from ..platform.runs import run_folder
from .odoo_tests import check_prerequisites
from .results import Result, from_junit


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


def run_all() -> Result:
    """Run all end-to-end tests in two processes, each with servers and databases of its own.

    The files are dealt out while they run: whoever is done takes the next one.
    """
    return run("e2e", "-n", "2", "--dist", "loadfile")


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
