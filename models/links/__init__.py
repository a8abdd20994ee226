"""Secure links: their life, the resolver, Request access, and closing Odoo's permanent links.

Uses mail, access, accounts, documents. Others call `_resolve_token`, `_resolve_ref` and
`_revoke` of `finance.portal.link`.
"""

from . import link
from . import link_guard
from . import link_delivery
from . import link_recipient
from . import link_name
from . import link_first_view_notice
from . import mail_request
from . import access_request
from . import document_links
from . import document_native
from . import document_recipients
from . import document_fresh_link
from . import res_partner
