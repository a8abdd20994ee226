from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ...tools.waiting import BankLine, Item, Payment, share
from ..web.page_cache import PossibleRows
from .waiting_sql import (
    BANK_LINES,
    FIRST,
    ITEMS,
    MOVES_OF,
    OPEN_MOVES,
    PAIRS,
    PAYMENTS,
    PAYMENTS_OF,
    RATES,
)

FLUSHED = ("account.move", "account.move.line", "account.partial.reconcile", "account.payment")


class FinancePortalWaiting(models.AbstractModel):
    """Payments that are recorded but have no journal entry until their bank line.

    Odoo's accounting app works like that. The open amount of a document is unchanged meanwhile,
    but its customer has paid. This is the only place that says how much of what is open such
    payments settle: page, Pay now, lists, overview and statement ask it.
    """

    _name = "finance.portal.waiting"
    _description = "Payments that Wait for the Bank"

    @api.model
    def _get_shares(self, asked):
        """Return what payments that wait settle, in a constant number of queries.

        :param SQL asked: a condition on ``account_move_line`` as ``line``: of which open items
        :return: list of :class:`Share`
        """
        for name in FLUSHED:
            self.env[name].flush_model()
        seeds = SQL(OPEN_MOVES, asked=asked)
        links = self.env.execute_query(self._get_pairs(seeds))
        if not links:
            return []
        payments, moves = (list({*column}) for column in zip(*links, strict=True))
        found = self.env.execute_query(SQL(PAYMENTS, payments=payments))
        paid = [Payment(key, day, Decimal(text), *more) for key, day, text, *more in found]
        rows = self.env.execute_query(SQL(ITEMS, moves=moves, asked=asked))
        items = [self._make_item(row) for row in rows]
        found = self.env.execute_query(SQL(BANK_LINES, moves=moves))
        lines = [BankLine(*key, Decimal(text), created) for *key, text, created in found]
        told = {row[0] for row in rows if row[-1]}
        shares = share(paid, items, lines, links, self._get_rates(paid, items, lines))
        return [one for one in shares if one.item.id in told]

    @api.model
    def _get_shares_of_moves(self, moves):
        """Return the same for some documents."""
        return self._get_shares(SQL("line.move_id = ANY(%s)", moves.ids)) if moves.ids else []

    @api.model
    def _get_pairs(self, seeds):
        """Return a query of ``(payment, document)`` that are to be looked at together.

        :param SQL seeds: a query of the ids of the documents to begin with
        """
        return SQL(
            PAIRS,
            moves=seeds,
            payments_of_seed=self._get_payments_of(SQL("seed.id")),
            moves_of_pair=self._get_moves_of(SQL("pair.payment_id")),
            payments_of_other=self._get_payments_of(SQL("other.move_id")),
        )

    @api.model
    def _get_page_sources(self, seeds):
        """Return the rows that decide what waiting payments settle of some documents.

        A payment may be shared with other documents: what becomes of these changes what is left.

        :param SQL seeds: a query of the ids of the documents
        :return: list as of ``_finance_portal_get_page_sources``
        """
        # Most documents have none. To plan the query of the whole group takes PostgreSQL longer
        # than all the rest of such a page's version.
        first = SQL(FIRST, moves=seeds, payments_of_seed=self._get_payments_of(SQL("seed.id")))
        pairs = self._get_pairs(seeds)
        rows = [
            ("account_payment", SQL("id IN (SELECT payment_id FROM (%s) pair)", pairs)),
            ("account_move", SQL("id IN (SELECT move_id FROM (%s) pair)", pairs)),
        ]
        return [PossibleRows(first, rows)]

    # === HOOKS === #

    @api.model
    def _get_payments_of(self, move):
        """Return a query of the ids of the payments of a document; one may come twice.

        :param SQL move: its id
        """
        return SQL(PAYMENTS_OF, move=move)

    @api.model
    def _get_moves_of(self, payment):
        """Return a query of the ids of the documents of a payment; one may come twice.

        :param SQL payment: its id
        """
        return SQL(MOVES_OF, payment=payment)

    # === HELPERS === #

    @api.model
    def _make_item(self, row):
        """Return one row of the query as an :class:`Item`."""
        *key, step, due, amount, discounted, discount_day, _asked = row
        reduced = Decimal(discounted) if discounted else None
        return Item(*key, Decimal(step), due, Decimal(amount), reduced, discount_day)

    @api.model
    def _get_rates(self, payments, items, lines):
        """Return the rates from payments to documents in other currencies.

        :return: dict by ``(payment id, currency id)``
        """
        companies = {item.currency: item.company for item in items}
        targets = {one.currency for one in [*items, *lines]}
        wanted = {
            (payment, currency)
            for payment in payments
            for currency in targets
            if currency != payment.currency
        }
        if not wanted:
            return {}
        # sudo: which company sets the rates of another is no secret
        Company = self.env["res.company"].sudo()
        roots = {
            currency: Company.browse(companies.get(currency, self.env.company.id)).root_id.id
            for currency in targets
        }
        needs = {
            (code, roots[currency], payment.day)
            for payment, currency in wanted
            for code in (currency, payment.currency)
        }
        columns = [list(column) for column in zip(*needs, strict=True)]
        found = self.env.execute_query(SQL(RATES, *columns))
        rates = {tuple(key): Decimal(text) for *key, text in found}
        return {
            (payment.id, currency): rates[currency, roots[currency], payment.day]
            / rates[payment.currency, roots[currency], payment.day]
            for payment, currency in wanted
        }
