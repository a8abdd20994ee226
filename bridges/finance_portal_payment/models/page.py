import secrets

from lxml import html as lxml_html
from markupsafe import Markup

from odoo import api, models
from odoo.http import request
from odoo.tools import is_html_empty
from odoo.tools.json import scriptsafe

from odoo.addons.finance_portal.failures import (
    FileGone,
    LinkGone,
    SignInRequired,
    UnknownDocument,
)
from odoo.addons.finance_portal.tools.markup import isolate
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing

from ..failures import PaymentRefused

# What the scripts of payment providers need, which nobody knows beforehand: files and frames from
# their servers, forms sent there, styles written by scripts. Odoo's own templates of dialogs
# are compiled in the browser ('unsafe-eval'). No script that stands in the page runs without the
# nonce, and no other page may hold ours in a frame. A nonce for styles would forbid the others.
POLICY = (
    "default-src 'none'; script-src 'self' https: 'unsafe-eval' 'nonce-{nonce}'; "
    "style-src 'self' https: 'unsafe-inline'; img-src 'self' https: data:; "
    "font-src 'self' https: data:; connect-src 'self' https: wss:; frame-src 'self' https:; "
    "worker-src 'self' blob:; form-action 'self' https:; base-uri 'none'; frame-ancestors 'none'"
)
# Words of a failure's page that make sense in the payment form's dialog as well.
WORDS = "//h1 | //div[contains(@class, 'message')]/p[not(@class) and not(.//a)]"


class FinancePortalPage(models.AbstractModel):
    """The page to pay on, the page that says what became of it, and failures in between."""

    _inherit = "finance.portal.page"

    # === THE PAGE WITH THE FORM === #

    @api.model
    def _respond_pay(self, access, *, part=None, items=(), refusal=None):
        """Return the page to pay a document on.

        :param str part: the key of the amount that was chosen, if any
        :param items: the references of the invoices that were chosen, where several are paid
        :param refusal: the :class:`PaymentRefused` that the visitor just met, if any
        """
        if (domain := access._get_together_domain()) is not None:
            return self._respond_pay_together(access, domain, items, refusal)
        document = access._get_payable()
        page = self.with_env(document.env)
        offers = [] if access.is_external else document._finance_portal_get_offers(access)
        attempt = document._finance_portal_get_attempt()
        values = {"refusal": refusal, "attempt": None, "form": None, "offers": None, "note": ""}
        if not offers:
            values["note"] = document._finance_portal_get_refusal_note(access)
        elif attempt:
            values["attempt"] = page._describe_attempt(access, document, attempt)
        else:
            offer = document._finance_portal_choose_offer(offers, part)
            values |= page._get_pay_values(access, document, offers, offer)
        response = page._respond_payment_page(
            access,
            document._finance_portal_get_title(),
            "finance_portal_payment.pay_page",
            values,
            refusal,
        )
        return self._allow_form(response, values)

    @api.model
    def _allow_form(self, response, values):
        """Let a page with Odoo's form load what the scripts of payment providers need."""
        if values["form"]:
            policy = POLICY.format(nonce=values["nonce"])
            response.headers["Content-Security-Policy"] = policy
        return response

    @api.model
    def _get_pay_values(self, access, document, offers, chosen):
        """Return what the page shows of an amount that may be paid."""
        methods = document._finance_portal_get_methods(chosen.amount)[1]
        values = {
            "chosen": chosen.key,
            "amount_label": chosen.label,
            "amount": document._finance_portal_money(chosen.amount),
            "offers": [
                {
                    "key": offer.key,
                    "label": offer.label,
                    "amount": document._finance_portal_money(offer.amount),
                }
                for offer in offers
                if len(offers) > 1
            ],
        }
        if not methods:
            values["note"] = self.env._("This document can't be paid online. Please contact us.")
        elif access._is_read_only():
            values["note"] = self.env._("Preview: only the customer can pay.")
        else:
            values["nonce"] = secrets.token_urlsafe(16)
            values["form"] = self._render_payment_form(access, document, chosen)
            values["bundles"] = self._get_bundles()
            values["session_info"] = self._get_session_info()
            values["odoo_csrf_token"] = request.csrf_token(None)
        return values

    @api.model
    def _render_payment_form(self, access, document, offer):
        """Return Odoo's own payment form, which starts payments by our address.

        Its ``access_token`` is the seal of what the page offers. Odoo's own token for payments
        would also show the saved cards of the customer, on Odoo's page for payments.
        """
        providers, methods = document._finance_portal_get_methods(offer.amount)
        key = self._get_payment_form_key(access)
        return self.env["ir.qweb"]._render(
            "payment.form",
            {
                "mode": "payment",
                "amount": offer.amount,
                "currency": document.currency_id,
                "partner_id": document._finance_portal_get_payer().id,
                "providers_sudo": providers.with_env(document.env),
                "payment_methods_sudo": methods.with_env(document.env),
                # A link is no proof of who holds it: nobody pays with a saved card, or saves one.
                "tokens_sudo": self.env["payment.token"],
                "show_tokenize_input_mapping": dict.fromkeys(providers.ids, False),
                "transaction_route": access._get_payment_path("/transaction")
                + document._finance_portal_get_payment_query(),
                "landing_route": access._get_payment_path("/result"),
                "access_token": document._finance_portal_seal_offer(offer, access, key),
                "is_html_empty": is_html_empty,  # Odoo's frontend gives it to its own pages
                "submit_button_label": self.env._("Pay now"),  # the amount stands above
            },
        )

    @api.model
    def _get_bundles(self):
        """Return the addresses of Odoo's bundles, by when the page loads them."""
        links = self.env["ir.qweb"]._get_asset_links
        return {
            "styles": links("web.assets_frontend", js=False),
            "first": links("web.assets_frontend_minimal", css=False),
            "lazy": links("web.assets_frontend_lazy", css=False),  # the first ones load them
        }

    @api.model
    def _get_session_info(self):
        """Return what Odoo's scripts want to know of the visitor, for a script of the page."""
        info = request.env["ir.http"].get_frontend_session_info()
        return Markup(scriptsafe.dumps(info))  # noqa: S704  made for a script element

    @api.model
    def _get_payment_form_key(self, access):
        """Return what ties a page's seal to who may send its form."""
        return self._get_form_token(access) or ""

    @api.model
    def _describe_attempt(self, access, document, attempt):
        """Return what the page says of a payment that is under way."""
        tz = self.env.context.get("tz")
        return {
            "title": self.env._(
                "A payment of %(amount)s is under way",
                amount=isolate(
                    document._finance_portal_money(document._finance_portal_get_part(attempt))
                ),
            ),
            "since": self.env._(
                "It was started on %(date)s and hasn't finished yet.",
                date=isolate(self._format_expiry(access, attempt.create_date, tz)),
            ),
            "may_start_again": attempt.state in ("draft", "pending") and not access._is_read_only(),
        }

    # === THE RESULT === #

    @api.model
    def _get_own_payment(self):
        """Return the payment (sudo) that this browser started last, of whatever document."""
        number = request.session.get(PaymentPostProcessing.MONITORED_TX_ID_KEY)
        # sudo: of the visitor's own session
        return self.env["payment.transaction"].sudo().browse(number or ()).exists()

    @api.model
    def _respond_payment_result(self, access):
        """Return the page that says what became of a payment of the document."""
        document = access._get_payable()
        page = self.with_env(document.env)
        transactions = document._finance_portal_get_transactions()
        own = transactions & self._get_own_payment()
        # Who comes another way sees how the document's own payments stand, but nothing of whose
        # card was declined, and of several that were paid only what is under way.
        attempt = document._finance_portal_get_attempt()
        told = (
            own
            or transactions.filtered(
                lambda one: (
                    one.finance_page
                    and not one.finance_given_up
                    and one.state != "draft"
                    and (one == attempt or document._finance_portal_shows_all_of(one))
                )
            )[:1]
        )
        result = page.env["finance.portal.payment.result"]
        values = result._get_values(access, document, told, bool(own))
        title = document._finance_portal_get_title()
        response = page._respond_payment_page(
            access, title, "finance_portal_payment.payment_result", values
        )
        if values["refresh"]:
            # A header, not a script: the page changes nothing, it only looks again.
            response.headers["Refresh"] = str(values["refresh"])
        return response

    @api.model
    def _get_receipt(self, access):
        """Return the receipt (sudo) of the payment that this browser made of the document.

        A link shows its one document; the receipt is for who paid it just now.

        :raise FileGone: there is none
        """
        document = access._get_payable()
        paid = document._finance_portal_get_transactions() & self._get_own_payment()
        if not (receipt := paid._finance_portal_get_receipt()):
            raise FileGone("no receipt", access=access)
        return receipt.with_context(lang=access._get_lang())

    @api.model
    def _respond_payment_page(self, access, title, template, values, refusal=None):
        """Return one of the pages about a payment, in the frame of the document's page.

        :param str title: what it is about
        """
        lang = access._get_lang()
        return self._respond(
            template,
            {
                "base_path": access._get_page_path(),
                "is_list": access._name == "finance.portal.payment.access",
                "document_title": title,
                "csrf_token": self._get_csrf_token(access),
                **access.with_context(lang=lang)._get_portal_values(),
                **values,
            },
            company=access.company_id,
            lang=lang,
            status=refusal.status if refusal else 200,
        )

    # === FAILURES === #

    @api.model
    def _respond_failure(self, failure):
        """Answer Odoo's payment form in its own terms, so that it shows the words to people."""
        http = request.httprequest
        is_call = http.mimetype == "application/json" and http.path.endswith("/pay/transaction")
        if isinstance(failure, PaymentRefused) and not is_call:
            return self._respond_pay(failure.access, refusal=failure)
        if not is_call:
            return super()._respond_failure(failure)
        if isinstance(failure, PaymentRefused):
            return self._respond_no_payment(failure.sentence, failure.status)
        if isinstance(failure, SignInRequired):
            return self._respond_no_payment(self.env._("Please sign in again."), 403)
        response = super()._respond_failure(failure)
        found = lxml_html.fromstring(response.get_data(as_text=True)).xpath(WORDS)
        words = " ".join(" ".join(part.text_content().split()) for part in found)
        return self._respond_no_payment(words, response.status_code)

    @api.model
    def _get_failure_values(self, failure):
        values, news = super()._get_failure_values(failure), self._get_payment_news(failure)
        return {**values, "payment_news": news, "refresh": news and news["refresh"]}

    @api.model
    def _get_payment_news(self, failure):
        """Return what became of the money, for a payer who comes back when the document is gone.

        Whoever closed the document on this device, or signed out, is a stranger again.

        :return: dict of ``title``, ``note`` and ``refresh`` (seconds), or ``None``
        """
        if not isinstance(failure, (LinkGone, UnknownDocument)):
            return None
        payment = self._get_own_payment()
        if payment.landing_route != request.httprequest.path or payment.finance_given_up:
            return None
        return self.env["finance.portal.payment.result"]._get_news(payment)

    @api.model
    def _respond_no_payment(self, words, status):
        """Return a failure as the state of a payment that was not made, with words for people."""
        return self._respond_json(None, {"state": "error", "state_message": words}, status)

    @api.model
    def _respond_json(self, number, result, status=200):
        """Return an answer as Odoo's scripts expect it (JSON-RPC)."""
        answer = {"jsonrpc": "2.0", "id": number, "result": result}
        return self._secure(request.make_json_response(answer, status=status))
