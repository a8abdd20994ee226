"""Read the signature that a customer drew, or made of their typed name."""

import base64

from odoo.exceptions import UserError
from odoo.tools import file_path

from ...tools.signature import draw_typed, read_drawn

# Odoo's own fonts: handwriting for Latin and Cyrillic letters, then what has more letters.
FONTS = (
    "web/static/fonts/sign/LaBelleAurore-Regular.ttf",
    "web/static/fonts/sign/MarckScript-Regular.ttf",
    "web/static/fonts/google/Tajawal/Tajawal-Regular.ttf",
    "web/static/fonts/sign/NotoSans-Reg.ttf",
)


def read_signature(env, form, name):
    """Return ``signature`` (base64 of a PNG) and ``signature_kind``.

    :param env: for the language of what the customer is told
    :param dict form: what was posted: ``signature``, or a ticked ``signature_typed``
    :param str name: the name to draw when no signature was drawn
    :raise UserError: with a sentence for the customer
    """
    drawn = form.get("signature")
    try:
        if drawn:
            picture, kind = read_drawn(drawn), "drawn"
        elif form.get("signature_typed"):
            picture, kind = draw_typed(name, [file_path(font) for font in FONTS]), "typed"
        else:
            raise UserError(env._("Please sign: draw your signature, or use your typed name."))
    except ValueError as error:
        if drawn:
            raise UserError(env._("Please draw your signature once more.")) from error
        raise UserError(
            env._("Please draw your signature: we have no handwriting for this name.")
        ) from error
    return {"signature": base64.b64encode(picture), "signature_kind": kind}
