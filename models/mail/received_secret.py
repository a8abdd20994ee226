from email.errors import MessageError

from markupsafe import Markup

from odoo import api, models

from ...tools.secure_token import clean_token, hash_token
from ...tools.token_files import mask_file
from ...tools.token_search import mask_text


class FinancePortalReceivedSecret(models.AbstractModel):
    """Secrets of ours in what others send in: hidden, or made useless to whoever finds them.

    A customer quotes our email in a reply, or attaches it; what Odoo stores of that is read by
    many. The rules for what is found where stand in ``tools/token_search.py`` and
    ``tools/token_files.py``; see ``docs/security.md`` for what is promised.
    """

    _name = "finance.portal.received.secret"
    _description = "Secret in What Others Send"

    @api.model
    def _mask_values(self, vals):
        """Return the values of a record with the secrets in its texts masked."""
        masked = {name: self._mask(value) for name, value in vals.items() if isinstance(value, str)}
        return {**vals, **masked}

    @api.model
    def _mask(self, value):
        """Return a value, masked if it is a text."""
        if not isinstance(value, str) or (masked := mask_text(str(value))) == value:
            return value
        # A body that is marked as safe HTML stays marked; nothing was added to it.
        return Markup(masked) if isinstance(value, Markup) else masked  # noqa: S704

    @api.model
    def _mask_email(self, parsed):
        """Return what Odoo parsed of an incoming email, with texts and attachments masked."""
        attachments = [
            attachment._replace(
                fname=self._mask(attachment.fname), content=self._mask_content(attachment.content)
            )
            for attachment in parsed.get("attachments", ())
        ]
        return {**self._mask_values(parsed), "attachments": attachments}

    @api.model
    def _mask_content(self, content):
        """Return a file (bytes, text or an email), masked; close links whose secret stays."""
        if isinstance(content, str):
            # Odoo reads what is no text in no character set into such characters.
            raw = content.encode("utf-8", "surrogateescape")
            masked = self._mask_content(raw)
            return content if masked == raw else masked.decode("utf-8", "surrogateescape")
        if not isinstance(content, bytes):
            try:
                raw = content.as_bytes()
            except (AttributeError, LookupError, ValueError, MessageError, RecursionError):
                return content  # nothing, or what Odoo cannot store either
            masked = self._mask_content(raw)
            return content if masked == raw else masked
        masked, left = mask_file(content)
        if left:
            self._close_to_new_browsers(left)
        return masked

    @api.model
    def _close_to_new_browsers(self, tokens):
        """Close links whose secrets stay in a file to browsers that were not let in yet.

        :param tokens: what may be tokens; only those that we issued close anything
        """
        hashes = [hash_token(token) for token in tokens if clean_token(token)]
        kind = self.env.registry["finance.portal.mailed.secret.mixin"]
        for name, model in self.env.registry.items():
            if hashes and issubclass(model, kind) and not model._abstract:
                # sudo: found by its secret, whoever sent that in
                self.env[name].sudo().search([("token_hash", "in", hashes)])._expose()
