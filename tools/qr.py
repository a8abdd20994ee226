"""Draw a QR code as a drawing (SVG) that any page may hold. Imports no Odoo."""

import qrcode

BORDER = 4  # modules of quiet around the code, as readers need them


def qr_path(text):
    """Return ``(size, path)``: the side of a square, and the dark modules as an SVG path.

    >>> size, path = qr_path("otpauth://totp/me?secret=ABC")
    >>> size == 4 + 29 + 4, path.startswith("M4 4h7v1h-7z")
    (True, True)
    """
    code = qrcode.QRCode(border=BORDER)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    return len(rows), "".join(
        f"M{start} {y}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _runs(row)
    )


def qr_cross(size):
    """Return ``(light, dark, cross)``: what a Swiss QR-bill has in its middle, as SVG paths.

    The cross takes 7 of the 46 millimetres of the code, by its standard.

    >>> qr_cross(54)[0]
    'M23.5 23.5h7v7h-7z'
    """
    millimetre = (size - 2 * BORDER) / 46
    arm, width = 6 * 20 / 32, 6 * 6 / 32
    light, dark = (_box(size, side * millimetre, side * millimetre) for side in (7, 6))
    cross = (_box(size, w * millimetre, h * millimetre) for w, h in ((arm, width), (width, arm)))
    return light, dark, "".join(cross)


def _box(size, width, height):
    """Return a box in the middle of a square, as an SVG path."""
    left, top, width, height = (
        f"{round(number, 2):g}"
        for number in ((size - width) / 2, (size - height) / 2, width, height)
    )
    return f"M{left} {top}h{width}v{height}h-{width}z"


def _runs(row):
    """Yield ``(start, length)`` of the dark stretches of a row."""
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None
