import base64
import math
import re
import secrets
from urllib.parse import urlencode

import psycopg2.errors
from werkzeug.exceptions import HTTPException

from odoo import api, models
from odoo.http import Response, request
from odoo.tools import hmac

from ...const import FORM_KEY, PORTAL
from ...failures import DecisionRefused, PortalFailure, ReadOnlyView
from ...tools.colour import readable_on
from ...tools.logo import read_logo
from ...tools.markup import html_lang
from ...tools.masking import holds_link
from ...tools.secure_token import is_ref
from ...tools.zones import get_zone

LIGHT_GROUND, DARK_GROUND = "#ffffff", "#14171a"

LOGO_BOX = 180, 56  # pixels, width and height at most

# What templates are indented with: a third of the bytes of a document with many lines.
BETWEEN_TAGS = re.compile(r">\s*\n\s*<")

# The prefixes of our routes. A mistyped address below them gets our error page, unless the
# website has a page there.
OWN_TREES = re.compile(r"/(?:finance/(?:[a-z]|customer-portal)|q)(?:/|$)")
OWN_ROOT = "/finance/"
# Pages to which a mailed link to choose a password leads.
PASSWORD_PATHS = (f"{PORTAL}/setup", f"{PORTAL}/reset")
DOUBLED = re.compile("//+")
FAILED_LINK = "finance_portal.failure_inactive"


class FinancePortalPage(models.AbstractModel):
    """Everything about answering a customer with a page: language, branding, headers, failures."""

    _name = "finance.portal.page"
    _description = "Finance Portal Page"

    @api.model
    def _is_own_tree(self, path):
        """Return whether ``path`` looks like one of our routes, even if malformed."""
        return bool(OWN_TREES.match(DOUBLED.sub("/", path))) or self._holds_token(path)

    @api.model
    def _holds_token(self, path):
        """Return whether ``path`` contains a mailed token, with or without a language prefix."""
        return holds_link(path)

    @api.model
    def _is_own_failure(self, path):
        """Return whether our error page answers for ``path``, which no route or page matches."""
        # A website has its own error page; this attribute tells that there is a website.
        has_website = hasattr(request, "website_routing")
        return self._is_own_tree(path) or (path.startswith(OWN_ROOT) and not has_website)

    # === RENDERING === #

    @api.model
    def _respond(self, template, values=None, *, company=None, lang=None, status=200):
        """Return a finished page.

        :param str template: external id of the QWeb template
        :param dict values: what the template needs beyond the layout's own values
        :param company: whose branding to wear; empty for none
        :param str lang: language code; the visitor's browser decides when it is empty
        """
        chosen = self._choose_lang(lang) if lang else self._get_visitor_lang()
        lang_info = self.env["res.lang"]._get_data(code=chosen)
        page = self.with_context(lang=lang_info.code)
        nonce = secrets.token_urlsafe(16)
        html = page.env["ir.qweb"]._render(
            template,
            {
                "lang": html_lang(lang_info.code),
                "dir": lang_info.direction,
                "nonce": nonce,
                "brand": company and page._get_drawn_brand(company),
                "csrf_token": request.csrf_token(),
                "asset": self._get_asset_url,
                **(values or {}),
            },
            minimal_qcontext=True,
        )
        html = BETWEEN_TAGS.sub(">\n<", html)
        response = Response(html, status=status, content_type="text/html; charset=utf-8")
        if status < 400:  # a failure wears the look of the page before it
            self._keep_look(response, company, lang_info.code)
        return self._secure(response, nonce)

    @api.model
    def _secure(self, response, nonce=None):
        """Set the headers that every response on our routes has (rule L12)."""
        style = f" 'nonce-{nonce}'" if nonce else ""
        response.headers.update(
            {
                "Referrer-Policy": "no-referrer",
                "Cache-Control": "no-store",
                "X-Robots-Tag": "noindex, nofollow",
                "X-Content-Type-Options": "nosniff",
                "X-Frame-Options": "DENY",
                "Content-Security-Policy": (
                    "default-src 'none'; script-src 'self'; img-src 'self'; font-src 'self'; "
                    f"style-src 'self'{style}; connect-src 'self'; form-action 'self'; "
                    "base-uri 'none'; frame-ancestors 'none'"
                ),
            }
        )
        return response

    @api.model
    def _get_brand(self, company):
        """Return what the layout shows of a company, or ``None`` for a page without branding.

        :return: dict of ``name``, ``logo_url``, ``logo_width``, ``logo_height`` (pixels on the
            page), ``color``, ``color_dark`` (``#rrggbb``, readable on a light and on a dark
            ground), ``address`` (list of lines), ``email``, ``phone``, ``website``,
            ``website_name`` (as people write it), ``vat``, ``vat_label``
        """
        if not company:
            return None
        # sudo: a company's letterhead is public
        company = company.with_env(self.env).sudo()
        colour = company.primary_color or company.email_secondary_color
        website = company.website or ""
        return {
            "name": company.name,
            **self._get_logo(company),
            "color": readable_on(colour, LIGHT_GROUND),
            "color_dark": readable_on(colour, DARK_GROUND),
            "address": [
                line.strip()
                for line in company.partner_id._display_address(without_company=True).splitlines()
                if line.strip()
            ],
            "email": company.email,
            "phone": company.phone,
            "website": website,
            "website_name": website.partition("://")[2].rstrip("/") or website,
            "vat": company.vat,
            "vat_label": company.account_fiscal_country_id.vat_label or self.env._("Tax ID"),
        }

    @api.model
    def _get_logo(self, company):
        """Return the part of the brand on the logo; its size keeps the page from jumping."""
        if not company.logo_web or company.uses_default_logo:
            return {"logo_url": False, "logo_width": False, "logo_height": False}
        stamp, size = read_logo(company.logo_web)
        width, height = size or LOGO_BOX  # a drawing fits any box
        scale = min(1, LOGO_BOX[0] / width, LOGO_BOX[1] / height)
        return {
            "logo_url": f"/web/binary/company_logo?company={company.id}&unique={stamp}",
            "logo_width": round(width * scale),
            "logo_height": round(height * scale),
        }

    # === FORMS === #

    @api.model
    def _make_form_token(self, key):
        """Return the CSRF token for the forms that have this key."""
        # sudo: to read the database secret
        return hmac(self.sudo().env, "finance_portal.form", key)

    @api.model
    def _get_form_token(self, access=None):
        """Return our CSRF token for the forms of a page, or ``None`` where there is none.

        Odoo's own token ends with the session. Forms of a link are the link's, whatever happens
        to the session; those of a signed-in customer outlive a change of password.

        :param access: the access to the document that the page shows, if any
        """
        key = (access and access._get_form_key()) or request.session.get(FORM_KEY)
        return key and self._make_form_token(key)

    @api.model
    def _get_csrf_token(self, access=None):
        """Return the CSRF token for the forms of a page: ours, or else Odoo's."""
        return self._get_form_token(access) or request.csrf_token()

    # === DOCUMENT === #

    @api.model
    def _respond_document(self, access, *, refusal=None, chosen=None):
        """Return the page of the document behind an access.

        :param refusal: the :class:`DecisionRefused` or :class:`Refusal` that the visitor just
            met, if any
        :param dict chosen: what the visitor had typed, if they just changed what is optional
        """
        lang = access._get_lang()
        document = access._get_resolved_document().with_context(lang=lang)
        values = self._get_document_values(document)
        expiry = access._get_expiry()
        response = self._respond(
            document._finance_portal_get_template(),
            {
                "base_path": f"/finance/d/{access.ref}",
                "csrf_token": self._get_csrf_token(access),
                "expires": expiry and self._format_expiry(access, expiry, values["sender_tz"]),
                "decision": document._finance_portal_get_decision(access, values, refusal, chosen),
                **access.with_context(lang=lang)._get_portal_values(),
                **values,
                **document._finance_portal_get_live_values(access),
            },
            lang=lang,
            status=refusal.status if refusal else 200,
        )
        self._keep_look(response, access.company_id, lang)  # its brand is kept with the page
        return response

    @api.model
    def _format_expiry(self, access, expiry, sender_tz):
        """Return when an access ends, in the language and time zone of recipient or sender.

        :param datetime expiry: the end, in UTC
        """
        zone = get_zone(access.partner_id.tz, access.customer_id.tz, sender_tz)
        moment = self.with_context(lang=access._get_lang())._format_moment(expiry, zone)
        return f"{moment} (UTC)" if str(zone) == "UTC" else moment

    # === FAILURES === #

    @api.model
    def _respond_failure(self, failure):
        """Turn a failure into its page, the only way to one.

        Rooms whose pages a failure leads to answer it themselves.

        :param failure: a :class:`PortalFailure`
        """
        if isinstance(failure, DecisionRefused):
            return self._respond_document(failure.access, refusal=failure)
        lang, company = self._get_failure_look(failure)
        values = self.with_context(lang=lang)._get_failure_values(failure)
        response = self._respond(
            failure.template, values, company=company, lang=lang, status=failure.status
        )
        if (failure.access or failure.document) and not failure.is_for_staff:
            # For the answer to Request access, which is at another address.
            self._keep_look(response, company, lang, values["request_path"])
        if values["refresh"]:
            response.headers["Refresh"] = str(values["refresh"])
        if failure.retry_after:
            response.headers["Retry-After"] = str(failure.retry_after)
        if failure.allow:
            response.headers["Allow"] = ", ".join(sorted(failure.allow))
        return response

    @api.model
    def _get_failure_look(self, failure):
        """Return ``(language, company)`` for the page of a failure.

        Those of what it is about, or else of the page that this browser came from. Nothing is
        looked up by what the address names.
        """
        access, document = failure.access, failure.document
        if access and not failure.is_for_staff:
            return access._get_lang(), access.company_id
        customer_lang, customer_company = self._get_customer_look()
        last_lang, last_company = self._get_last_look()
        if failure.is_for_staff:
            customer_lang, last_lang = self._get_staff_lang(), None
        if failure.template == FAILED_LINK:
            customer_company = None  # an unknown link wears no branding, whoever opens it
        is_portal = request.httprequest.path.startswith(PORTAL)
        companies, langs = (last_company, customer_company), (last_lang, customer_lang)
        if is_portal:  # there, who is signed in says more
            companies, langs = companies[::-1], langs[::-1]
        # sudo: the visitor may not read the document, only whose it is
        own = document and document.sudo()._finance_portal_get_company()
        own = access.company_id if access else own
        company = next(filter(None, (own, *companies, failure.company)), None)
        return next(filter(None, langs), None) or self._get_visitor_lang(), company

    @api.model
    def _get_customer_look(self):
        """Return ``(language, company)`` for the page of a failure: the signed-in customer's.

        Both are ``None`` when nobody is signed in.
        """
        return None, None

    @api.model
    def _get_failure_values(self, failure):
        """Return what the page of a failure shows, in the context's language.

        With ``refresh``: after how many seconds the page looks again, ``None`` for never.
        """
        return {
            "refresh": None,
            "page_lang": self.env.lang,
            "status": failure.status,
            "request_path": f"/finance/d/{self._get_recovery_key(failure)}/request-access",
            "next_path": failure.next_path,
            **self._get_way_on(failure.access.ref if failure.access else self._get_asked_ref()),
            "native_sign_in_query": urlencode({"redirect": failure.next_path or "/my"}),
            "retry_minutes": max(1, math.ceil((failure.retry_after or 60) / 60)),
        }

    @api.model
    def _get_recovery_key(self, failure):
        """Return the key for Request access on a failure's page, never a token.

        Pages for nonsense carry a key of the same form, which leads nowhere, so the page
        does not tell what is real. A reference in the address is its own key, real or not.
        """
        if failure.access:
            return failure.access.ref
        if failure.document:
            return self.env["finance.portal.access.request"]._native_key(failure.document)
        if is_ref(failure.recovery_key):
            return failure.recovery_key
        # sudo: to read the database secret
        digest = hmac(self.sudo().env, "finance_portal.unknown_link", failure.recovery_key or "")
        return base64.urlsafe_b64encode(bytes.fromhex(digest)).decode()[:22]

    @api.model
    def _as_failure(self, exception):
        """Return the failure to show for any exception on our own addresses."""
        if isinstance(exception, PortalFailure):
            return exception
        if isinstance(exception, psycopg2.errors.ReadOnlySqlTransaction):
            return ReadOnlyView("a write while looking as the customer")
        status = exception.code if isinstance(exception, HTTPException) else 500
        failure = PortalFailure(f"unexpected {type(exception).__name__}")
        if status == 404:
            failure.template, failure.company = self._get_unknown_page(request.httprequest.path)
            failure.recovery_key = request.httprequest.path
        if status == 413:
            failure.template = "finance_portal.failure_too_large"
        failure.status = status or 500
        failure.allow = getattr(exception, "valid_methods", None)
        return failure

    @api.model
    def _get_unknown_page(self, path):
        """Return ``(template, company)`` of the page for an address of ours that doesn't exist."""
        path = DOUBLED.sub("/", path)
        if path.startswith(PASSWORD_PATHS):
            return "finance_portal.failure_account_link", self.env.company
        if path.startswith(f"{PORTAL}/"):
            return "finance_portal.failure_unknown_page", self.env.company
        return FAILED_LINK, None
