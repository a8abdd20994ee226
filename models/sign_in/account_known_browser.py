import time

from odoo import models
from odoo.http import request
from odoo.tools import consteq, hmac

from ...tools.rate_window import sliding_hits
from ...tools.secure_token import is_ref, new_ref
from ..web.throttle import DAY

# Followed by what stands for a person who signs in and tells nobody who.
COOKIE = "finance_portal_known_"
KEPT_SECONDS = 180 * 24 * 3600
PROOF_LENGTH = 32  # hexadecimal digits, 128 bits
BUCKET = "known_browser"


class FinancePortalAccount(models.Model):
    """Let a customer in, though the account is locked, where they signed in before.

    Else anybody who knows an address could keep its owner out, a few wrong passwords at a time.
    Such a browser may try as often as everybody else together, and is counted on its own. It
    proves nothing but that: without the password it is a stranger.
    """

    _inherit = "finance.portal.account"

    def _remember_browser(self):
        """Have the visitor's browser keep that its customer signed in there."""
        self.ensure_one()
        mark = self._get_known_mark() or new_ref()
        request.future_response.set_cookie(
            self._get_known_cookie(),
            f"{mark}.{self._prove_known(mark)}",
            max_age=KEPT_SECONDS,
            expires=None,
            secure=request.httprequest.scheme == "https",
            httponly=True,
            samesite="Lax",
        )

    def _count_in_known_browser(self):
        """Count an attempt to sign in to a locked account, in a browser of its customer's.

        :return: how many there were of late; 0 when they were too many, or it is no such browser
        """
        self.ensure_one()
        mark = self._get_known_mark()
        # Whoever is in already is asked for the password because the browser may be borrowed.
        if not mark or request.session.uid:
            return 0
        most, minutes = self._get_lock_rule()
        # An account may be locked for longer than counters are kept.
        now, seconds = time.time(), min(minutes * 60, DAY)
        counted = self.env["finance.portal.throttle"]._count(
            BUCKET, f"{self.login_id.id} {mark}", now, seconds
        )
        return counted[0] if sliding_hits(*counted, now, seconds) <= most else 0

    def _get_known_mark(self):
        """Return what tells the visitor's browser from others, if its customer signed in there."""
        text = request.httprequest.cookies.get(self._get_known_cookie(), "") if request else ""
        mark, _dot, proof = text.partition(".")
        is_own = is_ref(mark) and proof.isascii() and consteq(proof, self._prove_known(mark))
        return mark if is_own else None

    def _get_known_cookie(self):
        # sudo: to read the database secret
        return (
            COOKIE
            + hmac(self.sudo().env, "finance_portal.known_cookie", self.login_id.id)[:PROOF_LENGTH]
        )

    def _prove_known(self, mark):
        # Whatever ends all sessions makes all browsers strangers. sudo: to read the secret
        subject = (self.login_id.id, self.session_version, mark)
        return hmac(self.sudo().env, "finance_portal.known_browser", subject)[:PROOF_LENGTH]
