from odoo import api, models

from ...const import BY_MAIL_KEY
from ...tools.exact_address import ExactAddress
from ...tools.masking import mask_links


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Keep our emails in one language, including the layout that Odoo adds."""
        address = kwargs.get("finance_portal_address")
        if isinstance(address, ExactAddress):
            found = [self._finance_portal_prepare_recipient(address)]
        else:
            found = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        # Safe to take from the context: it only sets the layout's language.
        lang = self.env.context.get("finance_portal_mail_lang")
        return [{**recipient, "lang": lang} for recipient in found] if lang else found

    @api.model
    def _get_notify_valid_parameters(self):
        """Let an email about an account name the one address that it is for."""
        return super()._get_notify_valid_parameters() | {"finance_portal_address"}

    @api.model
    def _finance_portal_prepare_recipient(self, address):
        """Return a bare address, as the ERP describes a recipient without a contact."""
        return {
            "active": True, "email_normalized": address, "groups": [], "id": False,
            "is_follower": False, "lang": False, "name": address, "notif": "email", "share": True,
            "type": "customer", "uid": False, "ushare": False,
        }  # fmt: skip

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Mark what follows from an incoming email: the ERP does it as whoever it names."""
        marked = self.with_context(**{BY_MAIL_KEY: True})
        return super(MailThread, marked)._message_route_process(message, message_dict, routes)

    @api.model
    def _message_parse_extract_payload(self, message, message_dict, save_original=False):
        """Mask secure links in incoming emails, such as a forwarded or a kept original."""
        self._finance_portal_mask_email(message)
        payload = super()._message_parse_extract_payload(message, message_dict, save_original)
        payload["attachments"] = [
            attachment._replace(content=self._finance_portal_mask_content(attachment.content))
            for attachment in payload["attachments"]
        ]
        return payload

    @api.model
    def _finance_portal_mask_email(self, message):
        """Mask secure links in every text of an email, in place, however it is encoded."""
        for part in message.walk():
            if part.get_content_maintype() != "text":
                continue
            try:
                text = part.get_content()
            except LookupError:  # an unknown character set
                continue
            if (masked := mask_links(text)) == text:
                continue
            # set_content() forgets what the part is within the email
            place = [
                (name, part[name]) for name in ("Content-Disposition", "Content-ID") if name in part
            ]
            part.set_content(masked, subtype=part.get_content_subtype())
            for name, value in place:
                part[name] = value

    @api.model
    def _finance_portal_mask_content(self, content):
        """Return an attachment's content, text or bytes, with secure links masked."""
        if isinstance(content, str):
            return mask_links(content)
        if isinstance(content, bytes) and (b"finance" in content.lower() or b"/q/" in content):
            # latin-1 maps every byte to one character and back, so nothing else changes
            return mask_links(content.decode("latin-1")).encode("latin-1")
        return content
