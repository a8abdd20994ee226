from odoo import api, models

from ..tools.masking import mask_links


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_parse_extract_payload(self, message, message_dict, save_original=False):
        """Mask secure links in the attachments of incoming emails, such as a forwarded original."""
        payload = super()._message_parse_extract_payload(message, message_dict, save_original)
        payload["attachments"] = [
            attachment._replace(content=self._finance_portal_mask_content(attachment.content))
            for attachment in payload["attachments"]
        ]
        return payload

    @api.model
    def _finance_portal_mask_content(self, content):
        """Return an attachment's content, text or bytes, with secure links masked."""
        if isinstance(content, str):
            return mask_links(content)
        if isinstance(content, bytes) and (b"/finance/" in content or b"/q/" in content):
            # latin-1 maps every byte to one character and back, so nothing else changes
            return mask_links(content.decode("latin-1")).encode("latin-1")
        return content
