import hashlib

from odoo import api, models

from .document_pictures import CONTENT_ID
from .leaving_files import get_leaving_files


class IrMailServer(models.Model):
    _inherit = "ir.mail_server"

    @api.model
    def _build_email__(  # noqa: PLR0917  same arguments as Odoo's own
        self, email_from, email_to, subject, body,
        email_cc=None, email_bcc=None, reply_to=False, attachments=None, message_id=None,
        references=None, object_id=False, subtype="plain", headers=None,
        body_alternative=None, subtype_alternative="plain",
    ):  # fmt: skip
        """Put pictures that the text shows by their content beside the text.

        Such a reference names the content itself, so nothing can be embedded by it that is
        not attached to the email anyway.
        """
        shown, others = [], []
        named = set(CONTENT_ID.findall(body or ""))
        for attachment in attachments or ():
            digest = named and hashlib.sha256(attachment[1]).hexdigest()
            (shown if digest in named else others).append((*attachment, digest))
        message = super()._build_email__(
            email_from, email_to, subject, body,
            email_cc=email_cc, email_bcc=email_bcc, reply_to=reply_to,
            attachments=[attachment[:3] for attachment in others], message_id=message_id,
            references=references, object_id=object_id, subtype=subtype, headers=headers,
            body_alternative=body_alternative, subtype_alternative=subtype_alternative,
        )  # fmt: skip
        if not shown:
            return message
        html = message.get_body(("html",))
        for name, content, mimetype, digest in shown:
            maintype, _slash, form = mimetype.partition("/")
            html.add_related(
                content, maintype, form, cid=f"<{digest}@finance-portal>", filename=name
            )
        return message

    def _get_max_email_size(self):
        """Attach whatever the size where the recipient has no page to find it on."""
        told = get_leaving_files(self.env)
        return float("inf") if told and told.attach_all else super()._get_max_email_size()
