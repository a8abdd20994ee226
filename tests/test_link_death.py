"""L4, L5 and L9: what ends the life of a link, and what does not."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.models import BaseModel
from odoo.tests import tagged

from ..failures import LinkGone, UnknownLink
from ..tools.secure_token import new_ref
from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestLinkDeath(FinancePortalCase):
    def reason_of(self, link):
        self.env.flush_all()
        return link.revoke_reason

    # === STAFF === #

    def test_l4_revoked_link_is_dead_at_once_and_for_good(self):
        link, token = self.issue()
        self.invoice.finance_link_ids.action_revoke()
        self.assertDead(token)
        self.assertEqual(link.revoked_by_id, self.env.user)
        self.assertEqual(self.reason_of(link), "staff")
        link._revoke("state")
        self.assertEqual(self.reason_of(link), "staff", "the first cause stands")

    def test_closing_no_link_asks_nobody_who_they_are(self):
        """L4 is checked on every change of a document, nearly always with nothing to close."""
        link, _token = self.issue()
        link._revoke("staff")
        self.env.flush_all()
        with (
            patch.object(type(self.Event), "_visitor", side_effect=AssertionError),
            self.assertQueryCount(0),
        ):
            link.browse()._revoke("state")
            link._revoke("state")

    def test_l4_revoke_all_closes_every_live_link_of_this_document_only(self):
        (_one, ada), (_two, ben) = self.issue(), self.issue(partner=self.ben)
        _other, elsewhere = self.issue(self.make_invoice())
        self.invoice.action_finance_portal_revoke_all()
        self.assertDead(ada)
        self.assertDead(ben)
        self.assertLive(elsewhere)

    # === THE DOCUMENT === #

    def test_l4_document_given_to_another_customer(self):
        link, token = self.issue()
        self.invoice.button_draft()
        self.invoice.partner_id = self.eve
        self.invoice.action_post()
        self.assertDead(token)
        self.assertEqual(self.reason_of(link), "state", "a draft was the first cause")

    def give_to(self, partner):
        """Change the customer of the posted invoice, as integrations do."""
        self.invoice.with_context(skip_readonly_check=True).partner_id = partner

    def test_l4_giving_the_document_back_revives_nothing(self):
        link, token = self.issue()
        self.env.flush_all()
        # Behind the ORM's back, so that only the resolver can notice.
        self._sql_customer(self.rival)
        self.assertDead(token)
        self._sql_customer(self.customer)
        self.assertLive(token, "nothing closed it, and it belongs to this customer again")
        # The way a person does it: the link is closed when the document leaves.
        self.give_to(self.eve)
        self.assertDead(token)
        self.assertEqual(self.reason_of(link), "customer")
        self.give_to(self.ada)
        self.assertDead(token)

    def _sql_customer(self, partner):
        self.env.cr.execute(
            "UPDATE account_move SET commercial_partner_id = %s WHERE id = %s",
            [partner.id, self.invoice.id],
        )
        self.invoice.invalidate_recordset()

    def test_l4_another_contact_of_the_same_customer_changes_nothing(self):
        _link, token = self.issue()
        self.give_to(self.ben)
        self.assertLive(token)

    def test_l4_back_to_draft(self):
        link, token = self.issue()
        self.invoice.button_draft()
        self.assertDead(token)
        self.assertEqual(self.reason_of(link), "state")
        self.invoice.action_post()
        self.assertDead(token, "confirming again revives nothing")

    def test_l4_cancelled(self):
        link, token = self.issue()
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self.assertDead(token)
        self.assertEqual(self.reason_of(link), "state")

    def test_l4_deleted(self):
        move = self.make_invoice()
        link, token = self.issue(move)
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.assertDead(token)
        self.assertTrue(link.exists(), "what happened stays on record")

    def test_l4_deleted_behind_the_orm(self):
        move = self.make_invoice(post=False)
        move.action_post()
        _link, token = self.issue(move)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM account_move WHERE id = %s", [move.id])
        self.env.invalidate_all()
        self.assertDead(token)

    def test_l5_state_is_checked_on_every_request(self):
        _link, token = self.issue()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET state = 'draft' WHERE id = %s", [self.invoice.id]
        )
        self.invoice.invalidate_recordset()
        self.assertDead(token)

    def test_l5_token_and_reference_meet_the_same_checks(self):
        link, token = self.issue()
        self.assertEqual(self.Link._resolve_ref(link.ref, {"visit": "x"}), link)
        link._revoke("staff")
        self.assertDead(token)
        with self.assertRaises(LinkGone):
            self.Link._resolve_ref(link.ref, {"visit": "x"})

    def test_l8_reference_opens_nothing_without_a_grant(self):
        link, _token = self.issue()
        for ref, grant in (
            (link.ref, None), (link.ref, {}), (new_ref(), {"visit": "x"}), ("", {"visit": "x"}),
            (str(link.id), {"visit": "x"}),
        ):  # fmt: skip
            with self.subTest(ref=ref, grant=grant), self.assertRaises(UnknownLink):
                self.Link._resolve_ref(ref, grant)

    def test_l5_token_works_under_its_own_prefix_only(self):
        _link, token = self.issue()
        for prefix in ("q", "p", "t", "", None):
            with self.subTest(prefix=prefix):
                self.assertUnknown(token, prefix)

    def test_l5_reset_of_many_documents_closes_only_theirs(self):
        moves = self.make_invoice() + self.make_invoice()
        (_one, first), (_two, second) = (self.issue(move) for move in moves)
        _other, elsewhere = self.issue()
        moves.button_draft()
        self.assertDead(first)
        self.assertDead(second)
        self.assertLive(elsewhere)

    # === THE RECIPIENT === #

    def test_l4_recipient_archived(self):
        link, token = self.issue()
        self.ada.active = False
        self.assertDead(token)
        self.assertEqual(self.reason_of(link), "recipient")
        self.ada.active = True
        self.assertDead(token, "unarchiving revives nothing")

    def test_l4_extra_recipient_archived(self):
        _link, token = self.issue(partner=self.stranger)
        self.stranger.active = False
        self.assertDead(token)

    def test_l4_recipient_leaves_the_customer(self):
        for change in ({"parent_id": self.rival.id}, {"parent_id": False}):
            contact = self.make_contact("Cy", email="cy@x.example.com")
            link, token = self.issue(partner=contact)
            with self.subTest(change=change):
                contact.write(change)
                self.assertDead(token)
                self.assertEqual(self.reason_of(link), "recipient")
                contact.parent_id = self.customer
                self.assertDead(token, "coming back revives nothing")

    def test_l4_recipient_becomes_a_company_of_its_own(self):
        _link, token = self.issue()
        self.ada.is_company = True
        self.assertDead(token)

    def test_l4_the_customer_itself_moves_under_another_company(self):
        _link, token = self.issue()
        self.customer.write({"is_company": False, "parent_id": self.rival.id})
        self.assertDead(token)

    def test_l4_recipient_archived_behind_the_orm(self):
        for column, value in (("active", False), ("commercial_partner_id", self.rival.id)):
            contact = self.make_contact("Cy", email="cy@x.example.com")
            _link, token = self.issue(partner=contact)
            self.env.flush_all()
            self.env.cr.execute(
                f"UPDATE res_partner SET {column} = %s WHERE id = %s", [value, contact.id]
            )
            self.env.invalidate_all()
            with self.subTest(column=column):
                self.assertDead(token)

    # === A NEW ADDRESS === #

    def test_l4_new_address_closes_links_when_the_company_says_so(self):
        self.company.finance_portal_email_change = "revoke"
        (link, token), (_ben, other) = self.issue(), self.issue(partner=self.ben)
        self.ada.email = "ada.new@bakery.example.com"
        self.assertDead(token)
        self.assertEqual(self.reason_of(link), "address")
        self.assertLive(other)

    def test_l4_new_address_keeps_links_when_the_company_says_so(self):
        self.company.finance_portal_email_change = "keep"
        link, token = self.issue()
        self.ada.email = "ada.new@bakery.example.com"
        self.assertLive(token)
        self.assertEqual(
            link.email, "ada@bakery.example.com", "the address it was mailed to stays known"
        )

    def test_l4_same_address_in_another_spelling_is_no_new_address(self):
        _link, token = self.issue()
        self.ada.email = "Ada <ADA@Bakery.example.com>"
        self.assertLive(token)

    def test_l4_unrelated_changes_close_nothing(self):
        _link, token = self.issue()
        self.ada.write({"phone": "123", "lang": "en_US", "email": "ada@bakery.example.com"})
        self.customer.name = "Bakery Ltd"
        self.invoice.write({"ref": "PO 7", "narration": "Thanks"})
        self.assertLive(token)

    def test_changing_many_documents_asks_no_query_for_each_link(self):
        write = BaseModel.write

        def write_and_forget(records, vals):
            result = write(records, vals)
            records.env.invalidate_all()  # what is read below is in no cache
            return result

        def count(number, is_shared):
            contacts = [self.make_contact(f"One of {number} {at}") for at in range(number)]
            quotes = self.env["sale.order"].union(*(self.make_quote(one) for one in contacts))
            for quote in quotes if is_shared else ():
                self.issue(quote, quote.partner_id)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with patch.object(BaseModel, "write", write_and_forget):
                quotes.write({"company_id": self.company.id})
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few, many = (count(number, True) - count(number, False) for number in (2, 8))
        self.assertLessEqual(many, few)

    # === DELETED CONTACTS === #

    def test_deleting_a_recipient_keeps_the_link_on_record(self):
        contact = self.make_contact("Cy", email="cy@x.example.com")
        link, token = self.issue(partner=contact)
        contact.unlink()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(link.exists())
        self.assertEqual(link.email, "cy@x.example.com")
        self.assertDead(token, "a recipient who is gone is no contact of the customer any more")
        self.assertFalse(link._may_be_renewed(), "no address of theirs is on file")

    def test_l4_deleted_extra_recipient(self):
        contact = self.env["res.partner"].create({"name": "Di", "email": "di@x.example.com"})
        link, token = self.issue(partner=contact)
        contact.unlink()
        self.env.invalidate_all()
        self.assertDead(token)
        self.assertFalse(link._may_be_renewed())

    def test_l4_recipient_deleted_behind_the_orm(self):
        contact = self.make_contact("Cy", email="cy@x.example.com")
        _link, token = self.issue(partner=contact)
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM res_partner WHERE id = %s", [contact.id])
        self.env.invalidate_all()
        self.assertDead(token)

    def test_kinds_that_are_shared(self):
        for move_type, shared in (
            ("out_invoice", True), ("out_refund", True), ("out_receipt", True),
            ("in_invoice", False), ("in_refund", False), ("in_receipt", False), ("entry", False),
        ):  # fmt: skip
            lines = {} if move_type != "entry" else {"invoice_line_ids": [Command.clear()]}
            move = self.make_invoice(move_type=move_type, post=False, **lines)
            with self.subTest(move_type=move_type):
                self.assertEqual(move._finance_portal_is_kind(), shared)
                self.assertFalse(move._finance_portal_is_shareable(), "a draft is never shared")
