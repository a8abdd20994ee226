"""Send to Customer: what prevents it, and sending one document or many.

Uses links, mail, pdf, documents, bulk. Others call `action_finance_portal_send` of a document.
"""

from . import document_sending
from . import document_bulk
from . import document_email_preview
from . import mail_mail
from . import batch
from . import batch_line
from . import batch_job
from . import ir_actions
