import logging

from lxml import etree

from odoo import models

from .broken_text import SOURCE_LANG

_logger = logging.getLogger(__name__)

OWN_EMAILS = "finance_portal.mail_"
# Where a transaction keeps compiled texts.
COMPILED = "finance_portal_compiled_texts"


class IrQweb(models.AbstractModel):
    _inherit = "ir.qweb"

    def _generate_code_uncached(self, template):
        """Compile the text of a batch's emails once; Odoo does it for each email anew."""
        context = self.env.context
        if not context.get("finance_portal_batch") or not isinstance(template, etree._Element):
            return super()._generate_code_uncached(template)
        # All of the context, since any of it may have a say in what is compiled.
        key = (etree.tostring(template), repr(sorted(context.items())))
        known = self.env.cr.cache.setdefault(COMPILED, {})
        if key not in known:
            known[key] = super()._generate_code_uncached(template)
        return known[key]

    def _render_iterall(self, view_ref, method, values, directive="render"):
        """Let go of what was rendered in a batch; Odoo's values refer to themselves, and stay.

        With them would stay their environments, and Odoo looks each one up among all there are.
        """
        yield from super()._render_iterall(view_ref, method, values, directive)
        if directive == "render" and self.env.context.get("finance_portal_batch"):
            values["__qweb_root_values"].pop("__qweb_root_values", None)

    def _render(self, template, values=None, **options):
        """Write our own emails in the original language when their translation has an error.

        Of what a template is given, ``about`` or ``record`` is what staff are told of it with.
        """
        if not isinstance(template, str) or not template.startswith(OWN_EMAILS):
            return super()._render(template, values, **options)
        lang = options.get("lang") or self.env.context.get("lang")
        Broken = self.env["finance.portal.broken.text"]
        values = values or {}
        # What rendering adds to the values is not meant for the second attempt.
        given = dict(values)
        try:
            return super()._render(template, values, **options)
        except Exception as error:
            if lang in (None, SOURCE_LANG) or not Broken._is_broken(error):
                raise
            _logger.warning("Email text %s has an error in %s", template, lang, exc_info=True)
        # sudo: only what the text is called
        view = self.env.ref(template).sudo()
        Broken._tell_later(given.get("about") or given.get("record"), view, lang)
        source = self.with_context(lang=SOURCE_LANG)
        return super(IrQweb, source)._render(template, given, **{**options, "lang": SOURCE_LANG})
