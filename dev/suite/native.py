"""Compare Odoo's own suites with and without the addon.

The same tests run on two copies of one template. A difference fails the
command unless ``native_known.txt`` lists it with a reason.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from ..platform import apps, databases, logs, postgres
from ..platform.console import say, step
from ..platform.odoo import Site, run_quietly
from ..platform.paths import module_names, short_hash
from ..platform.runs import run_folder
from . import odoo_tests

KNOWN = Path(__file__).with_name("native_known.txt")
# The suites of the addon's dependencies, and which of their tests to run.
SUITES = (
    "portal", "account", "auth_signup", "sale", "sale_management",
    "project", "hr_timesheet", "sale_timesheet", "account_payment",
)  # fmt: skip
TAGS = (
    "/portal",
    "/auth_signup",
    "/account:TestAccountComposerPerformance",
    "/account:TestAccountMoveSend",
    "/account:TestDownloadDocs",
    "/account:TestIrActionsReport",
    "/account:TestPortalAttachment",
    "/account:TestPortalInvoice",
    "/sale",
    "/sale_management",
    "/project",
    "/hr_timesheet",
    "/sale_timesheet",
    "/account_payment",
    # Hundreds of sums that nothing of ours has a part in.
    "-/sale:TestTaxesDownPaymentSale",
    "-/sale:TestTaxesGlobalDiscountSale",
    "-/sale:TestTaxesTaxTotalsSummarySale",
)
# The suites of other apps, run on a database with the apps of that list. Each group has its own
# copy of the database.
SHOP_LIST = "native"
SHOP_SUITES = (
    (
        "sale_loyalty", "website_event_sale", "website_sale", "website_sale_collect",
        "website_sale_loyalty",
    ),
    ("auth_passkey_portal", "auth_timeout", "auth_totp_portal", "mass_mailing", "purchase"),
    ("point_of_sale", "pos_sale"),
)  # fmt: skip
TESTS = """
from odoo.tests.shell import run_tests
run_tests(env, {tags!r}, modules={modules!r})
"""
TEST = re.compile(r"(?P<verb>Starting|FAIL:|ERROR:|skipped) (Subtest )?(?P<name>\w+\.\w+)")


@dataclass
class Outcome:
    """Result of each test of one run; later, worse news replaces ``passed``."""

    tests: dict[str, str] = field(default_factory=dict)

    def note(self, record: logs.Record) -> None:
        """Take over what one log record says about a test."""
        match = TEST.match(record.text)
        if not match or ".tests" not in record.logger:
            return
        module = record.logger.removeprefix("odoo.addons.").split(".")[0]
        name = f"{module}.{match['name']}"
        verdict = {"FAIL:": "failed", "ERROR:": "failed", "skipped": "skipped"}
        self.tests[name] = verdict.get(match["verb"], self.tests.get(name, "passed"))


def main(arguments: list[str]) -> int:
    """Run the suites twice and print what differs."""
    odoo_tests.check_prerequisites()
    tags = arguments[1] if len(arguments) > 1 else ",".join(TAGS)
    with postgres.cluster() as cluster:
        databases.drop_leftovers(cluster)
        _same, different = compare(cluster, tags, SUITES)
    return 1 if different else 0


def compare(cluster, tags: str, suites: tuple[str, ...]) -> tuple[int, int]:
    """Run suites with and without the addon.

    :return: how many results are the same or differ by design, and how many differ otherwise
    """
    without = _without(cluster, tags, suites)
    with_addon = _run(cluster, "with", tags, suites, module_names())
    return _compare(without, with_addon)


def compare_shop(cluster) -> tuple[int, int]:
    """Compare the suites of the shop, Point of Sale and related apps."""
    with apps.choice({"FINANCE_PORTAL_APPS": SHOP_LIST}):
        outcomes = [compare(cluster, _tags(suites), suites) for suites in SHOP_SUITES]
    return sum(same for same, _new in outcomes), sum(new for _same, new in outcomes)


def _tags(suites: tuple[str, ...]) -> str:
    return ",".join(f"/{name}" for name in suites)


def _without(cluster, tags: str, suites: tuple[str, ...]) -> Outcome:
    """Return the result of a run without the addon, cached for as long as its template."""
    _name, data = databases.ensure_template(cluster)
    kept = data.parent / f"native-{short_hash(tags, *suites)}.json"
    if kept.exists():
        say(f"-> Native suites without the addon: using the last result ({kept})")
        return Outcome(json.loads(kept.read_text()))
    outcome = _run(cluster, "without", tags, suites, [])
    if outcome.tests:
        kept.write_text(json.dumps(outcome.tests))
    return outcome


def _run(cluster, kind: str, tags: str, suites: tuple[str, ...], addons: list[str]) -> Outcome:
    """Run the native suites on a fresh copy of the template."""
    site = Site(cluster, databases.name_for(f"native_{kind}"), run_folder(f"native-{kind}"))
    databases.copy_template(site)
    outcome = Outcome()
    try:
        with step(f"Native suites {kind} the addon (log: {site.log_path})"):
            if addons:
                modules = ",".join(addons)
                run_quietly(site, "--init", modules, "--no-http", "--stop-after-init")
            # In the shell all addons are loaded before the first test, also before those that
            # Odoo otherwise runs while it installs their module.
            script = TESTS.format(tags=tags, modules=suites)
            run_quietly(site, "shell", script=script)
    finally:
        databases.drop(cluster, site.database)
    for record in logs.read(site.log_path):
        outcome.note(record)
    return outcome


def _compare(without: Outcome, with_addon: Outcome) -> tuple[int, int]:
    """Print the differences and the total, see ``compare``."""
    lines = KNOWN.read_text().splitlines()
    known = {line for line in lines if line and not line.startswith("#")}
    new = 0
    for name in sorted({*without.tests, *with_addon.tests}):
        before, after = without.tests.get(name, "absent"), with_addon.tests.get(name, "absent")
        if before != after:
            expected = name in known
            new += not expected
            say(f"{name}: {before} -> {after}{' (by design)' if expected else ''}")
    same = len(without.tests) - new
    say(f"{len(without.tests)} native tests ran without, {len(with_addon.tests)} with the addon")
    if not without.tests:
        say("nothing ran")
        new = 1
    say(f"{max(same, 0)} passed, {new} failed")
    return max(same, 0), new
