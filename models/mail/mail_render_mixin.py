from odoo import api, models

from .mail_layout import LAYOUT


class MailRenderMixin(models.AbstractModel):
    _inherit = "mail.render.mixin"

    def _render_lang(self, res_ids, engine="inline_template"):
        """Write about shared documents in a language that is installed."""
        model = self.env.get(self.render_model or "")
        if not self.env["finance.portal.document"]._finance_portal_includes(model):
            return super()._render_lang(res_ids, engine=engine)
        try:
            langs = super()._render_lang(res_ids, engine=engine)
        except Exception as error:
            if not self.env["finance.portal.broken.text"]._is_broken(error):
                raise
            # Whichever language it meant: the text tells what the customer reads.
            documents = model.browse(res_ids)
            langs = {one.id: one._finance_portal_get_customer().lang for one in documents}
        Page = self.env["finance.portal.page"]
        return {res_id: lang and Page._get_installed_lang(lang) for res_id, lang in langs.items()}

    @api.model
    def _render_encapsulate(self, layout_xmlid, html, add_context=None, context_record=None):
        """Wear our layout around a template that is mailed without a notification."""
        record, Layout = context_record, self.env["finance.portal.mail.layout"]
        if (
            not self.env["finance.portal.document"]._finance_portal_includes(record)
            or not record._finance_portal_is_mailed_as_document()
            or not Layout._replaces(layout_xmlid)
        ):
            return super()._render_encapsulate(layout_xmlid, html, add_context, context_record)
        # A record that is never stored: there is no message, and the layout reads one.
        message = self.env["mail.message"].new({"body": html})
        # Nobody knows yet who gets it, so there is no button; the text may have a link.
        content = record._finance_portal_make_mail_content((), preview=message.preview)
        company = (add_context or {}).get("company") or record._finance_portal_get_company()
        own = Layout._get_values(content, message, company, self.env.lang, layout_xmlid)
        return super()._render_encapsulate(
            LAYOUT, html, {**(add_context or {}), **own}, context_record
        )
