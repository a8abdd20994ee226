"""The append-only record of what happened, and whether a person or a machine did it.

Uses links, access. Every room writes here through `_record` of `finance.portal.event`.
"""

from . import event
from . import event_visitor
