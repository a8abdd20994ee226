from odoo import models

# What a form reads for each part of the Sharing tab that is empty.
EMPTY_PARTS = {
    "finance_link_ids": [],
    "finance_event_ids": [],
    "finance_decision_ids": [],
    "finance_file_ids": [],
    "finance_file_choice_ids": [],
    "finance_note": False,
}
FILES = {"finance_file_ids", "finance_file_choice_ids"}


class FinancePortalDocument(models.AbstractModel):
    """Spare Odoo's forms the queries for parts of the Sharing tab that hold nothing.

    Most documents are opened more often than they are sent; the one query that tells their
    status says as well which parts are worth asking for.
    """

    _inherit = "finance.portal.document"

    def web_read(self, specification):
        """Read a form without asking for what is known to be empty."""
        empty = self._finance_portal_get_empty_parts(specification)
        if not empty:
            return super().web_read(specification)
        rest = {name: spec for name, spec in specification.items() if name not in empty}
        return [{**values, **empty} for values in super().web_read(rest)]

    def _finance_portal_get_empty_parts(self, specification):
        """Return ``{field: value}`` of the fields asked for that hold nothing."""
        if len(self) != 1 or not self.id or "finance_link_ids" not in specification:
            return {}
        self.check_access("read")
        # It was worked out from what may have changed since, such as by the save before.
        self.invalidate_recordset(["finance_filled_parts"], flush=False)
        filled = {*(self.finance_filled_parts or "").split(",")}
        if "known" not in filled:
            return {}
        if filled & {"own_files", "posted_files", "finance_file_ids"}:
            filled |= FILES
        return {
            name: value
            for name, value in EMPTY_PARTS.items()
            if name in specification and name not in filled
        }
