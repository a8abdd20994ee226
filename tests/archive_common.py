"""A customer with documents of every kind and their PDFs, to be downloaded together."""

import csv
import io
import zipfile

from .http_common import PHONE
from .portal_common import PORTAL, PortalCase

PERIOD = "from=2026-01-01&to=2026-12-31"
ZIP = f"{PORTAL}/invoices/download/zip?{PERIOD}"
KINDS = ("out_invoice", "out_refund", "out_receipt")


class ArchiveCase(PortalCase):
    """A customer with an invoice, a credit note and a receipt, each with its PDF."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.moves = cls.env["account.move"].union(
            *(cls.make_invoice(move_type=kind) for kind in KINDS)
        )
        cls.files = [cls.add_file(move) for move in cls.moves]

    @classmethod
    def add_file(cls, move, field="invoice_pdf_report_file", name=None, raw=None):
        """Store a legal document of an invoice, as sending does; return the attachment."""
        ending = "pdf" if field == "invoice_pdf_report_file" else "xml"
        file = cls.env["ir.attachment"].create(
            {
                "name": name or f"{move.name.replace('/', '_')}.{ending}",
                "raw": raw or f"%PDF {move.name}".encode(),
                "mimetype": "application/pdf" if ending == "pdf" else "application/xml",
                "res_model": move._name,
                "res_id": move.id,
                "res_field": field,
            }
        )
        cls.env.invalidate_all()
        return file

    def setUp(self):
        super().setUp()
        self.sign_in()

    def fetch(self, path=ZIP, status=200, method="GET", **headers):
        """Return the answer to a download."""
        self.env.flush_all()
        answer = self.url_open(path, method=method, headers={"User-Agent": PHONE, **headers})
        self.env.invalidate_all()
        self.assertEqual(answer.status_code, status, answer.headers)
        return answer

    def unzip(self, content):
        """Return ``{name: bytes}`` of an archive, having checked every byte of it."""
        archive = zipfile.ZipFile(io.BytesIO(content))
        self.assertIsNone(archive.testzip())
        names = archive.namelist()
        self.assertEqual(len(names), len({name.casefold() for name in names}))
        return {name: archive.read(name) for name in names}

    def download(self, path=ZIP):
        return self.unzip(self.fetch(path).content)

    def rows(self, files):
        """Return the rows of the table in an archive, as dicts."""
        text = files["Invoices.csv"].decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def events(self):
        return self.Event.search([("kind", "=", "archive")])
