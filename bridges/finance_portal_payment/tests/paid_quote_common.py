"""A quote whose prepayment arrived for an earlier version: what the tests of such money share."""

from unittest.mock import patch

from odoo.tools import SQL

from .payment_common import PaymentCase


class PlansCase(PaymentCase):
    """How PostgreSQL finds what is asked of payments."""

    def plans_of(self, ask):
        """Return how PostgreSQL finds what is asked, where it avoids reading whole tables."""
        asked, execute = [], type(self.env).execute_query

        def note(env, query):
            asked.append(query)
            return execute(env, query)

        with patch.object(type(self.env), "execute_query", note):
            ask()
        self.assertTrue(asked)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        rows = [row for query in asked for row in self.env.execute_query(SQL("EXPLAIN %s", query))]
        return "\n".join(line for (line,) in rows)


class PaidQuoteCase(PlansCase):
    """An accepted quote of 100 that asks for a prepayment of 30."""

    def setUp(self):
        super().setUp()
        self.accept_another()

    def accept_another(self):
        values = {"require_payment": True, "prepayment_percent": 0.3}
        self.quote = self.make_quote(user_id=self.seller.id, **values)
        self.link, page = self.open_quote()
        self.answer(page)

    def pay_earlier_version(self):
        """Return a prepayment that arrives once the quote says something else."""
        self.start(self.open_pay_page(self.link))
        transaction = self.transactions(self.quote)
        self.quote.order_line.name = "Oven, used"
        self.simulate(transaction)
        self.book()
        self.assertEqual((self.quote.state, self.quote.amount_paid), ("sent", 30))
        return transaction

    def accept_again(self):
        return self.answer(self.visit(f"/finance/d/{self.link.ref}"))

    def match(self, transaction, *moves):
        """Have staff match a payment with entries in the books."""
        self.match_entries(transaction.payment_id.move_id, *moves)

    def match_entries(self, *moves):
        self.env.flush_all()
        lines = self.env["account.move"].concat(*moves).line_ids
        lines.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        ).reconcile()
        self.env.flush_all()
        self.env.invalidate_all()

    def page(self):
        return self.visit(f"/finance/d/{self.link.ref}").text
