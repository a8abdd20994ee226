"""Make, clean and hash the secrets that stand in mailed links.

Imports no Odoo, so that the rules about secrets can be read and tested alone.
"""

import hashlib
import re
import secrets
import unicodedata
from urllib.parse import unquote

TOKEN_BYTES = 32
REF_BYTES = 16
# An address with what mail programs glue to it; anything longer is somebody playing.
MAX_CHARACTERS = 2000
# How often one program after the other may have percent-encoded an address.
MAX_ENCODINGS = 3

# Stands where the token will be, in everything that is stored. It has the wrong length
# for a token, so it can never open anything.
PLACEHOLDER = "your-personal-link"

# What may follow the portal's path in the address of an account's link, before its token.
ACCOUNT_LINKS = "setup|reset|stop"

_REF = re.compile(r"[A-Za-z0-9_-]{22}")

# Before a token, brackets and quotes of the text around it. Behind, anything that can't be part
# of it: punctuation, tags, parameters, letters of other scripts; and dashes that a text adds.
_TOKEN = re.compile(r"[^A-Za-z0-9_/-]{0,20}([A-Za-z0-9_-]{43})[_-]*(?![A-Za-z0-9_-])")
# What is longer than these is another page's address: /finance/i/<token>/request-access
_FURTHER = re.compile(r"/+(?:[A-Za-z0-9_-]|\.\./)")
# Soft line breaks of quoted-printable, and a backslash that Markdown puts before a line.
_BREAKS = re.compile(r"=[ \t]*[\r\n]+|\\")
# Spaces of all widths, line breaks, and characters without any: Unicode's categories.
_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Zs"}

# Our addresses that get mailed or copied, maybe behind a language. The rest is token or reference.
_ADDRESS = re.compile(
    r"((?:/[A-Za-z_@-]{2,12})??/+"
    rf"(?:finance/+(?:[a-z]|customer-portal/+(?:{ACCOUNT_LINKS}))|q)/+)(.+)",
    re.DOTALL,
)
_DOCUMENT = re.compile(r".*/finance/+d/+")
_COPIED_REF = re.compile(r"[^A-Za-z0-9_/-]{0,20}([A-Za-z0-9_-]{22})[_-]*(?![A-Za-z0-9_-])")


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


class IssuedHash(str):
    """The hash of a token that the system itself issues: no text that a caller sends is one.

    >>> token = new_token()
    >>> IssuedHash(token) == hash_token(token), isinstance(hash_token(token), IssuedHash)
    (True, False)
    """

    __slots__ = ()

    def __new__(cls, token):
        """Hash a token, which is not kept."""
        return super().__new__(cls, hash_token(token))


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
    >>> clean_token("A" * 20 + "\\u200b" + "A" * 23 + "&utm_source=mail") == "A" * 43
    True
    >>> clean_token("%2522" + "A" * 43 + "--") == "A" * 43
    True
    >>> clean_token("A" * 43 + "." * 2000) is None
    True
    """
    if not raw or len(raw) > MAX_CHARACTERS:
        return None
    token = _TOKEN.match(_straighten(raw))
    return token[1] if token else None


def mend_path(path):
    """Return the path of one of our addresses as it was mailed, whatever became of it since.

    Another path, or one without a whole token or reference, comes back untouched.

    >>> mend_path("/finance//i/<" + "A" * 43 + ">&utm_source=x/y") == "/finance/i/" + "A" * 43
    True
    >>> mend_path("/de/q/" + "A" * 43 + "\\ufeff/") == "/de/q/" + "A" * 43
    True
    >>> mend_path("/finance/d/" + "A" * 22 + ").") == "/finance/d/" + "A" * 22
    True
    >>> further = ("/finance/i/" + "A" * 43 + "/x", "/finance/d/" + "A" * 22 + "/pdf", "/q/faq")
    >>> [mend_path(path) == path for path in further]
    [True, True, True]
    """
    address = _ADDRESS.fullmatch(path) if len(path) <= MAX_CHARACTERS else None
    if not address:
        return path
    start, rest = address[1], _straighten(address[2])
    secret = (_COPIED_REF if _DOCUMENT.fullmatch(start) else _TOKEN).match(rest)
    if not secret or _FURTHER.match(rest, secret.end()):
        return path
    if start.endswith("q/") and secret[1] == secret[1].lower():
        return path  # a title of a website's page: tokens are in mixed case
    return re.sub("//+", "/", start) + secret[1]


def _straighten(text):
    """Return a text without percent-encoding, and without what nobody sees or types."""
    for _time in range(MAX_ENCODINGS):
        if "%" not in text:
            break
        text = unquote(text)
    text = _BREAKS.sub("", text)
    return "".join(letter for letter in text if unicodedata.category(letter) not in _UNSEEN)


def is_ref(raw):
    """Tell whether ``raw`` has the form of a public reference.

    >>> is_ref(new_ref()), is_ref("42"), is_ref(None)
    (True, False, False)
    """
    return bool(_REF.fullmatch(raw or ""))
