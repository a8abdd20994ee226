"""Read the streams of a file that Outlook saved, and the compressed text in one of them.

Such a file is a small file system of sectors (MS-CFB), in which a stream may be scattered; an
email's formatted text is compressed in a way of its own (MS-OXRTFCP). Imports no Odoo.
"""

import struct
import zlib

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# Places in the header, and what entries of the allocation table mean from here on.
SECTOR_SHIFTS, DIRECTORY, SMALL_TABLE, MORE_TABLES, TABLES = 30, 48, 60, 68, 76
HEADER_TABLES = 109
LAST_SECTOR = 0xFFFFFFFA
ROOT_START = 116

COMPRESSED = b"LZFu"
RICH_TEXT_HEADER = 16
WINDOW = 4096
MAX_RICH_TEXT = 4 * 1024 * 1024
# What every compressed text may refer to from the start.
_KNOWN = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def list_streams(content):
    """Return, for each stream of the file, the list of places ``(start, end)`` it stands in.

    A file that is damaged is one stream.

    >>> list_streams(MAGIC + b"x")
    [[(0, 9)]]
    """
    try:
        shift, small_shift = struct.unpack_from("<HH", content, SECTOR_SHIFTS)
        table = _read_table(content, shift)
        chains = _follow(table)
        streams = [[_place(number, shift) for number in chain] for chain in chains]
        # First, as one of the others is what they share, in which they are scattered.
        return [*_list_small_streams(content, table, shift, small_shift), *streams]
    except (struct.error, IndexError, ValueError):
        return [[(0, len(content))]]


def _place(number, shift):
    return (number + 1) << shift, (number + 2) << shift


def _numbers(content, places):
    """Return the numbers that stand in some sectors."""
    found = []
    for start, end in places:
        block = content[start:end]
        found += struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4])
    return found


def _read_table(content, shift):
    """Return the allocation table: for each sector, the number of the next."""
    if not 7 <= shift <= 16:
        raise ValueError("no such sectors")
    sectors = list(struct.unpack_from(f"<{HEADER_TABLES}I", content, TABLES))
    (more,) = struct.unpack_from("<I", content, MORE_TABLES)
    seen = set()
    while more < LAST_SECTOR and more not in seen:
        seen.add(more)
        *listed, more = _numbers(content, [_place(more, shift)])
        sectors += listed
    used = dict.fromkeys(number for number in sectors if number < LAST_SECTOR)
    return _numbers(content, [_place(number, shift) for number in used])


def _follow(table):
    """Return the chains of a table, each as a list of numbers.

    No two have a number in common: somebody could have thousands of chains share one long end.
    """
    heads = set(range(len(table))) - {following for following in table if following < len(table)}
    seen = set()
    return [_follow_from(table, head, seen) for head in sorted(heads)]


def _follow_from(table, number, seen=None):
    chain, seen = [], set() if seen is None else seen
    while number < len(table) and number not in seen:
        seen.add(number)
        chain.append(number)
        number = table[number]
    return chain


def _list_small_streams(content, table, shift, small_shift):
    """Return the places of the streams that share one stream, in sectors of their own size."""
    directory, small_table = (
        struct.unpack_from("<I", content, place)[0] for place in (DIRECTORY, SMALL_TABLE)
    )
    (root,) = struct.unpack_from("<I", content, _place(directory, shift)[0] + ROOT_START)
    shared = [_place(number, shift)[0] for number in _follow_from(table, root)]
    numbers = _numbers(
        content, [_place(number, shift) for number in _follow_from(table, small_table)]
    )
    size, in_one = 1 << small_shift, 1 << (shift - small_shift)
    streams = []
    for chain in _follow(numbers):
        places = [
            shared[number // in_one] + number % in_one * size
            for number in chain
            if number // in_one < len(shared)
        ]
        streams.append([(place, place + size) for place in places])
    return streams


def read_rich_text(stream):
    """Return the plain form of a compressed formatted text, or ``None`` if it is none.

    >>> stream = bytes.fromhex(  # the example of MS-OXRTFCP
    ...     "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320a"
    ...     "f32068656c090020627705b06c647d0a800fa0"
    ... )
    >>> read_rich_text(stream)[-14:]
    b'hello world}\\r\\n'
    >>> masked = mask_rich_text(stream, lambda plain: plain.replace(b"hello", b"*****"))
    >>> read_rich_text(masked)[-14:]
    b'***lo world}\\r\\n'
    """
    unpacked = _unpack(stream)
    return bytes(unpacked[0]) if unpacked else None


def mask_rich_text(stream, mask):
    """Return a compressed formatted text of the same length, masked.

    Only characters that are written out are overwritten; what refers to them follows. A piece
    that refers to a word elsewhere stays, as the word does: two or three letters, by chance.

    :param mask: the function that masks plain bytes
    """
    plain, origins = _unpack(stream)
    masked = mask(bytes(plain))
    changed = {at for at, (old, new) in enumerate(zip(plain, masked, strict=True)) if old != new}
    hidden = bytearray(stream)
    written = {}
    for at, origin in enumerate(origins):
        written.setdefault(origin, at)
    for at in changed:
        origin = origins[at]
        if origin is not None and written[origin] in changed:
            hidden[origin] = masked[at]
    size = struct.unpack_from("<I", stream)[0] + 4
    checksum = zlib.crc32(hidden[RICH_TEXT_HEADER:size], 0xFFFFFFFF) ^ 0xFFFFFFFF
    hidden[12:16] = struct.pack("<I", checksum)
    return bytes(hidden)


def _unpack(stream):
    """Return ``(plain bytes, for each of them the place where it is written out)``, or ``None``."""
    if stream[8:12] != COMPRESSED:
        return None
    size, plain_size = struct.unpack_from("<II", stream)
    end, most = min(size + 4, len(stream)), min(plain_size, MAX_RICH_TEXT)
    plain, origins = bytearray(_KNOWN), [None] * len(_KNOWN)
    place = RICH_TEXT_HEADER
    while place < end and len(plain) < most + len(_KNOWN):
        flags = stream[place]
        place += 1
        for bit in range(8):
            if place >= end:
                break
            if not flags >> bit & 1:
                plain.append(stream[place])
                origins.append(place)
                place += 1
                continue
            reference = int.from_bytes(stream[place : place + 2], "big")
            place += 2
            # The window is a ring; the distance back from what is written next is what counts.
            back = (len(plain) - (reference >> 4)) % WINDOW
            if not back:
                place = end  # how a text ends
                break
            for _letter in range((reference & 15) + 2):
                plain.append(plain[-back] if back <= len(plain) else 32)
                origins.append(origins[-back] if back <= len(origins) else None)
    return plain[len(_KNOWN) :], origins[len(_KNOWN) :]
