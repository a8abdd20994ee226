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
        ours = self._finance_portal_get_subjects(
            template_src, model, res_ids
        ) or self._finance_portal_get_bodies(template_src, model, res_ids)
        others = [res_id for res_id in res_ids if res_id not in ours]
        if ours and not others:
            return ours
        rest = super()._render_template(template_src, model, others, *args, **kwargs)
        return {**rest, **ours}

    @api.model
    def _finance_portal_get_subjects(self, template_src, model, res_ids):
        """Return ``{id: subject}`` of the documents whose subject we write."""
        subjects, _bodies = get_default_texts(self.env.lang or "")
        if template_src not in subjects:
            return {}
        return {
            record.id: subject
            for record in self._finance_portal_find_documents(model, res_ids)
            if (subject := record._finance_portal_get_mail_subject())
        }

    @api.model
    def _finance_portal_get_bodies(self, template_src, model, res_ids):
        """Return ``{id: message}`` of the documents whose message we write.

        Our layout around it says which document it is, how much and until when, so Odoo's message
        would repeat it. Where there is no such layout, Odoo's stays.
        """
        _subjects, bodies = get_default_texts(self.env.lang or "")
        if template_src not in bodies or not self._finance_portal_is_framed():
            return {}
        return {
            record.id: self._finance_portal_write_body(record, words)
            for record in self._finance_portal_find_documents(model, res_ids)
            if (words := record._finance_portal_get_kind_words())
        }

    def _finance_portal_is_framed(self):
        """Return whether the text of a template is about to get our layout."""
        return (
            self._name == "mail.template"
            and not self.env.context.get("finance_portal_bare")
            and self.env["finance.portal.mail.layout"]._replaces(self.email_layout_xmlid)
        )

    @api.model
    def _finance_portal_find_documents(self, model, res_ids):
        """Return the documents among these records for whose customers we have words."""
        records = self.env.get(model or "")
        if not self.env["finance.portal.document"]._finance_portal_includes(
            records
        ) or not is_translated(self.env.lang or ENGLISH):
            return []
        found = records.browse(res_ids)._filtered_access("read")
        return [record for record in found if record._finance_portal_is_mailed_as_document()]

    @api.model
    def _finance_portal_write_body(self, record, words):
        """Return a whole message: greeting, what is said, and whose signature Odoo puts there."""
        name = record._finance_portal_get_default_recipient().name
        questions = self.env._("If you have any questions, just reply to this email.")
        body = self.env["finance.portal.mail.words"]._render(name, [words, questions], record)
        user = record._finance_portal_get_responsible() or self.env.user
        # sudo: it is the customer who reads the signature, whoever sends it
        signature = user.sudo().signature
        if user.share or user._is_superuser() or is_html_empty(signature):
            return body
        return body + Markup('<div style="margin: 12px 0 0">%s</div>') % signature
