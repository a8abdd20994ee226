from odoo import api, models


class FinancePortalLink(models.Model):
    """Find the email that a link was sent in, see ``finance.portal.mailed.secret.mixin``."""

    _inherit = "finance.portal.link"

    def _get_delivery_key(self):
        return self.mail_message_id, self.partner_id.id or self.email

    def _get_attempt_key(self):
        """Tell the documents apart that one email brings links to."""
        return (*super()._get_attempt_key(), self.res_model, self.res_id)

    def _get_newest_of_messages(self, message_ids):
        """Return ``{(message id, partner id or bare address, address, model, id): link id}``.

        A retry issues a link anew, so only the newest link of a message, recipient, address and
        document can be the one that was delivered.
        """
        groups = self._read_group(
            [("mail_message_id", "in", message_ids)],
            ["mail_message_id", "partner_id", "email", "res_model", "res_id"],
            ["id:max"],
            order="id:max",
        )
        return {
            (message, partner.id or email, email, *document): newest
            for message, partner, email, *document, newest in groups
        }

    @api.model
    def _is_another_attempt(self, vals):
        """Return whether the email of a new link was tried before, for the same recipient."""
        same = [(name, "=", vals.get(name)) for name in ("mail_message_id", "partner_id", "email")]
        return bool(vals.get("mail_message_id") and self.search_count(same, limit=1))
