from odoo import fields, models

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
        """Read the delivery from the ERP's own notifications, in two queries for all links.

        A retry mints a link anew, so only the newest link of a message and recipient can
        be the one that was delivered.
        """
        # sudo: whoever may see the link may see whether its email left
        links = self.sudo()
        message_ids = [link.mail_message_id for link in links if link.mail_message_id]
        newest = {
            (message_id, partner.id): link_id
            for message_id, partner, link_id in links._read_group(
                [("mail_message_id", "in", message_ids)],
                ["mail_message_id", "partner_id"],
                ["id:max"],
            )
        }
        notifications = {
            (notification.mail_message_id.id, notification.res_partner_id.id): notification
            for notification in self.env["mail.notification"]
            .sudo()
            .search_fetch(  # sudo: as above
                [("mail_message_id", "in", message_ids), ("notification_type", "=", "email")],
                [
                    "mail_message_id",
                    "res_partner_id",
                    "notification_status",
                    "failure_reason",
                    "failure_type",
                ],
            )
        }
        # An email to a bare address has no notification; once it is sent, it is deleted.
        unsent = {
            mail.mail_message_id.id: mail
            for mail in self.env["mail.mail"]
            .sudo()
            .search([("mail_message_id", "in", message_ids)])
        }
        state_of = {
            "ready": "queued", "process": "queued", "pending": "sent", "sent": "sent",
            "bounce": "bounced", "exception": "failed", "canceled": "failed",
        }  # fmt: skip
        for link, link_sudo in zip(self, links, strict=True):
            key = (link_sudo.mail_message_id, link_sudo.partner_id.id)
            notification = notifications.get(key)
            if newest.get(key, link.id) != link.id:
                link.delivery_state = "failed"
                link.delivery_reason = self.env._("Another attempt followed.")
            elif not notification:
                mail = unsent.get(link_sudo.mail_message_id)
                link.delivery_state = MAIL_STATES[mail.state] if mail else "sent"
                link.delivery_reason = mail and mail.failure_reason
            else:
                link.delivery_state = state_of.get(notification.notification_status, "queued")
                link.delivery_reason = link.delivery_state in ("failed", "bounced") and (
                    notification.format_failure_reason()
                )
