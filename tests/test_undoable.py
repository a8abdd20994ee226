"""What is undone leaves nothing behind, and what stands loses nothing (section 5)."""

from contextlib import suppress

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..undoable import undoable
from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestUndoable(FinancePortalCase):
    """What a part of a transaction left for after it goes with it."""

    def test_what_was_undone_leaves_nothing_for_later(self):
        cr, ran = self.env.cr, []
        kept, queued = cr.postcommit, len(cr.postcommit)
        with self.assertRaises(ZeroDivisionError), undoable(cr):
            self.customer.name = "Undone"
            cr.postcommit.add(lambda: ran.append("stored"))
            cr.postcommit.data["finance_portal.test"] = 1
            cr.postrollback.add(lambda: ran.append("taken back"))
            raise ZeroDivisionError
        self.assertEqual(self.customer.name, "Bakery")
        self.assertEqual(ran, ["taken back"], "what an app did elsewhere is taken back there")
        self.assertIs(cr.postcommit, kept)
        self.assertEqual(len(cr.postcommit), queued)
        self.assertNotIn("finance_portal.test", cr.postcommit.data)

    def test_what_stands_is_left_for_later_in_order(self):
        cr, ran = self.env.cr, []
        self.addCleanup(cr.postcommit.clear)
        self.addCleanup(cr.postrollback.clear)
        cr.postcommit.add(lambda: ran.append(1))
        with undoable(cr):
            self.customer.name = "Done"
            cr.postcommit.data["finance_portal.test"] = 7
            cr.postcommit.add(lambda: ran.append(2))
            with self.assertRaises(ZeroDivisionError), undoable(cr):
                cr.postcommit.add(lambda: ran.append("never"))
                raise ZeroDivisionError
            cr.postrollback.add(lambda: ran.append("never"))
        cr.postcommit.add(lambda: ran.append(cr.postcommit.data["finance_portal.test"]))
        self.assertEqual((self.customer.name, ran), ("Done", []))
        self.assertEqual(len(cr.postrollback), 1)
        cr.postcommit.run()
        self.assertEqual(ran, [1, 2, 7])

    def test_what_came_before_the_block_is_not_undone_with_it(self):
        """What waits for the next flush was left by work that stands."""
        cr, ran = self.env.cr, []
        self.addCleanup(cr.postcommit.clear)

        def gather():
            cr.postcommit.data["finance_portal.test"] = 7
            cr.postcommit.add(lambda: ran.append(cr.postcommit.data["finance_portal.test"]))

        cr.precommit.add(gather)
        with suppress(ZeroDivisionError), undoable(cr):  # Odoo's assertRaises would flush
            raise ZeroDivisionError
        cr.postcommit.run()
        self.assertEqual(ran, [7])

    def test_what_takes_something_back_finds_what_it_needs_and_hides_no_error(self):
        cr, ran = self.env.cr, []

        def fail():
            raise KeyError("elsewhere")

        with (
            mute_logger("odoo.addons.finance_portal.undoable"),
            self.assertRaises(ZeroDivisionError),
            undoable(cr),
        ):
            cr.postrollback.data["finance_portal.test"] = 7
            cr.postrollback.add(fail)
            cr.postrollback.add(lambda: ran.append(cr.postrollback.data["finance_portal.test"]))
            raise ZeroDivisionError
        self.assertEqual(ran, [7])
        self.assertNotIn("finance_portal.test", cr.postrollback.data)
