import functools

from odoo import api, models
from odoo.http import request
from odoo.tools.translate import get_po_paths

ENGLISH = "en"
# Where Odoo stores the visitor's language.
LANG_COOKIE = "frontend_lang"


@functools.cache
def is_translated(code):
    """Return whether the addon is translated into a language."""
    return code[:2] == ENGLISH or any(get_po_paths("finance_portal", code))


class FinancePortalPage(models.AbstractModel):
    """Choose the customer's language: one that the whole page is translated into.

    Odoo has many more languages than this addon. In the others, Odoo's translated terms, dates
    and amounts would be mixed with our English text, so the whole page is in English instead.
    """

    _inherit = "finance.portal.page"

    @api.model
    def _choose_lang(self, *wanted):
        """Return the code of the language to show to a customer.

        The first active language wins. Every language, whether stored on a record or requested
        by a browser, must go through here, or through :meth:`_get_installed_lang`, before it is
        put into a context.

        :param wanted: codes in order of preference; empty and inactive ones are skipped
        """
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        known = self._find_installed_langs(wanted, codes)
        if known and is_translated(known[0]):
            return known[0]
        english = [code for code in ("en_US", *codes) if code in codes and code[:2] == ENGLISH]
        # If even English is inactive, any translated language, then any language at all.
        return [*english, *filter(is_translated, known), *known, *codes][0]

    @api.model
    def _get_installed_lang(self, *wanted):
        """Return the code of the language for what Odoo itself translates: staff's texts, PDFs.

        Odoo refuses to work in a language that was archived or that it never had, though
        contacts, users and companies may still have it.

        :param wanted: codes in order of preference
        """
        codes = [code for code, _name in self.env["res.lang"].get_installed()]
        english = [code for code in ("en_US", *codes) if code in codes and code[:2] == ENGLISH]
        return [*self._find_installed_langs(wanted, codes), *english, *codes][0]

    @api.model
    def _find_installed_langs(self, wanted, codes):
        """Return those of ``codes`` that were wanted, or are of the same language elsewhere."""
        found = []
        # Not `env.lang`, which fails for a language that is not installed.
        for code in filter(None, (*wanted, self.env.context.get("lang"))):
            if code in codes:
                found.append(code)
                continue
            near = [one for one in codes if one.partition("_")[0] == code.partition("_")[0]]
            found += near[:1]
        return found

    @api.model
    def _get_languages(self):
        """Return ``(code, name)`` of the languages that customers may choose from."""
        return [pair for pair in self.env["res.lang"].get_installed() if is_translated(pair[0])]

    @api.model
    def _get_visitor_lang(self):
        """Return the language for a visitor about whom nothing else is known.

        It comes from the address (``/de/...``), the language last used here, or the browser.
        """
        last = request.cookies.get(LANG_COOKIE)
        return self._choose_lang(self._get_address_lang(), last, request.best_lang)

    @api.model
    def _get_address_lang(self):
        """Return the language prefix of the address, which Odoo removed, or ``None``."""
        asked = self.env["ir.http"]._finance_portal_get_asked()
        return request.lang.code if asked != request.httprequest.path else None
