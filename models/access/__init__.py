"""Who is asking, and what they may see: the one scope, the viewer, the access to a document.

Also when a session ends by itself (`account_timeout`), what an account reaches outside the portal
(`ir_http_guard`), which staff see records about a document (`staff_visibility_mixin`), and who may
decide about a customer (`res_partner`).

Uses accounts, documents, web. Others call `finance.portal.scope`, `_get_viewer` of an account, the
methods of `finance.portal.access`, and `action_finance_portal_preview` of a document.
"""

from . import staff_visibility_mixin
from . import access
from . import scope
from . import viewer
from . import account_timeout
from . import account_access
from . import preview_access
from . import document_preview
from . import ir_http_account
from . import ir_http_guard
from . import res_partner
from . import res_users
