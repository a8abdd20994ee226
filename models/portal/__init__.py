"""The pages of a signed-in customer: frame, overview, lists, files.

Uses access, accounts, files, web. The list of each kind of document inherits
`finance.portal.list`.
"""

from . import page_portal
from . import page_chooser
from . import list
from . import dashboard
from . import page_customer_files
