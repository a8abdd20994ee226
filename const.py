"""Names and limits that several parts of the addon share. This module imports none of them."""

# Addresses of the customer portal.
PORTAL = "/finance/customer-portal"
LOGIN = f"{PORTAL}/login"
CODE = f"{PORTAL}/code"
SETTINGS = f"{PORTAL}/settings"

# What we keep in a visitor's session.
# The links this browser was let in through: {reference: {"visit": identifier}}.
GRANTS_KEY = "finance_portal_grants"
# Which mailed setup and reset links this browser came by: {purpose: reference}.
ACCOUNT_LINKS_KEY = "finance_portal_account_links"
# What every form of ours has to prove it knows.
FORM_KEY = "finance_portal_form_key"
# Ties together what a customer did after one sign-in.
VISIT_KEY = "finance_portal_visit"
# What a staff member's session holds while they look as a customer.
VIEW_AS_KEY = "finance_portal_view_as"
# Shows once, on the sign-in page, why the customer has to sign in again.
TIMED_OUT_KEY = "finance_portal_timed_out"
# Whose sign-in code was mailed already; the secret of an authenticator app being set up.
CODE_SENT_KEY = "finance_portal_code_sent"
TWO_FACTOR_KEY = "finance_portal_two_factor"

# A credential that no request can make: it holds the record of the setup or reset link that was
# just used.
ACCOUNT_LINK_CREDENTIAL = "finance_portal_account_link"

# Why a link was closed, and, while it is not, why it opens nothing all the same.
CLOSED_REASONS = [
    ("staff", "Revoked by staff"),
    ("replaced", "Replaced by a newer link"),
    ("customer", "Document given to another customer"),
    ("state", "Document cancelled or back in draft"),
    ("deleted", "Document deleted"),
    ("recipient", "Recipient archived or no longer with the customer"),
    ("address", "Recipient's email address changed"),
    ("copy", "Database copied for testing"),
]
