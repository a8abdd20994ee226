from odoo import models


class MailRenderMixin(models.AbstractModel):
    _inherit = "mail.render.mixin"

    def _render_lang(self, res_ids, engine="inline_template"):
        """Write about shared documents in a language that is installed."""
        langs = super()._render_lang(res_ids, engine=engine)
        model = self.env.get(self.render_model or "")
        if not self.env["finance.portal.document"]._finance_portal_includes(model):
            return langs
        Page = self.env["finance.portal.page"]
        return {res_id: lang and Page._get_installed_lang(lang) for res_id, lang in langs.items()}
