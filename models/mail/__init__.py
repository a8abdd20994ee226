"""How a secret gets into the email that carries it, at the last moment, and nowhere else.

What comes back by email is masked before it is stored (`finance.portal.received.secret`), and
passed on without the original it quotes (`mail_thread.py`).

An email may carry a link for each of several documents (`finance.portal.several.links`).

Uses access, accounts, documents. Others inherit `finance.portal.mailed.secret.mixin` and write a
placeholder; nobody else sees a raw token.
"""

from . import mail_layout
from . import mailed_secret_mixin
from . import received_secret
from . import document_token
from . import document_native_addresses
from . import document_layout
from . import document_pictures
from . import several_links
from . import document_waiting
from . import mail_mail
from . import mail_mail_addresses
from . import mail_mail_files
from . import mail_mail_replies
from . import mail_mail_waiting
from . import mail_mail_text
from . import mail_mail_automatic
from . import mail_message
from . import mail_notification
from . import mail_render_mixin
from . import mail_template
from . import mail_render_mixin_default
from . import mail_thread
from . import ir_attachment
from . import res_partner
from . import ir_mail_server
