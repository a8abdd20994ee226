from odoo import api, models
from odoo.exceptions import AccessError


class MailNotification(models.Model):
    """What became of an email with a link: only the system records it.

    Reminders wait after a bounce, and staff look after what wasn't delivered. Odoo lets everybody
    who may read a message add recipients to it, and say how the email to them fared.
    """

    _inherit = "mail.notification"

    @api.model_create_multi
    def create(self, vals_list):
        """Let users record nothing about an email that others caused, or that has left."""
        if not self.env.su:
            # Odoo asks for each message as well, so none comes from a default or the context.
            self._finance_portal_check_own({vals["mail_message_id"] for vals in vals_list})
        return super().create(vals_list)

    def write(self, vals):
        """Store no link that a mail server quotes in its answer."""
        return super().write(self.env["finance.portal.received.secret"]._mask_values(vals))

    @api.model
    def _finance_portal_check_own(self, message_ids):
        """Raise unless the user caused the emails of these messages, and none with a link has left.

        Odoo's dialog for many emails records, with its user's rights, whom it writes to. What is
        about no document of ours is Odoo's affair.

        :raise AccessError: somebody else caused one, or a link was mailed with one
        """
        # sudo: only what they are about, and whose they are
        messages = self.env["mail.message"].sudo().browse(message_ids - {None, False}).exists()
        Document = self.env["finance.portal.document"]
        others = messages.filtered(
            lambda one: (
                one.create_uid != self.env.user
                and Document._finance_portal_includes(self.env.get(one.model or ""))
            )
        )
        # sudo: only whether there are any
        Link = self.env["finance.portal.link"].sudo()
        mailed = [("mail_message_id", "in", messages.ids)]
        if others or Link.search_count(mailed, limit=1):
            raise AccessError(self.env._("Only Odoo itself can say what became of this email."))
