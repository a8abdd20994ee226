"""Plan reminders as staff do, and send them as the scheduler does."""

from e2e.toolbox import address, run_cron, until

JOB = "finance_portal_reminder.ir_cron_send_reminders"
MODEL = "finance.portal.reminder"
STATES = "SELECT state FROM finance_portal_reminder WHERE customer_id IN %s ORDER BY id"


def come_due(server, *customers):
    """Plan as staff do who open the list, and let the moment come."""
    server.rpc(MODEL, "action_open", [])
    server.psql(
        "UPDATE finance_portal_reminder SET send_at = now() AT TIME ZONE 'UTC' - INTERVAL '1 min'"
        " WHERE customer_id IN %s", customers,
    )  # fmt: skip


def finish(server, customers):
    """Run the job as the scheduler does; return whether all are sent."""
    for job in (JOB, "mail.ir_cron_mail_scheduler_action"):
        run_cron(server, job)
    return set(server.psql(STATES, customers)) == {("sent",)}


def mail_reminder(server, inbox, invoice):
    """Remind a new customer of two invoices; return the email."""
    email = address("late")
    values = {"name": "Lena Late", "email": email, "lang": "en_US"}
    [customer] = server.rpc("res.partner", "create", [values])
    for amount in (120, 340):
        invoice(partner=customer, amount=amount, server=server)
    server.rpc("res.company", "write", [1], {"finance_reminders": True})
    try:
        come_due(server, customer)
        until(lambda: finish(server, (customer,)))
    finally:
        server.rpc("res.company", "write", [1], {"finance_reminders": False})
    return inbox.wait_for(1, to=email)[-1]
