"""All invoices of a period in one file: what is in it, for whom, and that it goes on."""

import io
import os
import tracemalloc
import zipfile
from datetime import date
from functools import partial
from html import unescape
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..models.invoices import archive as archives
from ..tools.zip_stream import Member, zip_chunks, zip_length
from .archive_common import PERIOD, ZIP, ArchiveCase
from .portal_common import PORTAL


@tagged("post_install", "-at_install")
class TestArchive(ArchiveCase):
    # === WHAT IS IN IT === #

    def test_every_kind_with_its_files_and_a_row(self):
        files = self.download()
        for move, file in zip(self.moves, self.files, strict=True):
            self.assertEqual(files[file.name], file.raw, move.move_type)
        rows = {row["Number"]: row for row in self.rows(files)}
        self.assertEqual(set(rows), {*self.moves.mapped("name"), self.invoice.name})
        for move, file in zip(self.moves, self.files, strict=True):
            row, sign = rows[move.name], -1 if move.move_type == "out_refund" else 1
            self.assertEqual(float(row["Total"]), sign * move.amount_total)
            self.assertEqual(float(row["Net"]), sign * move.amount_untaxed)
            self.assertEqual(float(row["Tax"]), sign * move.amount_tax)
            self.assertEqual(float(row["Balance due"]), sign * move._finance_portal_amount_left())
            self.assertEqual(row["Date"], move.invoice_date.isoformat())
            self.assertEqual(row["Currency"], move.currency_id.name)
            self.assertEqual(row["Customer"], "Bakery")
            self.assertEqual(row["Company"], self.company.name)
            self.assertEqual(row["Files"], file.name)
            self.assertTrue(row["Status"])

    def test_page_says_how_much_it_is_and_the_list_leads_there(self):
        self.assertIn(f'href="{PORTAL}/invoices/download"', self.open("/invoices").text)
        page = self.open(f"/invoices/download?{PERIOD}")
        self.assertIn("<bdi>4</bdi>", page.text)
        self.assertIn(f"{PORTAL}/invoices/download/zip?{PERIOD}", unescape(page.text))
        self.assertIn("less than 1 kB", page.text)
        self.add_file(self.invoice, raw=b"x" * 2048)
        page = self.open(f"/invoices/download?{PERIOD}")
        self.assertRegex(page.text, r"<bdi>2(\.\d)?\skB</bdi>")

    def test_the_e_invoice_lies_beside_its_pdf(self):
        move, official = self.moves[0], "_finance_portal_get_official_files"
        xml = self.add_file(move, "ubl_cii_xml_file", raw=b"<Invoice/>")
        found = getattr(type(move), official)

        def with_xml(one):
            return found(one) + (xml.sudo() if one.id == move.id else xml.browse())

        with patch.object(type(move), official, with_xml):
            files = self.download()
        self.assertEqual(files[xml.name], b"<Invoice/>")
        [row] = [row for row in self.rows(files) if row["Number"] == move.name]
        self.assertEqual(row["Files"], f"{self.files[0].name}, {xml.name}")

    def test_what_is_not_made_yet_is_listed_and_starts_no_renderer(self):
        with patch.object(type(self.env["ir.actions.report"]), "_pre_render_qweb_pdf") as render:
            files = self.download()
        render.assert_not_called()
        text = files["Missing PDFs.txt"].decode("utf-8-sig")
        self.assertIn(self.invoice.name, text)
        self.assertNotIn(self.moves[0].name, text)
        self.assertIn("Open each one in the portal", text)
        self.assertIn("PDFs that haven", self.open(f"/invoices/download?{PERIOD}").text)
        self.add_file(self.invoice)
        self.assertNotIn("Missing PDFs.txt", self.download())

    def test_lost_and_broken_files_are_listed(self):
        lost, short, torn = self.files
        for file, content in ((lost, None), (short, b"%P"), (torn, b"x" * torn.file_size)):
            path = file._full_path(file.store_fname)
            with open(path, "rb") as kept:
                self.addCleanup(self.put, path, kept.read())
            os.remove(path)
            if content:
                self.put(path, content)
        files = self.download()
        text = files["Missing PDFs.txt"].decode("utf-8-sig")
        for file in self.files:
            self.assertNotIn(file.name, files)
            self.assertIn(file.name, text)
        self.assertEqual(len(self.rows(files)), 4, "the table has all")

    def put(self, path, content):
        with open(path, "wb") as file:
            file.write(content)

    def test_files_in_the_database(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        file = self.add_file(self.invoice)
        self.assertFalse(file.store_fname)
        self.assertEqual(self.download()[file.name], file.raw)

    def test_names_are_those_that_staff_mailed_once_each_and_no_folders(self):
        self.files[0].name = "../../etc/Invoice.pdf"
        self.files[1].name = "INVOICE.pdf"
        self.files[2].name = "invoice.pdf"
        files = self.download()
        for name in files:
            self.assertNotRegex(name, r"[/\\]")
        self.assertIn("INVOICE.pdf", files)
        self.assertIn("invoice (2).pdf", files)

    def test_no_spreadsheet_runs_what_a_customer_is_called(self):
        self.customer.name = '=HYPERLINK("https://evil.example")'
        [customer] = {row["Customer"] for row in self.rows(self.download())}
        self.assertTrue(customer.startswith("'="), customer)

    # === FOR WHOM === #

    def test_only_the_customers_own_documents(self):
        others = self.make_invoice(partner=self.eve)
        drafts = self.make_invoice(post=False)
        late = self.make_invoice(invoice_date="2025-12-31")
        sister = self.env["res.company"].create({"name": "Sister"})
        numbers = {row["Number"] for row in self.rows(self.download())}
        self.assertEqual(numbers, {*self.moves.mapped("name"), self.invoice.name})
        for move in (others, drafts, late):
            self.assertNotIn(move.name, numbers)
        self.account._show_companies(sister)
        self.fetch(status=422)

    def test_a_limited_contact_gets_their_own(self):
        bens = self.make_invoice(partner=self.ben)
        self.assertIn(bens.name, {row["Number"] for row in self.rows(self.download())})
        self.account.own_documents = True
        self.assertNotIn(bens.name, {row["Number"] for row in self.rows(self.download())})

    def test_what_was_cancelled_meanwhile_is_not_in_it(self):
        self.open(f"/invoices/download?{PERIOD}")
        gone = self.moves[0]
        gone.button_draft()
        gone.button_cancel()
        files = self.download()
        left = self.moves - gone + self.invoice
        self.assertEqual({row["Number"] for row in self.rows(files)}, {*left.mapped("name")})
        self.assertNotIn(self.files[0].name, files)
        for file in self.files[1:]:
            self.assertEqual(files[file.name], file.raw)

    def test_who_is_not_signed_in_gets_nothing(self):
        self.become_stranger()
        self.fetch(status=401)

    # === LIMITS === #

    def test_too_much_or_nothing_is_said_instead(self):
        for name, limit in (("MAX_DOCUMENTS", 3), ("MAX_BYTES", 10)):
            self.make_invoice(invoice_date="2026-02-10")
            with self.subTest(name), patch.object(archives, name, limit):
                page = self.fetch(status=422)
                self.assertIn("At most", page.text)
                self.assertIn("from=2026-02-01&amp;to=2026-02-28", page.text)
                self.assertNotIn("from=2026-01-01&amp;to=2026-01-31", page.text, "still too much")
                february = ZIP.replace(PERIOD, "from=2026-02-01&to=2026-02-28")
                self.assertTrue(self.rows(self.download(february)))
        for query in ("from=2020-01-01&to=2020-01-31", "from=yesterday", "from=2026-02-01&to=x"):
            with self.subTest(query):
                page = self.fetch(ZIP.replace(PERIOD, query), status=422)
                self.assertIn("text/html", page.headers["Content-Type"])
        self.assertFalse(self.events() - self.events()[:2], "none of these is a download")

    def test_downloads_are_counted_by_account(self):
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.archives", "2/600")
        self.fetch()
        self.fetch(status=206, Range="bytes=10-")
        self.fetch(status=429)

    def test_no_more_queries_for_many_than_for_a_few(self):
        def count():
            self.fetch()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.fetch()
            return self.env.cr.sql_log_count - before

        few = count()
        for _number in range(12):
            self.add_file(self.make_invoice())
        self.assertLessEqual(count(), few + 1)

    # === IT GOES ON === #

    def test_length_is_known_and_any_part_can_be_had(self):
        whole = self.fetch()
        length = len(whole.content)
        self.assertEqual(int(whole.headers["Content-Length"]), length)
        self.assertStrictHeaders(whole)
        head = self.fetch(method="HEAD")
        self.assertEqual(int(head.headers["Content-Length"]), length)
        self.assertEqual(self.fetch().content, whole.content, "the same bytes each time")
        tag = whole.headers["ETag"]
        for first, last in ((0, 9), (1, length - 1), (length // 2, length - 1), (40, 41)):
            with self.subTest(first=first):
                part = self.fetch(status=206, **{"Range": f"bytes={first}-{last}", "If-Range": tag})
                self.assertEqual(part.content, whole.content[first : last + 1])
                extent = f"bytes {first}-{last}/{length}"
                self.assertEqual(part.headers["Content-Range"], extent)
        rest = self.fetch(status=206, Range=f"bytes={length - 100}-")
        self.assertEqual(rest.content, whole.content[-100:])
        beyond = self.fetch(status=416, Range=f"bytes={length}-")
        self.assertEqual(beyond.headers["Content-Range"], f"bytes */{length}")
        for several in ("bytes=0-1,5-6", "nonsense", "bytes=9-3"):
            self.assertEqual(self.fetch(Range=several).content, whole.content)

    def test_what_changed_meanwhile_is_sent_anew(self):
        tag = self.fetch().headers["ETag"]
        self.pay(self.invoice)
        whole = self.fetch(**{"Range": "bytes=50-", "If-Range": tag})
        self.assertNotEqual(whole.headers["ETag"], tag)
        self.unzip(whole.content)

    def test_a_file_that_changes_under_way_cuts_the_download_short(self):
        """Never a whole download with another length, or with another file, in it."""
        member = Member("a.pdf", 4, date(2026, 1, 1), lambda: b"longer than that")
        archive = archives.Archive("a.zip", zip_length([member]), "tag", [member])
        with self.assertLogs(archives.__name__, "WARNING"):
            self.assertEqual(b"".join(archive.stream()), b"")

        def vanished():
            raise FileNotFoundError("a.pdf")

        members = [member._replace(size=3, read=lambda: b"abc"), member._replace(read=vanished)]
        archive = archives.Archive("a.zip", zip_length(members), "tag", members)
        with self.assertLogs(archives.__name__, "WARNING"):
            self.assertLess(len(b"".join(archive.stream())), archive.length)

    # === WHAT STAFF SEE === #

    def test_a_download_is_one_row_however_many_parts(self):
        whole = self.fetch()
        [row] = self.events()
        self.assertEqual((row.account_id, row.verdict), (self.account, "person"))
        self.assertIn("Bakery", row.file_name)
        self.fetch(status=206, **{"Range": "bytes=50-", "If-Range": whole.headers["ETag"]})
        self.fetch(method="HEAD")
        self.assertEqual(len(self.events()), 1)

    def test_nobody_takes_all_but_the_first_byte_unseen(self):
        self.fetch(status=206, Range="bytes=1-")
        self.assertEqual(len(self.events()), 1)


@tagged("post_install", "-at_install")
class TestZipStream(BaseCase):
    def test_memory_does_not_grow_with_the_number_of_files(self):
        size = 200_000

        def peak(count):
            members = [
                Member(f"{number}.pdf", size, date(2026, 1, 1), partial(bytes, size))
                for number in range(count)
            ]
            tracemalloc.start()
            length = sum(map(len, zip_chunks(members)))
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            self.assertEqual(length, zip_length(members))
            return most

        self.assertLess(peak(300), peak(3) + 2 * size)

    def test_the_standard_library_reads_what_we_write(self):
        files = {"Rechnung ä.pdf": b"x" * 5, "empty.txt": b"", "a" * 120 + ".xml": b"<a/>"}
        members = [
            Member(name, len(content), date(1970, 1, 1), partial(bytes, content))
            for name, content in files.items()
        ]
        archive = zipfile.ZipFile(io.BytesIO(b"".join(zip_chunks(members))))
        self.assertIsNone(archive.testzip())
        self.assertEqual({name: archive.read(name) for name in archive.namelist()}, files)
