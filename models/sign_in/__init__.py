"""Proving who you are: passwords, mailed setup and reset links, two-factor, passkeys, lockout.

Uses accounts, access, mail, links, web. Controllers call the methods of `finance.portal.account`
here; every customer's password is checked in `res.users`.
"""

from . import account_link
from . import account_link_guard
from . import account_sign_in
from . import account_two_factor
from . import ir_http_second_step
from . import account_security
from . import account_lockout
from . import account_known_browser
from . import account_password
from . import account_invitation
from . import account_request
from . import page_forms
from . import res_users_native
from . import res_users
from . import res_users_native_sign_in
