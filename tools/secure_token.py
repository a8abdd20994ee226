"""Make, clean and hash the secrets that stand in mailed links.

Imports no Odoo, so that the rules about secrets can be read and tested alone.
"""

import hashlib
import re
import secrets

TOKEN_BYTES = 32
REF_BYTES = 16
# A token with what mail programs glue to it; anything longer is somebody playing.
MAX_CHARACTERS = 64

# Stands where the token will be, in everything that is stored. It has the wrong length
# for a token, so it can never open anything.
PLACEHOLDER = "your-personal-link"

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_REF = re.compile(r"[A-Za-z0-9_-]{22}")

# What mail programs glue to the end of a link: punctuation of the sentence around it,
# closing brackets and quotes, and the soft line breaks of quoted-printable.
_GLUED = " \t\r\n.,;:!?)>]}'\"=*»”’…"


def new_token():
    """Return a fresh secret: 43 URL-safe characters carrying 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def new_ref():
    """Return a fresh public reference: 22 URL-safe characters carrying 128 random bits."""
    return secrets.token_urlsafe(REF_BYTES)


def hash_token(token):
    """Return the SHA-256 of a token as 64 lower-case hexadecimal digits.

    A plain hash is enough: the token has 256 random bits, so there is nothing to guess.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def clean_token(raw):
    """Return the token hidden in what a mail program made of it, or ``None``.

    >>> clean_token("A" * 43)
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
    >>> clean_token("A" * 43 + ").") == "A" * 43
    True
    >>> clean_token("A" * 42) is None
    True
    >>> clean_token("A" * 44) is None
    True
    >>> clean_token("ä" * 43) is None
    True
    >>> clean_token("A" * 43 + "." * 100) is None
    True
    """
    if not raw or len(raw) > MAX_CHARACTERS:
        return None
    token = raw.rstrip(_GLUED)
    return token if _TOKEN.fullmatch(token) else None


def is_ref(raw):
    """Tell whether ``raw`` has the form of a public reference.

    >>> is_ref(new_ref()), is_ref("42"), is_ref(None)
    (True, False, False)
    """
    return bool(_REF.fullmatch(raw or ""))
