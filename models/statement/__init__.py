"""The customer's statement: open items, movements and ageing for each company and currency.

A period of it is a page of the portal (`finance.portal.statement`); what is sent to a customer
is a document (`finance.portal.issued.statement`), also by itself, every week or month
(`finance.portal.statement.run`). Uses access, documents, pdf, portal, sending,
waiting, web. Others call `finance.portal.statement`. The arithmetic is in `tools/statement.py`,
`tools/ageing.py` and `tools/open_items.py`.
"""

from . import statement
from . import statement_open_items
from . import statement_page
from . import statement_transfer
from . import statement_files
from . import pdf
from . import issued_statement
from . import issued_statement_document
from . import issued_statement_changes
from . import issued_statement_page
from . import issued_statement_schedule
from . import statement_run
from . import res_company
from . import list_statements
from . import page_statement
from . import res_partner
