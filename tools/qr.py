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


def _runs(row):
    """Yield ``(start, length)`` of the dark stretches of a row."""
    start = None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            yield start, x - start
            start = None
