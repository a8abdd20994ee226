"""Hide the secrets of mailed links in any text. Imports no Odoo."""

import re

from .secure_token import PLACEHOLDER

MASK = "***"

# A link prefix and what follows it, plain or percent-encoded. Shorter segments than 16
# characters cannot be a token worth hiding; longer ones are hidden to their end, so that
# a mangled or truncated token is hidden as well.
_LINK = re.compile(
    r"((?:/|%2[Ff])(?:finance(?:/|%2[Ff])(?:[ipt]|customer-portal(?:/|%2[Ff])(?:setup|reset))|q)(?:/|%2[Ff]))"
    r"(?!" + re.escape(PLACEHOLDER) + r"\b)"
    r"(?:(?!%2[Ff])[A-Za-z0-9_\-=%.~]){16,}"
)


def mask_links(text):
    """Return ``text`` with the secret of every mailed link replaced by ``***``.

    >>> mask_links("GET /finance/i/" + "A" * 43 + "?a=1 HTTP/1.1")
    'GET /finance/i/***?a=1 HTTP/1.1'
    >>> mask_links("next=%2Ffinance%2Fi%2F" + "A" * 43 + "%2Frequest-access")
    'next=%2Ffinance%2Fi%2F***%2Frequest-access'
    >>> mask_links("/finance/i/" + PLACEHOLDER) == "/finance/i/" + PLACEHOLDER
    True
    >>> mask_links("/finance/d/" + "A" * 22) == "/finance/d/" + "A" * 22
    True
    """
    return _LINK.sub(r"\1" + MASK, text)


def mask_value(value):
    """Return ``value`` masked when it is a text; other values come back untouched."""
    return mask_links(value) if isinstance(value, str) else value
