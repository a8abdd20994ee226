"""Do what the retention job does, and time it; runs in an Odoo shell, see ``run``."""

import json
import time
from datetime import timedelta
from functools import partial

from dateutil.relativedelta import relativedelta

from odoo import fields


def run(env) -> None:
    """Apply each company's retention, part by part, and print what each took."""
    Event = env["finance.portal.event"]
    found = {}
    for company in env["res.company"].with_context(active_test=False).search([]):
        months = company.finance_portal_event_months
        before = fields.Datetime.now() - relativedelta(months=months)
        shorten = partial(Event._shorten_batch, company)
        end = fields.Datetime.now() - timedelta(days=company.finance_portal_ip_days)
        old = Event.search_count([("company_id", "=", company.id), ("date", "<", end)])
        days = _do(env, found, "shortening addresses", shorten)
        found["shortening addresses"]["rows"] += old - days
        for trim in Event._get_trims():
            what = f"deleting from {trim.__self__._table}"
            _do(env, found, what, partial(trim, company, before))
    print(json.dumps(found))


def _do(env, found: dict, what: str, work) -> int:
    """Do one part in batches as the job does, add up what it took, and return what it said."""
    part = found.setdefault(what, {"rows": 0, "batches": 0, "seconds": 0.0, "longest": 0.0})
    counts = []

    def timed():
        start = time.perf_counter()
        counts.append(work())
        part["longest"] = max(part["longest"], time.perf_counter() - start)
        return counts[-1]

    start = time.perf_counter()
    env["finance.portal.event"]._in_batches(timed)
    part["seconds"] += time.perf_counter() - start
    part["rows"] += sum(counts)
    part["batches"] += sum(map(bool, counts))
    return sum(counts)
