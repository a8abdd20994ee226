"""Run the whole suite and end with one line that sums it up."""

import argparse
from contextlib import nullcontext

from . import databases, e2e_runner, odoo_tests, postgres
from .console import file_lock
from .paths import ROOT, RUNS
from .results import conclude

PARTS = ("odoo", "pure", "e2e")


def main(arguments: list[str]) -> int:
    """Run all parts, or those asked for."""
    options = _parse(arguments[1:])
    odoo_tests.check_prerequisites()
    results = []
    with postgres.cluster() as cluster:
        databases.drop_leftovers(cluster)
        databases.ensure_template(cluster)
        if "pure" in options.parts:
            results += _run_pure()
        if "odoo" in options.parts:
            tags = options.tags or odoo_tests.default_tags()
            with file_lock(RUNS / "fast.lock") if options.fast else nullcontext():
                results.append(odoo_tests.run(cluster, tags, options.fast))
        if "e2e" in options.parts and list(ROOT.glob("e2e/test_*.py")):
            results.append(e2e_runner.run("e2e"))
    return conclude(results)


def _run_pure() -> list:
    """Run what needs no server: doctests, and pytest over ``tests_pure``."""
    results = []
    if (ROOT / "tools" / "__init__.py").exists():
        results.append(e2e_runner.run_doctests("tools"))
    if (ROOT / "tests_pure").is_dir():
        results.append(e2e_runner.run("tests_pure"))
    return results


def _parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options; a choice of tags means Odoo tests only."""
    parser = argparse.ArgumentParser(prog="python3 -m dev test")
    parser.add_argument("--tags", help="Odoo test tags, for example /finance_portal:TestLink")
    parser.add_argument("--fast", action="store_true", help="keep and update one database")
    parser.add_argument("--only", choices=PARTS, help="run one part of the suite")
    options = parser.parse_args(arguments)
    only = options.only or ("odoo" if options.tags or options.fast else None)
    options.parts = (only,) if only else PARTS
    return options
