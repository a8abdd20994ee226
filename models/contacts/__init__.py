"""What staff see and do on a contact: Portal Access, files, View as Customer, the diagnosis.

Uses the rooms below it. Only views and wizards call this room.
"""

from . import res_partner
from . import res_partner_account
from . import res_partner_files
from . import res_partner_portal
from . import res_partner_view_as
from . import res_partner_diagnosis
from . import res_partner_diagnosis_account
