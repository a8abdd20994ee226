"""The append-only record of what happened, how long it is kept, and whether it was a person.

Uses links, access, accounts. Every room writes here through `_record` of `finance.portal.event`.
"""

from . import event
from . import event_visitor
from . import document_events
from . import res_partner
