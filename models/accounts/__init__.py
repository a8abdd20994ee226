"""A customer's account: who has one, its state, how it is opened and closed, whose it is, whose
documents it shows, and its emails.

Uses documents, web. Others call `finance.portal.account`; signing in to it is in sign_in. The
texts of the emails are in `data/mail_templates.xml`.
"""

from . import login
from . import account
from . import account_state
from . import account_lifecycle
from . import account_person
from . import account_obstacles
from . import account_mail
from . import account_contact
from . import account_identity
from . import account_vouching
from . import account_companies
from . import account_actions
from . import res_partner
from . import res_users
