"""Secrets in what others send in: every encoding, in every kind of text and file."""

import base64
import io
import resource
import struct
import time
import tracemalloc
import zipfile
import zlib

from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from odoo.tests import BaseCase, tagged
from odoo.tools import html_sanitize

from ..tools.outlook_file import MAGIC
from ..tools.quoted_original import cut_quotes
from ..tools.secure_token import PLACEHOLDER, new_ref, new_token
from ..tools.token_files import is_email, mask_file
from ..tools.token_search import find_tokens, mask_bytes, mask_text
from . import received_common as received

PATHS = (
    "/finance/i/", "/q/", "/finance/p/", "/finance/t/", "/finance/customer-portal/setup/",
    "/finance/customer-portal/reset/",
)  # fmt: skip
TOKENS = st.from_regex(r"[A-Z][A-Za-z0-9_-]{42}", fullmatch=True)


@tagged("post_install", "-at_install")
class TestTokenSearch(BaseCase):
    def test_l2_every_encoding_of_every_path_is_masked(self):
        for path in PATHS:
            for name, encode in received.ENCODINGS.items():
                token = new_token()
                text = f"Hello!\n{encode(f'https://erp.example.com{path}{token}')} Thanks"
                with self.subTest(path=path, encoding=name):
                    self.assertTrue(received.reveals(token, text), "the search finds it at all")
                    self.assertFalse(received.reveals(token, mask_text(text)))
                    self.assertIn("Thanks", mask_text(text))
                    self.assertTrue(find_tokens(text.encode()))

    def test_l2_bytes_keep_their_length_whatever_the_text_is_written_in(self):
        for charset in received.CHARSETS:
            for name, encode in received.ENCODINGS.items():
                token = new_token()
                link = encode(f"https://erp.example.com/finance/i/{token}")
                content = f"Hallo Frau Müller!\n{link} Danke".encode(charset)
                with self.subTest(charset=charset, encoding=name):
                    masked = mask_bytes(content)
                    self.assertEqual(len(masked), len(content))
                    self.assertFalse(received.reveals(token, masked.decode(charset)))
                    self.assertIn("Frau Müller", masked.decode(charset))

    def test_l2_every_attribute_is_searched(self):
        """A link's address stands not only in ``href``: also of what staff paste or write."""
        forms = (
            '<a {name}="{link}" href="https://x.example.com/">x</a>',
            '<a href="https://x.example.com/" {name}="see &quot;{link}&quot; &gt; now">x</a>',
            "<a {name}='{link}'>x</a>",
            "<a {name}={link}>x</a>",
            '<img {name}="a > b {link} < c">',
            '<!-- <a {name}="{link}"> -->',
        )
        for name in ("title", "data-x", "data-oe-expression", "alt", "style", "onclick", "class"):
            for encoding, encode in received.ENCODINGS.items():
                for form in forms:
                    token = new_token()
                    link = encode(f"https://erp.example.com/finance/i/{token}")
                    text = form.format(name=name, link=link)
                    with self.subTest(name=name, encoding=encoding, form=form):
                        self.assertFalse(received.reveals(token, mask_text(text)))

    @given(TOKENS, st.sampled_from(sorted(received.ENCODINGS)))
    def test_l2_no_token_survives(self, token, name):
        text = received.ENCODINGS[name](f"https://erp.example.com/finance/i/{token}")
        self.assertFalse(received.reveals(token, mask_text(text)))

    @given(st.text(max_size=300))
    def test_other_texts_stay(self, text):
        if "/" not in text and "%" not in text and "&" not in text:
            self.assertEqual(mask_text(text), text)

    def test_what_is_no_secret_stays(self):
        for text in (
            f"/finance/d/{new_ref()}", "/finance/customer-portal/login",
            f'href="https://erp/finance/i/{PLACEHOLDER}-0123456789abcdef0123"',
            f'href="https://erp/q/{PLACEHOLDER}-0123456789abcdef0123"',
            "https://example.com/q/how-do-i-write-off-an-invoice-in-part-only",
            f"/web/content/{new_token()}", "with finance_portal_timesheet_and_more",
            "<p>100% &amp; more = <b>yes</b></p>", f"Message-Id: <{new_token()}@example.com>",
        ):  # fmt: skip
            self.assertEqual(mask_text(text), text)

    def test_no_tag_and_no_attribute_goes_or_comes_with_a_secret(self):
        """Emails are masked after they were cleaned: nothing in them may come to life again.

        A place to break in the middle of a secret may be a tag, or the end of an attribute.
        """
        token, far = new_token(), "z" * 420  # what looks like a tag is no longer than 400
        start, end, live = token[:20], token[20:], '" onmouseover=alert(1) x="'
        coded = base64.b64encode(f"https://erp.example.com/finance/i/{token}".encode()).decode()
        first, *rest = str(ord(coded[60]))
        escape = f'&amp;#{first}&lt;b">{"".join(rest)};'
        for name, text in {
            "end of an attribute": f'<a title="{far} /finance/i/{start}&lt;b">{end} {live}</a>',
            "written twice": f'<a title="{far} /finance/i/{start}&amp;lt;b">{end} {live}</a>',
            "in an escape": f'<a title="{far} /q/A{start}&amp;#6&lt;b">5;{end} {live}</a>',
            "in base64": f'<a title="{far} {coded[:60]}&lt;b">{coded[60:]} {live}</a>',
            "in its escape": f'<a title="{far} {coded[:60]}{escape}{coded[61:]} {live}</a>',
            "begin of one": f'<p>/q/A{start}<b title="x&gt;{end} onclick=x {far}">x</b></p>',
            "name of one": '<p title="/finance/i/" data-o-mail-quote-container="onclick=x">x</p>',
            "another quote": f"<p title='/finance/i/\"'>{token} {live}</p>",
            "what follows": f'<p>/finance/i/{start}</p><a href="https://x/y">{end} View</a>',
        }.items():
            cleaned = f"{html_sanitize(text)}<p title='{far}'>.</p>"
            masked = mask_text(cleaned)
            with self.subTest(name):
                self.assertNotEqual(masked, cleaned)
                self.assertEqual(self.tags_of(masked), self.tags_of(cleaned))

    def test_l2_a_secret_within_what_breaks_another_is_hidden_as_well(self):
        token, other = new_token(), new_token()
        for text in (
            f'/q/A{token[:20]}<a href="/finance/i/{other}">{token[20:]}</a>',
            f'/q/A{token[:20]}<b title="&gt;/finance/i/{other}">{token[20:]}',
            f"/q/A{token[:20]}<wbr=3E{token[20:]} /finance/i/{other}",
            f"/q/A{token[:20]}<wbr&gt;{token[20:]} /finance/i/{other}",
            f"/finance/%2569/<{token}> /finance/i/<{other}>",
            f"/finance/%2569/\"{token}\" /finance/i/'{other}'",
        ):
            for masked in (mask_text(text), mask_bytes(text.encode()).decode()):
                with self.subTest(text=text):
                    for secret in (token[:20], token[20:], other):
                        self.assertNotIn(secret, masked)

    def tags_of(self, text):
        """Return the tags with the number of their attributes, one of which may be hidden."""
        root = html.fragment_fromstring(text, create_parent="div")
        return [(node.tag, len(node.attrib)) for node in root.iter()]

    def test_ordinary_texts_take_next_to_no_time(self):
        body = '<p>Hello, this is a <a href="https://example.com/x?y=1&amp;z=2">link</a></p>\n' * 50
        started = time.process_time()
        for _time in range(20):
            mask_text(body)
        self.assertLess((time.process_time() - started) / 20, 0.02)

    def test_hostile_texts_take_no_time(self):
        started = time.process_time()
        for text in (
            "%2fq_" * 40_000, "/q" + "%2f" * 60_000, "finance/i/" * 20_000, "<a" * 100_000,
            "&#x" * 50_000, "A" * 200_000, "AAAA\n" * 40_000, "=\n" * 100_000, "(" * 200_000,
            "/finance/i/" + "A" * 200_000, "finance/i/ " * 20_000, "<br>" + "&gt; " * 50_000,
        ):  # fmt: skip
            mask_text(text)
        self.assertLess(time.process_time() - started, 20)

    def test_encodings_within_encodings_take_no_time(self):
        # Each level shows the same letters in seven views, and each may begin at four places.
        several_views = "<a>%2525252541&amp;amp;amp;amp;<b> "
        within = "V" * 24_000
        for _level in range(5):
            within = several_views + base64.b64encode(within.encode()).decode()
        link = base64.b64encode(b"finance/i/" * 30).decode()
        started = time.process_time()
        mask_text(within)
        mask_text(f"/q/{'V' * 40}\n> {link}=\n" * 2000)
        self.assertLess(time.process_time() - started, 10)

    def test_hostile_texts_take_little_memory(self):
        """A worker that outgrows its limit is ended, and the same email comes again."""
        link = f"/finance/i/{'A' * 20} "
        coded = base64.b64encode(link.encode()).decode()
        for piece in (
            "%3D", "%252525", "=3D", "&#x3d;", "&amp;", "\\u003d", "=\n", "\n> ", "<b>", "a<wbr>",
            "/q/", link, coded, f"{coded}\n", f"{coded[:20]}=\n{coded[20:]}",
            coded.replace("=", "%3D"),
            link.encode("utf-16-le").decode(), link.encode("utf-16-be").decode(),
        ):  # fmt: skip
            text = piece * (100_000 // len(piece))
            with self.subTest(piece=piece):
                tracemalloc.start()
                self.addCleanup(tracemalloc.stop)
                mask_text(text)
                _now, most = tracemalloc.get_traced_memory()
                tracemalloc.stop()
                self.assertLess(most / len(text), 55)

    def test_pieces_of_one_secret_that_are_found_in_several_ways_are_all_hidden(self):
        """Two encodings of one text, of which each shows another half of the address."""
        token = new_token()
        address = f"https://erp.example.com/finance/i/{token}"
        for cut in range(1, len(token), 7):
            coded = base64.b64encode(address.encode()).decode()
            place = len(coded) - cut
            for fold in ("\n", "=\n", "\n> ", "<wbr>", "&shy;"):
                text = f"{coded[:place]}{fold}{coded[place:]} Bye"
                with self.subTest(cut=cut, fold=fold):
                    masked = mask_text(text)
                    plain = base64.b64decode(masked.replace(fold, "").removesuffix(" Bye"))
                    self.assertEqual(plain.decode(), address.replace(token, "*" * len(token)))

    def test_long_replies_are_cut_in_no_time(self):
        started = time.process_time()
        for line in ("&gt;\n", "b: x\n", "<blockquote data-o-mail-quote='1'>x</blockquote>y"):
            cut_quotes(f"<pre>{line * 60_000}</pre>")
        self.assertLess(time.process_time() - started, 20)


@tagged("post_install", "-at_install")
class TestHostileFiles(BaseCase):
    """An email that anybody may send keeps no server busy, and fills no memory."""

    def assertHarmless(self, content, seconds=10, megabytes=200):
        started = time.process_time()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        mask_file(content)
        used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        self.assertLess(time.process_time() - started, seconds)
        self.assertLess(used, megabytes * 1024)

    def test_an_archive_that_unpacks_to_gigabytes(self):
        file = io.BytesIO()
        with (
            zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as archive,
            archive.open("a", "w") as entry,
        ):
            for _time in range(40):
                entry.write(bytes(10**7))
        self.assertHarmless(file.getvalue())

    def test_a_pdf_that_unpacks_to_gigabytes(self):
        # After the first stream, one byte may still be read.
        first = zlib.compress(b"\0" * (16 * 1024 * 1024 - 2))
        packer = zlib.compressobj()
        second = b"".join([packer.compress(bytes(10**7)) for _time in range(40)])
        file = b"%PDF-1\nstream\n" + first + b"\nstream\n" + second + packer.flush()
        self.assertHarmless(file, seconds=20)

    def test_an_outlook_file_whose_streams_share_one_end(self):
        count, sector = 2000, 512
        head = bytearray(sector)
        head[: len(MAGIC)] = MAGIC
        struct.pack_into("<HH", head, 30, 9, 6)
        struct.pack_into("<III", head, 60, 0xFFFFFFFE, 0, 0xFFFFFFFE)
        tables = range(count * 4 // sector + 1)
        struct.pack_into("<109I", head, 76, *tables, *[0xFFFFFFFF] * (109 - len(tables)))
        following = [number + 1 if number < count // 2 else 0 for number in range(count)]
        body = struct.pack(f"<{count}I", *following).ljust(count * sector, b"\0")
        self.assertHarmless(bytes(head) + body)

    def test_a_winmail_dat_that_unpacks_to_gigabytes(self):
        # Each refers to what it repeats, and goes on to the end of all that follow.
        piece = struct.pack("<II", 2**31, 2**31) + b"LZFu" + b"\0" * 4 + b"\xff" + b"\x00\x0f" * 8
        self.assertHarmless(b"\x78\x9f\x3e\x22" + piece * 20_000, seconds=40)

    def test_headers_that_keep_python_busy(self):
        for header in ("To: " + "(" * 5000, "To: " + "a@example.com," * 20_000):
            email = f"From: a@example.com\nSubject: x\n{header}\n\nHello"
            self.assertHarmless(email.encode())


@tagged("post_install", "-at_install")
class TestTokenFiles(BaseCase):
    def setUp(self):
        super().setUp()
        self.token = new_token()
        self.link = f"https://erp.example.com/finance/i/{self.token}"

    def assertHidden(self, content):
        masked, left = mask_file(content)
        self.assertEqual(left, set())
        self.assertEqual(len(masked), len(content))
        self.assertTrue(received.content_reveals(self.token, content), "it was there")
        self.assertFalse(received.content_reveals(self.token, masked))

    def test_l2_a_saved_email_is_masked(self):
        for cte in ("8bit", "quoted-printable", "base64"):
            for name, encode in received.ENCODINGS.items():
                with self.subTest(cte=cte, encoding=name):
                    text = f"<p>{'x' * 40} {encode(self.link)}</p>"
                    if cte == "8bit" and max(map(len, text.splitlines())) > 998:
                        continue
                    self.assertHidden(received.make_email(text, cte))
        for charset in ("utf-16", "iso-8859-1"):
            with self.subTest(charset=charset):
                email = received.make_email(f"See {self.link}", "base64", "plain", charset)
                self.assertHidden(email)

    def test_l2_an_email_within_an_email_is_masked(self):
        inner = received.make_email(f"<a href='{self.link}'>Open</a>", "base64").decode()
        outer = (
            "From: a@example.com\r\nSubject: Fwd\r\nMIME-Version: 1.0\r\n"
            'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
            f"--b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b--\r\n"
        )
        self.assertHidden(outer.encode())

    def test_l2_an_outlook_message_is_masked_wherever_its_text_is_scattered(self):
        html = f'<p>{"Our email. " * 60}<a href="{self.link}">Open</a>{" More." * 200}</p>'.encode()
        rich = received.pack(
            rb"{\rtf1\ansi {\*\htmltag84 <a href="
            + f'"{self.link}">}}Open{{\\*\\htmltag84 <a href="{self.link}">}}'.encode()
            + rb"Open again}"
        )
        self.assertEqual(received.unpack(rich).count(self.token.encode()), 2)
        for shift in range(0, 64, 7):
            small = f"{'x' * shift} {self.link} bye".encode("utf-16-le")
            file = received.make_outlook_file([small, b"y" * shift * 8 + html, rich, b"z" * 2000])
            with self.subTest(shift=shift):
                self.assertTrue(is_email(file))
                streams = received.read_outlook_file(file)
                self.assertTrue(all(map(self._reveals, streams[:3])), "it was there")
                masked, left = mask_file(file)
                self.assertEqual((len(masked), left), (len(file), set()))
                for old, new in zip(streams, received.read_outlook_file(masked), strict=True):
                    self.assertFalse(self._reveals(new))
                    self.assertEqual(len(received.unpack(old)), len(received.unpack(new)))

    def _reveals(self, stream):
        return received.reveals(self.token, received.unpack(stream))

    def test_l2_what_would_break_stays_and_is_named(self):
        for name, make in {
            "docx": received.make_docx, "PDF": received.make_pdf, "signed": received.make_signed,
            "winmail.dat": received.make_winmail,
        }.items():  # fmt: skip
            with self.subTest(file=name):
                content = make(self.link)
                self.assertEqual(mask_file(content), (content, {self.token}))
                self.assertEqual(mask_file(make("https://example.com")), (
                    make("https://example.com"), set(),
                ))  # fmt: skip

    def test_l2_files_within_an_email_are_opened(self):
        message = received.EmailMessage()
        message["From"], message["Subject"] = "a@example.com", "Fwd"
        message.set_content("See the files.")
        for name, make in {"a.docx": received.make_docx, "a.pdf": received.make_pdf}.items():
            message.add_attachment(make(self.link), "application", "octet-stream", filename=name)
        content = message.as_bytes()
        self.assertEqual(mask_file(content), (content, {self.token}))

    def test_damaged_and_hostile_files_do_no_harm(self):
        started = time.process_time()
        bomb = received.make_docx("A" * 50_000_000)
        for content in (
            b"", b"PK\x03\x04", b"%PDF-1.4 stream\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            received.make_outlook_file([b"x", b"y"])[:700], bomb,
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 22 + b"\x09\0\x06\0" + b"\0" * 1500,
            b"From: x\nSubject: =?bad?q?\nContent-Type: x/y; charset=nowhere\n\n\xff\xfe",
        ):  # fmt: skip
            self.assertEqual(mask_file(content), (content, set()))
        self.assertLess(time.process_time() - started, 20)
