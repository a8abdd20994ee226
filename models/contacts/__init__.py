"""What staff see and do on a contact: Portal Access, files, View as Customer, the diagnosis.

`contact_change.py` is what follows when contacts are moved, archived, deleted or merged.
`enabling.py` gives many contacts access, or reminds them, in a job.

Uses the rooms below it. Only views and wizards call this room.
"""

from . import res_partner
from . import res_partner_account
from . import account_actions
from . import enabling
from . import enabling_line
from . import enabling_job
from . import enabling_account
from . import enabling_import
from . import res_partner_enabling
from . import res_partner_files
from . import res_partner_portal
from . import res_partner_view_as
from . import res_partner_diagnosis
from . import res_partner_diagnosis_account
