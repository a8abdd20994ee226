"""Let the demo's links expire, to see what a customer sees then."""

from ..platform import postgres
from ..platform.console import Failure, say
from . import run

# No user of Odoo can do this: it takes the owner of the table and a switched-off trigger.
AGE_LIVE_LINKS = """
ALTER TABLE finance_portal_link DISABLE TRIGGER finance_portal_link_guard;
WITH aged AS (
    UPDATE finance_portal_link
       SET issued_at = issued_at - interval '24 hours',
           expires_at = expires_at - interval '24 hours'
     WHERE expires_at > now() AT TIME ZONE 'UTC'
 RETURNING id
)
SELECT count(*) FROM aged;
"""
AGE_LIVE_ACCOUNT_LINKS = """
UPDATE finance_portal_account_link
   SET issued_at = issued_at - interval '60 minutes',
       expires_at = expires_at - interval '60 minutes'
 WHERE expires_at > now() AT TIME ZONE 'UTC' AND used_at IS NULL AND ended_at IS NULL
"""
GUARD_AGAIN = "ALTER TABLE finance_portal_link ENABLE TRIGGER finance_portal_link_guard"


def main(_arguments: list[str]) -> None:
    """Age every link that still works, those to set up an account as well."""
    with postgres.cluster() as cluster:
        if not run.is_ready(cluster):
            raise Failure("There is no demo database yet: run 'make demo' first.")
        connection = cluster.connect(run.site_of(cluster).database)
        count, accounts = age(connection)
        connection.close()
    say(f"{count} document links and {accounts} account links have expired. Reload the page.")


def age(connection) -> tuple[int, int]:
    """Make every link that works as old as it can get; return how many there were of each sort."""
    cursor = connection.cursor()
    cursor.execute("BEGIN")  # so that an error leaves no switched-off trigger behind
    cursor.execute(AGE_LIVE_LINKS)
    (count,) = cursor.fetchone()
    cursor.execute(GUARD_AGAIN)
    cursor.execute(AGE_LIVE_ACCOUNT_LINKS)
    accounts = cursor.rowcount
    cursor.execute("COMMIT")
    return count, accounts
