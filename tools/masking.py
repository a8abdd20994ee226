"""Hide the secrets of mailed links in any text. Imports no Odoo."""

import re

from .secure_token import ACCOUNT_LINKS, PLACEHOLDER, mend_path

MASK = "***"

# One slash or several, plain or percent-encoded, once or more often; and what the link
# rewriters of mail gateways make of it.
_SLASH = r"(?:(?:/|%(?:25)*2f)+|-2f|_)"
# What may stand before a token that was mangled: whatever clean_token() takes off, which a mail
# program put there, as it is or encoded. No line ends, where another line of a log begins.
_JUNK = r"(?:[^a-z0-9_/%\t\r\n-]|(?!%(?:25)*2f)%(?:25)*[0-9a-f]{2}){0,40}"
# Characters that nobody sees, but for spaces and line ends: clean_token() takes them out, and the
# web server's log writes them as they are.
_UNSEEN = (
    r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680"
    r"\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\ufff9-\ufffb\U000110bd\U000110cd"
    r"\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f"
)
# A token, also truncated, or broken: over two lines of quoted-printable, by a backslash, or by
# what nobody sees.
_REST = rf"(?:(?!%(?:25)*2f)(?:[a-z0-9_\-=%.~\\{_UNSEEN}]|=\r?\n))"

# Shorter segments than 16 characters cannot be a token worth hiding; longer ones are hidden
# to their end. Under /finance/d/ stand references of 22 characters, which are no secret. Other
# sites have addresses under /q/, too: there a secret is as long as a token and, unlike a
# title, in mixed case. The capital is looked for no further than a token reaches: to the end of
# a long text, again and again, a visitor or an email could keep the server busy for minutes.
LINK = re.compile(
    rf"(finance{_SLASH}(?:[ipt]|%(?:25)*[0-9a-f]{{2}}|customer-portal{_SLASH}(?:{ACCOUNT_LINKS}))"
    rf"{_SLASH})(?!{re.escape(PLACEHOLDER)}-?[0-9a-f]{{0,20}}\b){_JUNK}{_REST}{{16,}}"
    rf"|(finance{_SLASH}d{_SLASH}){_JUNK}{_REST}{{40,}}"
    rf"|((?:/|%(?:25)*2f)q{_SLASH}){_JUNK}(?=[^ /\t\r\n]{{0,80}}(?-i:[A-Z])){_REST}{{36,}}",
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
    >>> mask_links("/finance/i/:" + "A" * 10 + "\\u200b" + "A" * 33 + " HTTP/1.1")
    '/finance/i/*** HTTP/1.1'
    >>> mask_links("/finance/d/" + "A" * 22) == "/finance/d/" + "A" * 22
    True
    """
    return LINK.sub(_hide, text)


def _hide(match):
    """Return a link without its secret; backslashes behind it belong to what follows."""
    behind = match[0][len(match[0].rstrip("\\")) :]
    return (match[1] or match[2] or match[3]) + MASK + behind


def holds_link(path):
    """Return whether an address leads to a mailed link, whatever became of it on the way.

    :param str path: as a browser asked for it, decoded

    >>> holds_link("/de/finance/i/" + "A" * 10 + "\\n" + "A" * 33), holds_link("/finance/d/x")
    (True, False)
    """
    mended = mend_path(path)
    return mask_links(mended) != mended


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
