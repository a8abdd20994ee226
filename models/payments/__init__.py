"""Payment receipts as shared documents.

Uses the rooms below it. Only the portal's list of pages refers to this room.
"""

from . import account_payment
from . import account_payment_mail
from . import account_payment_returned
from . import account_payment_receipt
from . import account_payment_page
from . import account_payment_page_uses
from . import account_payment_pdf
from . import account_payment_bulk
from . import list_payments
