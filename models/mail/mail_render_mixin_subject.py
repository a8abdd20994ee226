import functools

import polib

from odoo import api, models
from odoo.tools.translate import get_po_paths

from ..web.page_language import ENGLISH, is_translated

# The subjects of Odoo's own templates for what Send to Customer sends, by module.
DEFAULTS = {
    "account": (
        "{{ object.company_id.name }} Invoice (Ref {{ object.name or 'n/a' }})",
        "{{ object.company_id.name }} Credit Note (Ref {{ object.name or 'n/a' }})",
        "{{ object.company_id.name }} Payment Receipt (Ref {{ object.name or 'n/a' }})",
    ),
    "sale": (
        "{{ object.company_id.name }} {{ object.state in ('draft', 'sent') and 'Quotation' or"
        " 'Order' }} (Ref {{ object.name or 'n/a' }})",
        "{{ object.company_id.name }} {{ (object.get_portal_last_transaction().state == 'pending')"
        " and 'Pending Order' or 'Order' }} (Ref {{ object.name or 'n/a' }})",
    ),
}


@functools.cache
def get_default_subjects(lang):
    """Return these subjects in English and in another language, word for word."""
    found = {text for texts in DEFAULTS.values() for text in texts}
    for module, texts in DEFAULTS.items():
        for path in get_po_paths(module, lang):
            terms = polib.pofile(path)
            found |= {term.msgstr for term in map(terms.find, texts) if term and term.msgstr}
    return frozenset(found)


class MailRenderMixin(models.AbstractModel):
    """Say more in a subject that nobody chose: from whom, how much and until when.

    Recognized by its text, in the language it is written in: as soon as a company changes one
    word of it, the subject is theirs.
    """

    _inherit = "mail.render.mixin"

    @api.model
    def _render_template(self, template_src, model, res_ids, *args, **kwargs):
        ours = self._finance_portal_get_subjects(template_src, model, res_ids)
        others = [res_id for res_id in res_ids if res_id not in ours]
        if ours and not others:
            return ours
        rest = super()._render_template(template_src, model, others, *args, **kwargs)
        return {**rest, **ours}

    @api.model
    def _finance_portal_get_subjects(self, template_src, model, res_ids):
        """Return ``{id: subject}`` of the documents whose subject we write."""
        records = self.env.get(model or "")
        if (
            not self.env["finance.portal.document"]._finance_portal_includes(records)
            or template_src not in get_default_subjects(self.env.lang or "")
            or not is_translated(self.env.lang or ENGLISH)
        ):
            return {}
        return {
            record.id: subject
            for record in records.browse(res_ids)._filtered_access("read")
            if record._finance_portal_is_mailed_as_document()
            and (subject := record._finance_portal_get_mail_subject())
        }
