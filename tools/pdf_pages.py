"""Pages that an app adds to a quote's PDF, and what staff typed on them. Imports no Odoo."""

import json

# Where the app keeps what was typed on one page.
TYPED = "custom_form_fields"


def list_typed(found):
    """Return what was typed on the pages, in whichever of the app's nested dicts it is.

    :param found: what the app keeps: JSON as a text, as a rule

    >>> list_typed('{"header": {"7": {"custom_form_fields": {"city": "Rome", "zip": ""}}}}')
    ['city: Rome']
    >>> list_typed(False), list_typed("{")
    ([], ['{'])
    """
    try:
        left = [json.loads(found) if isinstance(found, str) else found]
    except ValueError:
        return [found]
    texts = []
    while left:
        part = left.pop()
        for name, value in part.items() if isinstance(part, dict) else ():
            if name == TYPED and isinstance(value, dict):
                texts += [f"{field}: {text}" for field, text in value.items() if text]
            else:
                left.append(value)
    return sorted(texts)
