import logging
import re

import psycopg2.errors

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import hmac

from ...own_transaction import SHORT_WAIT, own_transaction
from ...tools.secure_token import PLACEHOLDER

_logger = logging.getLogger(__name__)

# Not so long that placeholder and seal could be taken for a token.
SEAL_DIGITS = 20

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


class FinancePortalMailedSecretMixin(models.AbstractModel):
    """An email with a secret: how the secret gets in, and whether the email arrived."""

    _name = "finance.portal.mailed.secret.mixin"
    _description = "Mailed Secret"
    _inherit = "finance.portal.system.record.mixin"

    # A plain number, not a relation: the row is written before the transaction that
    # created the message may have been committed.
    mail_message_id = fields.Integer(
        "Message", readonly=True, groups=fields.NO_ACCESS, index="btree_not_null"
    )
    # A copy of a database has another one, and opens nothing that the original mailed.
    database_uuid = fields.Char("Database", readonly=True, copy=False, groups=fields.NO_ACCESS)
    exposed_at = fields.Datetime(
        "Closed to New Browsers",
        readonly=True,
        copy=False,
        help="When its secret came back in a file in which it can't be hidden.",
    )
    delivery_state = fields.Selection(
        [
            ("queued", "Waiting"),
            # By now there is a reason why it didn't leave; it is tried again.
            ("delayed", "Not delivered yet"),
            ("sent", "Sent"),
            ("bounced", "Bounced"),
            ("failed", "Failed"),
        ],
        "Delivery",
        compute="_compute_delivery",
    )
    delivery_reason = fields.Char("Delivery Error", compute="_compute_delivery")

    # === WHAT A MODEL MUST TELL === #

    def _get_delivery_key(self):
        """Return ``(message id, partner id or bare address)`` of the email with this secret."""
        raise NotImplementedError

    def _get_newest_of_messages(self, message_ids):
        """Return ``{attempt key: id}`` where a retry makes another row."""
        return {}

    def _get_attempt_key(self):
        """Return what a row has in common with those that a retry makes: its email, its address."""
        return (*self._get_delivery_key(), self.email)

    def _record_exposed(self):
        """Write down that a link was closed to new browsers."""
        raise NotImplementedError

    # === COMPUTE METHODS === #

    def _compute_delivery(self):
        """Read the delivery from Odoo's own records, in three queries for all rows."""
        # sudo: whoever may see the row may see whether its email left
        rows = self.sudo()
        message_ids = [row.mail_message_id for row in rows if row.mail_message_id]
        newest = rows._get_newest_of_messages(message_ids)
        notifications = rows._get_notifications(message_ids)
        # sudo: the queue is an admin's
        mails = self.env["mail.mail"].sudo().search([("mail_message_id", "in", message_ids)])
        unsent = {(mail.mail_message_id.id, mail.finance_portal_address): mail for mail in mails}
        for row in rows:
            key = row._get_delivery_key()
            # Of several addresses of one contact, all but the first have a delivery of their own.
            own = row.mail_message_id, row.email
            notification = notifications.get(own) or notifications.get(key)
            mail = unsent.get(own) or unsent.get((row.mail_message_id, False))
            row.delivery_reason = False
            if newest.get(row._get_attempt_key(), row.id) != row.id:
                row.delivery_state = "failed"
                row.delivery_reason = self.env._("Another attempt followed.")
            elif notification:
                state = NOTIFICATION_STATES[notification.notification_status]
                if state != "sent" and notification.failure_type:
                    row.delivery_reason = notification.format_failure_reason()
                row.delivery_state = row._name_delay(state)
            else:
                # Not every email to a bare address has a notification; once sent, it is deleted.
                row.delivery_reason = mail and mail.failure_reason
                row.delivery_state = row._name_delay(MAIL_STATES[mail.state] if mail else "sent")

    def _name_delay(self, state):
        """Return the delivery state, which is another one when a mail server refused for now."""
        return "delayed" if state == "queued" and self.delivery_reason else state

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

    # === WHOSE IT IS === #

    @api.model
    def _get_database_uuid(self):
        """Return the identity of this database."""
        # sudo: asked on behalf of visitors, who cannot read parameters
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def _is_from_another_database(self):
        """Return whether the secret was mailed by the database that this one is a copy of."""
        self.ensure_one()
        return self.database_uuid != self._get_database_uuid()

    # === HOW THE SECRET GETS IN === #

    @api.model
    def _make_placeholder_url(self, address, subject):
        """Return an address as it is stored: with a sealed placeholder where the token will be.

        :param str address: all that stands before the token
        :param tuple subject: what the seal is for; only this database can make it
        """
        # sudo: to read the database secret
        seal = hmac(self.sudo().env, "finance_portal.placeholder", subject)[:SEAL_DIGITS]
        return f"{address}/{PLACEHOLDER}-{seal}"

    @api.model
    def _has_placeholder(self, body, url):
        """Return whether an email links to this address with a placeholder."""
        return f'href="{url}"' in body and bool(self._compile_link(url).search(str(body)))

    @api.model
    def _compile_link(self, url):
        """Return the pattern of what people click to get to an address, up to that address.

        Nowhere else does a secret belong: another attribute isn't clicked, but may be read aloud,
        shown, or fetched by itself.
        """
        return re.compile(
            rf"""(<a(?=\s)(?:[^<>"']|"[^"]*"|'[^']*')*\shref=)"{re.escape(url)}\"""", re.IGNORECASE
        )

    @api.model
    def _get_personal_url(self, url, token):
        """Return an address with the token in the place of the placeholder."""
        return f"{url.rpartition('/')[0]}/{token}"

    @api.model
    def _put_token(self, body, url, token):
        """Return an email's body with the token in the place of the placeholder."""
        personal = self._get_personal_url(url, token)
        link = self._compile_link(url)
        # type(): a body that is marked as safe HTML stays marked, and is not escaped anew
        return type(body)(link.sub(lambda match: f'{match[1]}"{personal}"', str(body)))

    @api.model
    def _store_durably(self, store):
        """Run ``store(env)`` as the system, in a transaction of its own.

        It is committed before this returns, so before the mail server can get the email:
        whatever happens next, a secret that reaches somebody opens.
        """
        try:
            with own_transaction(self.env, SHORT_WAIT) as cr:
                return store(api.Environment(cr, SUPERUSER_ID, {}))
        except (psycopg2.errors.ForeignKeyViolation, psycopg2.errors.LockNotAvailable):
            # The recipient itself is not committed yet, so no other transaction can refer to
            # it. Then the secret lives and dies with the sending transaction, as the recipient.
            _logger.info("Secret of an email stored with its recipient")
            return store(self.env(user=SUPERUSER_ID))

    # === WHEN THE SECRET COMES BACK === #

    def _expose(self):
        """Close these links to browsers that were not let in yet; others go on."""
        for row in self:
            if not row.exposed_at:
                row.exposed_at = fields.Datetime.now()
                row._record_exposed()

    def _is_open_to(self, let_in):
        """Return whether a browser may come in by the secret.

        :param let_in: references of the links through which this browser was let in
        """
        return not self.exposed_at or self.ref in let_in
