"""A customer's account: who has one, in which state it is, how it is opened and closed.

Uses documents, web. Others call `finance.portal.account`; how one proves to be its owner is in
sign_in.
"""

from . import account
from . import account_state
from . import account_lifecycle
from . import account_mail
from . import account_contact
from . import account_actions
