"""What a record needs so that it can be shared: the mixins that each kind of document fills in.

And where customers are asked to pay: who may change that (`res_partner_bank.py`).

Uses the pages of web. Others call only the methods of the mixins.
"""

from . import account_bank_statement_line
from . import account_document_import_mixin
from . import bank_transfer
from . import document
from . import document_contact
from . import document_defaults
from . import document_format
from . import kept_customer_mixin
from . import res_bank
from . import res_partner
from . import res_partner_bank
