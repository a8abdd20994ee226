from urllib.parse import urlencode

from odoo import api, models
from odoo.http import request

from ...const import LOGIN, PORTAL
from ...failures import FormRefused, SignInRequired
from ...tools.markup import embolden, isolate, isolate_address, keep_together
from ...tools.own_path import own_path
from ...tools.password import MAX_LENGTH, MIN_LENGTH


class FinancePortalPage(models.AbstractModel):
    """The pages on which customers sign in, choose a password and look after their account."""

    _inherit = "finance.portal.page"

    # === FAILURES === #

    @api.model
    def _respond_failure(self, failure):
        """Show the form again in which something is wrong; lead whoever has to sign in there."""
        if isinstance(failure, FormRefused):
            return self._respond_form(failure.form, refusal=failure, **failure.values)
        if isinstance(failure, SignInRequired):
            return self._redirect_to_sign_in(failure)
        return super()._respond_failure(failure)

    @api.model
    def _redirect_to_sign_in(self, failure):
        """Return the way to the sign-in page, from where the visitor comes back.

        A browser that saves files follows redirects and would save the sign-in page as the file.
        """
        query = urlencode({"next": failure.next_path}) if failure.next_path else ""
        path = f"{LOGIN}?{query}" if query else LOGIN
        if getattr(request, "finance_portal_is_file", False):
            lang, company = self._get_last_look()
            return self._respond(
                "finance_portal.failure_file_sign_in",
                {"sign_in_path": path},
                company=company or self._get_sign_in_company(failure.next_path),
                lang=lang,
                status=401,
            )
        return self._secure(request.redirect(path, code=303))

    # === PAGES === #

    @api.model
    def _respond_form(self, form, *, refusal=None, **values):
        """Return the page of one of the account's forms.

        :param str form: "login", "forgot", "setup", "reset", "stop" or "settings"
        :param refusal: the :class:`FormRefused` that the visitor just met, if any
        :param str form_key: what the CSRF token is made from, where nobody is signed in
        :param values: what the method for this form takes
        """
        respond = {
            "login": self._respond_login_form,
            "forgot": self._respond_forgot_form,
            "setup": self._respond_password_form,
            "reset": self._respond_password_form,
            "stop": self._respond_stop_form,
            "settings": self._respond_settings_form,
        }[form]
        return respond(refusal, **values)

    def _respond_login_form(self, refusal, form_key=None, next_path=None, email="", notice=None):
        lang = self._get_visitor_lang()
        page = self.with_context(lang=lang)
        return page._respond(
            "finance_portal.portal_login",
            {
                **page._get_form_values(refusal, form_key),
                "email": email,
                "next_path": next_path,
                "notice": page._get_notice(notice),
                "passkeys": "auth.passkey.key" in self.env,
            },
            company=page._get_sign_in_company(next_path),
            lang=lang,
            status=refusal.status if refusal else 200,
        )

    def _respond_forgot_form(self, refusal, form_key=None, next_path=None, email=""):
        return self._respond(
            "finance_portal.portal_forgot",
            {**self._get_form_values(refusal, form_key), "next_path": next_path, "email": email},
            company=self._get_sign_in_company(next_path),
        )

    def _respond_password_form(self, refusal, link, form_key=None):
        """Return the page on which a password is chosen with a mailed link."""
        page = self._in_language_of(link)
        return page._respond(
            "finance_portal.portal_choose_password",
            {
                **page._get_form_values(refusal, form_key),
                "purpose": link.purpose,
                "email": link.account_id.email,
                "form_path": f"{PORTAL}/{link.purpose}",
            },
            company=link.account_id.company_id,
            lang=page.env.lang,
            status=refusal.status if refusal else 200,
        )

    def _respond_stop_form(self, refusal, link, form_key=None):
        page = self._in_language_of(link)
        return page._respond(
            "finance_portal.portal_stop",
            {
                **page._get_form_values(refusal, form_key),
                "sentence": page.env._(
                    "Someone changed the email address of your account with %(company)s. If this"
                    " is wrong, stop the change here. Nobody can sign in until we've checked it"
                    " with you.",
                    company=isolate(link.account_id.company_id.name),
                ),
            },
            company=link.account_id.company_id,
            lang=page.env.lang,
        )

    @api.model
    def _respond_invited(self, access, address, document_path):
        """Return the page that says where the link to set up an account went.

        :param access: the :class:`FinancePortalAccess` to the document that it was asked on
        :param str address: the masked address
        """
        lang = access._get_lang()
        page = self.with_context(lang=lang)
        sentence = page.env._(
            "If you don't have an account yet, we've emailed a link to %(email)s. It works once,"
            " within 60 minutes. Choose a password there to see all your documents.",
            email=keep_together(isolate(address)),
        )
        return page._respond(
            "finance_portal.account_invited",
            {"sentence": sentence, "document_path": document_path},
            company=access.company_id,
            lang=lang,
        )

    @api.model
    def _respond_stopped(self, link):
        """Return the page that thanks whoever stopped a change of address."""
        page = self._in_language_of(link)
        company = link.account_id.company_id
        return page._respond("finance_portal.portal_stopped", company=company, lang=page.env.lang)

    def _in_language_of(self, link):
        """Return this model in the language of the contact to whom a link was mailed."""
        account = link.account_id
        known = account.partner_id.lang or account.customer_id.lang
        lang = self._choose_lang(known) if known else self._get_visitor_lang()
        return self.with_context(lang=lang)

    def _respond_settings_form(self, refusal, viewer, notice=None):
        lang = self._get_viewer_lang(viewer)
        page = self.with_context(lang=lang)
        email = viewer.account.user_id.login or viewer.contact.email
        return page._respond_portal(
            viewer,
            "finance_portal.portal_settings",
            {
                **page._get_form_values(refusal),
                "notice": page._get_notice(notice),
                "email": email,
                "signed_in": page.env._(
                    "Signed in as %(name)s (%(email)s)",
                    name=embolden(isolate(viewer.contact._finance_portal_get_name())),
                    email=isolate_address(email),
                ),
                "read_only": bool(viewer.staff),
                "security": viewer.account._get_security(viewer.account.user_id),
                "languages": page._get_languages(),
                "current_lang": lang,
            },
            current="settings",
            status=refusal.status if refusal else 200,
        )

    @api.model
    def _get_form_values(self, refusal, form_key=None):
        """Return what all these forms show, in the language of the context."""
        return {
            "csrf_token": (self._make_form_token(form_key) if form_key else self._get_csrf_token()),
            "error": refusal and (refusal.sentence or self._get_error(refusal.reason)),
            "password_hint": self.env._(
                "At least %(count)s characters. A few unrelated words are easy to remember and"
                " hard to guess. You can paste a password from a password manager.",
                count=MIN_LENGTH,
            ),
        }

    @api.model
    def _get_error(self, reason):
        """Return what is wrong with what was entered, and what helps."""
        return {
            "sign_in": self._get_sign_in_error,
            "passkey": lambda: self.env._(
                "This passkey can't be used here. Sign in with your password instead."
            ),
            "current": lambda: self.env._("Wrong current password. Nothing was changed."),
            "short": lambda: self.env._(
                "This password is too short. It needs at least %s characters. A few unrelated"
                " words make a good one.",
                MIN_LENGTH,
            ),
            "long": lambda: self.env._(
                "This password is too long. It can have up to %s characters.", MAX_LENGTH
            ),
            "control": lambda: self.env._(
                "This password has characters that can't be used. Try another one."
            ),
            "repeated": lambda: self.env._("This password repeats itself, so it's easy to guess."),
            "sequence": lambda: self.env._(
                "This password is a row of keys, so it's easy to guess."
            ),
            "common": lambda: self.env._(
                "This password is too common. A few unrelated words make a better one."
            ),
            "personal": lambda: self.env._(
                "This password is based on your name, address or company, so it's easy to guess."
            ),
        }[reason]()

    @api.model
    def _get_sign_in_error(self):
        """Return one sentence for all reasons, with the minutes that a lock lasts here."""
        _failures, minutes = self.env["finance.portal.account"]._get_lock_rule()
        if minutes == 1:
            return self.env._(
                "Wrong email address or password, or the account is temporarily locked. Try"
                " again in a minute or reset your password."
            )
        return self.env._(
            "Wrong email address or password, or the account is temporarily locked. Try"
            " again in %s minutes or reset your password.",
            minutes,
        )

    @api.model
    def _get_notice(self, name):
        """Return what was done before this page, for one of a few names in its address."""
        notices = {
            "reset": lambda: self.env._("Your password was changed. Sign in with the new one."),
            "signed_out": lambda: self.env._("You've signed out."),
            "timed_out": lambda: self.env._(
                "You were signed out after a period of inactivity. Please sign in again."
            ),
            "everywhere": lambda: self.env._("You've signed out on all devices."),
            "password": lambda: self.env._(
                "Your password was changed. Other devices were signed out."
                " You're still signed in here."
            ),
            "language": lambda: self.env._("Your language was changed."),
            "security": lambda: self.env._("Saved."),
        }
        return notices[name]() if name in notices else None

    @api.model
    def _get_sign_in_company(self, next_path):
        """Return whose branding to wear before anybody signed in.

        :param str next_path: where the visitor is going: a document is its sender's
        """
        ref = (next_path or "").partition("?")[0].split("/")[3:4]
        if (next_path or "").startswith("/finance/d/") and ref:
            # sudo: only whose letterhead it is
            link = self.env["finance.portal.link"].sudo().search([("ref", "=", ref[0])], limit=1)
            if link:
                return link.company_id
            subject = self.env["finance.portal.scope"]._read_ref(ref[0])
            # sudo: only whose letterhead the document has
            document = self.env[subject[0]].sudo().browse(subject[1]).exists() if subject else None
            if document:
                return document._finance_portal_get_company()
        return self.env.company

    # === FORMS === #

    @api.model
    def _clean_form(self, form):
        """Return the texts of a form, with ``next_path`` a path of ours or ``None``."""
        texts = {name: value for name, value in form.items() if isinstance(value, str)}
        texts["next_path"] = own_path(texts.pop("next", None))
        return texts
