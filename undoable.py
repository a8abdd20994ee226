"""Undo part of a transaction, including the hooks it queued for after the transaction."""

import logging
from contextlib import contextmanager

from odoo.tools.misc import Callbacks

# Run after the whole transaction is committed or rolled back.
QUEUES = ("postcommit", "postrollback")

_logger = logging.getLogger(__name__)


class Tentative(Callbacks):
    """What a block adds to a cursor's ``postcommit`` or ``postrollback`` until the block ends.

    Then the cursor's own queue is back: it gets these hooks when the block stands, and none of
    them when it is undone. The data is that of the cursor's own queue all along, as hooks look
    it up there.
    """

    __slots__ = ("added",)

    def __init__(self, data):
        super().__init__()
        self.data = data
        self.added = []

    def add(self, func):
        """Note a hook, to be queued when the block stands."""
        self.added.append(func)


@contextmanager
def undoable(cr):
    """Run a block and, if it raises, undo it including its hooks; the exception propagates.

    A plain savepoint keeps the hooks: an email that was rolled back would still go to the mail
    server, and what an app did in another system would not be reverted there.
    """
    cr.flush()  # what was done before the block leaves its hooks in the cursor's own queues
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
    """Have apps take back what a block did elsewhere, then drop what its hooks had gathered.

    In this order, as Odoo's own rollback: hooks use what was gathered. Nothing that a hook
    raises may hide why the block was undone, or keep another hook from its work.
    """
    for hook in tentative["postrollback"].added:
        try:
            hook()
        except Exception:
            _logger.exception("The rollback hook %s failed", hook)
    for name, queue in queues.items():
        for key in set(queue.data) - known[name]:
            del queue.data[key]
