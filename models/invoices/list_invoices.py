from odoo import api, fields, models
from odoo.fields import Domain

from ..portal.list import Sort

# The tones of what is late, and of what is due today or tomorrow.
ASKING = ("bad", "warn")


class FinancePortalListInvoices(models.AbstractModel):
    """Invoices, with credit notes and sales receipts."""

    _name = "finance.portal.list.invoices"
    _description = "Invoices in the Portal"
    _inherit = "finance.portal.list"

    @api.model
    def _get_model(self):
        return "account.move"

    @api.model
    def _get_section(self):
        return "invoices"

    @api.model
    def _get_page_values(self, viewer, params):
        """Add the way to a download of all invoices, where there is one."""
        values = super()._get_page_values(viewer, params)
        listing = values["listing"]
        if listing["rows"]:
            listing["download"] = f"{listing['path']}/download"
        return values

    @api.model
    def _get_filters(self):
        credits_ = Domain("move_type", "=", "out_refund")
        known = Domain("payment_state", "!=", "invoicing_legacy")
        nothing = Domain("amount_residual", "=", 0) | Domain("payment_state", "=", "reversed")
        unpaid = ~credits_ & known & ~nothing
        return {
            "": (self.env._("All"), Domain.TRUE),
            "open": (self.env._("Unpaid"), unpaid),
            "overdue": (self.env._("Overdue"), unpaid & self._get_overdue_domain()),
            "paid": (self.env._("Paid"), ~credits_ & known & nothing),
            "credit": (self.env._("Credit notes"), credits_),
        }

    @api.model
    def _get_filter_domain(self, viewer, show):
        """Count payments that wait for the bank: they move documents from one filter to another.

        Few documents have such payments, so these are asked for one by one what is left of them.
        """
        domain = super()._get_filter_domain(viewer, show)
        if show not in ("open", "overdue", "paid"):
            return domain
        moves = self._get_waiting_moves(viewer)
        if not moves:
            return domain
        today = fields.Date.context_today(self)
        fits = {
            "open": lambda move: move._finance_portal_is_open(),
            "overdue": lambda move: (
                move._finance_portal_is_open() and move._finance_portal_get_due_date() < today
            ),
            "paid": lambda move: not move._finance_portal_is_open(),
        }[show]
        owed = moves.filtered(lambda move: move.move_type != "out_refund")
        others = domain & Domain("id", "not in", moves.ids)
        return others | Domain("id", "in", owed.filtered(fits).ids)

    @api.model
    def _get_waiting_moves(self, viewer):
        """Return the viewer's documents (sudo) that are paid, or partly, but not in the books."""
        shares = self._get_waiting_shares(viewer)
        # sudo: the scope is in the condition
        moves = self.env["account.move"].sudo().browse({share.item.move for share in shares})
        self._warm_up(moves)
        return moves

    @api.model
    def _take_kept(self, viewer, moves):
        """Tell invoices which payments wait: the overview's balances have asked already."""
        moves._finance_portal_take_waiting(self._get_waiting_shares(viewer))

    @api.model
    def _get_waiting_shares(self, viewer):
        """Return what payments that wait settle of the viewer's documents.

        The overview's balances have asked already.
        """
        if viewer.known:
            return [share for shares in viewer.known.shares.values() for share in shares]
        asked = self.env["finance.portal.scope"]._get_items_condition(
            viewer.customer, viewer.companies, viewer.only_contact
        )
        return self.env["finance.portal.waiting"]._get_shares(asked)

    @api.model
    def _get_overdue_domain(self):
        """Return the domain of what was due before today, or whose installment was."""
        today = fields.Date.context_today(self)
        late = Domain("date_maturity", "<", today) & Domain("reconciled", "=", False)
        items = Domain("line_ids", "any", late & Domain("display_type", "=", "payment_term"))
        return Domain("invoice_date_due", "<", today) | items

    @api.model
    def _get_sorts(self):
        return {
            "": Sort(self.env._("Newest first"), "invoice_date", descending=True),
            "oldest": Sort(self.env._("Oldest first"), "invoice_date"),
            "due": Sort(self.env._("Due first"), "finance_due", nullable=True),
            "amount": Sort(self.env._("Highest amount first"), "amount_total", descending=True),
        }

    @api.model
    def _get_search_fields(self):
        return ["name", "ref"]

    @api.model
    def _get_texts(self):
        return {
            "heads": {
                "name": self.env._("Number"),
                "date": self.env._("Date"),
                "due": self.env._("Due"),
                "amount": self.env._("Amount"),
                "open": self.env._("Balance due"),
            },
            "empty": self.env._("Your invoices, credit notes and receipts will appear here."),
        }

    @api.model
    def _prepare_cells(self, move):
        is_open = move._finance_portal_is_open()
        is_credit = move.move_type == "out_refund"
        due = is_open and not is_credit and move._finance_portal_get_due_date()
        left = move._finance_portal_amount_left() if is_open else 0
        sign = -1 if is_credit else 1
        return {
            "name": move.name,
            "kind": move.type_name if move.move_type != "out_invoice" else "",
            "detail": move.ref or "",
            "part": move._finance_portal_get_part_note() if due else "",
            "date": move._finance_portal_day(move.invoice_date),
            "due": move._finance_portal_day(due),
            "amount": move._finance_portal_money(sign * move.amount_total),
            "open": move._finance_portal_money(sign * left) if is_open else "",
        }

    @api.model
    def _get_rows(self, viewer, documents):
        """Say of what is late or due today that the customer's credit covers it, if it covers all.

        A document stays due until somebody matches it with the credit. But the statement and the
        overview say that nothing is owed, so the list doesn't ask for it either.
        """
        rows = super()._get_rows(viewer, documents)
        asking = [
            (move, row)
            for move, row in zip(documents, rows, strict=True)
            if any(tone in ASKING for tone, _text in row["states"])
        ]
        covered = self._get_covered(viewer) if asking else ()
        for move, row in asking:
            if (move.company_id, move.currency_id) in covered:
                row.update(states=self._call_covered(row["states"]), part="")
        return rows

    @api.model
    def _call_covered(self, states):
        """Return the states of a document that credits cover: they don't ask for its money."""
        words = "calm", self.env._("Covered by your credit")
        return [words if tone in ASKING else (tone, text) for tone, text in states]

    @api.model
    def _get_covered(self, viewer):
        """Return each company and currency in which credits cover all that the viewer owes."""
        if viewer.known:
            balances = viewer.known.balances
        else:
            balances = self.env["finance.portal.statement"]._get_open_balances(
                viewer.customer, viewer.companies, viewer.only_contact
            )
        return {(one["company"], one["currency"]) for one in balances if one["covered"]}

    @api.model
    def _get_read_fields(self):
        return (
            "amount_residual", "amount_total", "company_id", "currency_id", "invoice_date",
            "move_type", "name", "payment_state", "ref", "state",
        )  # fmt: skip

    @api.model
    def _warm_up(self, moves):
        # Journal items have a hundred fields, and documents may have hundreds of items.
        lines = moves.env["account.move.line"].search_fetch(
            [("move_id", "in", moves.ids)],
            [
                "move_id", "display_type", "date", "date_maturity", "reconciled",
                "amount_residual_currency", "amount_currency", "currency_id", "company_id",
            ],
        )  # fmt: skip
        # These are all: Odoo would look up once more which items are whose.
        by_move, none = lines.grouped("move_id"), lines.browse()
        moves._fields["line_ids"]._insert_cache(
            moves, [by_move.get(move, none)._ids for move in moves]
        )
        credits_ = lines.filtered(
            lambda line: (
                line.move_id.move_type == "out_refund" and line.display_type == "payment_term"
            )
        )
        partials = credits_.matched_debit_ids
        (partials.debit_move_id.move_id | partials.exchange_move_id).mapped("move_type")

    @api.model
    def _get_still_open(self):
        return "open", "due"

    @api.model
    def _get_due_day(self, move):
        return move._finance_portal_get_due_date()

    @api.model
    def _is_still_open(self, move):
        return move._finance_portal_is_open()

    @api.model
    def _get_news(self, move):
        if move.move_type == "out_refund":
            return self.env._("New credit note")
        return (
            self.env._("New invoice")
            if move.move_type == "out_invoice"
            else self.env._("New receipt")
        )
