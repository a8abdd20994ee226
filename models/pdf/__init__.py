"""The official PDF of a document: made once for each version, the same for staff and customer.

Uses documents, web. Others call `_finance_portal_get_pdf` of a document.
"""

from . import pdf
from . import document_pdf
from . import mail_template
from . import ir_actions_report
