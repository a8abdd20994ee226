import logging

from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError

from ..web.broken_text import SOURCE_LANG

_logger = logging.getLogger(__name__)

TEXTS = ("subject", "body_html")
# Without these, nobody gets it.
RECIPIENTS = ("partner_to", "email_to")


class MailTemplate(models.Model):
    """Never mail a customer the error of a template, nor nothing because of it.

    What happens instead depends on who waits: a dialog leaves it to its user to write the text,
    a bulk send names the reason, an automatic email goes out in the original language.
    """

    _inherit = "mail.template"

    def _check_can_be_rendered(self, fnames=None, render_options=None):
        """Refuse to save what has an error, as Odoo does."""
        raw = self.with_context(finance_portal_errors_raise=True)
        return super(MailTemplate, raw)._check_can_be_rendered(fnames, render_options)

    def send_mail_batch(self, *args, **kwargs):
        """Mail Odoo's own message as it is: without a notification, nothing else has the amount."""
        bare = self.with_context(finance_portal_bare=True)
        return super(MailTemplate, bare).send_mail_batch(*args, **kwargs)

    def _render_field(self, field, res_ids, *args, **kwargs):
        try:
            return super()._render_field(field, res_ids, *args, **kwargs)
        except Exception as error:
            if not self._finance_portal_may_mend(error, res_ids):
                raise
        langs = self._finance_portal_find_langs(res_ids, **kwargs)
        texts = {}
        for res_id in res_ids:
            try:
                texts.update(super()._render_field(field, [res_id], *args, **kwargs))
            except Exception as error:
                if not self._finance_portal_may_mend(error, [res_id]):
                    raise
                lang = langs[res_id]
                _logger.warning("%s has an error in %s (%s)", self, lang, field, exc_info=True)
                texts[res_id] = self._finance_portal_mend(field, res_id, lang, kwargs)
        return texts

    def _finance_portal_may_mend(self, error, res_ids):
        """Return whether the text of these records is ours to replace."""
        records = self.env.get(self.render_model or "")
        context = self.env.context
        return (
            self.env["finance.portal.document"]._finance_portal_includes(records)
            and not context.get("finance_portal_errors_raise")
            # Odoo's own preview of a template shows the error.
            and not context.get("template_preview_lang")
            and self.env["finance.portal.broken.text"]._is_broken(error)
            and all(res_ids)
            # sudo: only what kind of record it is
            and all(
                record._finance_portal_is_mailed_as_document()
                for record in records.sudo().browse(res_ids)
            )
        )

    def _finance_portal_find_langs(
        self, res_ids, compute_lang=False, res_ids_lang=False, set_lang=False, **_options
    ):
        """Return ``{id: code}`` of the languages that a field is rendered in."""
        if compute_lang:
            return self._render_lang(res_ids)
        return res_ids_lang or dict.fromkeys(res_ids, set_lang or self.env.context.get("lang"))

    def _finance_portal_mend(self, field, res_id, lang, options):
        """Return what takes the place of a field with an error, for one document.

        :raise UserError: with the remedy, where nobody should get it then
        """
        context, Broken = self.env.context, self.env["finance.portal.broken.text"]
        # Whoever sends reads it, though the email is in the customer's language.
        reader = self.env["finance.portal.page"]._get_installed_lang(self.env.user.lang)
        if context.get("finance_portal_by_hand"):
            return ""
        if context.get("finance_portal_batch") or field in RECIPIENTS:
            raise UserError(Broken.with_context(lang=reader)._explain(self, lang)) from None
        record = self.env[self.render_model].browse(res_id)
        Broken._tell_later(record, self, lang)
        if field not in TEXTS:
            return ""
        template = self.with_context(lang=lang or SOURCE_LANG)
        source = self.with_context(lang=SOURCE_LANG)[field]
        kind = self._fields[field]
        try:
            return template._render_template(
                source,
                self.render_model,
                [res_id],
                engine=getattr(kind, "render_engine", None) or "inline_template",
                add_context=options.get("add_context"),
                options={**(getattr(kind, "render_options", None) or {})},
            )[res_id]
        except Exception as source_error:
            if not Broken._is_broken(source_error):
                raise
        # The layout around it says the rest.
        own = record.with_context(lang=lang or SOURCE_LANG)
        if field == "subject":
            return own._finance_portal_get_mail_subject() or own.display_name
        name = own._finance_portal_get_default_recipient().name
        return Markup("<p>%s</p>") % own.env["finance.portal.mail.words"]._greet(name)

    def _finance_portal_get_problem(self, document):
        """Return what is wrong with the text for a document, and the remedy, or an empty text.

        Of a document that the user may not read, nothing is told.
        """
        if not document.has_access("read") or (
            not document._finance_portal_is_mailed_as_document()
        ):
            return ""
        # sudo: whoever may send the document uses the template, whatever it reads
        strict = self.sudo().with_context(finance_portal_batch=True, finance_portal_by_hand=False)
        for field in TEXTS:
            try:
                strict._render_field(field, document.ids, compute_lang=True)
            except UserError as error:
                return str(error)
        return ""
