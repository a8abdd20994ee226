"""Hide the secrets of mailed links in any text. Imports no Odoo."""

import re

from .secure_token import ACCOUNT_LINKS, PLACEHOLDER

MASK = "***"

# One slash or several, plain or percent-encoded, once or more often; and what the link
# rewriters of mail gateways make of it.
_SLASH = r"(?:(?:/|%(?:25)*2f)+|-2f|_)"
# What may stand before a token that was mangled: a quote, a bracket, a space, as it is or encoded.
_JUNK = r"(?:[\"'*(\[{<«“\\ ]|%(?:25)*[0-9a-f]{2}){0,6}"
# A token, also truncated or broken over two lines of quoted-printable.
_REST = r"(?:(?!%(?:25)*2f)(?:[a-z0-9_\-=%.~]|=\r?\n))"

# Shorter segments than 16 characters cannot be a token worth hiding; longer ones are hidden
# to their end. Under /finance/d/ stand references of 22 characters, which are no secret. Other
# sites have addresses under /q/, too: there a secret is as long as a token and, unlike a
# title, in mixed case. The capital is looked for no further than a token reaches: to the end of
# a long text, again and again, a visitor or an email could keep the server busy for minutes.
LINK = re.compile(
    rf"(finance{_SLASH}(?:[ipt]|%(?:25)*[0-9a-f]{{2}}|customer-portal{_SLASH}(?:{ACCOUNT_LINKS}))"
    rf"{_SLASH})(?!{re.escape(PLACEHOLDER)}-?[0-9a-f]{{0,20}}\b){_JUNK}{_REST}{{16,}}"
    rf"|(finance{_SLASH}d{_SLASH}){_JUNK}{_REST}{{40,}}"
    rf"|((?:/|%(?:25)*2f)q{_SLASH})(?=\ {{0,6}}[^\s/]{{0,80}}(?-i:[A-Z])){_JUNK}{_REST}{{36,}}",
    re.IGNORECASE,
)


def mask_links(text):
    """Return ``text`` with the secret of every mailed link replaced by ``***``.

    >>> mask_links("GET /finance/i/" + "A" * 43 + "?a=1 HTTP/1.1")
    'GET /finance/i/***?a=1 HTTP/1.1'
    >>> mask_links("next=%2Ffinance%2Fi%2F" + "A" * 43 + "%2Frequest-access")
    'next=%2Ffinance%2Fi%2F***%2Frequest-access'
    >>> mask_links("/finance/i/" + PLACEHOLDER) == "/finance/i/" + PLACEHOLDER
    True
    >>> mask_links("//FINANCE//I/'" + "A" * 43), mask_links("/finance/%2569/" + "A" * 43)
    ('//FINANCE//I/***', '/finance/%2569/***')
    >>> mask_links("u=https-3A__erp_finance_i_" + "A" * 43 + "&d=1")
    'u=https-3A__erp_finance_i_***&d=1'
    >>> mask_links("/finance/d/" + "A" * 43)
    '/finance/d/***'
    >>> mask_links("/finance/i/_-" + "A" * 41)
    '/finance/i/***'
    >>> mask_links("/q/" + "Ab" * 21 + "c")
    '/q/***'
    >>> mask_links("https://example.com/q/how-do-i-write-off-an-invoice-in-part-only")
    'https://example.com/q/how-do-i-write-off-an-invoice-in-part-only'
    >>> mask_links("/finance/d/" + "A" * 22) == "/finance/d/" + "A" * 22
    True
    """
    return LINK.sub(lambda match: (match[1] or match[2] or match[3]) + MASK, text)


def mask_value(value):
    """Return ``value`` masked when it is a text; other values come back untouched."""
    return mask_links(value) if isinstance(value, str) else value


def mask_address(email):
    """Return an email address with most of its first part hidden: its owner knows which it is.

    >>> mask_address("ada@bakery.example")
    'a…@bakery.example'
    """
    name, _at, domain = email.rpartition("@")
    return f"{name[:1]}…@{domain}"
