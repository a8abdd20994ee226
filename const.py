"""Names that several parts of the addon share. This module imports nothing."""

# Who may send documents to customers, and sees what became of them.
USER = "finance_portal.group_finance_portal_user"
# Who opens accounts, and decides about all that is shared.
MANAGER = "finance_portal.group_finance_portal_manager"

# Addresses of the customer portal.
PORTAL = "/finance/customer-portal"
LOGIN = f"{PORTAL}/login"
CODE = f"{PORTAL}/code"
SETTINGS = f"{PORTAL}/settings"
# What stands before the rest of an address, for who has accounts with several customers.
ACCOUNT_PREFIX = f"{PORTAL}/a/"

# What we keep in a visitor's session. Which links let the visitor in is not in it, see
# ``controllers/grants.py``.
# The key that the forms of a signed-in customer have to send back.
FORM_KEY = "finance_portal_form_key"
# Ties together everything a customer did after signing in once.
VISIT_KEY = "finance_portal_visit"
# What a staff member's session holds while they look as a customer.
VIEW_AS_KEY = "finance_portal_view_as"
# The documents that a staff member previews, see ``access/preview_access.py``.
PREVIEW_KEY = "finance_portal_preview"
# Tells the sign-in page to explain once that the session timed out.
TIMED_OUT_KEY = "finance_portal_timed_out"
# Ties who gave the right password, and still owes the code, to what sessions depend on.
HALF_KEY = "finance_portal_half"
# Who has been mailed a sign-in code; the secret of an authenticator app being set up.
CODE_SENT_KEY = "finance_portal_code_sent"
TWO_FACTOR_KEY = "finance_portal_two_factor"

# The context in which emails are written that are only looked at: no link is issued, nothing is
# sent. Both keys take something away, and give nothing.
PREVIEW_CONTEXT = {"finance_portal_preview": True, "mail_notify_force_send": False}

# In a context: what is done follows from an email that came in. No request can put that value
# there: what an email changes waits for a manager, what a customer changes is refused.
BY_MAIL_KEY, BY_MAIL = "finance_portal_by_mail", object()
# The same for a file that is imported into a document, such as a vendor's e-invoice, and for bank
# transactions: what they say isn't the word of whoever imports them.
BY_FILE_KEY, BY_FILE = "finance_portal_by_file", object()

MEGABYTE = 1024 * 1024

# The headers of emails that no person writes, so that no absence notice answers them.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}

# What an email to one bare address has besides: said outright, so that no default of whoever sends
# it, of which Odoo lets them keep any, adds a file or a reader.
NOTHING_ELSE = {
    # Odoo drops an empty list of files, not the command that says so.
    "mail_message_id": False, "attachment_ids": [(6, 0, [])],
    "recipient_ids": [], "email_cc": False,
}  # fmt: skip

# A type of credential that no request can send: it holds the record of the setup or reset link
# that was just used.
ACCOUNT_LINK_CREDENTIAL = "finance_portal_account_link"

# Why a link was closed, or why one that wasn't closed doesn't open its document.
CLOSED_REASONS = [
    ("staff", "Revoked by staff"),
    ("replaced", "Replaced by a newer link"),
    ("customer", "Document moved to another customer"),
    ("state", "Document cancelled or back in draft"),
    ("deleted", "Document deleted"),
    ("recipient", "Recipient archived or no longer with the customer"),
    ("address", "Recipient's email address changed"),
    ("copy", "Database copied for testing"),
]
# Of these, the ones after which only staff can send another link.
NOT_RENEWED = ("staff", "copy")
