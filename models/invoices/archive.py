import hashlib
import logging
import os
from datetime import date
from functools import partial
from typing import NamedTuple

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.modules.registry import Registry
from odoo.tools import SQL

from ...const import MEGABYTE
from ...tools.file_names import safe_name
from ...tools.spreadsheet import csv_bytes
from ...tools.zip_stream import ChangedFile, Member, cut, unique_name, zip_chunks, zip_length

_logger = logging.getLogger(__name__)

MAX_DOCUMENTS = 1000
MAX_BYTES = 500 * MEGABYTE
PDF_FIELD = "invoice_pdf_report_file"
MONTHS = """
    SELECT date_trunc('month', move.invoice_date)::date, count(*),
           COALESCE(sum(files.size), 0), count(*) FILTER (WHERE files.has_pdf IS NOT TRUE)
      FROM account_move move
 LEFT JOIN LATERAL (
           SELECT sum(file_size) AS size, bool_or(res_field = %(pdf)s) AS has_pdf
             FROM ir_attachment
            WHERE res_model = 'account.move' AND res_id = move.id AND res_field IS NOT NULL
           ) files ON TRUE
     WHERE move.id IN %(moves)s
  GROUP BY 1 ORDER BY 1
"""


class Month(NamedTuple):
    """What an archive of one month would hold: documents, bytes, documents without a PDF."""

    day: date
    count: int
    size: int
    unready: int


class Archive(NamedTuple):
    """A ZIP file to send: its name, length and tag (of its content), and what it is made of."""

    filename: str
    length: int
    etag: str
    members: list

    def stream(self, start=0, stop=None):
        """Yield its bytes, or a part of them; end early when a file changed since.

        Then fewer bytes arrive than were announced, so that no browser takes it for whole.
        """
        try:
            yield from cut(zip_chunks(self.members), start, self.length if stop is None else stop)
        except (ChangedFile, OSError) as error:
            _logger.warning("The download of an archive was cut short: %s", error)


class FinancePortalArchive(models.AbstractModel):
    """All invoices of a period in one ZIP file: PDFs, e-invoices and a table.

    Only what Odoo keeps already is put into it. Making PDFs takes the renderer seconds for each,
    which others wait for; what is not made yet, or lost, is listed in a text file inside.
    """

    _name = "finance.portal.archive"
    _description = "Archive of Invoices"

    # === WHAT WOULD BE IN IT === #

    @api.model
    def _get_months(self, domain):
        """Return a :class:`Month` for each month of the documents of a domain, in one query.

        :param domain: of all documents that whoever asks may see, on invoices
        """
        self.env.flush_all()
        # sudo: the scope is in the domain
        moves = self.env["account.move"].sudo().with_context(active_test=False)._search(domain)
        query = SQL(MONTHS, moves=moves.subselect(), pdf=PDF_FIELD)
        return [Month(*row) for row in self.env.execute_query(query)]

    @api.model
    def _fits(self, months):
        """Return whether that many documents, and bytes, may be downloaded at once."""
        count, size = sum(one.count for one in months), sum(one.size for one in months)
        return count <= MAX_DOCUMENTS and size <= MAX_BYTES

    # === MAKING IT === #

    @api.model
    def _make(self, moves, filename, advice):
        """Return an :class:`Archive` of some invoices, in the language of the context.

        :param moves: invoices (sudo) that whoever asks may see, in their order
        :param str filename: what it is called
        :param str advice: a sentence on how to get PDFs that aren't made yet
        """
        Lists = self.env["finance.portal.list.invoices"]
        Lists._warm_up(moves)
        members, tokens, taken, rows, unready, lost = [], [], set(), [], [], []
        table = unique_name(safe_name(f"{self.env._('Invoices')}.csv"), taken)
        for move in Lists._localize(moves):
            names = []
            for attachment in self._get_files(move, unready):
                day = move.invoice_date or fields.Date.today()
                if source := self._find_source(attachment):
                    names.append(unique_name(safe_name(attachment.name), taken))
                    members.append(Member(names[-1], source[0], day, source[1]))
                    tokens.append(attachment.checksum)
                else:
                    lost.append(f"{move.name}: {safe_name(attachment.name)}")
            rows.append(self._get_row(move, names))
        texts = {table: csv_bytes([self._get_heads(), *rows])}
        if unready or lost:
            name = unique_name(safe_name(f"{self.env._('Missing PDFs')}.txt"), taken)
            texts[name] = self._get_missing_text(unready, lost, advice)
        for name, content in texts.items():
            day = max(moves.mapped("invoice_date"), default=fields.Date.today())
            members.insert(0, Member(name, len(content), day, partial(bytes, content)))
            tokens.insert(0, hashlib.sha256(content).hexdigest())
        known = repr([(*one[:3], token) for one, token in zip(members, tokens, strict=True)])
        etag = hashlib.sha256(known.encode()).hexdigest()
        return Archive(filename, zip_length(members), etag, members)

    @api.model
    def _get_files(self, move, unready):
        """Return the legal documents (sudo) of an invoice: its PDF, and the e-invoice.

        :param list unready: gets its number when there is no PDF yet
        """
        files = move._finance_portal_get_official_files()
        if not move.invoice_pdf_report_id:
            unready.append(move.name)
        return files

    @api.model
    def _find_source(self, attachment):
        """Return ``(size, function that reads it)`` of a file, or ``None`` when it is lost.

        The function is called once the request, with its transaction, is over.
        """
        stored = attachment.store_fname
        path = stored and attachment._full_path(stored)
        if path and os.path.isfile(path):
            size = os.path.getsize(path)
            broken = attachment.mimetype == "application/pdf" and not _begins_as_pdf(path)
            return None if broken or size != attachment.file_size else (size, partial(_read, path))
        # In the database; or, by another addon, in a store of its own.
        size = len(attachment.raw or b"") if stored else attachment.file_size
        read = partial(_read_stored, self.env.cr.dbname, attachment.id)
        return (size, read) if size else None

    # === THE TABLE === #

    @api.model
    def _get_heads(self):
        return [
            self.env._("Company"),
            self.env._("Type"),
            self.env._("Number"),
            self.env._("Date"),
            self.env._("Due date"),
            self.env._("Customer"),
            self.env._("Net"),
            self.env._("Tax"),
            self.env._("Total"),
            self.env._("Balance due"),
            self.env._("Currency"),
            self.env._("Status"),
            self.env._("Files"),
        ]

    @api.model
    def _get_row(self, move, names):
        """Return the row of an invoice; what is in the customer's favor is negative.

        :param names: of its files in the archive
        """
        sign, places = -1 if move.move_type == "out_refund" else 1, move.currency_id.decimal_places
        left = move._finance_portal_amount_left() if move._finance_portal_is_open() else 0
        amounts = (move.amount_untaxed, move.amount_tax, move.amount_total, left)
        return [
            move.company_id.name,
            move.type_name,
            move.name,
            move.invoice_date,
            move.invoice_date_due or None,
            move._finance_portal_get_customer().name,
            *(round(sign * amount, places) or 0 for amount in amounts),
            move.currency_id.name,
            ", ".join(text for _tone, text in move._finance_portal_get_states()),
            ", ".join(names),
        ]

    @api.model
    def _get_missing_text(self, unready, lost, advice):
        """Return the text file on what is not in the archive, and what to do."""
        parts = []
        if unready:
            parts += [advice, "", *unready, ""]
        if lost:
            damaged = self.env._(
                "These files are lost or damaged on the server. Please contact whoever runs it."
            )
            parts += [damaged, "", *lost, ""]
        return "\r\n".join(parts).encode("utf-8-sig")


def _begins_as_pdf(path):
    with open(path, "rb") as file:
        return file.read(4) == b"%PDF"


def _read(path):
    with open(path, "rb") as file:
        return file.read()


def _read_stored(database, attachment_id):
    """Return the content of a file that is no file on this server, after the request."""
    with Registry(database).cursor() as cr:
        env = api.Environment(cr, SUPERUSER_ID, {})
        return env["ir.attachment"].browse(attachment_id).raw or b""


def between(period):
    """Return the domain of what is dated in a period."""
    return Domain("invoice_date", ">=", period.start) & Domain("invoice_date", "<=", period.end)
