"""Turn what a customer drew or typed into the picture of a signature. Imports no Odoo."""

import base64
import binascii
import io

from PIL import Image, ImageDraw, ImageFont, UnidentifiedImageError

PREFIX = "data:image/png;base64,"
MOST_CHARACTERS = 1_500_000
MOST_PIXELS = 4000 * 2000
# Fewer dark pixels than this are a slip of the finger.
LEAST_INK = 40
INK = (26, 26, 64)
TYPED_SIZE, TYPED_MARGIN = 96, 24  # pixels
# No font has this character, so it shows how a font draws what it does not have.
MISSING = "\U0010fffe"


def read_drawn(data_url):
    """Return the PNG of a drawn signature, on white and without anything but its pixels.

    :param str data_url: what the browser's canvas says of itself
    :raise ValueError: it is no such picture, or there is nothing on it

    >>> read_drawn("javascript:alert(1)")
    Traceback (most recent call last):
        ...
    ValueError: not a drawn signature
    """
    if not data_url.startswith(PREFIX) or len(data_url) > MOST_CHARACTERS:
        raise ValueError("not a drawn signature")
    try:
        raw = base64.b64decode(data_url[len(PREFIX) :], validate=True)
        with Image.open(io.BytesIO(raw), formats=["PNG"]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError("not a drawn signature")
            drawn = picture.convert("RGBA")
    except (binascii.Error, UnidentifiedImageError, OSError, SyntaxError) as error:
        raise ValueError("not a drawn signature") from error
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    grey = paper.convert("L")
    if sum(grey.histogram()[:128]) < LEAST_INK:
        raise ValueError("an empty signature")
    return _png(paper.convert("RGB"))


def draw_typed(name, fonts):
    """Return the PNG of a name in handwriting.

    :param str name: one line
    :param list fonts: paths of fonts, the nicest first; the first with all the letters is taken
    :raise ValueError: none of them has

    >>> draw_typed("Ada", [])
    Traceback (most recent call last):
        ...
    ValueError: no font for these letters
    """
    loaded = (ImageFont.truetype(path, TYPED_SIZE) for path in fonts)
    font = next((font for font in loaded if _has_letters(font, name)), None)
    if not font:
        raise ValueError("no font for these letters")
    left, top, right, bottom = font.getbbox(name)
    size = (right - left + 2 * TYPED_MARGIN, bottom - top + 2 * TYPED_MARGIN)
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).text(
        (TYPED_MARGIN - left, TYPED_MARGIN - top), name, font=font, fill=INK
    )
    return _png(picture)


def _has_letters(font, text):
    """Return whether a font can draw every letter of a text."""
    unknown = bytes(font.getmask(MISSING))
    return all(bytes(font.getmask(letter)) != unknown for letter in text if not letter.isspace())


def _png(picture):
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
