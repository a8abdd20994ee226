"""A transaction beside that of the request, for what must last whatever becomes of the request."""

from contextlib import contextmanager

from odoo import modules

# How such a transaction begins, in one round trip: this is on the way of every page.
# Read committed lets parallel work queue up instead of failing.
READ_COMMITTED = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; "
SHORT_WAIT, UNSAFE_COMMIT = "short wait", "unsafe commit"
BEGINNINGS = {
    # Never wait long for a row that the calling transaction itself may hold.
    SHORT_WAIT: f"{READ_COMMITTED}SET LOCAL lock_timeout = '2s'",
    # Don't wait for the disk, where losing the last moment in a crash is fine.
    UNSAFE_COMMIT: f"{READ_COMMITTED}SET LOCAL synchronous_commit = off",
}


@contextmanager
def own_transaction(env, beginning):
    """Yield a cursor whose work is committed at the end, also when the request fails later.

    A test has one transaction only.

    :param str beginning: :data:`SHORT_WAIT` or :data:`UNSAFE_COMMIT`
    """
    if modules.module.current_test:
        yield env.cr
        return
    with env.registry.cursor() as cr:
        cr.execute(BEGINNINGS[beginning])
        yield cr
