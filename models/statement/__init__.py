"""The customer's statement: open items, movements and ageing for each company and currency.

Uses access, pdf, portal, web. Others call `finance.portal.statement`. The arithmetic is in
`tools/statement.py`.
"""

from . import statement
from . import statement_page
from . import statement_files
from . import pdf
from . import page_statement
