"""Files and notes that staff share with a customer along with a document.

Uses audit, mail, access, documents, web. Others call `_finance_portal_get_files` and
`_finance_portal_get_note` of a document.
"""

from . import shared_content_mixin
from . import file
from . import note
from . import document_files
from . import page_files
from . import ir_attachment
from . import ir_binary
