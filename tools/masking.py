"""Hide the secrets of mailed links in any text. Imports no Odoo."""

import re

from .secure_token import PLACEHOLDER

MASK = "***"

_SLASH = r"(?:/|%2[Ff])"
_REST = r"(?:(?!%2[Ff])[A-Za-z0-9_\-=%.~])"

# What stands before the secret, plain or percent-encoded, and the secret itself. Shorter
# segments than 16 characters cannot be a token worth hiding; longer ones are hidden to their
# end, so that a mangled or truncated token is hidden as well. Other sites have addresses
# under /q/, too: there a secret is as long as a token and, unlike a title, in mixed case.
_LINK = re.compile(
    rf"({_SLASH}finance{_SLASH}(?:[ipt]|customer-portal{_SLASH}(?:setup|reset)){_SLASH})"
    rf"(?!{re.escape(PLACEHOLDER)}\b){_REST}{{16,}}"
    rf"|({_SLASH}q{_SLASH})(?=[a-z0-9_-]*[A-Z]){_REST}{{36,}}"
)


def mask_links(text):
    """Return ``text`` with the secret of every mailed link replaced by ``***``.

    >>> mask_links("GET /finance/i/" + "A" * 43 + "?a=1 HTTP/1.1")
    'GET /finance/i/***?a=1 HTTP/1.1'
    >>> mask_links("next=%2Ffinance%2Fi%2F" + "A" * 43 + "%2Frequest-access")
    'next=%2Ffinance%2Fi%2F***%2Frequest-access'
    >>> mask_links("/finance/i/" + PLACEHOLDER) == "/finance/i/" + PLACEHOLDER
    True
    >>> mask_links("/q/" + "Ab" * 21 + "c")
    '/q/***'
    >>> mask_links("https://example.com/q/how-do-i-write-off-an-invoice-in-part-only")
    'https://example.com/q/how-do-i-write-off-an-invoice-in-part-only'
    >>> mask_links("/finance/d/" + "A" * 22) == "/finance/d/" + "A" * 22
    True
    """
    return _LINK.sub(lambda match: (match.group(1) or match.group(2)) + MASK, text)


def mask_value(value):
    """Return ``value`` masked when it is a text; other values come back untouched."""
    return mask_links(value) if isinstance(value, str) else value
