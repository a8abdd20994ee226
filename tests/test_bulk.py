"""What every kind of bulk run has in common: who it is for, failures, and what it costs."""

from unittest.mock import patch

from odoo.tests import tagged

from .enabling_common import EnablingCase

RUN, LINE = "finance.portal.bulk.run.mixin", "finance.portal.bulk.line.mixin"


@tagged("post_install", "-at_install")
class TestBulk(EnablingCase):
    def setUp(self):
        super().setUp()
        self.billing = self.make_user("billing", "account.group_account_invoice")

    def start_batch(self):
        moves = self.env["account.move"].union(*(self.make_invoice() for _number in range(3)))
        batches = self.env["finance.portal.batch"].with_user(self.billing)
        return batches._create_for(moves.with_user(self.billing)).sudo()

    def start_enabling(self):
        return self.start(self.many)

    def start_each(self):
        """Return a run of each kind that waits, with three lines."""
        kinds = [name.rpartition(".")[2] for name, _model in self.list_kinds(RUN)]
        return [getattr(self, f"start_{kind}")().with_env(self.env).sudo() for kind in kinds]

    def list_kinds(self, mixin):
        registry = self.env.registry
        return [
            (name, model)
            for name, model in registry.items()
            if issubclass(model, registry[mixin]) and not model._abstract
        ]

    def test_each_line_is_written_down_without_counting_all(self):
        for run in self.start_each():
            counting = patch.object(
                type(run), "_prepare_counts", autospec=True, side_effect=type(run)._prepare_counts
            )
            with self.subTest(kind=run._name), counting as counted, self.mock_mail_gateway():
                for line in run.line_ids:
                    line._work()
                self.assertEqual(counted.call_count, 1, "for who started it")
                self.assertEqual(run.state, "done", run.line_ids.mapped("reason"))

    def test_whether_a_line_waits_is_read_by_an_index(self):
        for _name, model in self.list_kinds(LINE):
            self.env.cr.execute(
                "SELECT indexdef FROM pg_indexes WHERE tablename = %s", [model._table]
            )
            found = [definition for (definition,) in self.env.cr.fetchall()]
            wanted = f"({model._run}) WHERE ((state)::text = 'waiting'::text)"
            self.assertTrue([one for one in found if one.endswith(wanted)], found)

    def test_nothing_is_done_in_the_name_of_who_was_archived(self):
        for run in self.start_each():
            with self.subTest(kind=run._name):
                run.user_id.active = False
                for line in run.line_ids:
                    line._work()
                self.assertEqual((run.failed_count, run.state), (3, "failures"))
                self.assertIn("is archived", run.line_ids[0].reason)
                run.user_id.active = True

    def test_what_fails_is_written_down_and_tried_again_by_somebody_else(self):
        for run in self.start_each():
            with self.subTest(kind=run._name):
                for line in run.line_ids:
                    line._fail(ZeroDivisionError("secret"))
                self.assertEqual(run.state, "failures")
                self.assertNotIn("secret", run.line_ids[0].reason)
                run.action_try_failed_again()
                self.assertEqual((run.state, run.waiting_count), ("running", 3))
                self.assertEqual(run.line_ids.user_id, self.env.user)
                self.assertFalse(any(run.line_ids.mapped("reason")))

    def test_counts_read_right_for_one_and_for_several(self):
        names = sorted(run.name for run in self.start_each())
        self.assertEqual(names, ["3 documents (Invoice)", "Portal access: 3 contacts"])
        reminding = self.env["finance.portal.enabling"]
        ones = {
            "1 document (Invoice)": self.env["finance.portal.batch"]._create_for(self.invoice),
            "Portal access: 1 contact": self.start(self.ben),
            "Reminder to set up: 1 contact": reminding._start(
                "remind", [self.ada._finance_portal_prepare_line("")]
            ),
        }
        for name, run in ones.items():
            self.assertEqual(run.name, name)
        for sent in (0, 1, 2):
            batch = self.env["finance.portal.batch"].new({"sent_count": sent, "failed_count": 0})
            text = "1 email sent" if sent == 1 else f"{sent} emails sent"
            self.assertEqual(batch._describe_outcome()[1], text)

    def test_the_mixin_has_no_rows_to_delete(self):
        """Odoo's daily cleaning asks it as well."""
        self.env[RUN]._gc_runs()
