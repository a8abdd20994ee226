from odoo import fields, models

NOTIFICATION_STATES = {
    "ready": "queued",
    "process": "queued",
    "pending": "sent",
    "sent": "sent",
    "bounce": "bounced",
    "exception": "failed",
    "canceled": "failed",
}
MAIL_STATES = {
    "outgoing": "queued",
    "sent": "sent",
    "received": "sent",
    "exception": "failed",
    "cancel": "failed",
}


class FinancePortalLink(models.Model):
    """Whether the email with a link arrived, as the ERP itself knows it."""

    _inherit = "finance.portal.link"

    delivery_state = fields.Selection(
        [
            ("queued", "Waiting"),
            ("sent", "Sent"),
            ("bounced", "Bounced"),
            ("failed", "Failed"),
        ],
        "Delivery",
        compute="_compute_delivery",
    )
    delivery_reason = fields.Char("Why Not Delivered", compute="_compute_delivery")

    def _compute_delivery(self):
        """Read the delivery from the ERP's own records, in three queries for all links."""
        # sudo: whoever may see the link may see whether its email left
        links = self.sudo()
        message_ids = [link.mail_message_id for link in links if link.mail_message_id]
        newest = links._get_newest_of_messages(message_ids)
        notifications = links._get_notifications(message_ids)
        # sudo: as above
        mails = self.env["mail.mail"].sudo().search([("mail_message_id", "in", message_ids)])
        unsent = {mail.mail_message_id.id: mail for mail in mails}
        for link in links:
            key = (link.mail_message_id, link.partner_id.id or link.email)
            notification, mail = notifications.get(key), unsent.get(link.mail_message_id)
            link.delivery_reason = False
            if newest.get(key, link.id) != link.id:
                link.delivery_state = "failed"
                link.delivery_reason = self.env._("Another attempt followed.")
            elif notification:
                link.delivery_state = NOTIFICATION_STATES[notification.notification_status]
                if link.delivery_state in ("failed", "bounced"):
                    link.delivery_reason = notification.format_failure_reason()
            else:
                # Not every email to a bare address has a notification; once sent, it is deleted.
                link.delivery_state = MAIL_STATES[mail.state] if mail else "sent"
                link.delivery_reason = mail and mail.failure_reason

    def _get_newest_of_messages(self, message_ids):
        """Return ``{(message id, partner id or bare address): link id}``.

        A retry mints a link anew, so only the newest link of a message and recipient can
        be the one that was delivered.
        """
        groups = self._read_group(
            [("mail_message_id", "in", message_ids)],
            ["mail_message_id", "partner_id", "email"],
            ["id:max"],
            order="id:max",
        )
        return {
            (message, partner.id or email): newest for message, partner, email, newest in groups
        }

    def _get_notifications(self, message_ids):
        """Return ``{(message id, partner id or bare address): notification}``."""
        notifications = self.env["mail.notification"].search_fetch(
            [("mail_message_id", "in", message_ids), ("notification_type", "=", "email")],
            [
                "mail_message_id",
                "res_partner_id",
                "mail_email_address",
                "notification_status",
                "failure_reason",
                "failure_type",
            ],
        )
        return {
            (one.mail_message_id.id, one.res_partner_id.id or one.mail_email_address): one
            for one in notifications
        }
