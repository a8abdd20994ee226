"""Invoices, credit notes and sales receipts as shared documents.

Uses the rooms below it. Only the portal's list of pages refers to this room.
"""

from . import account_move
from . import account_move_contact
from . import account_move_legal
from . import account_move_mail
from . import account_move_open_items
from . import account_move_page
from . import account_move_page_lines
from . import account_move_page_payment
from . import account_move_page_transfer
from . import account_move_receipt
from . import account_move_send
from . import account_move_bulk
from . import list_invoices
from . import archive
from . import page_archive
from . import res_partner
