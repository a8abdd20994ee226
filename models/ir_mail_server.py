import hashlib

from odoo import api, models

from .finance_portal_document_pictures import CONTENT_ID


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @api.model
    def _build_email__(self, email_from, email_to, subject, body, **kwargs):
        """Put pictures that the text shows by their content beside the text.

        Such a reference names the content itself, so nothing can be embedded by it that is
        not attached to the email anyway.
        """
        shown, others = [], []
        named = set(CONTENT_ID.findall(body or ""))
        for attachment in kwargs.get("attachments") or ():
            digest = named and hashlib.sha256(attachment[1]).hexdigest()
            (shown if digest in named else others).append((*attachment, digest))
        if not shown:
            return super()._build_email__(email_from, email_to, subject, body, **kwargs)
        kwargs["attachments"] = [attachment[:3] for attachment in others]
        message = super()._build_email__(email_from, email_to, subject, body, **kwargs)
        html = message.get_body(("html",))
        for name, content, mimetype, digest in shown:
            maintype, _slash, subtype = mimetype.partition("/")
            html.add_related(
                content, maintype, subtype, cid=f"<{digest}@finance-portal>", filename=name
            )
        return message
