"""What every page for a customer is made of: branding, language, caching, limits, failures.

Uses only Odoo. Others call `finance.portal.page` to show and answer, and
`finance.portal.throttle` to count.
"""

from . import page
from . import page_language
from . import page_cache
from . import page_assets
from . import throttle
from . import ir_http
