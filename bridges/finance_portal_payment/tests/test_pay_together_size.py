"""Many invoices are paid together as few are."""

from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models import payment_group
from .together_common import LIST, TogetherCase


@tagged("post_install", "-at_install")
class TestPayTogetherSize(TogetherCase):
    def test_queries_do_not_grow_with_documents(self):
        self.sign_in()
        moves = [self.one, self.two, self.three]
        moves += [self.make_invoice(currency_id=self.one.currency_id.id) for _n in range(47)]

        def count(*chosen):
            domain = [("id", "in", [move.id for move in chosen])]
            access = self.env["finance.portal.payment.access"]._make_for(self.account._as_viewer())
            Group = access._get_payment_group()
            domain = fields.Domain(domain)
            for _warm in range(2):
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                found, _more = Group._find_open(access, domain)
                [(group, part)] = Group._split(access, found)
                page = self.env["finance.portal.page"].with_env(Group.env)
                page._describe_choices(access, [(group, part)])
                page._describe_attempts(access, part)
                group._finance_portal_get_offers(access)
                group._finance_portal_get_payment_terms()
                group._get_transfer()
                group._finance_portal_get_attempt()
                self.assertEqual(len(part), len(chosen))
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(*moves), count(*moves[:3]))
        page = self.choose(*moves)
        self.assertEqual(float(self.form_of(page)["amount"]), 5000)
        self.assertEqual(self.start(page).status_code, 200)

    def test_starting_a_payment_takes_the_same_queries_for_many(self):
        """What is said in the chatter of each is written down at once."""
        self.sign_in()

        def count(documents):
            moves = [self.make_invoice() for _number in range(documents)]
            page = self.choose(*moves)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            answer = self.start(page)
            queries = self.env.cr.sql_log_count - before
            self.assertEqual(answer.status_code, 200)
            reference = answer.json()["result"]["reference"]
            for move in moves:
                [note] = move.message_ids.filtered(lambda one: reference in (one.body or ""))
                self.assertEqual(note.author_id, self.ada)
                self.assertEqual(note.subtype_id, self.env.ref("mail.mt_note"))
            return queries

        # Of so many, no reference names all: each payment gets a number of its own.
        count(6)  # fills what all payments share
        self.assertEqual(count(9), count(6))

    def test_more_than_one_payment_can_name_are_paid_in_turn(self):
        self.sign_in()
        with patch.object(payment_group, "MAX_TOGETHER", 2):
            page = self.visit(f"{LIST}/pay")
            self.assertEqual(len(self.offered(page)), 2)
            self.assertIn("Pay them first", page.text)
