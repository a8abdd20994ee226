from odoo import api, models
from odoo.exceptions import AccessError


class MailNotification(models.Model):
    """What became of an email with a link: the system says it, and nobody else.

    Reminders wait after a bounce, and staff look after what wasn't delivered. Odoo lets all who
    may read a message write down that an email about it went somewhere, and how it fared.
    """

    _inherit = "mail.notification"

    @api.model_create_multi
    def create(self, vals_list):
        """Let people write down nothing about an email that others caused, or that has left."""
        if not self.env.su:
            self._finance_portal_check_own({vals.get("mail_message_id") for vals in vals_list})
        return super().create(vals_list)

    def write(self, vals):
        """Store no link that a mail server quotes in its answer."""
        return super().write(self.env["finance.portal.received.secret"]._mask_values(vals))

    @api.model
    def _finance_portal_check_own(self, message_ids):
        """Raise unless the user just caused the emails of these messages, or no link is in them.

        Odoo's dialog for many emails writes down, with its user's rights, whom it writes to.

        :raise AccessError: otherwise
        """
        # sudo: only what they are about, and who caused them
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
