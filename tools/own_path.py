"""Tell where a visitor may be sent after signing in. Imports no Odoo."""

import re

from .secure_token import ACCOUNT_LINKS

# Pages of the portal and of a document. No address that holds a secret, and none that asks
# for a password or does something.
_OWN = re.compile(
    r"/finance/(?:"
    rf"customer-portal(?:/a/[A-Za-z0-9_-]{{22}})?(?:/(?!(?:login|logout|{ACCOUNT_LINKS}|forgot|end-view)\b)"
    r"[a-z][a-z-]{0,30}){0,3}"
    r"|d/[A-Za-z0-9_-]{22}(?:/[A-Za-z0-9_-]{1,30}){0,2}"
    r")(?:\?[A-Za-z0-9_=&.+-]{0,200})?"
)


def own_path(raw):
    """Return a path of ours that may follow a sign-in, or ``None``.

    >>> own_path("/finance/customer-portal/invoices?page=2&sort=due")
    '/finance/customer-portal/invoices?page=2&sort=due'
    >>> own_path("/finance/d/" + "a" * 22 + "/pdf") == "/finance/d/" + "a" * 22 + "/pdf"
    True
    >>> [own_path(path) for path in ("//evil.example", "/\\\\evil.example", "https://evil.example")]
    [None, None, None]
    >>> [own_path(path) for path in ("/finance//evil", "/finance/d/../../x", "/finance/d/%2e", "")]
    [None, None, None, None]
    >>> own_path("/finance/customer-portal/logout"), own_path("/finance/i/" + "A" * 43)
    (None, None)
    >>> own_path("/finance/customer-portal\\n"), own_path(None), own_path(7), own_path("/web")
    (None, None, None, None)
    """
    return raw if isinstance(raw, str) and _OWN.fullmatch(raw) else None
