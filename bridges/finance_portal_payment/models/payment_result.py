from odoo import api, models
from odoo.tools import formatLang, html2plaintext

FAILED = ("error", "cancel")
SOON, LATER = 3, 20  # seconds until the page looks again
REFRESH = {"draft": SOON, "pending": LATER}
MESSAGES = ["pending_msg", "auth_msg", "done_msg"]


class FinancePortalPaymentResult(models.AbstractModel):
    """What the page says of a payment: under way, arrived, failed, or none there."""

    _name = "finance.portal.payment.result"
    _description = "Result of a Customer's Payment"

    @api.model
    def _get_values(self, access, document, transaction, own):
        """Return what the page says of a payment.

        :param access: the access (sudo) the page is shown through
        :param document: the document (sudo) that was paid
        :param transaction: the payment (sudo), or an empty recordset
        :param bool own: whether this very browser started it
        :return: dict of ``tone``, ``title``, ``notes`` (sentences), ``message`` (markup of the
            provider), ``refresh`` (seconds until the page looks again, ``None`` for never),
            ``may_pay`` (whether there is something to pay now), ``may_start_again``,
            ``reference`` (of the payment), ``has_receipt`` (whether there is one to download),
            ``rows`` (of a payment of several, see ``_finance_portal_get_paid_rows``) and
            ``pay_query`` (what the address of the page to pay on ends with)
        """
        offers = [] if access.is_external else document._finance_portal_get_offers(access)
        values = {
            "tone": "calm",
            "message": "",
            "refresh": None,
            "may_pay": bool(offers) and not document._finance_portal_get_attempt(),
            "may_start_again": False,
            "reference": "",
            "has_receipt": False,
            "rows": document._finance_portal_get_paid_rows(transaction),
            "pay_query": document._finance_portal_get_payment_query(),
        }
        if not transaction:
            note = [] if offers else [document._finance_portal_get_refusal_note(access)]
            title = self.env._("No payment was started here")
            return {**values, "title": title, "notes": note}
        if document._finance_portal_has_overtaken(transaction):
            return {**values, **self._describe_overtaken(document, transaction)}
        if transaction.state in FAILED:
            return {**values, **self._describe_failure(transaction, own)}
        if transaction.state in ("done", "authorized"):
            return {**values, **self._describe_arrival(document, transaction, own)}
        return {**values, **self._describe_waiting(access, document, transaction)}

    @api.model
    def _get_title(self, transaction, amount=None):
        """Return what became of a payment (sudo), in a few words.

        :param float amount: what of it is told, by default all
        """
        amount = transaction.amount if amount is None else amount
        amount = formatLang(self.env, amount, currency_obj=transaction.currency_id)
        titles = {
            "cancel": self.env._("The payment was cancelled"),
            "error": self.env._("The payment didn't go through"),
            "authorized": self.env._("Thank you! Your payment of %s is authorized.", amount),
            "done": self.env._("Payment received: %s. Thank you!", amount),
        }
        under_way = self.env._("Your payment of %s is being processed", amount)
        return titles.get(transaction.state, under_way)

    @api.model
    def _get_note(self, transaction):
        """Return what else there is to say of a payment (sudo), if anything."""
        nothing = self.env._("Nothing was paid.")
        notes = {
            "draft": self.env._("We haven't received a confirmation yet."),
            "pending": self.env._("This can take a while. You can close this page."),
            **dict.fromkeys(FAILED, nothing),
        }
        return notes.get(transaction.state, "")

    @api.model
    def _get_news(self, transaction):
        """Return what is said of a payment (sudo) where its document cannot be shown.

        :return: dict of ``title``, ``note`` and ``refresh``, see :meth:`_get_values`
        """
        return {
            "title": self._get_title(transaction),
            "note": self._get_note(transaction),
            "refresh": REFRESH.get(transaction.state),
        }

    @api.model
    def _describe_failure(self, transaction, own):
        """Return the values that tell of a payment that brought no money."""
        notes = [self._get_note(transaction)]
        # What a provider says of a card is for whoever holds it.
        if own and transaction.state_message:
            notes.append(transaction.state_message)
        return {"tone": "bad", "title": self._get_title(transaction), "notes": notes}

    @api.model
    def _describe_arrival(self, document, transaction, own):
        """Return the values that tell of a payment that arrived, or is sure to."""
        is_all = own or document._finance_portal_shows_all_of(transaction)
        amount = None if own else document._finance_portal_get_part(transaction)
        return {
            "tone": "good",
            "title": self._get_title(transaction, amount),
            "notes": document._finance_portal_get_paid_notes(transaction),
            "message": self._get_message(document, transaction),
            "reference": transaction.reference if is_all else "",
            "has_receipt": own and bool(transaction._finance_portal_get_receipt()),
            # Odoo books it in the background.
            "refresh": None if transaction.is_post_processed else SOON,
        }

    @api.model
    def _describe_overtaken(self, document, transaction):
        """Return the values that tell of a payment that was made some other way meanwhile."""
        amount = formatLang(self.env, transaction.amount, currency_obj=transaction.currency_id)
        if document._finance_portal_get_payable() <= 0:
            title = self.env._("There's nothing left to pay")
            return {"tone": "good", "title": title, "notes": []}
        left = document._finance_portal_money(document._finance_portal_get_payable())
        return {
            "title": self.env._("Balance due: %(amount)s", amount=left),
            "notes": [
                self.env._(
                    "We've booked another payment since you chose to pay %(amount)s.",
                    amount=amount,
                )
            ],
        }

    @api.model
    def _describe_waiting(self, access, document, transaction):
        """Return the values that tell of a payment that came to no end so far."""
        message = ""
        if transaction.state == "pending":
            message = self._get_message(document, transaction)
        is_own = not access.is_external and not access._is_read_only()
        return {
            "title": self._get_title(transaction, document._finance_portal_get_part(transaction)),
            # The company's own words, such as where to transfer the money to, say more.
            "notes": [] if message else [self._get_note(transaction)],
            "message": message,
            "refresh": REFRESH[transaction.state],
            "may_start_again": is_own and transaction._finance_portal_is_under_way(),
        }

    @api.model
    def _get_message(self, document, transaction):
        """Return what the company itself tells customers of this provider, as markup.

        Odoo's own words, which stand there from the start, say no more than our title.
        """
        provider = transaction.provider_id.with_context(lang=self.env.lang)
        message = provider._get_status_message(transaction.state)
        usual = {""}
        for lang in (self.env.lang, "en_US"):
            words = provider.with_context(lang=lang).default_get(MESSAGES).values()
            usual |= {html2plaintext(text) for text in words}
        return "" if html2plaintext(message) in usual else document._finance_portal_clean(message)
