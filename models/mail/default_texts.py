"""The texts of Odoo's own templates for what Send to Customer sends, to recognize them by.

As soon as a company changes one word of such a text, it is theirs.
"""

import functools
from contextlib import suppress

import polib

from odoo.tools.misc import file_path
from odoo.tools.translate import get_po_paths

# The subjects, by module.
SUBJECTS = {
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
# The templates whose messages only repeat what our layout shows, by module.
BODIES = {
    "account": (
        "email_template_edi_invoice",
        "email_template_edi_credit_note",
        "mail_template_data_payment_receipt",
    ),
    "sale": ("email_template_edi_sale", "mail_template_sale_confirmation"),
}


@functools.cache
def get_default_texts(lang):
    """Return these subjects and these messages in English and another language, word for word.

    :return: two frozensets
    """
    subjects = {text for texts in SUBJECTS.values() for text in texts}
    bodies = set()
    for module, names in BODIES.items():
        places = {f"model:mail.template,body_html:{module}.{name}" for name in names}
        for path in _get_paths(module, lang):
            terms = polib.pofile(path)
            subjects |= {
                term.msgstr for term in map(terms.find, SUBJECTS[module]) if term and term.msgstr
            }
            for term in terms:
                if places.intersection(place for place, _line in term.occurrences):
                    bodies |= {term.msgid, term.msgstr} - {""}
    return frozenset(subjects), frozenset(bodies)


def _get_paths(module, lang):
    """Return the files with a module's texts: as they are written, and their translations."""
    with suppress(FileNotFoundError):
        yield file_path(f"{module}/i18n/{module}.pot")
    yield from get_po_paths(module, lang)
