import hashlib
import re

from odoo import models
from odoo.tools import consteq

PICTURE_LINK = re.compile(
    # No longer than such a link is: an email of a customer shall not keep us busy.
    r'(<img\b[^>]*\ssrc=)"[^"]{0,255}/web/image/(\d+)[^"?]{0,255}\?(?:[^"]{0,255}&(?:amp;)?)?'
    r'access_token=([\w-]+)[^"]*"'
)
# What stands for a picture in an email: a hash of its content, see ``ir.mail_server``.
CONTENT_ID = re.compile(r"cid:([0-9a-f]{64})@finance-portal")


class FinancePortalDocument(models.AbstractModel):
    """Pictures in the text of emails travel with the email."""

    _inherit = "finance.portal.document"

    def _finance_portal_embed_pictures(self, body):
        """Replace permanent links to pictures by pictures that the email carries.

        Odoo makes such a link of a picture that staff paste into a message; it belongs to
        the document then, or to nothing yet.

        :return: ``(attachments, body)``: a list of ``(name, content, type)`` to add to the
            email, and the body that shows them
        """
        pictures = {}

        def embed(match):
            # sudo: the picture's own token says that it belongs into the text
            picture = self.env["ir.attachment"].sudo().browse(int(match[2])).exists()
            if (
                not picture
                or not consteq(picture.access_token or "", match[3])
                or picture._finance_portal_get_document() not in (None, self)
                or not picture.raw
            ):
                return match[0]
            digest = hashlib.sha256(picture.raw).hexdigest()
            pictures[digest] = (picture.name, picture.raw, picture.mimetype)
            return f'{match[1]}"cid:{digest}@finance-portal"'

        body = type(body)(PICTURE_LINK.sub(embed, str(body)))
        return list(pictures.values()), body
