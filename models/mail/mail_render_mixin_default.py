from markupsafe import Markup

from odoo import api, models
from odoo.tools import is_html_empty

from ..web.page_language import ENGLISH, is_translated
from .default_texts import get_default_texts


class MailRenderMixin(models.AbstractModel):
    """Say it better where nobody chose the words: Odoo's own subjects and messages.

    Recognized by their text, in the language they are written in: as soon as a company changes
    one word, the text is theirs.
    """

    _inherit = "mail.render.mixin"

    @api.model
    def _render_template(self, template_src, model, res_ids, *args, **kwargs):
        ours = self._finance_portal_get_defaults(template_src, model, res_ids)
        others = [res_id for res_id in res_ids if res_id not in ours]
        if ours and not others:
            return ours
        rest = super()._render_template(template_src, model, others, *args, **kwargs)
        return {**rest, **ours}

    @api.model
    def _finance_portal_get_defaults(self, template_src, model, res_ids):
        """Return ``{id: text}`` of the documents whose subject or message we write."""
        records, lang = self.env.get(model or ""), self.env.lang or ""
        if not self.env["finance.portal.document"]._finance_portal_includes(
            records
        ) or not is_translated(lang or ENGLISH):
            return {}
        subjects, bodies = get_default_texts(lang)
        if template_src in subjects:
            write = self._finance_portal_write_subject
        elif template_src in bodies and self._finance_portal_is_framed():
            write = self._finance_portal_write_body
        else:
            return {}
        return {
            record.id: text
            for record in records.browse(res_ids)._filtered_access("read")
            if record._finance_portal_is_mailed_as_document() and (text := write(record))
        }

    def _finance_portal_is_framed(self):
        """Return whether the text of a template is about to get our layout.

        Without it, nothing else in the email says which document it is, and how much.
        """
        return (
            self._name == "mail.template"
            and not self.env.context.get("finance_portal_bare")
            and self.env["finance.portal.mail.layout"]._replaces(self.email_layout_xmlid)
        )

    @api.model
    def _finance_portal_write_subject(self, record):
        return record._finance_portal_get_mail_subject()

    @api.model
    def _finance_portal_write_body(self, record):
        """Return a whole message: greeting, what is said, and whose signature Odoo puts there.

        Empty where Odoo's own stays.
        """
        words = record._finance_portal_get_kind_words()
        if not words:
            return ""
        name = record._finance_portal_get_default_recipient().name
        questions = self.env._("If you have any questions, just reply to this email.")
        body = self.env["finance.portal.mail.words"]._render(name, [words, questions], record)
        # sudo: it is the customer who reads the signature, whoever sends it
        user = (record._finance_portal_get_responsible() or self.env.user).sudo()
        if user.share or user._is_superuser() or is_html_empty(user.signature):
            return body
        return body + Markup('<div style="margin: 12px 0 0">%s</div>') % user.signature
