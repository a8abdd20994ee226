"""Undo a part of a transaction together with what that part left for after the transaction."""

from contextlib import contextmanager

from odoo.tools.misc import Callbacks

# What runs once the whole transaction is stored, or is undone.
QUEUES = ("postcommit", "postrollback")


class Tentative(Callbacks):
    """A cursor's hooks while it is open whether what asked for them stands.

    The data is that of the queue it stands in for, which hooks find by the cursor.
    """

    __slots__ = ("added",)

    def __init__(self, data):
        super().__init__()
        self.data = data
        self.added = []

    def add(self, func):
        """Note a hook, to be queued once it is settled."""
        self.added.append(func)


@contextmanager
def undoable(cr):
    """Run a block that is undone when it raises, hooks included; the exception goes on.

    A mere savepoint keeps the hooks: an email that was undone would still be handed to the
    mail server, and what an app did elsewhere would not be taken back there.
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
    """Drop what the hooks of an undone block had gathered, and have apps take back the rest."""
    for name, queue in queues.items():
        for key in set(queue.data) - known[name]:
            del queue.data[key]
    for hook in tentative["postrollback"].added:
        hook()
