"""Make, plan and send reminders for the benchmark; each function runs in an Odoo shell."""

import json
import resource
import runpy
import time
from datetime import timedelta
from pathlib import Path

from odoo import fields, sql_db

# The last of the usual steps is reached: who is reminded, is of every invoice.
DAYS_LATE = 40
TERM = 30


def load(env, customers: int) -> None:
    """Create a company that reminds, its customers, and an invoice to copy; print facts as JSON."""
    data = runpy.run_path(str(Path(__file__).with_name("data.py")))
    company = env["res.company"].create({"name": "Reminding Studio"})
    data["_set_up"](env, company, "Reminding Studio")
    env.ref("base.user_admin").company_ids += company
    company.write({"finance_reminders": True, "finance_reminder_weekdays_only": False})
    env["finance.portal.reminder.step"]._create_defaults(company)
    day = fields.Date.today() - timedelta(days=DAYS_LATE + TERM)
    first = data["_customers"](env, "late", 1)
    model = data["_invoice"](env, company, first, day)
    people = _clone_customers(env, data, first, customers)
    # Only the copies are to be reminded of.
    first.with_company(company).finance_no_reminders = True
    env.cr.execute("ANALYZE")
    env.cr.commit()
    facts = {"company": company.id, "model": model.id, "people": people, "day": str(day)}
    print(json.dumps(facts))


def _clone_customers(env, data, customer, count: int) -> list[int]:
    """Copy a customer by SQL: thousands in a second."""
    env.flush_all()
    own = ("name", "complete_name", "email", "email_normalized", "commercial_partner_id")
    names = data["_columns"](env, "res_partner", *own)
    same, copied = ", ".join(names), ", ".join(f"source.{name}" for name in names)
    env.cr.execute(
        f"""
        WITH copy AS MATERIALIZED (
            SELECT nextval('res_partner_id_seq') AS id, number, 'Late customer ' || number AS name,
                   'late' || number || '@customer.example' AS email
              FROM generate_series(1, %(count)s) AS number)
        INSERT INTO res_partner
               ({same}, id, commercial_partner_id, name, complete_name, email, email_normalized)
        SELECT {copied}, copy.id, copy.id, copy.name, copy.name,
               copy.email, copy.email
          FROM copy, res_partner AS source WHERE source.id = %(source)s
     RETURNING id
        """,
        {"count": count, "source": customer.id},
    )
    return [row[0] for row in env.cr.fetchall()]


def plan(env, company_id: int) -> None:
    """Plan the reminders of a company as the job does, and print what that took."""
    Reminder = env["finance.portal.reminder"]
    Reminder._expire(env["res.company"].browse(company_id))
    took = _measure(env, Reminder._refresh_old)
    env.cr.execute(
        "SELECT count(*) FILTER (WHERE state = 'planned'), count(*)"
        " FROM finance_portal_reminder WHERE company_id = %s",
        [company_id],
    )
    planned, rows = env.cr.fetchone()
    print(json.dumps({**took, "planned": planned, "rows": rows}))


def send(env, company_id: int, count: int) -> None:
    """Have the job send some of what is planned, then Odoo's job the emails; print figures."""
    env.cr.execute(
        "UPDATE finance_portal_reminder SET send_at = now() AT TIME ZONE 'utc' - interval '1 min'"
        " WHERE id IN (SELECT id FROM finance_portal_reminder"
        " WHERE company_id = %s AND state = 'planned' ORDER BY id LIMIT %s)",
        [company_id, count],
    )
    env.cr.commit()
    env.invalidate_all()
    queued = _measure(env, env["finance.portal.reminder"]._cron_send)
    mailed = _measure(env, lambda: env["mail.mail"].process_email_queue(batch_size=count))
    env.cr.execute(
        "SELECT count(*) FROM finance_portal_reminder WHERE company_id = %s AND state = 'sent'",
        [company_id],
    )
    print(json.dumps({"queued": queued, "mailed": mailed, "sent": env.cr.fetchone()[0]}))


def _measure(env, work) -> dict:
    """Do something and commit it; return seconds, CPU seconds, queries and memory in MB."""
    before, start = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    queries = sql_db.sql_counter
    work()
    env.cr.commit()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": time.perf_counter() - start,
        "cpu": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "queries": sql_db.sql_counter - queries,
        "grown": (after.ru_maxrss - before.ru_maxrss) / 1000,
        "memory": after.ru_maxrss / 1000,
    }
