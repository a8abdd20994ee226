"""Hide the secrets of mailed links in files that others send in, or say which ones stay.

An email that was saved is masked where its secrets stand, and keeps its length. What is
compressed or signed stays as it is: hiding would break it. Imports no Odoo.
"""

import email
import email.errors
import io
import re
import zipfile
import zlib
from email import policy
from email.header import decode_header

from .outlook_file import (
    COMPRESSED,
    MAGIC,
    MAX_RICH_TEXT,
    list_streams,
    mask_rich_text,
    read_rich_text,
)
from .token_search import find_tokens, mask_bytes

# A file within a file, as often as somebody does without meaning to hide something.
MAX_DEPTH = 4
MAX_FILES = 2000
# What is read of all the files within one; somebody could send gigabytes in a few bytes.
MAX_OPENED = 16 * 1024 * 1024
# Of ways to compress a file that Python unpacks no further than asked. Others would put
# gigabytes into memory at once.
_BOUNDED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# How much is handed over at once of a stream whose end isn't known: what is left is copied.
CHUNK = 64 * 1024

_ZIP = b"PK\x03\x04"
_PDF = b"%PDF-"
_WINMAIL = b"\x78\x9f\x3e\x22"  # what Outlook makes of an email in rich text: winmail.dat
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8")
_SIGNED_DATA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_HEADER = re.compile(
    rb"^(?:from|to|received|return-path|date|subject|message-id|mime-version|content-type):",
    re.IGNORECASE | re.MULTILINE,
)
_SIGNED = re.compile(
    rb"^content-type:\s*(?:multipart/signed|application/(?:x-)?pkcs7-mime)"
    rb"|^-----BEGIN PGP SIGNED MESSAGE-----",
    re.IGNORECASE | re.MULTILINE,
)
_STREAM = re.compile(rb"stream\r?\n")
_HEXADECIMAL = re.compile(rb"<([0-9A-Fa-f\s]{80,4000})>")
HEADER_SIZE = 64 * 1024
_AS_WRITTEN = policy.compat32


def is_email(content):
    """Return whether a file is an email that somebody saved or attached.

    >>> is_email(b"From: Ada\\r\\nSubject: Invoice\\r\\n\\r\\nHello"), is_email(b"Hello")
    (True, False)
    """
    head = content[:HEADER_SIZE].replace(b"\r\n", b"\n").lstrip().partition(b"\n\n")[0]
    return len(set(map(bytes.lower, _HEADER.findall(head)))) > 1 or _is_outlook_message(content)


def mask_file(content):
    """Return ``(content, tokens)``: a file with secrets hidden, and those that couldn't be.

    >>> token = "Ab3-" * 10 + "xyz"
    >>> masked, left = mask_file(f"Subject: x\\n\\n/finance/i/{token}".encode())
    >>> masked == b"Subject: x\\n\\n/finance/i/" + b"*" * 43, left
    (True, set())
    >>> packed = io.BytesIO()
    >>> with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
    ...     archive.writestr("x.xml", f"/finance/i/{token}")
    >>> mask_file(packed.getvalue()) == (packed.getvalue(), {token})
    True
    """
    if content.startswith(_PICTURES):
        return content, set()
    budget = _Budget()
    if _is_sealed(content):
        return content, _find_everywhere(content, budget, 0)
    masked = _mask_outlook(content) if content.startswith(MAGIC) else mask_bytes(content)
    left = set()
    for piece in _open(masked, budget):
        left |= _find_everywhere(piece, budget, 1)
    return masked, left


class _Budget:
    """How much may still be read of the files within a file."""

    def __init__(self):
        self.files, self.size = MAX_FILES, MAX_OPENED

    def take(self, size):
        """Return how many of ``size`` bytes may be read."""
        self.files -= 1
        granted = min(size, self.size) if self.files >= 0 else 0
        self.size -= granted
        return granted

    def cut(self, piece):
        """Return what may be read of a piece that was unpacked."""
        piece = piece[: self.size]
        self.size -= len(piece)
        return piece


def _is_sealed(content):
    """Return whether a change would break the file."""
    return (
        content.startswith((_ZIP, _PDF, _WINMAIL))
        or _SIGNED_DATA in content[: HEADER_SIZE // 1024]
        or bool(_SIGNED.search(content))
    )


def _is_outlook_message(content):
    return content.startswith(MAGIC) and "__nameid_version".encode("utf-16-le") in content


def _find_everywhere(content, budget, depth):
    """Return the tokens in a file and in the files within it."""
    if content.startswith(_PICTURES):
        return set()
    found = find_tokens(content)
    if depth < MAX_DEPTH:
        for piece in _open(content, budget):
            found |= _find_everywhere(piece, budget, depth + 1)
    return found


def _open(content, budget):
    """Yield what a search of the file itself does not see."""
    if content.startswith(_ZIP):
        yield from _open_zip(content, budget)
    elif content.startswith(_PDF):
        yield from _open_pdf(content, budget)
    elif content.startswith(_WINMAIL):
        yield from _open_winmail(content, budget)
    elif content.startswith(MAGIC):
        for places in list_streams(content):
            stream = b"".join(content[start:end] for start, end in places)
            # Only what is unpacked counts: the streams themselves are no more than the file.
            rich = read_rich_text(stream) if budget.size else None
            yield budget.cut(rich) if rich else stream
    elif is_email(content):
        yield from _open_email(content, budget)


def _open_zip(content, budget):
    """Yield the files of an archive, such as a .docx."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if entry.compress_type not in _BOUNDED:
                    continue
                if size := budget.take(entry.file_size):
                    with archive.open(entry) as file:
                        yield file.read(size)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError, OSError):
        return  # damaged or encrypted: nobody else reads a link there either


def _open_pdf(content, budget):
    """Yield what is compressed in a PDF, and texts that it writes in hexadecimal digits."""
    whole = memoryview(content)
    for match in _STREAM.finditer(content):
        # At least one: of none, all would be unpacked.
        if not budget.take(1) or not budget.size:
            return
        plain = _unpack_stream(whole[match.end() :], budget.size)
        if plain := budget.cut(plain):
            yield plain
    for match in _HEXADECIMAL.finditer(content):
        digits = b"".join(match[1].split())
        yield bytes.fromhex(digits[: len(digits) // 2 * 2].decode())


def _open_winmail(content, budget):
    """Yield the compressed texts of an email that Outlook packed into one file."""
    whole = memoryview(content)
    for match in re.finditer(re.escape(COMPRESSED), content):
        if not budget.take(1) or not budget.size:
            return
        # What follows is read as far as the text itself says that it goes.
        if rich := read_rich_text(whole[max(match.start() - 8, 0) :]):
            yield budget.cut(rich)


def _unpack_stream(stream, most):
    """Return what a compressed stream holds; nothing, if it isn't compressed or is a picture.

    :param memoryview stream: from its beginning; where it ends is found out
    :param int most: no more than so many bytes
    """
    unpacker, plain = zlib.decompressobj(), bytearray()
    try:
        for start in range(0, len(stream), CHUNK):
            rest = bytes(stream[start : start + CHUNK])
            while rest and len(plain) < most:
                plain += unpacker.decompress(rest, most - len(plain))
                rest = unpacker.unconsumed_tail
            if unpacker.eof or len(plain) >= most:
                break
    except zlib.error:
        return b""
    return bytes(plain)


def _open_email(content, budget):
    """Yield the decoded headers and parts of an email."""
    try:
        parts = list(email.message_from_bytes(content, policy=_AS_WRITTEN).walk())
    except (email.errors.MessageError, ValueError, LookupError, RecursionError):
        return  # what no mail program can read either
    for part in parts:
        try:
            headers = "\n".join(_decode_header(*header) for header in part.raw_items())
            payload = part.get_payload(decode=True)
        except (
            email.errors.MessageError, LookupError, ValueError, AttributeError, TypeError,
            RecursionError,
        ):  # fmt: skip
            continue
        yield headers.encode("utf-8", "replace")
        if payload and (size := budget.take(len(payload))):
            yield payload[:size]


def _decode_header(name, value):
    """Return a header with encoded words decoded.

    Not by the parser that Python has for each kind of header: a few thousand commas or brackets
    keep that busy for seconds, or crash it.
    """
    try:
        words = decode_header(value) if len(value) <= HEADER_SIZE else [(value, None)]
        pieces = (
            word.decode(charset or "latin-1", "replace") if isinstance(word, bytes) else word
            for word, charset in words
        )
        return f"{name}: {''.join(pieces)}"
    except (email.errors.MessageError, LookupError, ValueError):
        return f"{name}: {value}"


def _mask_outlook(content):
    """Return an Outlook message of the same length with the secrets in its streams hidden."""
    masked, left = bytearray(content), MAX_RICH_TEXT
    for places in list_streams(content):
        stream = b"".join(masked[start:end] for start, end in places)
        rich = read_rich_text(stream) if left > 0 else None
        left -= len(rich or b"")
        hidden = mask_rich_text(stream, mask_bytes) if rich else None
        if hidden is None:
            hidden = stream if stream.startswith((_ZIP, _PDF, *_PICTURES)) else mask_bytes(stream)
        if hidden != stream:
            last = 0
            for start, end in places:
                masked[start:end] = hidden[last : last + end - start]
                last += end - start
    return bytes(masked)
