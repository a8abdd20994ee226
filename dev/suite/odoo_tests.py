"""Run the tests that live in the addon, inside Odoo."""

import ast
import importlib.util
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ..platform import apps, databases, logs, prepared
from ..platform.bootstrap import find_chromium
from ..platform.console import Failure, say
from ..platform.odoo import Site, environment
from ..platform.paths import MODULE, ROOT, RUNS, folder_of, module_names, short_hash
from ..platform.processes import stop
from ..platform.runs import run_folder
from .results import Result, one_line

TALLY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
STARTED = re.compile(r"Starting (\w+)\.\w+ \.\.\.")
# Tests that need the shop's apps run only where those are installed.
SHOP_TAG = "finance_portal_shop"
FAILED = re.compile(r"(FAIL|ERROR): ")
SKIPPED = re.compile(r"^skipped ")
# What each test class would make anew: a company with a chart of accounts, in each language, and
# the people and documents of ``tests/common.py``, which takes these instead.
WORLD = """
from odoo.addons.account.tests.common import AccountTestInvoicingCommon

maker = type("Maker", (AccountTestInvoicingCommon,), {"env": env})
env["ir.model.data"]._update_xmlids([{
    "xml_id": "__test__.company_with_accounts",
    "record": maker._create_company(name="company_1_data"),
    "noupdate": True,
}])
# The test's own user works for it, nobody else.
env.ref("base.user_root").company_ids = env.ref("base.main_company")

from odoo.addons.finance_portal.tests import common, kept_world

kept_world.make(common.FinancePortalCase, env)
env.cr.postcommit.clear()  # in tests nothing is ever committed
env.cr.commit()
"""


def run(cluster, tags: str) -> Result:
    """Run the addon's tests on a copy of a database that has it installed.

    :param tags: Odoo's test tags.
    """
    _check_tags()
    site = Site(cluster, databases.name_for("test"), run_folder("test"))
    if apps.chosen():
        prepared.copy_installed(site)
    else:
        prepared.copy_configured(site, _world(), "tests")
    say(f"-> Odoo tests (log: {site.log_path})")
    try:
        status = stream(site, "--test-tags", tags)
    finally:
        databases.drop(cluster, site.database)
    return judge(site, status)


def _world() -> str:
    """Return the code that makes the tests' world: another one when they make another one."""
    sources = [(ROOT / "tests" / f"{name}.py").read_text() for name in ("common", "kept_world")]
    return f"# {short_hash(*sources)}\n{WORLD}"


def run_fast(cluster, tags: str) -> Result:
    """Run the addon's tests in a database that is kept, after updating the addon in it."""
    kind = f"fast{apps.suffix()}"
    site = Site(cluster, databases.name_for(kind, temporary=False), RUNS / kind)
    template, _data = databases.ensure_template(cluster)
    made_of, modules = site.folder / "made_of", ",".join(module_names())
    parts = f"{template} {modules}"
    ready = made_of.exists() and made_of.read_text() == parts
    if not (ready and databases.exists(cluster, site.database)):
        databases.copy_template(site)
        made_of.write_text(parts)
    say(f"-> Odoo tests (log: {site.log_path})")
    # Of both switches each leaves alone what is not, or is, installed already.
    status = stream(site, "--init", modules, "--update", modules, "--test-tags", tags)
    return judge(site, status)


def _check_tags() -> None:
    """Fail when a test would be left out: without an update Odoo runs post-install tests only."""
    for path, node in _test_classes():
        decorators = "".join(map(ast.unparse, node.decorator_list))
        complete = "'post_install'" in decorators and "'-at_install'" in decorators
        if not complete and "*SHOP" not in decorators:
            where = f"{path.relative_to(ROOT)}: {node.name}"
            raise Failure(f'{where} needs @tagged("post_install", "-at_install").')


def _test_classes() -> Iterator[tuple[Path, ast.ClassDef]]:
    """Yield the classes with tests, and the file of each."""
    folders = [folder_of(name) / "tests" for name in module_names()]
    for path in sorted(path for folder in folders for path in folder.glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and _has_tests(node):
                yield path, node


def halves() -> tuple[str, str]:
    """Return the test tags of every other class, and those of all the rest."""
    chosen = [f"/{_module_of(path)}:{node.name}" for path, node in list(_test_classes())[::2]]
    return ",".join(chosen), ",".join([default_tags(), *(f"-{tag}" for tag in chosen)])


def _has_tests(node: ast.ClassDef) -> bool:
    """Tell whether a class has tests of its own, or those that all kinds of documents share."""
    shared = any(isinstance(base, ast.Name) and base.id == "KindRules" for base in node.bases)
    own = (n.name for n in node.body if isinstance(n, ast.FunctionDef))
    return shared or any(name.startswith("test") for name in own)


def _module_of(path: Path) -> str:
    """Return the technical name of the module that a test file belongs to."""
    folder = path.parent.parent
    return MODULE if folder == ROOT else folder.name


def stream(site: Site, *arguments: str, loud: bool = True, programs: Path | None = None) -> int:
    """Run Odoo, show its progress and return its exit status.

    :param loud: print warnings and errors as they come.
    :param programs: a folder with programs that Odoo takes before all others.
    """
    command = site.command(*arguments, "--stop-after-init", "--max-cron-threads", "0")
    variables = environment()
    if programs:
        variables["PATH"] = f"{programs}{os.pathsep}{variables['PATH']}"
    process = subprocess.Popen(
        command,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    try:
        with site.log_path.open("w") as log:
            _show(process.stdout, log, loud)
        return process.wait()
    finally:
        stop(process)


def _show(lines, log, loud: bool) -> None:
    """Copy ``lines`` to the log; print test classes, warnings and errors."""
    current, trouble, patterns = "", False, logs.allowed_patterns()
    for line in lines:
        log.write(line)
        match = logs.RECORD.match(logs.COLOURS.sub("", line))
        if match:
            trouble = match["level"] in logs.TROUBLE and not any(
                pattern.search(line) for pattern in patterns
            )
            started = STARTED.match(match["text"])
            if started and started[1] != current:
                current = started[1]
                say(f"   {current}")
        if loud and trouble:
            say(f"   | {line.rstrip()}")


def judge(site: Site, status: int) -> Result:
    """Turn exit status and log into a result."""
    records = logs.read(site.log_path)
    result = Result("Odoo tests")
    for record in records:
        tally = TALLY.search(record.text)
        if record.logger == "odoo.tests.result" and tally:
            failures, errors, total = map(int, tally.groups())
            result.failed += failures + errors
            result.passed += max(total - failures - errors, 0)
        elif SKIPPED.match(record.text) and ".tests." in record.logger:
            result.passed -= 1
            result.problem(f"a test was skipped: {record.text}")
    for record in logs.unexpected(records):
        if FAILED.match(record.text):
            result.failures.append(_one_line(record.text))
        elif record.logger != "odoo.tests.result":
            result.problem(f"not asked for in the log: {str(record)[:1500]}")
    if status and not result.failed:
        result.problem(f"Odoo ended with status {status}")
    if not result.passed and not result.failed and not result.problems:
        result.problem("no test ran")
    return result


def _one_line(text: str) -> str:
    """Return a failed test's name and what its exception says first.

    A difference between two values follows it, and a line with a blank.
    """
    first, _end, rest = text.partition("\n")
    lines = rest.rpartition("Traceback (most recent call last):\n")[2].splitlines()
    said = next((line for line in lines if line.strip() and not line.startswith(" ")), "")
    return one_line(first, said)


def check_prerequisites() -> None:
    """Fail when Odoo would silently skip browser tests."""
    if not find_chromium():
        raise Failure("Chromium is missing: browser tests would be skipped.")
    if not importlib.util.find_spec("websocket"):
        raise Failure("websocket-client is missing: browser tests would be skipped.")


def default_tags() -> str:
    """Return the tags that select the addon's tests and those of its bridges."""
    return ",".join(f"/{name}" for name in module_names())
