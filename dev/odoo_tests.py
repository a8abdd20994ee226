"""Run the tests that live in the addon, inside Odoo."""

import importlib.util
import re
import subprocess

from . import databases, logs
from .bootstrap import find_chromium
from .console import Failure, say
from .odoo import Site, environment
from .paths import RUNS, module_names
from .processes import stop
from .results import Result
from .runs import run_folder

TALLY = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
STARTED = re.compile(r"Starting (\w+)\.\w+ \.\.\.")
SKIPPED = re.compile(r"^skipped ")


def run(cluster, tags: str, fast: bool = False) -> Result:
    """Install or update the addon and run its tests.

    :param tags: Odoo's test tags.
    :param fast: keep the database between runs and update the addon in it.
    """
    folder = RUNS / "fast" if fast else run_folder("test")
    site = Site(cluster, databases.name_for("fast" if fast else "test", not fast), folder)
    ready = fast and site.data_dir.exists() and databases.exists(cluster, site.database)
    if not ready:
        databases.copy_template(site)
    switch = "--update" if ready else "--init"
    say(f"-> Odoo tests (log: {site.log_path})")
    try:
        status = stream(site, switch, ",".join(module_names()), "--test-tags", tags)
    finally:
        if not fast:
            databases.drop(cluster, site.database)
    return _judge(site, status)


def stream(site: Site, *arguments: str, loud: bool = True) -> int:
    """Run Odoo, show its progress and return its exit status.

    :param loud: print warnings and errors as they come.
    """
    command = site.command(*arguments, "--stop-after-init", "--max-cron-threads", "0")
    process = subprocess.Popen(
        command,
        env=environment(),
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
    current, trouble = "", False
    for line in lines:
        log.write(line)
        match = logs.RECORD.match(logs.COLOURS.sub("", line))
        if match:
            trouble = match["level"] in logs.TROUBLE
            started = STARTED.match(match["text"])
            if started and started[1] != current:
                current = started[1]
                say(f"   {current}")
        if loud and trouble:
            say(f"   | {line.rstrip()}")


def _judge(site: Site, status: int) -> Result:
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
        if not re.match(r"(FAIL|ERROR): ", record.text) and record.logger != "odoo.tests.result":
            result.problem(f"not asked for in the log: {str(record)[:1500]}")
    if status and not result.failed:
        result.problem(f"Odoo ended with status {status}")
    if not result.passed and not result.failed and not result.problems:
        result.problem("no test ran")
    return result


def check_prerequisites() -> None:
    """Fail when Odoo would silently skip browser tests."""
    if not find_chromium():
        raise Failure("Chromium is missing: browser tests would be skipped.")
    if not importlib.util.find_spec("websocket"):
        raise Failure("websocket-client is missing: browser tests would be skipped.")


def default_tags() -> str:
    """Return the tags that select the addon's tests and those of its bridges."""
    return ",".join(f"/{name}" for name in module_names())
