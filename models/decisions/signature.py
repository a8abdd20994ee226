"""Read the signature that a customer drew, or made of their typed name."""

import base64

from odoo.exceptions import UserError
from odoo.tools import file_path

from ...tools.fonts import find_font
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

    A typed name that no font here has is a signature without a picture: whatever people are
    called, they can sign.

    :param env: for the language of what the customer is told
    :param dict form: what was posted: ``signature``, or a ticked ``signature_typed``
    :param str name: the name to draw when no signature was drawn
    :raise UserError: with a sentence for the customer
    """
    if drawn := form.get("signature"):
        try:
            picture, kind = read_drawn(drawn), "drawn"
        except ValueError as error:
            raise UserError(env._("Please draw your signature again.")) from error
    elif form.get("signature_typed"):
        picture, kind = _draw_name(name), "typed"
    else:
        raise UserError(env._("Please draw your signature, or use your typed name."))
    return {"signature": picture and base64.b64encode(picture), "signature_kind": kind}


def _draw_name(name):
    """Return a PNG of a name in the nicest font that has its letters, or ``None``."""
    try:
        return draw_typed(name, _get_fonts(name))
    except (ValueError, OSError):  # no font has them, or none that can be read
        return None


def _get_fonts(name):
    """Yield the paths of Odoo's fonts, then, if none of these is taken, of one of the machine's."""
    yield from map(file_path, FONTS)
    yield from find_font(name)
