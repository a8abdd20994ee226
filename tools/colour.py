"""Make a company's colour readable. Imports no Odoo."""

import colorsys
import re

FALLBACK = "#1f4e79"
MIN_CONTRAST = 4.5  # WCAG 2.1 level AA for body text

_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def _parse(colour):
    match = _HEX.fullmatch((colour or "").strip())
    digits = match.group(1) if match else FALLBACK[1:]
    return tuple(int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4))


def _luminance(rgb):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Return the WCAG contrast ratio of two ``#rrggbb`` colours, 1 to 21.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    light, dark = sorted((_luminance(_parse(one)), _luminance(_parse(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable_on(colour, ground):
    """Return ``colour``, made darker or lighter until it reads on ``ground``.

    The hue stays, so it is still the company's colour.

    >>> readable_on("#123456", "#ffffff")
    '#123456'
    >>> contrast(readable_on("#ffe600", "#ffffff"), "#ffffff") >= 4.5
    True
    >>> contrast(readable_on("#101010", "#14171a"), "#14171a") >= 4.5
    True
    >>> readable_on("no colour", "#ffffff") == FALLBACK
    True
    """
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parse(colour))
    step = 0.02 if _luminance(_parse(ground)) < 0.5 else -0.02
    while True:
        rgb = colorsys.hls_to_rgb(hue, lightness, saturation)
        result = "#" + "".join(f"{round(c * 255):02x}" for c in rgb)
        if contrast(result, ground) >= MIN_CONTRAST or not 0 <= lightness + step <= 1:
            return result
        lightness += step
