from datetime import timedelta

from odoo import api, fields, models

STATEMENT = "finance.portal.statement"
# Both say what is open on the day they are made, and are made anew on another.
DATED = (STATEMENT, "finance.portal.issued.statement")
MAX_KEPT = 24  # of each customer: twelve months in two languages
KEPT = timedelta(days=30)
GC_BATCH = 500


class FinancePortalPdf(models.Model):
    """The PDFs of statements: of each customer, a few of the newest, for a while.

    A statement is no document that lasts. Its PDF is kept so that asking for it again, which
    needs no renderer then, costs nobody else their turn.
    """

    _inherit = "finance.portal.pdf"

    @api.model
    def _keep_statement(self, key, company, filename, content):
        """Store the PDF of a statement, and drop the customer's oldest; see ``_keep_as``."""
        kept = self._keep_as(key, company, filename, content)
        with self._own_transaction() as pdfs:
            domain = [("res_model", "=", STATEMENT), ("res_id", "=", key["res_id"])]
            pdfs.search(domain, order="current_at desc, id desc", offset=MAX_KEPT).unlink()
        return kept

    @api.autovacuum
    def _gc_statements(self):
        """Delete a batch of statements that were made long ago.

        :return: ``(how many, whether there may be more)``
        """
        before = fields.Datetime.now() - KEPT
        # sudo: nobody has rights here
        old = self.sudo().search(
            [("res_model", "in", DATED), ("current_at", "<", before)], limit=GC_BATCH
        )
        count = len(old)
        old.unlink()
        return count, count == GC_BATCH

    def _is_current(self):
        """Answer for statements, which are never kept for as long as documents."""
        return self.res_model not in DATED and super()._is_current()
