"""The pages of a signed-in customer: frame, overview, lists, files.

And what the lists tell to who has no account: links to all that is still open, by email
(`still_open`). Uses access, accounts, files, links, mail, web. The list of each kind of document
inherits `finance.portal.list`.
"""

from . import page_portal
from . import page_chooser
from . import list
from . import dashboard
from . import page_customer_files
from . import still_open
from . import access_request
