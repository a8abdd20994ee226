"""How many documents of a bulk send go out together."""

from unittest.mock import patch

from odoo.tests import tagged

from .batch_common import BatchCase

JOB = "odoo.addons.finance_portal.models.sending.batch_job"


@tagged("post_install", "-at_install")
class TestBatchGroups(BatchCase):
    def count_into(self, sizes):
        """Return what notes how many lines it was to send, instead of sending them."""

        def send(group):
            sizes.append(len(group))
            group.state = "sent"

        return send

    def test_the_first_groups_are_small_so_that_it_moves_at_once(self):
        moves = self.moves.union(*(self.make_invoice(partner=self.ada) for _number in range(4)))
        batch = self.make_batch(moves).sudo()
        sizes = []
        while lines := batch.line_ids._take():
            sizes.append(len(lines))
            lines.state = "sent"
        self.assertEqual(sizes, [1, 2, 4])

    def test_what_goes_fast_goes_in_larger_groups(self):
        """As far as the last group tells: a slow renderer holds no more documents than before."""
        lines = type(self.Batch.line_ids)
        for pace, most, expected in ((1000, 30, [1, 6]), (1000, 3, [1, 3, 3]), (0, 30, [1, 2, 4])):
            moves = self.env["account.move"].union(
                *(self.make_invoice(partner=self.ada) for _number in range(7))
            )
            batch, sizes = self.make_batch(moves).sudo(), []
            with (
                self.subTest(pace=pace, most=most),
                patch(f"{JOB}.SECONDS", pace),
                patch(f"{JOB}.MAX_GROUP", most),
                patch.object(lines, "_work_or_fail", self.count_into(sizes)),
            ):
                self.run_job()
                self.assertEqual(sizes, expected)
                self.assertEqual(set(batch.line_ids.mapped("state")), {"sent"})

    def test_each_send_begins_with_small_groups(self):
        """How fast the one before went tells nothing of its documents, nor does what failed."""
        moves = [
            self.env["account.move"].union(
                *(self.make_invoice(partner=self.ada) for _number in range(3))
            )
            for _batch in range(2)
        ]
        for some in moves:
            self.make_batch(some)
        sizes = []

        def fail(group):
            sizes.append(len(group))
            group.state = "failed"

        lines = type(self.Batch.line_ids)
        with patch(f"{JOB}.SECONDS", 1000):
            with patch.object(lines, "_work_or_fail", self.count_into(sizes)):
                self.run_job()
            self.assertEqual(sizes, [1, 2, 1, 2])
            sizes.clear()
            self.make_batch(moves[0])
            with patch.object(lines, "_work_or_fail", fail):
                self.run_job()
        self.assertEqual(sizes, [1, 2])
