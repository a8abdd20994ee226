import secrets

from odoo import models
from odoo.tools import SQL, consteq, hmac

from odoo.addons.finance_portal.failures import StaleForm

from ..failures import PaymentRefused
from ..tools.offer import Seal, read_seal, write_seal

FLOWS = ("redirect", "direct")
# A payment in these may still come to nothing.
OPEN_STATES = ("draft", "pending")
# Methods that are paid with in our page itself. Others may lead to a bank's page.
PAID_IN_PAGE = ("card", "demo")


class FinancePortalDocument(models.AbstractModel):
    """Pay now: what may be paid, and one payment at a time.

    The page carries what it offers under a seal. A payment starts only when the document, locked,
    still offers the same, and no other payment of it is under way.
    """

    _inherit = "finance.portal.document"

    # === WHAT A DOCUMENT MUST TELL === #

    def _finance_portal_takes_payments(self):
        """Return whether customers pay documents of this kind at all."""
        return False

    def _finance_portal_get_offers(self, access=None):
        """Return the amounts that may be paid now, the usual one first; none: nothing is to pay.

        Payments that are under way are not looked at.

        :param access: the access (sudo) that asks, where it matters
        :return: list of :class:`Offer`
        """
        return []

    def _finance_portal_get_payable(self):
        """Return what is left to pay of it altogether."""
        return 0

    def _finance_portal_get_paid_since(self, moment):
        """Return what was booked for it since a moment (UTC), as far as that is known."""
        return 0

    def _finance_portal_prepare_transaction(self):
        """Return the values by which Odoo knows what a payment is for."""
        raise NotImplementedError

    def _finance_portal_get_payment_prefix(self):
        """Return what a payment's reference begins with, empty for the document's number."""
        return ""

    def _finance_portal_get_payment_terms(self):
        """Return a text that is another one when the payment would be for something else."""
        return ""

    def _finance_portal_get_payment_note(self, access):
        """Return a sentence on why there is nothing to pay here."""
        return self.env._("This document can't be paid online. Please contact us.")

    def _finance_portal_get_paid_notes(self, transaction):
        """Return sentences on what a payment that arrived led to."""
        return []

    def _finance_portal_get_stray_payment_note(self, transaction, hindrance=""):
        """Return the message to staff about money that no longer fits the document.

        :param str hindrance: why the document could not be confirmed, if that is the reason
        """
        raise NotImplementedError

    # === WHAT IS OFFERED === #

    def _finance_portal_get_payment(self, access=None):
        """Return what the document's page shows of paying, or ``None``.

        :return: dict of ``state`` ("open", "under_way", or "choose" where one chooses first what
            to pay), ``amount`` as text, ``is_all``: whether what is under way leaves nothing to
            be transferred, and ``by_card``: whether that is a way to pay
        """
        offers = self._finance_portal_get_offers(access)
        if not offers:
            return None
        attempt = self._finance_portal_get_attempt()
        # Who only opened a payment page and left it just pays.
        if attempt and attempt.state != "draft":
            most = max(offer.amount for offer in offers)
            part = self._finance_portal_get_part(attempt)
            is_all = self.currency_id.compare_amounts(part, most) >= 0
            return {
                "state": "under_way",
                "amount": self._finance_portal_money(part),
                # Who chose a bank transfer has to make it.
                "is_all": is_all and attempt.provider_code != "custom",
                "by_card": False,
            }
        _providers, methods = self._finance_portal_get_methods(offers[0].amount)
        if not methods:
            return None
        amount = self._finance_portal_money(offers[0].amount)
        by_card = "card" in methods.mapped("code")
        return {"state": "open", "amount": amount, "is_all": False, "by_card": by_card}

    def _finance_portal_get_online_pay_line(self):
        """Say so in emails when the page has Pay now."""
        if not self._finance_portal_takes_payments():
            return super()._finance_portal_get_online_pay_line()
        payment = self._finance_portal_get_payment()
        if not payment or payment["state"] != "open":
            return super()._finance_portal_get_online_pay_line()
        if payment["by_card"]:
            return self.env._("Or pay online by card: press the button and choose Pay now.")
        return self.env._("Or pay online: press the button and choose Pay now.")

    def _finance_portal_choose_offer(self, offers, key):
        """Return the offer that an address names, or the usual one."""
        return next((offer for offer in offers if offer.key == key), offers[0])

    def _finance_portal_get_methods(self, amount):
        """Return providers and methods (both sudo) that Odoo offers for an amount."""
        # As a visitor, who is shown no provider that is not published, whoever looks. sudo: to
        # read what providers are set up for, as Odoo's own pages do.
        env = self.with_user(self.env.ref("base.public_user")).sudo().env
        providers, methods = env["payment.provider"], env["payment.method"]
        company, payer = self._finance_portal_get_company(), self._finance_portal_get_payer()
        if payer.company_id and payer.company_id != company:
            return providers, methods  # Odoo books no payments across companies
        providers = providers._get_compatible_providers(
            company.id, payer.id, amount, currency_id=self.currency_id.id,
            website_id=self._finance_portal_get_website_id(),
        )  # fmt: skip
        methods = methods._get_compatible_payment_methods(
            providers.ids, payer.id, currency_id=self.currency_id.id
        )
        return providers, methods

    def _finance_portal_get_website_id(self):
        """Return the id of the website whose payment providers take its payments, if any."""
        # Duck-typed: with Odoo's website app, a provider may serve one website only. This is the
        # website whose domain the document's links use.
        company = self._finance_portal_get_company()
        website = getattr(self, "website_id", None) or getattr(company, "website_id", None)
        return website.id if website else None

    # === ONE AT A TIME === #

    def _finance_portal_get_transactions(self):
        """Return what its customer ever paid, or tried, online (sudo), the newest first."""
        # sudo: asked on behalf of visitors, of this one document
        document = self.sudo()
        own = document.transaction_ids.filtered(document._finance_portal_is_paid_by)
        return own.sorted("id", reverse=True)

    def _finance_portal_get_attempt(self):
        """Return the payment (sudo) that is under way, if any.

        Of several, when one that was given up arrives, not the one that was only opened.
        """
        transactions = self._finance_portal_get_transactions()
        under_way = transactions.filtered(
            lambda one: (
                one._finance_portal_is_under_way() and not self._finance_portal_has_overtaken(one)
            )
        )
        return under_way.sorted(lambda one: one.state == "draft")[:1]

    def _finance_portal_has_overtaken(self, transaction):
        """Return whether a payment that came to no end was made some other way meanwhile.

        It is more than what is left to pay; what a bank was asked for comes all the same. Or the
        customer chose to transfer the money, of which no provider tells us, and staff booked as
        much since.
        """
        documents = transaction._finance_portal_get_documents()
        if transaction.state not in OPEN_STATES or not self._finance_portal_is_among(documents):
            return False
        compare = self.currency_id.compare_amounts
        left = documents._finance_portal_get_payable_together()
        if transaction._finance_portal_is_on_its_way():
            return compare(left, 0) <= 0
        if compare(transaction.amount, left) > 0:
            return True
        if transaction.provider_code != "custom":
            return False
        began = transaction.create_date
        since = sum(one._finance_portal_get_paid_since(began) for one in documents)
        return compare(since, transaction.amount) >= 0

    def _finance_portal_filter_expected(self, payments):
        """Return the payments (sudo) that may still bring money, by whatever page they began."""
        return payments.filtered(
            lambda one: (
                not (one.finance_given_up and one.state in OPEN_STATES)
                and not self._finance_portal_has_overtaken(one)
            )
        )

    def _finance_portal_lock_payments(self):
        """Have parallel starts wait, and begin anew when they come second.

        An update, not a mere lock: who waited behind it then sees the payment that was first.
        """
        self.env.flush_all()
        # In order of their ids, so that two payments of several never wait for one another.
        self.env.cr.execute(
            SQL(
                "WITH mine AS (SELECT id FROM %(table)s WHERE id = ANY(%(ids)s)"
                " ORDER BY id FOR NO KEY UPDATE)"
                " UPDATE %(table)s paid SET write_date = paid.write_date"
                " FROM mine WHERE paid.id = mine.id",
                table=SQL.identifier(self._table),
                ids=self.ids,
            ),
            log_exceptions=False,
        )

    def _finance_portal_start_payment(self, access, posted, visit, form_key):
        """Start a payment of what a page offered.

        :param access: the access (sudo) it is made through
        :param dict posted: what Odoo's payment form sent
        :param str visit: what ties it to the click it followed
        :param str form_key: what the page's seal was made for, beside the access
        :return: the transaction (sudo)
        :raise PaymentRefused: another one is under way, or the page showed something else
        :raise StaleForm: our own page did not make the form
        """
        self.ensure_one()
        seal = self._finance_portal_open_payment_seal(posted.get("access_token"), access, form_key)
        self._finance_portal_lock_payments()
        offer = self._finance_portal_take_offer(seal, access)
        self._finance_portal_check_attempts(seal, access)
        provider, method = self._finance_portal_read_method(posted, offer, access)
        transaction = self._finance_portal_create_transaction(
            access,
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "operation": f"online_{posted['flow']}",
                "amount": offer.amount,
                "finance_page": seal.page,
            },
        )
        self._finance_portal_record_payment("payment_started", access, visit)
        return transaction

    def _finance_portal_record_payment(self, kind, access, visit):
        """Record what a customer did about a payment."""
        self.env["finance.portal.event"]._record(kind, access=access, visit=visit)

    def _finance_portal_create_transaction(self, access, values):
        """Return a transaction (sudo) as Odoo's own pages create one, without a saved card."""
        # sudo: transactions are written by the system only
        Transaction = self.env["payment.transaction"].sudo()
        provider = Transaction.provider_id.browse(values["provider_id"])
        links = self._finance_portal_prepare_transaction()
        prefix = self._finance_portal_get_payment_prefix()
        payer = self._finance_portal_get_payer()
        transaction = Transaction.create(
            {
                **links,
                **values,
                "reference": Transaction._compute_reference(provider.code, prefix, **links),
                "currency_id": self.currency_id.id,
                "partner_id": payer.id,
                "finance_customer_id": payer.commercial_partner_id.id,
                "token_id": False,
                "tokenize": False,
                "landing_route": access._get_payment_path("/result"),
            }
        )
        transaction._log_sent_message()
        return transaction

    def _finance_portal_take_offer(self, seal, access):
        """Return the offer that a seal names, as it still stands.

        :raise PaymentRefused: it does not
        """
        offers = {offer.key: offer for offer in self._finance_portal_get_offers(access)}
        offer = offers.get(seal.key)
        same = offer and self._finance_portal_write_amount(offer.amount) == seal.amount
        if access.is_external or not offers:
            note = self._finance_portal_get_refusal_note(access)
            reason = "not_entitled" if access.is_external else "changed"
            raise PaymentRefused(reason, access=access, sentence=note)
        if not same or seal.terms != self._finance_portal_get_payment_terms():
            sentence = self.env._(
                "The document changed while you were reading. Nothing was paid. Please go back"
                " and check it."
            )
            raise PaymentRefused("changed", access=access, sentence=sentence)
        return offer

    def _finance_portal_get_refusal_note(self, access):
        """Return a sentence on why whoever came this way cannot pay."""
        if access.is_external:
            return self.env._(
                "You can read this document. Only contacts of %(customer)s can pay it here.",
                customer=access.customer_id.name,
            )
        return self._finance_portal_get_payment_note(access)

    def _finance_portal_check_attempts(self, seal, access):
        """Make room for a new payment; the same page tries again after a card was declined.

        Not when it led to another page: the customer may still pay there.

        :raise PaymentRefused: another payment is under way
        """
        attempt = self._finance_portal_get_attempt()
        method = attempt.payment_method_id
        is_retry = (
            attempt.state == "draft"
            and attempt.finance_page == seal.page
            and attempt.operation == "online_direct"
            and (method.primary_payment_method_id or method).code in PAID_IN_PAGE
        )
        if is_retry:
            attempt._finance_portal_give_up()
        elif attempt:
            sentence = self.env._(
                "A payment of %(amount)s has already been started. Nothing more was paid. Please"
                " reload this page to see its status.",
                amount=self._finance_portal_money(self._finance_portal_get_part(attempt)),
            )
            raise PaymentRefused("under_way", access=access, sentence=sentence)

    def _finance_portal_read_method(self, posted, offer, access):
        """Return provider and method (sudo) that were chosen among those that were offered.

        :raise StaleForm: our own page did not offer them
        """
        providers, methods = self._finance_portal_get_methods(offer.amount)
        provider = providers.filtered(lambda one: one.id == posted.get("provider_id"))
        method = methods.filtered(
            lambda one: one.id == posted.get("payment_method_id") and provider in one.provider_ids
        )
        if not provider or not method or posted.get("flow") not in FLOWS:
            raise StaleForm("a way to pay that was not offered", access=access)
        return provider, method

    def _finance_portal_start_again(self, access, visit):
        """Give up the payment that is under way, so that another one can be started.

        :raise PaymentRefused: it has brought the money already, or reserved it
        """
        self._finance_portal_lock_payments()
        attempt = self._finance_portal_get_attempt()
        if not attempt or access.is_external:
            return
        if attempt.state not in ("draft", "pending"):
            sentence = self.env._("We've already received your payment. Nothing more was paid.")
            raise PaymentRefused("under_way", access=access, sentence=sentence)
        attempt._finance_portal_give_up()
        self._finance_portal_record_payment("payment_given_up", access, visit)

    # === THE SEAL === #

    def _finance_portal_write_amount(self, amount):
        """Return an amount as a text that depends on no language."""
        return f"{self.currency_id.round(amount):.{self.currency_id.decimal_places}f}"

    def _finance_portal_seal_offer(self, offer, access, form_key):
        """Return what a page offers, in a form that only this database can have made.

        :param str form_key: ties it to the visitor's browser
        """
        seal = Seal(
            page=secrets.token_urlsafe(12),
            key=offer.key,
            amount=self._finance_portal_write_amount(offer.amount),
            terms=self._finance_portal_get_payment_terms(),
            proof="",
        )
        return write_seal(seal._replace(proof=self._finance_portal_prove(seal, access, form_key)))

    def _finance_portal_open_payment_seal(self, text, access, form_key):
        """Return the :class:`Seal` that a page posted.

        :raise StaleForm: our own page for this visitor did not make it
        """
        seal = read_seal(text)
        if seal and consteq(seal.proof, self._finance_portal_prove(seal, access, form_key)):
            return seal
        raise StaleForm("a payment without our seal", access=access)

    def _finance_portal_prove(self, seal, access, form_key):
        # What is kept in memory only has no id: its seal says by the terms what is paid.
        own = self.id or 0
        about = (access._get_seal_subject(), self._name, own, form_key, *seal[:-1])
        # sudo: to read the database secret
        return hmac(self.sudo().env, "finance_portal.payment", about)
