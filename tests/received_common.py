"""What others send in, for tests: a link in every encoding, files that hold it, and a searcher.

The searcher (:func:`reveals`) shares no code with what it tests.
"""

import base64
import io
import quopri
import re
import struct
import zipfile
import zlib
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from urllib.parse import quote, unquote

TRANSPARENT = "[\u200b\u200c\u200d\u2060\ufeff\xad]"


def _pieces(text, size):
    return [text[start : start + size] for start in range(0, len(text), size)]


def _lines(text):
    return base64.encodebytes(f"<p>We wrote to you:</p> {text} <p>Bye</p>".encode()).decode()


def _soft(text):
    return quopri.encodestring(f"{'x' * 50} {text}".encode()).decode()


# How a link comes back: name -> what a mail program or a link rewriter makes of it.
ENCODINGS = {
    "raw": str,
    "raw with a point": "{}.".format,
    "percent": lambda link: quote(link, safe=""),
    "percent twice": lambda link: quote(quote(link, safe=""), safe=""),
    "percent, every character": lambda link: "".join(f"%{ord(one):02x}" for one in link),
    "quoted-printable": _soft,
    "quoted-printable, quoted": lambda link: "> " + _soft(link).replace("\n", "\n> "),
    "base64": lambda link: base64.b64encode(link.encode()).decode(),
    "base64 in a parameter": lambda link: (
        "https://click.example.com/r?id=7&u="
        + quote(base64.b64encode(f"?{link}".encode()).decode(), safe="")
        + "&s=Ab3"
    ),
    "base64 in a path": lambda link: (
        "https://click.example.com/redirect/"
        + base64.urlsafe_b64encode(b"\xff\xfe?>" + link.encode()).decode().rstrip("=")
    ),
    "base64 in lines": _lines,
    "base64 in quoted lines": lambda link: "> " + _lines(link).replace("\n", "\n> "),
    "base64 in base64": lambda link: base64.b64encode(
        b"x" + base64.b64encode(link.encode())
    ).decode(),
    "UTF-16 in base64": lambda link: base64.b64encode(f"See {link}".encode("utf-16-be")).decode(),
    "quoted lines": lambda link: "\n> ".join(_pieces(link, 20)),
    "HTML lines": lambda link: "<br/>&gt; ".join(_pieces(link, 31)),
    "places to break": lambda link: "<wbr>".join(_pieces(link, 9)),
    "letters that nobody sees": lambda link: "\u200b".join(_pieces(link, 3)),
    "entities that nobody sees": lambda link: "&#8203;".join(_pieces(link, 5)),
    "entities": lambda link: "".join(f"&#{ord(one)};" for one in link),
    "hexadecimal entities": lambda link: "".join(f"&#x{ord(one):x};" for one in link),
    "another font": lambda link: '</span><span style="color: red">'.join(_pieces(link, 12)),
    "script": lambda link: link.replace("/", "\\/"),
    "rewriter": lambda link: f"https://urldefense.example.com/v3/__{link}__;!!NoFb",
}
# In what the whole text around them is written.
CHARSETS = ("utf-8", "utf-16-le", "utf-16-be")


def reveals(token, content):
    """Return whether somebody who looks closely finds a long piece of the token."""
    text = content if isinstance(content, str) else content.decode("latin-1")
    pieces = _pieces(token, 14)[:3]
    seen, waiting = set(), {text}
    for _depth in range(4):
        new = set()
        for one in waiting - seen:
            if any(piece in one for piece in pieces):
                return True
            new |= _read_further(one)
        seen |= waiting
        waiting = {one for one in new if len(one) >= 14}
    return False


def _read_further(text):
    """Return what a text may be read as."""
    found = {
        unquote(text),
        unescape(text),
        re.sub(TRANSPARENT, "", text),
        re.sub(r"<[^<>]*>", "", text),
        re.sub(r"=?\r?\n[\s>]*", "", text),
        re.sub(r"=([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), text),
        re.sub(r"\s|\0", "", text),
        text.encode("latin-1", "ignore").decode("utf-8", "ignore"),
    }
    for run in re.findall(r"[A-Za-z0-9+/_-]{40,}", text):
        for start in range(4):
            coded = run[start:].replace("-", "+").replace("_", "/")
            plain = base64.b64decode(coded[: len(coded) // 4 * 4]).decode("latin-1")
            found |= {plain, plain.replace("\0", "")}
    return found - {text}


def content_reveals(token, content):
    """Return whether a file reveals the token, also in what it packs."""
    if reveals(token, content):
        return True
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        streams = read_outlook_file(content)
        return any(reveals(token, unpack(one)) for one in streams)
    parts = message_from_bytes(content, policy=policy.default).walk()
    payloads = [part.get_payload(decode=True) or b"" for part in parts]
    return any(one != content and reveals(token, one) for one in payloads)


# === FILES === #


def make_email(text, cte="8bit", subtype="html", charset="utf-8", **headers):
    """Return an email as a file."""
    message = EmailMessage(policy=policy.SMTP)
    message["From"], message["To"] = "Ada <ada@bakery.example.com>", "x@example.com"
    message["Subject"] = headers.get("subject", "Your invoice")
    message.set_content(text, subtype=subtype, cte=cte, charset=charset)
    return message.as_bytes()


def make_docx(link):
    """Return a text document with a link in it, compressed."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "<w:document/>")
        archive.writestr("word/_rels/document.xml.rels", f'<R Id="1" Target="{link}"/>')
    return file.getvalue()


def make_winmail(link):
    """Return a ``winmail.dat``: the text as such and, compressed, as Outlook shows it."""
    rich = pack(rb"{\rtf1\ansi {\field{\*\fldinst HYPERLINK \"" + link.encode() + rb"\"}}Open}")
    return b"\x78\x9f\x3e\x22\x01\x00" + struct.pack("<I", len(rich)) + rich + b"\0" * 9


def make_pdf(link):
    """Return a PDF with a link in a compressed stream of objects, as printing an email makes it."""
    stream = zlib.compress(f"1 0 2 9 <</S/URI/URI({link})>> <</Type/Annot>>".encode())
    return (
        b"%PDF-1.5\n1 0 obj <</Type/ObjStm/Filter/FlateDecode>> stream\r\n"
        + stream
        + b"\nendstream endobj\n%%EOF"
    )


def make_signed(link):
    """Return a signed email."""
    inner = make_email(f"See {link} please").decode()
    return (
        "From: ada@bakery.example.com\r\nSubject: Signed\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/signed; micalg="sha-256";\r\n'
        ' protocol="application/pkcs7-signature"; boundary="b"\r\n\r\n'
        f"--b\r\n{inner}\r\n"
        "--b\r\nContent-Type: application/pkcs7-signature\r\n\r\nMIIB\r\n--b--\r\n"
    ).encode()


def pack(plain):
    """Return a formatted text in Outlook's own compression: letters, and words seen before."""
    written, place, body = bytearray(207), 0, bytearray()
    while place < len(plain) or not body:
        flags, items = 0, bytearray()
        for bit in range(8):
            if place >= len(plain):
                break
            for length in range(min(17, len(plain) - place), 1, -1):
                at = bytes(written).find(plain[place : place + length], 207)
                if at >= 0 and len(written) < 4000:
                    flags |= 1 << bit
                    items += ((at << 4) | (length - 2)).to_bytes(2, "big")
                    break
            else:
                length = 1
                items.append(plain[place])
            written += plain[place : place + length]
            place += length
        body += bytes([flags]) + items
    body += b"\x01" + ((len(written) % 4096) << 4).to_bytes(2, "big")
    checksum = zlib.crc32(body, 0xFFFFFFFF) ^ 0xFFFFFFFF
    return struct.pack("<II4sI", len(body) + 12, len(plain), b"LZFu", checksum) + body


def unpack(stream):
    """Return the plain form of such a text; anything else as it is."""
    if stream[8:12] != b"LZFu":
        return stream
    size, length, _kind, checksum = struct.unpack("<II4sI", stream[:16])
    body = stream[16 : size + 4]
    assert zlib.crc32(body, 0xFFFFFFFF) ^ 0xFFFFFFFF == checksum, "Outlook refuses it"
    window, written, place = bytearray(4096), 207, 0
    plain = bytearray()
    while len(plain) < length:
        flags = body[place]
        place += 1
        for bit in range(8):
            if len(plain) >= length:
                break
            if flags >> bit & 1:
                reference = int.from_bytes(body[place : place + 2], "big")
                place += 2
                letters = [(reference >> 4) + step for step in range((reference & 15) + 2)]
            else:
                window[written % 4096] = body[place]
                place += 1
                letters = [written]
            for at in letters:
                window[written % 4096] = window[at % 4096]
                plain.append(window[written % 4096])
                written += 1
    return bytes(plain)


SECTOR, SMALL = 512, 64
END, FREE = 0xFFFFFFFE, 0xFFFFFFFF


def make_outlook_file(streams):
    """Return a file as Outlook saves it; what belongs together is scattered over it.

    The first stream is small, and shares a stream with others; each sector of the rest is
    followed by one of another stream.
    """
    small, *large = streams
    parts = [[FREE, bytes(SECTOR)] for _number in range(4)]  # table, directory, small table, shared
    parts[0][0], parts[1][0], parts[2][0] = 0xFFFFFFFD, END, END
    shared, table = bytearray(), []
    for number, piece in enumerate(_pieces(small, SMALL)):
        shared += piece.ljust(SMALL, b"\0") + b"\xaa" * SMALL  # a gap after each
        table += [2 * number + 2, FREE]
    table[-2] = END
    blocks = _pieces(bytes(shared), SECTOR)
    places = [3, *range(4, 3 + len(blocks))]
    parts[3:] = [[END, bytes(SECTOR)] for _place in places]
    for index, place in enumerate(places):
        following = places[index + 1] if index + 1 < len(places) else END
        parts[place] = [following, blocks[index].ljust(SECTOR, b"\0")]
    parts[2][1] = struct.pack(f"<{len(table)}I", *table).ljust(SECTOR, b"\xff")
    waiting = [_pieces(one, SECTOR) for one in large]
    last = [None] * len(large)
    while any(waiting):
        for index, rest in enumerate(waiting):
            if rest:
                if last[index] is not None:
                    parts[last[index]][0] = len(parts)
                last[index] = len(parts)
                parts.append([END, rest.pop(0).ljust(SECTOR, b"\0")])
    root = "__nameid_version1.0".encode("utf-16-le").ljust(116, b"\0")
    parts[1][1] = (root + struct.pack("<II", 3, len(shared))).ljust(SECTOR, b"\0")
    chain = [following for following, _block in parts]
    parts[0][1] = struct.pack(f"<{len(chain)}I", *chain).ljust(SECTOR, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + struct.pack("<HH", 9, 6)
    header = header.ljust(48, b"\0") + struct.pack("<I", 1)
    header = header.ljust(60, b"\0") + struct.pack("<IIII", 2, 1, END, 0)
    header += struct.pack("<I", 0).ljust(SECTOR - len(header), b"\xff")
    return header + b"".join(block for _following, block in parts)


def read_outlook_file(content):
    """Return the streams of such a file, in the order they were given."""
    (_table, *blocks) = _pieces(content[SECTOR:], SECTOR)
    chain = struct.unpack("<128I", _table)
    small_chain = struct.unpack("<128I", blocks[1])

    def follow(number, table):
        while number < len(table):
            yield number
            number = table[number]

    shared = b"".join(blocks[number - 1] for number in follow(3, chain))
    small = b"".join(shared[at * SMALL :][:SMALL] for at in follow(0, small_chain))
    used = set(follow(3, chain)) | {0, 1, 2}
    heads = [one for one in range(len(blocks) + 1) if one not in used and one not in chain]
    large = [b"".join(blocks[number - 1] for number in follow(head, chain)) for head in heads]
    return [small, *large]
