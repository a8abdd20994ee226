"""Turn what a customer drew or typed into the picture of a signature. Imports no Odoo."""

import base64
import io
import struct

from PIL import Image, ImageDraw, ImageFont

PREFIX = "data:image/png;base64,"
MAX_CHARACTERS = 1_500_000
MAX_PIXELS = 4000 * 2000
SIZE_OFFSET = 16  # bytes before width and height in any PNG
MAGIC_BYTES, FRAME_BYTES = 8, 12  # of a PNG file, and of each of its parts around the content
NEEDED_PARTS = (b"PLTE", b"tRNS", b"IDAT", b"IEND")
# What the library raises for files that are broken, or made to break it.
UNREADABLE = (ValueError, OSError, SyntaxError, IndexError, EOFError, struct.error,
              Image.DecompressionBombError)  # fmt: skip
# Fewer dark pixels than this are a slip of the finger.
MIN_INK = 40
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
    if not data_url.startswith(PREFIX) or len(data_url) > MAX_CHARACTERS:
        raise ValueError("not a drawn signature")
    try:
        raw = _keep_pixels(base64.b64decode(data_url[len(PREFIX) :], validate=True))
        width, height = struct.unpack_from(">II", raw, SIZE_OFFSET)
        if width * height > MAX_PIXELS:
            raise ValueError("too many pixels")
        with Image.open(io.BytesIO(raw), formats=["PNG"]) as picture:
            drawn = picture.convert("RGBA")
    except UNREADABLE as error:
        raise ValueError("not a drawn signature") from error
    paper = Image.new("RGBA", drawn.size, "white")
    paper.alpha_composite(drawn)
    grey = paper.convert("L")
    if sum(grey.histogram()[:128]) < MIN_INK:
        raise ValueError("an empty signature")
    return _png(paper.convert("RGB"))


def draw_typed(name, fonts):
    """Return the PNG of a name in handwriting.

    :param str name: one line
    :param fonts: paths of fonts, the nicest first; none is read after the first with all letters
    :raise ValueError: none of them has
    :raise OSError: one of them cannot be read

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


def _keep_pixels(raw):
    """Return a PNG file without what it takes no pixel from: texts, profiles, animations.

    Browsers draw signatures without any of it, and what is not read can do no harm. The size
    counts only where it belongs, right at the beginning.
    """
    head = MAGIC_BYTES + FRAME_BYTES + 13
    kept, at, kind = [raw[:head]], head, b""
    while kind != b"IEND":
        size, kind = struct.unpack_from(">I4s", raw, at)  # an error where the file breaks off
        if kind in NEEDED_PARTS:
            kept.append(raw[at : at + FRAME_BYTES + size])
        at += FRAME_BYTES + size
    return b"".join(kept)


def _has_letters(font, text):
    """Return whether a font can draw every letter of a text."""
    unknown = bytes(font.getmask(MISSING))
    return all(bytes(font.getmask(letter)) != unknown for letter in text if not letter.isspace())


def _png(picture):
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
