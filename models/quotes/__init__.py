"""Quotes and orders as shared documents that a customer accepts or declines.

Uses the rooms below it. Only the portal's list of pages refers to this room.
"""

from . import product_document
from . import sale_order
from . import sale_order_cart
from . import sale_order_files
from . import sale_order_invoice
from . import sale_order_mail
from . import sale_order_page
from . import sale_order_page_lines
from . import sale_order_page_status
from . import sale_order_decision
from . import sale_order_terms
from . import sale_order_pdf
from . import sale_order_bulk
from . import list_sale_mixin
from . import list_quotes
from . import list_orders
from . import ir_http_native
