"""Run the whole suite and end with one line that sums it up."""

import argparse
import os
import sys
from pathlib import Path

from ..platform import databases, postgres
from ..platform.console import file_lock
from ..platform.paths import RUNS, bridge_names, module_names
from ..platform.runs import run_folder
from . import e2e_runner, extensions, odoo_tests, side_by_side
from .results import Result, conclude, read_report, write_report

PARTS = ("pure", "odoo", "e2e", "shop")


def main(arguments: list[str]) -> int:
    """Run all parts, or the one asked for."""
    options = _parse(arguments[1:])
    if options.only == "shop":
        os.environ["FINANCE_PORTAL_APPS"] = "shop"
    odoo_tests.check_prerequisites()
    with postgres.cluster() as cluster:
        databases.drop_leftovers(cluster)
        databases.ensure_template(cluster)
        if options.only:
            results = _run_part(cluster, options)
        else:
            results = [e2e_runner.run_doctests(), *_run_beside()]
    if options.report:
        return write_report(options.report, results)
    return conclude(results)


def _run_beside() -> list[Result]:
    """Run what needs a server at the same time, each part in a process of its own.

    Whoever comes first makes a database that is missing; the shop's is made meanwhile.
    """
    commands, reports = {}, {}
    folder = run_folder("suite")
    for name, more in {**_shares(), **_shop_share()}.items():
        part = name.split("-")[0]
        reports[name] = folder / f"{name}.json"
        commands[name] = [
            sys.executable, "-m", "dev", "test", "--only", part, "--report", reports[name], *more,
        ]  # fmt: skip
    statuses = side_by_side.run({k: [str(part) for part in v] for k, v in commands.items()})
    return [
        result for name in commands for result in read_report(name, reports[name], statuses[name])
    ]


def _shares() -> dict[str, list[str]]:
    """Return the processes to run side by side, with their further arguments.

    The second half of the Odoo tests is whatever the first is not: nothing can be forgotten.
    """
    tags, rest = odoo_tests.halves()
    return {"odoo-1": ["--tags", tags], "odoo-2": ["--tags", rest], "e2e": []}


def _shop_share() -> dict[str, list[str]]:
    """Return the process that runs the shop's tests, on a database with its apps."""
    # The shop's tests need all bridges.
    return {"shop": []} if set(bridge_names()) < set(module_names()) else {}


def _run_part(cluster, options) -> list[Result]:
    """Run one part in this process."""
    if options.only == "pure":
        return [e2e_runner.run_doctests()]
    if options.only == "shop":
        odoo = odoo_tests.run(cluster, odoo_tests.SHOP_TAG)
        return [odoo, e2e_runner.run("e2e", str(extensions.SHOP))]
    if options.only == "e2e":
        return [e2e_runner.run_all()]
    tags = options.tags or odoo_tests.default_tags()
    if not options.fast:
        return [odoo_tests.run(cluster, tags)]
    with file_lock(RUNS / "fast.lock"):
        return [odoo_tests.run_fast(cluster, tags)]


def _parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options; a choice of tags means Odoo tests only."""
    parser = argparse.ArgumentParser(prog="python3 -m dev test")
    parser.add_argument("--tags", help="Odoo test tags, for example /finance_portal:TestLink")
    parser.add_argument("--fast", action="store_true", help="keep and update one database")
    parser.add_argument("--only", choices=PARTS, help="run one part of the suite")
    parser.add_argument("--report", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not options.only and (options.tags or options.fast):
        options.only = "odoo"
    return options
