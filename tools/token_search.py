"""Find the secrets of mailed links in what others send in, however it is encoded, and hide them.

Mail programs break addresses over lines and quote them, encode whole texts, and link rewriters
put an address into a parameter of their own. So a text is read as it stands; with folds and
escapes undone; as base64; and as UTF-16; again and again, since one stands within the other.
What is found is hidden where it stands, so that everything around it stays as it was sent.
Imports no Odoo.
"""

import binascii
import re
import sys
from array import array
from bisect import bisect_right
from functools import cached_property

from .masking import LINK, MASK
from .secure_token import ACCOUNT_LINKS, PLACEHOLDER
from .spans import LETTERS, MARKUP, find_changes, list_pieces, list_spans

# One encoding within another, as often as somebody does without meaning to hide something.
MAX_DEPTH = 4
MAX_UNFOLDINGS = 3
# How much is searched of what stands encoded in a text, which can be far more than the text:
# so many times its length, and so many characters at most.
MAX_TIMES = 6
MAX_NESTED = 4_000_000

# What stands within a broken address, by its first character: a line break of quoted-printable or
# of an encoded header, a line break with the marks of a quotation, a place where a browser may
# break, and characters that nobody sees, also as the bytes of UTF-8.
_QUOTATION = r"(?:[ \t>|]|&gt;){0,40}"
_FOLDS = {
    "=": rf"\r?\n{_QUOTATION}",
    r"\r": rf"\n{_QUOTATION}",
    r"\n": _QUOTATION,
    r"\?": r"=\s{1,9}=\?[^?\s]{1,40}\?[qQbB]\?",
    "<": r"wbr\b[^<>]{0,40}>|br\b[^<>]{0,40}>\s{0,9}(?:(?:>|&gt;)\s{0,9}){0,9}",
    "&": "(?:shy|ZeroWidthSpace|zwn?j|NoBreak);",
    r"[\u200b-\u200d\u2060\ufeff\xad]": "",
    r"\xe2": r"\x80[\x8b-\x8d]|\x81\xa0",
    r"\xef": r"\xbb\xbf",
    r"\xc2": r"\xad",
}
# One character that is written as several: percent-encoded (once or more often), in
# quoted-printable, as an entity, and as in a script.
_ESCAPES = {
    "%": r"(?:25){0,5}(?P<percent>[0-9A-Fa-f]{2})",
    "=": r"(?P<soft>[0-9A-F]{2})",
    "&": (
        r"\#[xX]0{0,5}(?P<hex>[0-9A-Fa-f]{1,5});|\#0{0,5}(?P<decimal>\d{1,6});"
        r"|(?P<name>amp|sol|equals|lowbar|hyphen|percnt|lt|gt|quot);"
    ),
    r"\\": r"u00(?P<script>[0-9A-Fa-f]{2})|x(?P<short>[0-9A-Fa-f]{2})|(?P<slash>/)",
}
_NAMED = {
    "amp": "&", "sol": "/", "equals": "=", "lowbar": "_", "hyphen": "-", "percnt": "%",
    "lt": "<", "gt": ">", "quot": '"',
}  # fmt: skip
# A mail program may also set a piece of an address in a font of its own.
_TAGS = {"<": "/?[a-zA-Z][^<>]{0,400}>"}


def _compile(*kinds):
    """Return the pattern of all kinds; it begins with a plain set, which Python skips to fast."""
    firsts = dict.fromkeys(first for kind in kinds for first in kind)
    rules = (
        rf"(?<={first})(?:{'|'.join(kind[first] for kind in kinds if first in kind)})"
        for first in firsts
    )
    return re.compile(rf"[{''.join(first.strip('[]') for first in firsts)}](?:{'|'.join(rules)})")


_FOLDED = _compile(_FOLDS)
_ESCAPED = _compile(_FOLDS, _ESCAPES)
_TAGGED = _compile(_FOLDS, _ESCAPES, _TAGS)

_SLASH = r"(?:/+|-2F|_)"
_JUNK = r"[\s'\"*(\[{«“<=>]{0,6}"
_TOKEN = re.compile(
    # Again a plain set first, which Python skips to fast.
    rf"(?-i:[fF/])(?:(?<=f)inance{_SLASH}(?:[ipt]|customer-portal{_SLASH}(?:{ACCOUNT_LINKS})){_SLASH}{_JUNK}"
    rf"(?!{re.escape(PLACEHOLDER)})([A-Za-z0-9_-]{{16,43}})"
    rf"|(?<=f)inance{_SLASH}d{_SLASH}{_JUNK}([A-Za-z0-9_-]{{40,43}})"
    # As other sites have addresses under /q/, too, see ``masking``.
    rf"|(?<=/)q{_SLASH}{_JUNK}(?=[^\s/]{{0,80}}(?-i:[A-Z]))([A-Za-z0-9_-]{{36,43}}))",
    re.IGNORECASE,
)
_REST_OF_WORD = re.compile(r"[A-Za-z0-9_-]*")
SHORTEST = 20  # characters of a path and of what is still hidden of a token
# Long enough for one of our paths and what makes a token.
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{32,}")
BASE64_GROUP = 4
_STRINGS = re.compile(r"[\t\r\n\x20-\x7e]{32,}")
_UTF_16 = re.compile(
    r"(?:[\x20-\x7e]\0(?:[\x0b-\x0d\x60]\x20)?){8}"
    r"|(?:\0[\x20-\x7e](?:\x20[\x0b-\x0d\x60])?){8}"
)
_STANDARD = str.maketrans("-_", "+/")
_URL_SAFE = str.maketrans("+/", "-_")
# Characters that no text has, and the share of the others from which bytes count as a text.
_CONTROLS = bytes([*range(1, 9), *range(14, 32), 127])
READABLE = 0.98


class _View:
    """A text with folds and escapes undone, that knows where each character came from."""

    def __init__(self, source, pattern):
        self.source, self.root, self.pattern = source, source.root, pattern
        self.text = pattern.sub(_unescape, source.text)

    @cached_property
    def places(self):
        """Return the characters that are noted, where each came from, and where that ends.

        Noted only when asked for: in most texts nothing is found. Of several notes on one
        character, the last counts.
        """
        # Numbers of four bytes: somebody may send millions of escapes.
        places = tuple(array("I", [0]) for _column in range(3))
        length, last = 0, 0
        for match in self.pattern.finditer(self.source.text):
            start, end = match.span()
            length += start - last
            kept = bool(_unescape(match))  # a fold leaves nothing
            notes = ((length, length + kept), (start, end), (end, 0))
            for column, pair in zip(places, notes, strict=True):
                column.extend(pair)
            length, last = length + kept, end
        return places

    def locate(self, start, end):
        """Return where the characters from ``start`` to ``end`` stand in the first source."""
        marks, origins, ends = self.places
        first = bisect_right(marks, start) - 1
        begin = origins[first] + start - marks[first]
        last = bisect_right(marks, end - 1) - 1
        finish = ends[last] or origins[last] + end - marks[last]
        return self.source.locate(begin, finish)


class _Source:
    """The text as it stands."""

    def __init__(self, text):
        self.text = self.root = text

    def locate(self, start, end):
        return start, end


def mask_text(text):
    """Return a text that is stored with every secret of a mailed link hidden.

    >>> token = "Ab3-" * 10 + "xyz"
    >>> mask_text(f"See https://erp/finance/i/{token}, thanks")
    'See https://erp/finance/i/***, thanks'
    >>> mask_text(f"> https://erp/finance/i/{token[:20]}\\n> {token[20:]}\\n> Bye")
    '> https://erp/finance/i/***\\n> ***\\n> Bye'
    >>> mask_text(f"/finance/i/{token[:9]}<wbr>{token[9:]}")
    '/finance/i/***<wbr>***'
    >>> coded = binascii.b2a_base64(f"//erp/q/{token}".encode()).decode()
    >>> binascii.a2b_base64(mask_text(f"u={coded}")[2:]) == b"//erp/q/" + b"*" * 43
    True
    """
    return _mask(text, lambda _secret: MASK)[0]


def mask_bytes(content):
    """Return bytes of the same length with every secret hidden that stands there uncompressed.

    >>> token = "Ab3-" * 10 + "xyz"
    >>> mask_bytes(f"/finance/i/{token}.".encode("utf-16-le")).decode("utf-16-le")
    '/finance/i/*******************************************.'
    >>> mask_bytes(b"See /finance/d/" + b"A" * 22)
    b'See /finance/d/AAAAAAAAAAAAAAAAAAAAAA'
    """
    masked, _found = _mask(content.decode("latin-1"), _stars)
    return masked.encode("latin-1")


def find_tokens(content):
    """Return what may be tokens of mailed links in bytes, as a set.

    >>> token = "Ab3-" * 10 + "xyz"
    >>> find_tokens(b"Open https:%2F%2Ferp%2Fq%2F" + token.encode()) == {token}
    True
    """
    return _mask(content.decode("latin-1"), _stars)[1]


class _Effort:
    """How much may still be searched of what stands encoded in one text.

    A few thousand characters can be made to hold encodings of encodings in a hundred ways, and
    would keep the server busy for minutes.
    """

    def __init__(self, size):
        self.left = min(MAX_TIMES * size + 1000, MAX_NESTED)
        # What was searched before, by a hash of it: one piece is met in several views of a text.
        self.known = {}

    def take(self, size):
        """Return whether ``size`` characters may be searched."""
        self.left -= size
        return self.left >= 0


def _mask(text, hide, depth=0, effort=None):
    """Return ``(masked, tokens)``.

    :param hide: the function that returns what to write in place of a secret
    """
    if len(text) < SHORTEST:
        return text, set()
    search = _Search(text, depth, effort or _Effort(len(text)))
    masked = _apply(text, search.edits, hide) if search.edits else text
    return _mask_rest(masked, hide), search.found


def _stars(secret):
    return "*" * len(secret)


def _mask_rest(text, hide):
    """Hide what only the rule for logs recognizes, which takes everything up to a space."""
    if not _names_link(text) and "2fq" not in text.lower():
        return text

    def replace(match):
        prefix = match[1] or match[2] or match[3]
        secret = match[0][len(prefix) :]
        if set(secret) == {"*"}:
            return match[0]
        return prefix + LETTERS.sub(lambda letters: hide(letters[0]), secret)

    return LINK.sub(replace, text)


def _apply(text, edits, hide):
    """Return a text with ``(start, end, replacement or None to hide)`` carried out.

    A replacement is as long as what it replaces.
    """
    parts, last = [], 0
    for start, end, replacement in sorted(edits, key=lambda edit: (edit[0], -edit[1])):
        if end <= last:
            continue  # found in another way, too
        begin = max(start, last)  # a part of it may have been
        new = hide(text[begin:end]) if replacement is None else replacement[begin - start :]
        parts += (text[last:begin], new)
        last = end
    return "".join((*parts, text[last:]))


class _Search:
    """What hides every secret in a text (``edits``), and what they are (``found``)."""

    def __init__(self, text, depth, effort):
        self.text, self.depth, self.effort = text, depth, effort
        self.edits, self.found = [], set()
        if depth > MAX_DEPTH:
            return
        if _is_readable(text.encode("latin-1", "replace")):
            if not depth or effort.take(len(text)):
                self._search_text()
        else:
            self._search_strings()
        if "\0" in text and _UTF_16.search(text):
            for offset in (0, 1):
                for swapped in (False, True):
                    self._search_utf_16(offset, swapped)

    def _mask_within(self, text):
        """Return a text that was encoded in this one, masked."""
        key, known = (self.depth, hash(text)), self.effort.known
        if key not in known:
            masked, found = _mask(text, _stars, self.depth + 1, self.effort)
            known[key] = (masked, found) if found or masked != text else (None, ())
        masked, found = known[key]
        self.found |= set(found)
        return text if masked is None else masked

    def _search_text(self):
        for view, may_be_coded in _read(self.text):
            if _names_link(view.text):
                for match in _TOKEN.finditer(view.text):
                    start, end = view.locate(*match.span(match.lastindex))
                    end = _REST_OF_WORD.match(self.text, end).end()
                    self.edits += ((*piece, None) for piece in list_pieces(self.text, start, end))
                    self.found.add(match[match.lastindex])
            for run in _BASE64.finditer(view.text) if may_be_coded else ():
                # It may begin at any of its characters.
                for offset in range(BASE64_GROUP):
                    self._search_base64(view, run.start() + offset, run.end())

    def _search_strings(self):
        """Search the texts within bytes that are none, such as a signature's."""
        for string in _STRINGS.finditer(self.text):
            own = _Search(string[0], self.depth + 1, self.effort)
            self.found |= own.found
            place = string.start()
            self.edits += ((place + start, place + end, new) for start, end, new in own.edits)

    def _search_base64(self, view, start, end):
        run = view.text[start:end]
        coded = run.translate(_STANDARD)
        # One character alone says nothing.
        coded = coded[: len(coded) - (len(coded) % BASE64_GROUP == 1)]
        plain = binascii.a2b_base64(coded + "=" * (-len(coded) % BASE64_GROUP))
        text = plain.decode("latin-1")
        masked = self._mask_within(text)
        alphabet = _URL_SAFE if masked != text and set(run) & set("-_") else {}
        for first, last in list_spans({at // 3 for at in find_changes(text, masked)}):
            hidden = binascii.b2a_base64(masked[first * 3 : last * 3].encode("latin-1"))
            letters = hidden.decode().translate(alphabet)
            begin, finish = (min(group * BASE64_GROUP, len(coded)) for group in (first, last))
            self._replace(view, start + begin, start + finish, letters)

    def _replace(self, view, start, end, letters):
        """Note new letters for a piece of a view: one note for what stands there as it is.

        One for each letter would take a hundred times what somebody sends.
        """
        begin, finish = view.locate(start, end)
        if self.text[begin:finish] == view.text[start:end]:
            self.edits.append((begin, finish, letters[: end - start]))
        elif end - start == 1:
            self.edits.append((begin, finish, _respell(view, start, letters[0])))
        else:
            middle = (start + end) // 2
            self._replace(view, start, middle, letters)
            self._replace(view, middle, end, letters[middle - start :])

    def _search_utf_16(self, offset, swapped):
        """Search UTF-16 that begins at one of two bytes, in one of two orders."""
        size = (len(self.text) - offset) // 2 * 2
        if not self.effort.take(size // 2):
            return
        units = array("H", self.text[offset : offset + size].encode("latin-1", "replace"))
        if swapped == (sys.byteorder == "little"):
            units.byteswap()
        text = "".join(map(chr, units))
        masked = self._mask_within(text)
        for first, last in list_spans(find_changes(text, masked)):
            new = "".join(f"\0{one}" if swapped else f"{one}\0" for one in masked[first:last])
            self.edits.append((offset + 2 * first, offset + 2 * last, new))


def _names_link(text):
    lower = text.lower()
    return "finance" in lower or "/q" in lower


def _read(text):
    """Yield the views of a text that differ, and whether to look for base64 there."""
    source = _Source(text)
    unfolded = _View(source, _FOLDED)
    yield source, False
    yield unfolded, True
    for pattern in (_ESCAPED, _TAGGED):
        below, seen = source, {text, unfolded.text}
        for _time in range(MAX_UNFOLDINGS):
            view = _View(below, pattern)
            if view.text == below.text:
                break
            below = view
            if view.text not in seen:
                yield view, True


def _unescape(match):
    """Return the character that an escape stands for; nothing for a fold."""
    kind = match.lastgroup
    if not kind:
        return ""
    value = match[kind]
    if kind in ("name", "slash"):
        return _NAMED.get(value, value)
    code = int(value, 10 if kind == "decimal" else 16)
    return chr(code) if code <= sys.maxunicode else " "


def _respell(view, index, letter):
    """Return a letter in the spelling and the length of the one it replaces."""
    begin, end = view.locate(index, index + 1)
    spelled = view.root[begin:end]
    if MARKUP.search(spelled):  # something else stands within
        return LETTERS.sub(lambda letters: _stars(letters[0]), spelled)
    if len(spelled) > 1 and spelled[0] in "%=":
        return f"{spelled[:-2]}{ord(letter):02X}"
    return letter.ljust(len(spelled), "*")


def _is_readable(plain):
    """Tell cheaply whether bytes are a text, not a picture or what only looks like base64."""
    return len(plain.translate(None, _CONTROLS)) >= len(plain) * READABLE
