import base64
import binascii

from odoo import api, models

from ...tools.token_files import is_email


class IrAttachment(models.Model):
    """Emails that somebody saved and uploads are masked as they come."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        """Store no secure link that an uploaded email holds."""
        return super().create([self._finance_portal_mask_upload(vals) for vals in vals_list])

    def write(self, vals):
        """Store no secure link, see :meth:`create`."""
        return super().write(self._finance_portal_mask_upload(vals))

    @api.model
    def _finance_portal_mask_upload(self, vals):
        """Return the values of an attachment with its content masked, if it is an email.

        Other files are searched where they come by email, see ``message_parse`` of mail.thread.
        """
        Received = self.env["finance.portal.received.secret"]
        names = {key: vals[key] for key in ("name", "description") if vals.get(key)}
        masked = Received._mask_values(names)
        name = "raw" if vals.get("raw") else "datas"
        content = vals.get(name)
        if content and not vals.get("res_field"):
            raw = self._finance_portal_decode(content) if name == "datas" else content
            raw = raw.encode() if isinstance(raw, str) else raw
            if isinstance(raw, bytes) and is_email(raw):
                new = Received._mask_content(raw)
                if new != raw:
                    masked[name] = base64.b64encode(new) if name == "datas" else new
        return {**vals, **masked} if masked else vals

    @api.model
    def _finance_portal_decode(self, datas):
        """Return the bytes that base64 stands for; nothing for nonsense, which Odoo refuses."""
        try:
            return base64.b64decode(datas)
        except (binascii.Error, TypeError, ValueError):
            return b""
