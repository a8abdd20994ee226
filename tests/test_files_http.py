"""Files under a link: who gets them, and that nothing in them runs in the browser."""

from odoo.tests import tagged

from .common import issue_token
from .files_common import FilesCase
from .http_common import GATEWAY, FinancePortalHttpCase

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(document.domain)</script>"
POLYGLOT = b"GIF89a/*\x00*/=1;alert(1)//<script>alert(1)</script>"


@tagged("post_install", "-at_install")
class TestFilesHttp(FilesCase, FinancePortalHttpCase):
    def setUp(self):
        super().setUp()
        _link, self.token = self.issue()
        self.ref = self.Link.sudo()._resolve_token(self.token, "i").ref

    def download(self, ref, **options):
        return self.visit(f"/finance/d/{self.ref}/file/{ref}", **options)

    def downloads(self):
        rows = self.Event.search([("kind", "=", "file")])
        return [(row.file_name, row.document_name) for row in rows]

    def assertInert(self, answer, mimetype):
        """Assert that a browser saves the answer, whatever it contains."""
        self.assertEqual(answer.status_code, 200)
        self.assertStrictHeaders(answer)
        self.assertEqual(answer.headers["Content-Type"].partition(";")[0], mimetype)
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment; filename*="))
        self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
        self.assertNotIn("allow-", answer.headers["Content-Security-Policy"])

    # === DOWNLOAD === #

    def test_l12_file_is_handed_out_as_it_is_with_strict_headers(self):
        raw = b"%PDF-1.4 " + b"x" * 200_000
        [ref] = self.show(self.attach(name="Terms & Conditions.pdf", raw=raw))
        page = self.open_link(self.token)
        self.assertIn(f'href="/finance/d/{self.ref}/file/{ref}"', page.text)
        answer = self.download(ref)
        self.assertInert(answer, "application/pdf")
        self.assertEqual(answer.content, raw)
        self.assertEqual(answer.headers["Content-Length"], str(len(raw)))
        self.assertEqual(
            answer.headers["Content-Disposition"],
            "attachment; filename*=UTF-8''Terms%20%26%20Conditions.pdf",
        )
        self.assertEqual(self.downloads(), [("Terms & Conditions.pdf", self.invoice.display_name)])

    def test_file_kept_in_the_database_is_handed_out_too(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        [ref] = self.show(self.attach(raw=b"%PDF kept in a row"))
        self.open_link(self.token)
        answer = self.download(ref)
        self.assertEqual(answer.content, b"%PDF kept in a row")
        self.assertEqual(answer.headers["Content-Length"], "18")

    def test_l7_head_sends_headers_and_records_nothing(self):
        [ref] = self.show(self.attach(raw=b"%PDF" + b"x" * 100))
        self.open_link(self.token)
        answer = self.download(ref, method="HEAD")
        self.assertInert(answer, "application/pdf")
        self.assertEqual((answer.content, answer.headers["Content-Length"]), (b"", "104"))
        self.assertEqual(self.downloads(), [])

    def test_no_part_and_no_comparison_with_an_older_copy(self):
        [ref] = self.show(self.attach())
        self.open_link(self.token)
        answer = self.download(ref)
        self.assertFalse({"ETag", "Last-Modified", "Accept-Ranges"} & set(answer.headers))

    def test_scanner_is_recorded_as_one(self):
        [ref] = self.show(self.attach())
        self.open_link(self.token, agent=GATEWAY)
        self.assertEqual(self.download(ref, agent=GATEWAY).status_code, 200)
        self.assertEqual(self.Event.search([("kind", "=", "file")]).verdict, "scanner")

    def test_product_document_of_a_quote_is_handed_out(self):
        self.env["product.document"].create(
            {
                "name": "manual.pdf",
                "raw": b"%PDF manual",
                "res_model": "product.template",
                "res_id": self.product_a.product_tmpl_id.id,
                "attached_on_sale": "quotation",
            }
        )
        document = self.order.sudo()
        token = self.issue_for(document)
        [(ref, _attachment)] = document._finance_portal_get_files()
        page = self.visit(f"/q/{token}", follow=True)
        self.assertIn(f"/file/{ref}", page.text)
        answer = self.visit(f"{page.url[page.url.index('/finance') :]}/file/{ref}")
        self.assertEqual((answer.status_code, answer.content), (200, b"%PDF manual"))

    def issue_for(self, document):
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create({"model": document._name, "res_id": document.id, "body_html": "<p/>"})
        )
        return issue_token(document, self.ada, mail)

    # === HOSTILE FILES === #

    def test_nothing_runs_on_our_address(self):
        kinds = {
            ('"><script>.svg', "image/svg+xml", SVG): "application/octet-stream",
            ("page.html", "text/html", HTML): "application/octet-stream",
            ("page.xhtml", "application/xhtml+xml", HTML): "application/octet-stream",
            (
                "style.xml",
                "application/xml",
                b'<?xml-stylesheet href="x"?>',
            ): "application/octet-stream",
            ("run.js", "text/javascript", b"alert(1)"): "application/octet-stream",
            ("lie.pdf", "application/pdf", HTML): "application/pdf",
            ("both.gif", "image/gif", POLYGLOT): "image/gif",
            ("words.txt", "text/plain", HTML): "text/plain",
            ("old.doc", "application/msword", b"x"): "application/octet-stream",
        }
        self.open_link(self.token)
        for (name, mimetype, raw), served in kinds.items():
            with self.subTest(name=name):
                attachment = self.attach(name=name, raw=raw)
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE ir_attachment SET mimetype = %s WHERE id = %s",
                    [mimetype, attachment.id],
                )
                attachment.invalidate_recordset()
                [ref] = self.show(attachment)
                answer = self.download(ref)
                self.assertInert(answer, served)
                self.assertEqual(answer.content, raw)

    def test_hostile_names_reach_neither_header_nor_page(self):
        names = {
            '"><script>.svg': "___script_.svg",
            "..\\..\\x": "_.._x",
            "invoice\u202efdp.exe": "invoicefdp.exe",
            "a\r\nSet-Cookie: b=c.pdf": "aSet-Cookie_%20b%3Dc.pdf",
            "Müller.pdf": "M%C3%BCller.pdf",
        }
        for name, sent in names.items():
            with self.subTest(name=name):
                [ref] = self.show(self.attach(name=name, mimetype="text/plain"))
                page = self.open_link(self.token)
                answer = self.download(ref)
                self.assertEqual(
                    answer.headers["Content-Disposition"], f"attachment; filename*=UTF-8''{sent}"
                )
                self.assertNotIn("Set-Cookie: b", str(answer.headers))
                for trace in ("<script>.svg", "\u202e", "..\\"):
                    self.assertNotIn(trace, page.text)

    # === WHO DOES NOT GET IT === #

    def assertGone(self, answer):
        self.assertEqual(answer.status_code, 404)
        self.assertStrictHeaders(answer)
        self.assertIn("This file is no longer available", answer.text)
        self.assertIn(f'href="/finance/d/{self.ref}"', answer.text)
        self.assertIn(self.company.name, answer.text)
        self.assertEqual(self.downloads(), [])

    def test_unticked_deleted_and_unknown_files_are_gone(self):
        unticked, deleted = self.attach(name="a.pdf"), self.attach(name="b.pdf")
        never = self.attach(name="c.pdf")
        refs = self.show(unticked, deleted)
        self.open_link(self.token)
        self.invoice.finance_file_ids = deleted
        deleted.unlink()
        for ref in (*refs, str(never.id), "x", "A" * 22, never.checksum):
            with self.subTest(ref=ref):
                self.assertGone(self.download(ref))

    def test_file_lost_on_disk_is_gone(self):
        attachment = self.attach()
        [ref] = self.show(attachment)
        self.open_link(self.token)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = 'aa/nowhere' WHERE id = %s", [attachment.id]
        )
        self.assertGone(self.download(ref))

    def test_l6_file_of_another_document_is_gone(self):
        other = self.make_invoice()
        theirs = self.attach(other)
        self.env["finance.portal.file"]._show(other, theirs)
        [(ref, _attachment)] = other._finance_portal_get_files()
        self.open_link(self.token)
        self.assertGone(self.download(ref))

    def test_l5_file_needs_the_link_it_stands_on(self):
        [ref] = self.show(self.attach())
        other, _token = self.issue(partner=self.ben)
        self.open_link(self.token)
        answer = self.visit(f"/finance/d/{other.ref}/file/{ref}")
        self.assertEqual(answer.status_code, 404)
        self.assertIn("Open the link in your email", answer.text)
        self.become_stranger()
        answer = self.download(ref)
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn("terms", answer.text)

    def test_l4_dead_link_hands_out_no_file(self):
        [ref] = self.show(self.attach())
        self.open_link(self.token)
        self.Link.sudo().search([("ref", "=", self.ref)])._revoke("staff")
        for method in ("GET", "HEAD"):
            self.assertEqual(self.download(ref, method=method).status_code, 410)
        self.assertEqual(self.downloads(), [])

    def test_l13_downloads_count_against_the_limit(self):
        [ref] = self.show(self.attach())
        self.open_link(self.token)
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.viewing", "1/60")
        self.assertEqual(self.download(ref).status_code, 429)

    def test_only_get_and_head(self):
        [ref] = self.show(self.attach())
        self.open_link(self.token)
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            self.assertEqual(self.download(ref, method=method).status_code, 405)
