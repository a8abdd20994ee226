"""Names and types under which files of strangers are handed out. Imports no Odoo.

A file's name and type are what somebody typed or a program guessed. Neither may decide
anything in the browser or on the disk of whoever downloads it.
"""

import re
import unicodedata

# What a browser may know a file as; all the rest is a row of bytes that it saves.
PLAIN_TYPES = frozenset(
    ("application/pdf", "image/gif", "image/jpeg", "image/png", "image/webp", "text/plain")
)
ANY_TYPE = "application/octet-stream"

MAX_CHARACTERS = 120
MAX_BYTES = 200

# Separators of folders, quotes, and what Windows takes in no name.
_FORBIDDEN = re.compile(r'[\\/:*?"\'<>|%;`]')
# Control characters, format characters (they turn the direction of reading or are
# invisible), halves of characters, private and unassigned ones, line ends.
_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})$")


def safe_name(name):
    r"""Return a name that means nothing to a browser, a header, a shell or a file system.

    >>> safe_name("Terms 2026.pdf")
    'Terms 2026.pdf'
    >>> safe_name("..\\..\\x"), safe_name("../../etc/passwd")
    ('_.._x', '_.._etc_passwd')
    >>> safe_name('"><script>.svg')
    '___script_.svg'
    >>> safe_name("invoice\u202efdp.exe")
    'invoicefdp.exe'
    >>> safe_name("a\r\nSet-Cookie: b"), safe_name(" . "), safe_name("nul.txt")
    ('aSet-Cookie_ b', 'file', '_nul.txt')
    """
    name = unicodedata.normalize("NFC", name or "")
    name = "".join(
        letter for letter in name if unicodedata.category(letter) not in _UNSEEN
    )  # fmt: skip
    name = " ".join(_FORBIDDEN.sub("_", name).split()).strip(". ")
    if _DEVICES.match(name):
        name = f"_{name}"
    return _shorten(name) or "file"


def _shorten(name):
    """Return ``name`` cut to what file systems take, with its extension."""
    ending = _EXTENSION.search(name)
    ending = ending.group() if ending else ""
    stem = name[: len(name) - len(ending)][: MAX_CHARACTERS - len(ending)]
    while len((stem + ending).encode()) > MAX_BYTES:
        stem = stem[:-1]
    return stem.rstrip(". ") + ending


def extension_of(name):
    """Return the extension in capitals, to tell a person what kind of file it is, or "".

    >>> extension_of("Terms.pdf"), extension_of("README"), extension_of("a.ph<p")
    ('PDF', '', '')
    """
    ending = _EXTENSION.search(safe_name(name))
    return ending.group(1).upper() if ending else ""


def served_type(mimetype):
    """Return the type to hand a file out as: one that runs nowhere.

    >>> served_type("application/pdf"), served_type("IMAGE/PNG; x=y")
    ('application/pdf', 'image/png')
    >>> served_type("image/svg+xml"), served_type("text/html"), served_type(None)
    ('application/octet-stream', 'application/octet-stream', 'application/octet-stream')
    """
    plain = (mimetype or "").partition(";")[0].strip().lower()
    return plain if plain in PLAIN_TYPES else ANY_TYPE
