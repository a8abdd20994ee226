import functools

from odoo import api, models
from odoo.http import request
from odoo.tools.translate import get_po_paths

ENGLISH = "en"
# Odoo keeps there which language a visitor reads its pages in.
LANG_COOKIE = "frontend_lang"


@functools.cache
def is_translated(code):
    """Return whether the addon's own words are there in a language."""
    return code[:2] == ENGLISH or any(get_po_paths("finance_portal", code))


class FinancePortalPage(models.AbstractModel):
    """In which language customers read: one that all of a page can be in.

    Odoo has many more languages than this addon. In one of those its terms, dates and amounts
    would stand between our English words, so all of it is English there.
    """

    _inherit = "finance.portal.page"

    @api.model
    def _choose_lang(self, *wanted):
        """Return the code of the language that a customer reads.

        The first one that is switched on decides. Every language that is stored with somebody,
        or that a browser asks for, goes through here before it gets into a context.

        :param wanted: codes, by how much they matter; empty and unknown ones are skipped
        """
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        known = [code for code in (*wanted, self.env.lang) if code in codes]
        if known and is_translated(known[0]):
            return known[0]
        english = [code for code in ("en_US", *codes) if code in codes and code[:2] == ENGLISH]
        # Where even English is switched off, the language of whoever sends is no mixture.
        return [*english, *filter(is_translated, known), *known, *codes][0]

    @api.model
    def _get_languages(self):
        """Return ``(code, name)`` of the languages that customers may choose from."""
        return [pair for pair in self.env["res.lang"].get_installed() if is_translated(pair[0])]

    @api.model
    def _get_visitor_lang(self):
        """Return the language for a visitor of whom nothing else is known.

        The address says it (``/de/...``), or what they read last here, or their browser.
        """
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        best = request.best_lang
        near = next((code for code in codes if best and code[:2] == best[:2]), None)
        last = request.cookies.get(LANG_COOKIE)
        return self._choose_lang(self._get_address_lang(), last, best, near)

    @api.model
    def _get_address_lang(self):
        """Return the language that the address began with, which Odoo took off, or ``None``."""
        asked = getattr(request, "finance_portal_asked", request.httprequest.path)
        return request.lang.code if asked != request.httprequest.path else None
