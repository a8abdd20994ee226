"""The pages of a signed-in customer: frame, overview, lists.

Uses access, accounts, files, web. A kind of document inherits `finance.portal.list`.
"""

from . import page_portal
from . import list
from . import dashboard
from . import page_customer_files
