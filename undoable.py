"""Undo part of a transaction, including the hooks it queued for after the transaction."""

from contextlib import contextmanager

from odoo.tools.misc import Callbacks

# Run after the whole transaction is committed or rolled back.
QUEUES = ("postcommit", "postrollback")


class Tentative(Callbacks):
    """Hold back a cursor's hooks until it is known whether the block succeeds.

    It shares ``data`` with the queue it replaces, since hooks reach it through the cursor.
    """

    __slots__ = ("added",)

    def __init__(self, data):
        super().__init__()
        self.data = data
        self.added = []

    def add(self, func):
        """Remember a hook, to be queued if the block succeeds."""
        self.added.append(func)


@contextmanager
def undoable(cr):
    """Run a block and, if it raises, undo it including its hooks; the exception propagates.

    A plain savepoint keeps the hooks: an email that was rolled back would still go to the mail
    server, and what an app did in another system would not be reverted there.
    """
    queues = {name: getattr(cr, name) for name in QUEUES}
    known = {name: set(queue.data) for name, queue in queues.items()}
    tentative = {name: Tentative(queue.data) for name, queue in queues.items()}
    for name, queue in tentative.items():
        setattr(cr, name, queue)
    stands = False
    try:
        with cr.savepoint():
            yield
        stands = True
    finally:
        for name, queue in queues.items():
            setattr(cr, name, queue)
            for hook in tentative[name].added if stands else ():
                queue.add(hook)
        if not stands:
            _forget(queues, known, tentative)


def _forget(queues, known, tentative):
    """Drop the data of an undone block's hooks, and run its rollback hooks."""
    for name, queue in queues.items():
        for key in set(queue.data) - known[name]:
            del queue.data[key]
    for hook in tentative["postrollback"].added:
        hook()
