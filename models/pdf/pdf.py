import base64
import hashlib
import json
import logging
from contextlib import contextmanager

import psycopg2.errors

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from ...own_transaction import SHORT_WAIT, own_transaction

_logger = logging.getLogger(__name__)

GC_BATCH = 200  # each is compared with its document


class FinancePortalPdf(models.Model):
    """The official PDF of one version of a document.

    Odoo keeps the PDF of an invoice. Quotes, orders and payments it prints anew every time:
    seconds of a renderer, and never the same bytes twice. Here the bytes that staff mailed are
    kept, or those of the first download, as long as the document would be printed the same.
    """

    _name = "finance.portal.pdf"
    _description = "Official PDF of a Document"
    _inherit = "finance.portal.system.record.mixin"
    _log_access = False

    res_model = fields.Char("Document Model", required=True)
    res_id = fields.Integer("Document", required=True)
    version = fields.Char(required=True)
    lang = fields.Char("Language", required=True)
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    filename = fields.Char(required=True)
    content = fields.Binary(attachment=True)
    sha256 = fields.Char("SHA-256", required=True)
    # When it was stored, or found by the retention to be of the document as it still is.
    current_at = fields.Datetime(required=True)

    _one_per_version = models.UniqueIndex("(res_model, res_id, version, lang)")
    _retention_index = models.Index("(company_id, current_at)")

    # === BUSINESS METHODS === #

    @api.model
    def _get_kept(self, document):
        """Return ``(file name, bytes)`` of the document as it is now, or ``None``."""
        return self._get_kept_as(document._finance_portal_get_pdf_key())

    @api.model
    def _get_kept_as(self, key):
        """Return ``(file name, bytes)`` of what is stored with a key, or ``None``."""
        kept = self._find_key(key)._read_content()
        if kept:
            return kept
        with self._own_transaction() as pdfs:
            # Stored a moment ago, by a transaction that ours began too early to see.
            return pdfs._find_key(key)._read_content()

    @api.model
    def _keep(self, document, filename, content):
        """Store the PDF of a document as it is now.

        :param str filename: the name to download it under
        :param bytes content: the PDF
        :return: ``(file name, bytes)`` of what is stored: of two parallel downloads, both
            give the PDF of the first
        """
        key, company = (
            document._finance_portal_get_pdf_key(),
            document._finance_portal_get_company(),
        )
        return self._keep_as(key, company, filename, content)

    @api.model
    def _keep_newest(self, files):
        """Store PDFs of documents as they are now, in the place of what is stored already.

        :param list files: ``(document, file name, bytes)`` of different documents
        """
        rows = [
            self._prepare_row(
                document._finance_portal_get_pdf_key(),
                document._finance_portal_get_company(),
                filename,
                content,
            )
            for document, filename, content in files
        ]
        # Always in the same order, so that no two transactions wait for each other.
        rows.sort(key=lambda row: row["res_id"])
        contents = {document.id: content for document, _name, content in files}
        if not rows:
            return
        try:
            with self._own_transaction() as pdfs:
                pdfs._store_newest(rows, contents)
        except psycopg2.errors.LockNotAvailable:
            if len(files) > 1:  # one of them is being deleted, say: it keeps back no other
                for file in files:
                    self._keep_newest([file])
            else:
                _logger.info("PDF of %s not stored", files[0][0])

    @api.model
    def _keep_as(self, key, company, filename, content):
        """Store a PDF with a key; see :meth:`_keep`.

        :param dict key: ``res_model``, ``res_id``, ``version`` and ``lang``
        :param company: whose it is, and whose retention applies
        """
        row = self._prepare_row(key, company, filename, content)
        try:
            with self._own_transaction() as pdfs:
                return pdfs._store(row, content)
        except psycopg2.errors.LockNotAvailable:
            # The document is being deleted, or its company changed: not worth waiting for.
            _logger.info("PDF of %s,%s not stored", key["res_model"], key["res_id"])
            return filename, content

    @api.model
    def _prepare_row(self, key, company, filename, content):
        """Return the columns of a PDF that is stored now."""
        return {
            **key,
            "company_id": company.id,
            "filename": filename,
            "sha256": hashlib.sha256(content).hexdigest(),
            "current_at": fields.Datetime.now(),
        }

    def _store(self, row, content):
        """Write what :meth:`_keep` stores, in a transaction of its own."""
        [(pdf, is_new)] = self._insert([row])
        kept = None if is_new else pdf._read_content()
        if not kept:
            pdf._write_content(row, content)
        return kept or (row["filename"], content)

    def _store_newest(self, rows, contents):
        """Write what :meth:`_keep_newest` stores, in a transaction of its own.

        :param dict contents: the PDFs by the ids of their documents
        """
        new = []
        for row, (pdf, is_new) in zip(rows, self._insert(rows), strict=True):
            content = contents[row["res_id"]]
            if is_new:
                new.append((pdf, base64.b64encode(content)))
            else:
                pdf._write_content(row, content)
        if new:
            self._fields["content"].create(new)

    def _insert(self, rows):
        """Store rows; return ``(row, whether it is new)`` for each, in their order.

        :param list rows: dicts with the same keys, of different documents
        """
        # The database decides between parallel downloads; the later one waits for the first.
        self.env.cr.execute(
            SQL(
                "INSERT INTO finance_portal_pdf (%s) VALUES %s"
                " ON CONFLICT (res_model, res_id, version, lang)"
                " DO UPDATE SET current_at = EXCLUDED.current_at RETURNING res_id, id, xmax = 0",
                SQL(", ").join(map(SQL.identifier, rows[0])),
                SQL(", ").join(SQL("%s", tuple(row.values())) for row in rows),
            ),
            log_exceptions=False,
        )
        stored = {
            number: (self.browse(row_id), is_new)
            for number, row_id, is_new in self.env.cr.fetchall()
        }
        self.union(*(pdf for pdf, _is_new in stored.values())).invalidate_recordset()
        return [stored[row["res_id"]] for row in rows]

    def _write_content(self, row, content):
        """Put a PDF in the place of the one that is stored."""
        self.write(
            {
                "filename": row["filename"],
                "sha256": row["sha256"],
                "content": base64.b64encode(content),
            }
        )
        self.flush_recordset()

    # === HELPERS === #

    @api.model
    def _make_version(self, printed):
        """Return a text that changes whenever what is printed does.

        :param printed: any structure of values
        """
        text = json.dumps(printed, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    @api.model
    def _find(self, document):
        """Return the row (sudo) for a document as it is now, if there is one."""
        return self._find_key(document._finance_portal_get_pdf_key())

    @api.model
    def _find_key(self, key):
        # sudo: nobody has rights here; who may have the PDF is decided before
        return self.sudo().search([(name, "=", value) for name, value in key.items()], limit=1)

    def _read_content(self):
        """Return ``(file name, bytes)``, or ``None`` when there is no row or its file is lost."""
        content = base64.b64decode(self.with_context(bin_size=False).content or b"")
        if not content or hashlib.sha256(content).hexdigest() != self.sha256:
            return None
        return self.filename, content

    @contextmanager
    def _own_transaction(self):
        """Yield this model in a transaction of its own.

        Inside the caller's, the unique index would make parallel downloads fail, and an email
        that is sent again after such a failure would leave twice.
        """
        with own_transaction(self.env, SHORT_WAIT) as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})[self._name]

    # === RETENTION === #

    @api.model
    def _gc_batch(self, company, before):
        """Delete a batch of ``company``'s PDFs that no longer match their document.

        :param before: those stored, or last found to be current, before this moment
        :return: how many were looked at
        """
        # sudo: retention, run by the system
        pdfs = self.sudo().search(
            [("company_id", "=", company.id), ("current_at", "<", before)],
            order="current_at",
            limit=GC_BATCH,
        )
        current = pdfs.filtered(lambda pdf: pdf._is_current())
        current.current_at = fields.Datetime.now()
        (pdfs - current).unlink()
        return len(pdfs)

    def _is_current(self):
        """Return whether the document exists and would still be printed like this."""
        if self.res_model not in self.env:
            return False
        document = self.env[self.res_model].browse(self.res_id).exists()
        return bool(document) and self._find(document) == self
