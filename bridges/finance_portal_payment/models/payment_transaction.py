from datetime import UTC, timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.finance_portal.tools.zones import get_zone
from odoo.addons.finance_portal.undoable import undoable
from odoo.addons.finance_portal.work_off import work_off

from .account_move_line import PaidOn
from .document import OPEN_STATES

TRIED_FOR_DAYS = 4  # as long as Odoo tries
# Whoever takes no longer than this to pay has paid on the day on which they began.
TIME_TO_PAY = timedelta(days=1)
# Of these, "pending" says that the customer's bank was asked; of others, often only that a page of
# the provider's is open.
DEBITS = {"ach_direct_debit", "bacs_direct_debit", "becs_direct_debit", "sepa_direct_debit"}
# What Activity says of a payment that reached a state.
EVENTS = {
    "authorized": "payment_authorized",
    "done": "payment_received",
    "error": "payment_failed",
    "cancel": "payment_failed",
}


class PaymentTransaction(models.Model):
    """A payment that a customer started from our pages, and what it was started for."""

    _inherit = "payment.transaction"

    # Columns without a default: nothing is rewritten when the addon is installed.
    finance_page = fields.Char(
        "Finance Portal Page", readonly=True, copy=False, help="The page it was started from."
    )
    finance_customer_id = fields.Many2one(
        "res.partner",
        "Paying Customer",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        help="The customer whose money it is, even if the contact who paid has since moved to"
        " another company.",
    )
    finance_terms = fields.Char(
        "Terms Paid For",
        readonly=True,
        copy=False,
        help="SHA-256 of the quote's terms when the payment was started. The payment confirms only"
        " these terms.",
    )
    finance_terms_lang = fields.Char(
        "Language of the Terms",
        readonly=True,
        copy=False,
        help="Code of the language in which the terms were shown.",
    )
    finance_given_up = fields.Datetime(
        "Abandoned On",
        readonly=True,
        copy=False,
        help="When the customer started again. Money that still arrives is booked as usual.",
    )
    finance_reported = fields.Datetime(
        "First Reported On",
        readonly=True,
        copy=False,
        help="When the provider first reported that the customer paid, or that the money is on its"
        " way.",
    )
    finance_spared_ids = fields.Many2many(
        "account.move",
        "finance_portal_spared_invoice_rel",
        string="Invoices Left Open",
        readonly=True,
        copy=False,
        help="What it was started for, but doesn't settle: since then, staff have reset or"
        " cancelled these, or they have become another customer's.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Keep what a quote said when somebody began to pay it, by our pages or Odoo's own."""
        transactions = super().create(vals_list)
        for transaction in transactions:
            order = transaction._finance_portal_get_quote()
            # The carts of a shop are none of ours.
            is_ours = order and (order.finance_link_ids or order.finance_decision_ids)
            if is_ours and not transaction.source_transaction_id:
                transaction.finance_terms = order._finance_portal_get_payment_terms()
                transaction.finance_terms_lang = order._finance_portal_get_terms_lang()
        return transactions

    # === BUSINESS METHODS === #

    def _finance_portal_get_origin(self):
        """Return the payment that it captures a part of, or else itself.

        A refund has a source as well, but is a payment of its own.
        """
        is_refund = self.operation == "refund"
        return self if is_refund else self.source_transaction_id or self

    def _finance_portal_get_paid(self):
        """Return the customer's own payment, of which it is a capture or a refund."""
        return (self.source_transaction_id or self)._finance_portal_get_origin()

    def _finance_portal_get_quote(self):
        """Return the one quote (sudo) that it was made for, or an empty recordset.

        A confirmed order is none any more; one that was cancelled may be opened again.
        """
        # sudo: terms hold texts of products and taxes, whoever asks
        orders = self.sudo().sale_order_ids
        is_quote = len(orders) == 1 and orders.state != "sale"
        return orders if is_quote else orders.browse()

    def _finance_portal_get_documents(self):
        """Return the documents that it pays: one quote or order, or invoices of one customer."""
        paid = self._finance_portal_get_paid()
        orders = self.sale_order_ids or paid.sale_order_ids
        if orders:
            return orders if len(orders) == 1 else orders.browse()
        return self.invoice_ids or paid.invoice_ids or paid.finance_spared_ids

    def _finance_portal_get_customer(self):
        """Return the customer whose money it is, even if the contact who was billed has left.

        Also once staff have corrected whom its document names.
        """
        kept = self._finance_portal_get_paid().finance_customer_id
        return kept.commercial_partner_id or self._finance_portal_find_customer()

    def _finance_portal_find_customer(self):
        """Return the same of a payment that doesn't say so, by what its documents name now."""
        documents = self._finance_portal_get_documents()
        named = documents.filtered(lambda one: one._finance_portal_get_billed() == self.partner_id)
        nobody = self.env["res.partner"]
        found = nobody.union(*(one._finance_portal_get_paying_customer() for one in named))
        return found if len(found) == 1 else self.partner_id.commercial_partner_id

    def _finance_portal_is_under_way(self):
        """Return whether it may still bring the money, or has, and is not booked yet.

        Also one that staff charge to what the customer saved, such as a direct debit.
        """
        self.ensure_one()
        if not (self.operation or "").startswith(("online", "offline")):
            return False
        if self.state in OPEN_STATES:
            return not self.finance_given_up
        # It arrived after all: giving it up did not send the money back.
        return self.state == "authorized" or (self.state == "done" and not self.is_post_processed)

    def _finance_portal_is_on_its_way(self):
        """Return whether a bank was asked for the money: it comes, unless the bank refuses it."""
        was_asked = self.operation == "offline" or self.payment_method_id.code in DEBITS
        return self.state == "pending" and was_asked

    def _finance_portal_get_parts(self):
        """Return what was captured or voided of it so far: Odoo books these in its place."""
        parts = self.child_transaction_ids.filtered(lambda one: one.operation == self.operation)
        return parts.filtered(lambda one: one.state in ("done", "cancel"))

    def _finance_portal_get_amount_to_come(self):
        """Return its amount; of one that is authorized only what is not captured or voided yet."""
        if self.state != "authorized":
            return self.amount
        return self.currency_id.round(
            self.amount - sum(self._finance_portal_get_parts().mapped("amount"))
        )

    def _finance_portal_give_up(self):
        """Note that the customer starts again instead."""
        self.write({"finance_given_up": fields.Datetime.now()})

    # === CHATTER === #

    def _log_message_on_linked_documents(self, message):
        """Write it down on all of several invoices at once: a customer waits for it.

        Odoo posts on one after the other, which takes six queries for each.
        """
        result = super()._log_message_on_linked_documents(message)
        if several := self._finance_portal_get_several():
            by_staff = self.env.context.get("payment_backend_action")
            is_system = self.env.uid == SUPERUSER_ID or by_staff
            author = self.env.user.partner_id if is_system else self.partner_id
            several._message_log_batch(dict.fromkeys(several.ids, message), author_id=author.id)
        return result

    def _get_invoices_to_notify(self):
        return super()._get_invoices_to_notify() - self._finance_portal_get_several()

    def _finance_portal_get_several(self):
        """Return the invoices that our pages started one payment of, if they are several."""
        is_ours = self.finance_page and len(self.invoice_ids) > 1
        return self.invoice_ids if is_ours else self.invoice_ids.browse()

    # === STATES === #

    def _update_state(self, allowed_states, target_state, state_message):
        """Tell the Sharing tab what became of a payment, and have it booked at once.

        Odoo books when the customer's browser asks how it stands, or within ten minutes. Ours
        only looks: whoever closes it after paying is not to wait.
        """
        changed = super()._update_state(allowed_states, target_state, state_message)
        ours = changed.filtered(lambda one: one._finance_portal_get_origin().finance_page)
        # Also of a shared quote that was paid on Odoo's own page: it has a last day.
        bound = changed.filtered("finance_terms")
        (ours | bound)._finance_portal_note_report(target_state)
        for transaction in ours if target_state in EVENTS else ours.browse():
            documents = transaction._finance_portal_get_documents()
            if documents and transaction._finance_portal_is_news():
                self.env["finance.portal.event"]._record(
                    EVENTS[target_state], document=documents, verdict="system"
                )
        if ours and target_state in ("pending", "authorized", "done"):
            # sudo: a provider's message starts the job
            self.env.ref("payment.cron_post_process_payment_tx").sudo()._trigger()
        return changed

    def _finance_portal_is_news(self):
        """Return whether Activity tells of its state: of what is captured, of each part once."""
        if self.source_transaction_id:
            return self.state == "done"
        parts = self._finance_portal_get_parts()
        return self.state != "done" or "done" not in parts.mapped("state")

    def _finance_portal_note_report(self, state):
        """Note when a provider first reported that the customers did their part.

        A customer who is on the provider's page, or chose a bank transfer, hasn't paid yet. What
        failed says nothing of what comes later.
        """
        if state in ("cancel", "error"):
            self.finance_reported = False
            return
        for transaction in self.filtered(lambda one: not one.finance_reported):
            if transaction._finance_portal_is_on_its_way() or state in ("authorized", "done"):
                transaction.finance_reported = fields.Datetime.now()

    def _cron_post_process(self):
        """Book ours first, and try again at once when somebody saves the invoice meanwhile.

        Odoo leaves that to its next run, ten minutes later.
        """
        since = fields.Datetime.subtract(fields.Datetime.now(), days=TRIED_FOR_DAYS)
        waiting = Domain("is_post_processed", "=", False) & Domain("last_state_change", ">=", since)
        own = Domain("finance_page", "!=", False)
        captured = Domain("source_transaction_id.finance_page", "!=", False)
        captured &= Domain("operation", "!=", "refund")
        ours = self.search(waiting & (own | captured))
        work_off(
            ours & self if self else ours,
            lambda transaction: transaction._finance_portal_book(),
            "payment.cron_post_process_payment_tx",
        )
        return super()._cron_post_process()

    def _finance_portal_book(self):
        """Book what arrived, unless that was done meanwhile."""
        if self.is_post_processed:
            return
        try:
            with undoable(self.env.cr):
                self._post_process()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            # Odoo's own run, which follows, reports it.
            self.env.invalidate_all()

    def _post_process(self):
        """Mail what follows from a payment at once.

        What a job posts would wait for the hourly queue; and while a PDF is made for the email,
        the order would stay locked.
        """
        ours = self.filtered(lambda one: one._finance_portal_get_origin().finance_page)
        ours._finance_portal_spare_invoices()
        now = ours.with_context(finance_portal_mail_later=True, mail_notify_force_send=True)
        super(PaymentTransaction, self - ours)._post_process()
        return super(PaymentTransaction, now)._post_process()

    def _finance_portal_get_receipt(self):
        """Return the payment (``account.payment``, sudo) that has a receipt, once it is booked."""
        payment = self.payment_id
        return payment.filtered(lambda one: one._finance_portal_is_shareable())

    # === WHAT A PAYMENT SETTLES === #

    def _finance_portal_spare_invoices(self):
        """Keep money from invoices that staff took back since their customer began to pay.

        Odoo would post a draft that staff are at, and settle what is another customer's now. Of
        what is captured in parts, staff hear with each.
        """
        for transaction in self.filtered(lambda one: one.state == "done"):
            # What an order's payment is invoiced with, Odoo makes as a draft and posts.
            origin = transaction._finance_portal_get_origin()  # it alone names the invoices
            if origin.sale_order_ids or transaction.payment_id:
                continue
            customer = transaction._finance_portal_get_customer()
            invoices = origin.invoice_ids | origin.finance_spared_ids
            spared = invoices.filtered(
                lambda move, customer=customer: (
                    move.state != "posted" or move._finance_portal_get_customer() != customer
                )
            )
            if not transaction._finance_portal_get_parts():
                for invoice in spared:
                    transaction._finance_portal_tell_staff(invoice)
            origin.invoice_ids, origin.finance_spared_ids = invoices - spared, spared

    def _create_payment(self, **extra_create_values):
        """Tell staff of money that is over: the customer paid twice, here or by transfer."""
        # Asked before: it is this payment that leaves nothing open, as a rule.
        origin = self._finance_portal_get_origin()
        invoices = origin.invoice_ids if origin.finance_page else origin.invoice_ids.browse()
        posted = invoices.filtered(lambda move: move.state == "posted")
        left = posted._finance_portal_get_payable_together()
        is_over = self.currency_id.compare_amounts(self.amount, left) > 0
        overpaid = posted[:1] if is_over else posted.browse()
        dated, values = self._finance_portal_as_of_payment()
        payment = super(PaymentTransaction, dated)._create_payment(
            **{**values, **extra_create_values}
        )
        for invoice in overpaid:
            self._finance_portal_tell_staff(invoice)
        return payment

    def _finance_portal_as_of_payment(self):
        """Return it for booking as its customer's money, as of the day on which they paid.

        As a rule the day on which they began, in the company's days, which the page went by when
        it named the amount. The job that books it knows neither: it would come too late for an
        early payment discount. Of a customer who began in time and paid long after, on a
        provider's page that was left open, it is the day on which that was reported. What is
        refunded goes back today.

        :return: ``(the transaction, values of the payment)``
        """
        if not self._finance_portal_get_paid().finance_page:
            return self, {}
        began = self._finance_portal_get_origin()
        values = {"partner_id": self._finance_portal_get_customer().id}
        if began.operation == "refund":
            return self, values
        zone, paid = get_zone(self.company_id.partner_id.tz), began.create_date
        reported = began.finance_reported or fields.Datetime.now()
        if reported - paid > TIME_TO_PAY:
            paid = reported
        paid_on = PaidOn(paid.replace(tzinfo=UTC).astimezone(zone).date())
        journal = self.provider_id.journal_id
        # sudo: whether a day is closed, whoever books
        closed = self.company_id.sudo()._get_violated_lock_dates(paid_on.day, False, journal)
        if not closed:
            values["date"] = paid_on.day
        return self.with_context(finance_portal_paid_on=paid_on), values

    def _finance_portal_tell_staff(self, document, hindrance=""):
        """Tell the person responsible about money that no longer fits the document.

        :param str hindrance: why the document could not be confirmed, if that is the reason; in
            that person's language
        """
        responsible = document._finance_portal_get_responsible().filtered("active")
        lang = self.env["finance.portal.page"]._get_installed_lang(
            responsible.lang, document.company_id.partner_id.lang
        )
        # As the system: the message of a provider comes from nobody.
        document = document.with_user(SUPERUSER_ID).with_context(lang=lang)
        text = document._finance_portal_get_stray_payment_note(self, hindrance)
        document.message_post(body=text, author_id=document.env.ref("base.partner_root").id)
        if responsible:
            document.activity_schedule(
                "mail.mail_activity_data_todo", summary=text, user_id=responsible.id
            )
