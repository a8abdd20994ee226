import re

from odoo import api, models
from odoo.http import request
from odoo.tools import consteq, hmac

from ...const import PORTAL

LOOK_COOKIE = "finance_portal_look"
# The pages that belong together: those of one document, and those of the portal.
LOOK_PATHS = re.compile(rf"(?:/finance/d/[\w=.~-]+|{PORTAL})(?=/|$)")
LOOK = re.compile(r"(\d{1,9})\.([\w@]{2,20})\.([0-9a-f]{32})")
PROOF_LENGTH = 32  # hexadecimal digits, 128 bits
KEPT_SECONDS = 7 * 24 * 3600


class FinancePortalPage(models.AbstractModel):
    """Keep the branding and language of the page that a visitor came from.

    What goes wrong before anybody was let in, such as too many requests, an old form or a
    mistyped address, must not look up whose page it would have been: the branding of a guessed
    reference would tell that it exists. So each page leaves what it looked like with the browser,
    for its own address and those below it. Whoever made up the address has no such cookie.
    """

    _inherit = "finance.portal.page"

    @api.model
    def _keep_look(self, response, company, lang, path=None):
        """Leave with the browser what a page looks like.

        :param str path: an address that belongs to it, by default that of the request
        """
        found = LOOK_PATHS.match(path or request.httprequest.path)
        if not found or not company:
            return
        value = f"{company.id}.{lang}"
        response.set_cookie(
            LOOK_COOKIE,
            f"{value}.{self._prove_look(found[0], value)}",
            max_age=KEPT_SECONDS,
            expires=None,
            path=found[0],
            secure=request.httprequest.scheme == "https",
            httponly=True,
            samesite="Lax",
        )

    @api.model
    def _forget_look(self, response):
        """Have the browser forget what the pages of this address look like."""
        if found := LOOK_PATHS.match(request.httprequest.path):
            kept = [one for one in response.headers.getlist("Set-Cookie") if LOOK_COOKIE not in one]
            response.headers.setlist("Set-Cookie", kept)
            # Not delete_cookie: newer versions of Werkzeug pass it what Odoo doesn't know.
            response.set_cookie(LOOK_COOKIE, "", max_age=0, expires=0, path=found[0])

    @api.model
    def _get_last_look(self):
        """Return ``(language, company)`` of the page this browser came from, each maybe ``None``.

        The company is sudo: a letterhead is public.
        """
        found = LOOK_PATHS.match(request.httprequest.path)
        look = LOOK.fullmatch(request.httprequest.cookies.get(LOOK_COOKIE, ""))
        if not found or not look:
            return None, None
        number, lang, proof = look.groups()
        if not consteq(proof, self._prove_look(found[0], f"{number}.{lang}")):
            return None, None
        # sudo: this browser was shown their letterhead
        company = self.env["res.company"].sudo().browse(int(number)).exists()
        return self._choose_lang(lang), company or None

    @api.model
    def _get_staff_lang(self):
        """Return the language of the staff member who is signed in, if one is."""
        user = request.env.user
        return self._choose_lang(user.lang) if user._is_internal() else None

    def _prove_look(self, path, value):
        # sudo: to read the database secret
        return hmac(self.sudo().env, "finance_portal.look", (path, value))[:PROOF_LENGTH]
