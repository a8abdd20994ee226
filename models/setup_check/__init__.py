"""The setup check: what keeps emails and links from reaching customers, with the remedy.

Uses web, audit, documents. Others ask `_get_warning` of `finance.portal.setup.check` for what was
found last; only *Run Checks* asks the network.
"""

from . import setup_check
from . import setup_check_address
from . import setup_check_visitors
from . import setup_check_mail
from . import setup_check_sender
from . import setup_check_pdf
from . import setup_check_jobs
from . import setup_check_server
from . import ir_module_module
