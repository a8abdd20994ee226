"""What staff see of sharing at a glance: each document's status, and the overview of all.

Uses decisions, links, audit, mail, accounts, documents. A kind of document may add a note to the
line above its form (`_finance_portal_get_status_note`); nobody else calls this room.
"""

from . import document_status
from . import document_status_views
from . import document_form
from . import decision_mixin
from . import overview
from . import overview_items
from . import digest_digest
