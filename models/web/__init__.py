"""What every customer's page needs: branding, language, assets, caching, limits, failures.

Uses only Odoo. Others call `finance.portal.page` to render pages and responses, and
`finance.portal.throttle` to count requests. Whose text has an error is told by
`finance.portal.broken.text`; `finance.portal.mail.words` writes emails of whole sentences.
Models whose rows the system writes inherit `finance.portal.system.record.mixin`; those of Odoo
with a field that visitors fill in inherit `finance.portal.export.mixin`.
"""

from . import export_mixin
from . import system_record_mixin
from . import page
from . import page_language
from . import page_look
from . import page_way_on
from . import page_day
from . import page_cache
from . import page_assets
from . import broken_text
from . import mail_words
from . import ir_qweb
from . import throttle
from . import res_company
from . import ir_http_failures
