import logging

from dateutil.relativedelta import relativedelta

from odoo import SUPERUSER_ID, Command, api, fields, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ...tools.masking import mask_links
from ...tools.zones import get_zone
from ...undoable import undoable
from ...work_off import work_off

_logger = logging.getLogger(__name__)

JOB = "finance_portal.ir_cron_receipt"
BOOKED = ("in_process", "paid")
MAX_AGE = relativedelta(days=60)  # whoever books last year's payments thanks nobody for them


class AccountPayment(models.Model):
    """Mail the receipt once, when a payment is booked, where the company wants that.

    Booking only writes down that a receipt is to be mailed; a job mails it. Of two that try at
    once, or of a job and whoever cancels the payment, PostgreSQL lets one change the payment:
    the other begins anew, and its email, which leaves after the transaction, is gone with it.
    """

    _inherit = "account.payment"

    # Empty for payments from before: nothing is rewritten when the addon is installed.
    finance_receipt = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sent", "Emailed"),
            ("failed", "Not emailed automatically"),
        ],
        "Receipt",
        readonly=True,
        copy=False,
        help="Whether the receipt was emailed automatically. The chatter says why it wasn't.",
    )

    _finance_receipt_index = models.Index("(id) WHERE finance_receipt = 'waiting'")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments.filtered(lambda one: one.state in BOOKED)._finance_portal_plan_receipts()
        return payments

    def write(self, vals):
        """Have the receipt mailed of what this change books."""
        if vals.get("state") not in BOOKED:
            return super().write(vals)
        booked = self.filtered(lambda one: one._finance_portal_is_shareable())
        result = super().write(vals)
        (self - booked)._finance_portal_plan_receipts()
        return result

    # === WHAT A PAYMENT MUST TELL === #

    def _finance_portal_is_online(self):
        """Return whether the customer paid it online."""
        return False

    def _finance_portal_get_receipt_recipient(self):
        """Return the contact who gets the receipt: who Send addresses, or gets the invoices."""
        usual = self._finance_portal_get_default_recipient()
        return usual if usual.email_normalized else usual._finance_portal_get_statement_contact()

    # === PLANNING === #

    def _finance_portal_plan_receipts(self):
        """Note which of these payments, just booked, get a receipt, and wake the job."""
        wanted = self.filtered(
            lambda one: not one.finance_receipt and one._finance_portal_gets_receipt()
        )
        if wanted:
            wanted.finance_receipt = "waiting"
            # sudo: whoever books it starts the job
            self.env.ref(JOB).sudo()._trigger()

    def _finance_portal_gets_receipt(self):
        """Return whether the company wants the receipt of this payment mailed."""
        # sudo: a setting, whoever books the payment
        choice = self.company_id.sudo().finance_portal_receipts
        wanted = choice == "all" or (choice == "online" and self._finance_portal_is_online())
        if not wanted or not self.partner_id or self._finance_portal_is_from_till():
            return False
        recent = self.date >= fields.Date.context_today(self) - MAX_AGE
        return recent and self._finance_portal_is_shareable()

    def _finance_portal_is_from_till(self):
        """Return whether it was made at a till, which has receipts of its own.

        The field is looked up by name: its app is optional.
        """
        return "pos_session_id" in self._fields and bool(self.pos_session_id)

    # === MAILING === #

    @api.model
    def _cron_finance_portal_receipts(self):
        """Mail the receipts that wait, each in a transaction of its own."""
        waiting = self.search([("finance_receipt", "=", "waiting")], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(waiting))
        work_off(waiting, lambda payment: payment._finance_portal_settle_receipt(), JOB)

    def _finance_portal_settle_receipt(self):
        """Mail the receipt, or say why not; nothing when that was settled meanwhile."""
        payment = self._finance_portal_as_receipt_sender()
        if payment.finance_receipt != "waiting":
            return
        if not payment._finance_portal_gets_receipt() or payment.finance_is_returned:
            payment.finance_receipt = False  # cancelled or returned, or the setting changed
            return
        reason = ""
        if not payment._finance_portal_is_sent_already():
            reason = payment._finance_portal_try_receipt()
        payment.finance_receipt = "failed" if reason else "sent"
        if reason:
            payment._finance_portal_note_receipt(reason)
        # Whoever changed the payment meanwhile has been faster: then all of this is undone.
        payment.flush_recordset()

    def _finance_portal_as_receipt_sender(self):
        """Return this payment as the system mails it: in its company, for its customer."""
        company = self.company_id
        zone = get_zone(company.partner_id.tz)
        return self.with_user(SUPERUSER_ID).with_company(company).with_context(
            allowed_company_ids=company.ids,
            tz=str(zone),
            # Scheduled actions leave their emails to the hourly queue; this one is waited for.
            mail_notify_force_send=True,
            finance_portal_automatic=True,
            finance_portal_receipt=True,
        )  # fmt: skip

    def _finance_portal_is_sent_already(self):
        """Return whether somebody sent the receipt before the job came to it."""
        return bool(
            self._finance_portal_filter_sent_before() or self._finance_portal_get_waiting_mails()
        )

    def _finance_portal_try_receipt(self):
        """Mail the receipt.

        :return: why it can't be mailed, for staff, or an empty text
        """
        lang = self.env["finance.portal.page"]._get_installed_lang(self.company_id.partner_id.lang)
        env = self.with_context(lang=lang).env
        recipient = self._finance_portal_get_receipt_recipient().with_env(env)
        payment = self.with_env(env)
        obstacle = payment._finance_portal_get_contact_obstacle(recipient)
        if obstacle := obstacle or payment._finance_portal_get_system_obstacle(recipient):
            return obstacle
        try:
            with undoable(self.env.cr):
                self._finance_portal_mail_receipt(recipient)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception as error:
            self.env.invalidate_all()
            if isinstance(error, UserError) and error.args:
                return str(error)
            _logger.exception("Could not mail the receipt of %s", self)
            return env._(
                "Something went wrong. Send it again. If that fails too, an administrator can find"
                " the cause in the server's log."
            )
        return ""

    def _finance_portal_mail_receipt(self, recipient):
        """Send the receipt as Send to Customer does, in the name of the company."""
        Page, company = self.env["finance.portal.page"], self.company_id
        lang = Page._choose_lang(recipient.lang, self._finance_portal_get_customer().lang)
        payment = self.with_context(lang=lang, finance_portal_mail_lang=lang)
        # The template signs with the user's name; the system has none that a customer knows.
        self.env.user._update_cache({"signature": False}, validate=False)
        action = payment.action_finance_portal_send()
        composer = payment.env[action["res_model"]].with_context(**action["context"]).create(
            {
                "partner_ids": [Command.set(recipient.ids)],
                "author_id": company.partner_id.id,
                "email_from": company.email_formatted or self.env.user.email_formatted,
            }
        )  # fmt: skip
        composer.action_send_mail()

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Spare staff who follow the payment an email about each receipt."""
        found = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        # Safe to take from the context: it leaves out recipients, and never adds one.
        if not self.env.context.get("finance_portal_receipt"):
            return found
        chosen = (msg_vals or {}).get("partner_ids") or message.partner_ids.ids
        return [recipient for recipient in found if recipient["id"] in chosen]

    def _finance_portal_note_receipt(self, reason):
        """Tell staff on the payment why its receipt was not mailed, and what to do."""
        lang = self.env["finance.portal.page"]._get_installed_lang(self.company_id.partner_id.lang)
        payment = self.with_context(lang=lang)
        text = payment.env._(
            "The receipt wasn't emailed automatically. %(reason)s Then press Send to Customer.",
            reason=mask_links(reason),
        )
        payment.message_post(body=text, author_id=self.env.ref("base.partner_root").id)
