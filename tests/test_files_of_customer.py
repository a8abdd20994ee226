"""Files that staff share with a customer directly: ticked by who may, seen by nobody else."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .files_common import FilesCase


@tagged("post_install", "-at_install")
class TestFilesOfCustomer(FilesCase):
    """Files that are shared with a customer directly, without a document."""

    def shared(self, customer=None):
        """Return the names of what is shared with a customer."""
        files = self.env["finance.portal.file"]._get_shared_with(customer or self.customer)
        return [file.name for _ref, file in files]

    def test_nothing_is_shared_until_staff_tick_it(self):
        self.attach(self.customer, "offer.pdf")
        self.assertEqual(self.shared(), [])

    def test_ticked_and_taken_back(self):
        offer, terms = self.attach(self.customer, "offer.pdf"), self.attach(self.customer, "a.pdf")
        self.customer.finance_portal_file_ids = offer | terms
        self.assertEqual(self.shared(), ["a.pdf", "offer.pdf"])
        self.assertEqual(self.shared(self.rival), [])
        self.customer.finance_portal_file_ids = terms
        self.assertEqual(self.shared(), ["a.pdf"])

    def test_uploading_shows_the_file_and_leaves_the_others(self):
        old, new = self.attach(self.customer, "old.pdf"), self.attach(self.customer, "new.pdf")
        self.customer.finance_portal_file_ids = old
        self.customer.finance_portal_new_file_ids = new
        self.assertEqual(self.shared(), ["new.pdf", "old.pdf"])
        self.assertFalse(self.customer.finance_portal_new_file_ids)

    def test_upload_and_tick_at_once(self):
        old, other, new = (self.attach(self.customer, f"{name}.pdf") for name in ("a", "b", "c"))
        self.customer.finance_portal_file_ids = old
        self.customer.write(
            {
                "finance_portal_new_file_ids": [Command.link(new.id)],
                "finance_portal_file_ids": [Command.unlink(old.id), Command.link(other.id)],
            }
        )
        self.assertEqual(self.shared(), ["b.pdf", "c.pdf"])

    def test_files_of_others_cannot_be_shared(self):
        theirs = self.attach(self.rival, "theirs.pdf")
        with self.assertRaises(ValidationError):
            self.customer.finance_portal_file_ids = theirs
        self.assertEqual(self.shared(), [])

    def test_same_size_limit_as_for_documents(self):
        self.company.finance_portal_file_mb = 1
        large = self.attach(self.customer, "large.pdf", b"x" * (1024 * 1024 + 1))
        with self.assertRaisesRegex(UserError, "too large"):
            self.customer.finance_portal_file_ids = large

    def test_a_file_that_went_elsewhere_is_not_shared_any_more(self):
        offer = self.attach(self.customer, "offer.pdf")
        self.customer.finance_portal_file_ids = offer
        offer.sudo().res_id = self.rival.id
        self.assertEqual((self.shared(), self.shared(self.rival)), ([], []))

    def test_who_may_not_change_the_contact_shares_nothing(self):
        offer = self.attach(self.customer, "offer.pdf")
        clerk = self.make_user("clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.customer.with_user(clerk).finance_portal_file_ids = offer
        self.assertEqual(self.shared(), [])

    def test_deleting_the_customer_deletes_what_was_shared(self):
        customer = self.make_contact("Gone", parent=False)
        customer.finance_portal_file_ids = self.attach(customer, "offer.pdf")
        rows = self.env["finance.portal.file"]._of(customer)
        self.assertTrue(rows)
        customer.unlink()
        self.assertFalse(rows.exists())
