"""The parts of a decision that import no Odoo: terms, signatures, what visitors type."""

import base64
import io
import json
import struct
import zlib
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from odoo.tests import BaseCase, tagged
from odoo.tools import file_path

from ..tools import entered, signature, terms
from .test_pure_tools import settings

settings.load_profile("finance_portal")

# === TERMS === #

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.sampled_from(["name", "price", "quantity", "taxes", "note", "valid until"])
PARTS = st.dictionaries(NAMES, TEXTS, max_size=4)


def with_ids(parts):
    return [{**part, "id": str(number)} for number, part in enumerate(parts)]


TERMS = st.builds(
    lambda head, lines: {"head": head, "lines": with_ids(lines)},
    PARTS,
    st.lists(PARTS, max_size=4),
)


@st.composite
def mutated(draw):
    """Return terms, and the same with exactly one thing about them changed."""
    old = draw(TERMS)
    new = json.loads(json.dumps(old))
    lines = new["lines"]
    places = ["head", *(["line", "gone"] if lines else []), "added"]
    if len(lines) > 1:
        places.append("order")
    match draw(st.sampled_from(places)):
        case "added":
            lines.insert(draw(st.integers(0, len(lines))), {"id": "new", **draw(PARTS)})
        case "gone":
            lines.pop(draw(st.integers(0, len(lines) - 1)))
        case "order":
            shift = draw(st.integers(1, len(lines) - 1))
            new["lines"] = lines[shift:] + lines[:shift]
        case place:
            part = new["head"] if place == "head" else draw(st.sampled_from(lines))
            name = draw(NAMES)
            part[name] = draw(TEXTS.filter(lambda text: text != part.get(name)))
    return old, new


@tagged("post_install", "-at_install")
class TestTerms(BaseCase):
    @given(TERMS)
    def test_what_is_packed_comes_out_as_it_was(self, some):
        packed = terms.pack(some)
        self.assertRegex(packed, r"^[A-Za-z0-9_=-]+$", "it stands in a form")
        self.assertEqual(terms.unpack(packed), some)
        self.assertEqual(terms.fingerprint(terms.unpack(packed)), terms.fingerprint(some))

    @given(st.one_of(st.text(max_size=60), st.binary(max_size=60).map(base64.b64encode)))
    def test_unpacking_anything_else_is_a_value_error(self, text):
        text = text if isinstance(text, str) else text.decode()
        with self.assertRaises(ValueError):
            terms.unpack(text)

    def test_unpacking_stops_at_what_is_too_large(self):
        bomb = base64.urlsafe_b64encode(zlib.compress(b"[" + b"1," * 5_000_000)).decode()
        self.assertLess(len(bomb), 200_000)
        with self.assertRaises(ValueError):
            terms.unpack(bomb)

    @given(TERMS)
    def test_nothing_changed_between_equal_terms(self, some):
        self.assertEqual(terms.compare(some, json.loads(terms.canonical(some))), [])

    @given(mutated())
    def test_every_single_change_is_found(self, pair):
        old, new = pair
        self.assertTrue(terms.compare(old, new), pair)
        self.assertTrue(terms.compare(new, old), pair)

    @given(st.one_of(mutated(), st.tuples(TERMS, TERMS), TERMS.map(lambda some: (some, some))))
    def test_terms_compare_equal_exactly_when_their_fingerprints_do(self, pair):
        old, new = pair
        same = terms.fingerprint(old) == terms.fingerprint(new)
        self.assertEqual(not terms.compare(old, new), same, pair)

    @given(TERMS, st.randoms(use_true_random=False))
    def test_the_order_of_names_means_nothing(self, some, random):
        head = [*some["head"].items()]
        random.shuffle(head)
        shuffled = {"lines": some["lines"], "head": dict(head)}
        self.assertEqual(terms.fingerprint(shuffled), terms.fingerprint(some))

    @given(
        st.dates(datetime(2020, 1, 1).date(), datetime(2035, 1, 1).date()),
        st.integers(-72 * 60, 72 * 60),
        st.lists(st.sampled_from(["", *sorted(available_timezones())]), max_size=3),
    )
    def test_days_are_left_until_the_day_ended_in_the_last_of_the_zones(self, day, minutes, zones):
        now = datetime.combine(day, time(12), UTC) + timedelta(minutes=minutes)
        local = [now.astimezone(ZoneInfo(zone)).date() for zone in zones if zone]
        left = max((day - today).days for today in local or [now.date()])
        self.assertEqual(terms.days_left(day, now, zones), left)


# === SIGNATURES === #


def chunk(kind, data):
    """Return a part of a PNG file, with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width, height, depth=8, colours=6):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0))


MAGIC, END = b"\x89PNG\r\n\x1a\n", chunk(b"IEND", b"")


def url(content):
    """Return a file as a browser's canvas posts it."""
    return signature.PREFIX + base64.b64encode(content).decode()


def drawing(mode="RGBA", ground=(0, 0, 0, 0), **options):
    """Return a PNG of a stroke."""
    picture = Image.new("RGBA", (120, 40), ground)
    ImageDraw.Draw(picture).line([(5, 35), (60, 5), (115, 35)], fill="black", width=3)
    if mode == "P":
        # Palette, with the ground (white) as its transparent colour.
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture)
        picture = paper.convert("P")
        options["transparency"] = picture.getpixel((0, 0))
    elif mode != "RGBA":
        picture = picture.convert(mode)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", **options)
    return buffer.getvalue()


def parts_of(content):
    """Return the parts of a PNG file as ``(kind, data)``."""
    parts, at = [], len(MAGIC)
    while at < len(content):
        (size,) = struct.unpack_from(">I", content, at)
        parts.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + size]))
        at += 12 + size
    return parts


PART = st.tuples(
    st.sampled_from(
        [b"IHDR", b"IDAT", b"IEND", b"PLTE", b"tRNS", b"iCCP", b"gAMA", b"cHRM", b"sRGB",
         b"tEXt", b"zTXt", b"iTXt", b"pHYs", b"acTL", b"fcTL", b"fdAT", b"eXIf", b"zzzz"]
    ),
    st.one_of(
        st.binary(max_size=30),
        st.builds(
            lambda width, height, depth, colours: struct.pack(
                ">IIBBBBB", width, height, depth, colours, 0, 0, 0
            ),
            st.sampled_from([0, 1, 120, 70_000, 2**32 - 1]),
            st.sampled_from([0, 1, 40, 5000, 2**32 - 1]),
            st.sampled_from([1, 8, 16]),
            st.sampled_from([0, 2, 3, 4, 6]),
        ),
        st.just(b"Comment\0\0" + zlib.compress(b"x" * 3_000_000)),
    ),
)  # fmt: skip


@tagged("post_install", "-at_install")
class TestSignature(BaseCase):
    def assertPicture(self, content):
        """Assert that a signature is a plain picture on white with nothing but its pixels."""
        with Image.open(io.BytesIO(content)) as picture:
            self.assertEqual((picture.format, picture.mode), ("PNG", "RGB"))
            self.assertEqual(picture.info, {})
            self.assertEqual(picture.convert("L").getextrema()[1], 255)
        kinds = {kind for kind, _data in parts_of(content)}
        self.assertEqual(kinds, {b"IHDR", b"IDAT", b"IEND"})

    def assertNotASignature(self, data_url):
        with self.assertRaises(ValueError):
            signature.read_drawn(data_url)

    def test_every_kind_of_png_is_read(self):
        for mode in ("RGBA", "RGB", "P", "1", "L", "LA"):
            ground = (0, 0, 0, 0) if mode == "RGBA" else (255, 255, 255, 255)
            with self.subTest(mode=mode):
                self.assertPicture(signature.read_drawn(url(drawing(mode, ground))))

    def test_of_an_animation_one_picture_is_kept(self):
        second = Image.new("RGBA", (120, 40), "black")
        content = drawing(save_all=True, append_images=[second])
        self.assertIn(b"acTL", content)
        self.assertPicture(signature.read_drawn(url(content)))

    def test_what_hides_in_a_picture_is_not_kept(self):
        parts = parts_of(drawing())
        parts.insert(1, (b"tEXt", b"Comment\0<script>alert(1)</script>"))
        content = MAGIC + b"".join(chunk(*part) for part in parts) + b"<script>"
        self.assertNotIn(b"script", signature.read_drawn(url(content)))

    def test_dimensions_are_checked_before_any_pixel_is_decoded(self):
        pixels = chunk(b"IDAT", zlib.compress(b"\0" * 100))
        for size in ((4001, 2000), (9500, 9500), (20_000, 20_000), (2**31 - 1, 2**31 - 1),
                     (2**32 - 1, 2**32 - 1), (0, 0), (1, 0), (8_000_000, 1)):  # fmt: skip
            with self.subTest(size=size):
                self.assertNotASignature(url(MAGIC + header(*size) + pixels + END))
        twice = header(10, 10) + header(20_000, 20_000)
        self.assertNotASignature(url(MAGIC + twice + pixels + END))

    def test_broken_files_and_other_formats_are_no_signature(self):
        good = drawing()
        for length in range(0, len(good) - 12, 7):
            self.assertNotASignature(url(good[:length]))
        for kind in ("GIF", "BMP", "JPEG"):
            buffer = io.BytesIO()
            Image.new("RGB", (50, 50)).save(buffer, kind)
            self.assertNotASignature(url(buffer.getvalue()))
        for text in (
            "", "x", signature.PREFIX, f"{signature.PREFIX}%%%", f"{signature.PREFIX}ä",
            "data:image/svg+xml,<svg/>", f" {url(good)}", url(good)[:-3] + "\n=",
            url(good).replace("png", "PNG"), signature.PREFIX + "A" * 2_000_000,
        ):  # fmt: skip
            self.assertNotASignature(text)

    def test_an_empty_sheet_is_no_signature(self):
        for ground in ((0, 0, 0, 0), (255, 255, 255, 255), (0, 0, 0, 1)):
            buffer = io.BytesIO()
            Image.new("RGBA", (400, 100), ground).save(buffer, "PNG")
            self.assertNotASignature(url(buffer.getvalue()))

    @given(st.lists(PART, min_size=1, max_size=3), st.integers(0, 3), st.booleans())
    def test_no_file_breaks_the_reader(self, added, place, replaced):
        parts = parts_of(drawing())
        parts[place : place + replaced] = added
        try:
            picture = signature.read_drawn(url(MAGIC + b"".join(chunk(*part) for part in parts)))
        except ValueError:
            return
        self.assertPicture(picture)

    def test_a_name_is_drawn_in_the_first_font_that_has_its_letters(self):
        latin = file_path("web/static/fonts/sign/LaBelleAurore-Regular.ttf")
        wide = file_path("web/static/fonts/sign/NotoSans-Reg.ttf")
        self.assertPicture(signature.draw_typed("Ada Baker", [latin, wide]))
        self.assertPicture(signature.draw_typed("Łukasz Ąćę", [latin, wide]))
        for name in ("七", "Ada 🙂", "Ada\U0010fffe"):
            with self.assertRaises(ValueError):
                signature.draw_typed(name, [latin, wide])
        self.assertPicture(signature.draw_typed("W" * 100, [latin]))


# === WHAT VISITORS TYPE === #


@tagged("post_install", "-at_install")
class TestEntered(BaseCase):
    @given(st.text(max_size=200), st.integers(1, 60))
    def test_a_line_is_short_printable_and_stays_as_it_is(self, text, most):
        line = entered.clean_line(text, most)
        self.assertLessEqual(len(line), most)
        self.assertEqual(line.split(), line.split(" ") if line else [])
        printable = line.replace("\u200c", "").replace("\u200d", "")
        self.assertTrue(all(one.isprintable() or one.isspace() for one in printable), line)
        self.assertEqual(entered.clean_line(line, most), line)

    @given(st.text(max_size=200))
    def test_lines_stay_lines(self, text):
        lines = entered.clean_lines(text, 100)
        self.assertLessEqual(len(lines), 100)
        self.assertFalse(set(lines) & set("\0\x01\x1b\r\x7f\u202e\u2066\ufeff"))
        self.assertEqual(entered.clean_lines(lines, 100), lines)

    def test_names_of_all_languages_pass_unharmed(self):
        for name in ("Ada Baker", "Łukasz O’Neill-Šimić", "محمد علی‌زاده", "नरेन्द्र", "李小龍", "3M"):
            self.assertEqual(entered.clean_line(name, 100), name)
            self.assertTrue(entered.has_letters(name), name)

    def test_what_only_looks_empty_is_no_name(self):
        for text in ("\u200b", "\u2800", "\u3164\u202e", "...", "\u00a0 \u2003", "\u200d"):
            self.assertFalse(entered.has_letters(entered.clean_line(text, 100)), text)
