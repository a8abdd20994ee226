"""Links to everything still open: what is listed, for whom, to which address, and how often."""

import re
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from ..models.portal import still_open
from ..tools.secure_token import new_ref, new_token
from .account_common import AccountCase
from .portal_common import PortalCase


class StillOpenCase(PortalCase):
    """A world without accounts; ``ask`` presses the button on the page of a link."""

    @classmethod
    def setUpClass(cls):
        super(AccountCase, cls).setUpClass()  # without the account that it makes

    def ask(self, key, answer=True, **form):
        """Ask for links to everything open; return the page that follows."""
        page = self.visit(f"/finance/d/{new_ref()}")
        data = {"csrf_token": self.csrf_of(page), "everything": "1", **form}
        told = self.visit(f"/finance/d/{key}/request-access", "POST", data=data)
        self.assertEqual(told.status_code, 200)
        if answer:
            self.answer_requests()
        return told

    def asked(self, document=None, partner=None, **options):
        """Return the documents whose links were mailed to the recipient of a new link."""
        link, _token = self.issue(document, partner, **options)
        self.ask(link.ref)
        return self.mailed_to(partner or self.ada)

    def mailed_to(self, partner):
        """Return the documents behind the links in the last email to a contact, in its order."""
        self.assertEqual(list(self.sent), [partner.email])
        self.env.flush_all()
        found = []
        for path, token in self.paths_in(self.sent[partner.email]):
            link = self.Link._resolve_token(token, path)
            self.assertEqual(link.partner_id, partner)
            found.append(link._get_document().sudo())
        return found

    def paths_in(self, body):
        """Return prefix and token of each link in a body, each once, in its order."""
        tokens = self.tokens_in(body)
        at = {token: body.index(token) for token in tokens}
        return [
            (body[: at[token]].rstrip("/").rpartition("/")[2], token)
            for token in sorted(tokens, key=at.get)
        ]

    def assertNothingMailed(self, key, reason=None):
        self.ask(key)
        self.assertFalse(self.sent)
        if reason:
            row = self.Event.search([("kind", "=", "access_requested")], limit=1, order="id desc")
            self.assertEqual(row.reason, reason)


@tagged("post_install", "-at_install")
class TestStillOpen(StillOpenCase):
    # === WHAT IS LISTED === #

    def test_lists_what_is_to_pay_or_to_answer_what_is_due_first_coming_first(self):
        later = self.make_invoice(invoice_date_due="2027-03-01")
        sooner = self.make_invoice(invoice_date_due="2027-01-01")
        part = self.make_invoice(invoice_date_due="2027-04-01")
        self.pay(part, 40)
        quote = self.make_quote(validity_date="2027-02-01")
        endless = self.make_quote(validity_date=False)
        self.assertEqual(self.asked(), [self.invoice, sooner, quote, later, part, endless])
        body = self.sent[self.ada.email]
        for text in (self.invoice.name, quote.name, "60.00", "100.00", "Valid until: Feb 1, 2027"):
            self.assertIn(text, body)

    def test_a_contact_without_a_name_is_greeted_all_the_same(self):
        """Such as an address for invoices."""
        self.ada.write({"type": "invoice", "name": False})
        self.asked()
        body = self.sent[self.ada.email]
        self.assertIn("Hello,", body)
        self.assertNotIn("False", re.sub(r"<[^<>]*>", "", body))

    def test_leaves_out_what_is_settled_over_or_not_for_them(self):
        paid, cancelled = self.make_invoice(), self.make_invoice()
        self.pay(paid)
        cancelled.button_draft()
        cancelled.button_cancel()
        self.make_invoice(post=False)
        self.make_invoice(move_type="out_refund")
        self.make_invoice(self.eve)
        self.make_invoice(self.ben)
        self.make_quote(validity_date="2026-01-01")
        self.make_quote(sent=False)
        self.make_quote()._action_cancel()
        self.make_quote().action_confirm()
        self.make_quote(self.ben)
        self.assertEqual(self.asked(), [self.invoice])

    def test_a_quote_is_open_until_its_last_day_is_over_for_customer_and_company(self):
        quote = self.make_quote(validity_date="2026-06-10")
        for zone, moment, is_open in (
            ("Pacific/Honolulu", "2026-06-11 09:30:00", True),
            ("Pacific/Honolulu", "2026-06-11 10:30:00", False),
            ("Pacific/Auckland", "2026-06-10 11:30:00", True),
            ("Pacific/Auckland", "2026-06-10 12:30:00", False),
        ):
            self.set_zones(zone)
            with self.subTest(zone=zone, moment=moment), freeze_time(moment):
                found, _more = self.env["finance.portal.still.open"]._find(
                    self.ada, self.company, self.ada.email
                )
                self.assertEqual(quote in [one.document for one in found], is_open)

    def test_nothing_open_is_said_by_email_alone(self):
        self.pay(self.invoice)
        link, _token = self.issue()
        told = self.ask(link.ref)
        self.assertIn("If this link was valid", told.text)
        body = self.sent[self.ada.email]
        self.assertIn("nothing outstanding in your name", body)
        self.assertIn("reply to this email", body)
        self.assertFalse(self.tokens_in(body))

    def test_the_last_statement_is_listed_while_something_is_open(self):
        """Also to who may not see the invoices on it: it says what is open now."""
        self.pay(self.invoice)
        bens = self.make_invoice(self.ben)
        Issued = self.env["finance.portal.issued.statement"]
        older, newest = Issued.create([{"partner_id": self.ada.id}] * 2)
        for statement in (older, newest):
            statement._issue()
            self.issue(statement)
        self.pay(bens, 40)
        self.assertEqual(self.asked(newest), [newest])
        self.assertIn("60.00", self.sent[self.ada.email])
        Still = self.env["finance.portal.still.open"]
        ben = Still._find(self.ben, self.company, self.ben.email)[0]
        self.assertEqual([one.document for one in ben], [bens], "it was never mailed to him")
        self.pay(bens)
        self.assertEqual(Still._find(self.ada, self.company, self.ada.email), ([], 0))

    def test_of_very_many_only_the_first_are_listed(self):
        others = [self.make_invoice(invoice_date_due=f"2027-01-0{n}") for n in (4, 3, 2)]
        with patch.object(still_open, "MAX_LISTED", 2):
            self.assertEqual(self.asked(), [self.invoice, others[2]])
        self.assertIn("2 more: please contact us for these.", self.sent[self.ada.email])

    def test_queries_do_not_grow_with_what_is_open(self):
        def count(number):
            for n in range(number):
                self.make_invoice()
                self.make_quote(validity_date=f"2027-01-{n + 1:02}")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["finance.portal.still.open"]._find(self.ada, self.company, self.ada.email)
            return self.env.cr.sql_log_count - before

        count(1)
        few = count(1)
        self.assertLessEqual(count(8), few)

    def test_each_link_is_an_activity_row_of_its_document(self):
        quote = self.make_quote()
        self.asked()
        for document in (self.invoice, quote):
            about = [("res_model", "=", document._name), ("res_id", "=", document.id)]
            rows = self.Event.search([*about, ("kind", "=", "sent")], limit=1, order="id desc")
            self.assertEqual(rows.email, self.ada.email)
        self.assertEqual(len(self.invoice_events("access_requested", "everything_mailed")), 2)

    # === WHO MAY SEE WHAT === #

    def test_a_contact_gets_their_own_and_what_was_mailed_to_them(self):
        mailed, unknown = self.make_invoice(self.ben), self.make_invoice(self.ben)
        self.issue(mailed)
        found = self.asked()
        self.assertIn(mailed, found)
        self.assertNotIn(unknown, found)

    def test_who_corrects_an_address_gets_nothing_that_went_to_the_old_one(self):
        """Unless they may see all of it themselves; a statement shows the whole balance."""
        creates = "base.group_partner_manager"
        seller = self.make_user("seller", "sales_team.group_sale_salesman", creates)
        clerk = self.make_user("clerk", "account.group_account_invoice", creates)
        bens = self.make_invoice(self.ben)
        statement = self.env["finance.portal.issued.statement"].create({"partner_id": self.ada.id})
        statement._issue()
        for document in (bens, statement):
            self.issue(document)
        for user, email, expected in (
            (None, self.ada.email, {self.invoice, bens, statement}),
            (seller, "mallory@elsewhere.example.com", {self.invoice}),
            (seller, f"{self.ada.email}, mallory@elsewhere.example.com", {self.invoice}),
            (clerk, "ada.new@customer.example.com", {self.invoice, bens, statement}),
        ):
            if user:
                self.ada.with_user(user).email = email
            address = email.rpartition(", ")[2]
            found, _more = self.env["finance.portal.still.open"]._find(
                self.ada, self.company, address
            )
            with self.subTest(email=email):
                self.assertEqual({one.document for one in found}, expected)

    def test_an_extra_recipient_of_before_has_no_claim_to_it(self):
        bens = self.make_invoice(self.ben)
        link, _token = self.issue(bens)
        self.env.cr.execute("ALTER TABLE finance_portal_link DISABLE TRIGGER ALL")
        self.env.cr.execute(
            "UPDATE finance_portal_link SET is_external = true WHERE id = %s", [link.id]
        )
        self.env.cr.execute("ALTER TABLE finance_portal_link ENABLE TRIGGER ALL")
        self.env.invalidate_all()
        self.assertNotIn(bens, self.asked())

    def test_the_address_of_the_customer_itself_gets_all(self):
        bens = self.make_invoice(self.ben)
        self.assertEqual(set(self.asked(partner=self.customer)), {self.invoice, bens})

    def test_an_account_says_what_its_contact_gets(self):
        bens, limited = self.make_invoice(self.ben), {"own_documents": True}
        account = self.make_account(self.ada)
        for values, expected in (
            ({}, {self.invoice, bens}),
            (limited, {self.invoice}),
            ({"own_documents": False, "disabled_at": fields.Datetime.now()}, {self.invoice}),
        ):
            account.write(values)
            found, _more = self.env["finance.portal.still.open"]._find(
                self.ada, self.company, self.ada.email
            )
            with self.subTest(values=values):
                self.assertEqual({one.document for one in found}, expected)

    def test_an_account_that_shows_another_company_adds_nothing_of_this_one(self):
        bens, sister = self.make_invoice(self.ben), self.env["res.company"].create({"name": "S"})
        self.make_account(self.ada)._show_companies(sister)
        self.assertNotIn(bens, self.asked())

    def test_only_the_company_of_the_link_is_listed(self):
        sister = self.env["res.company"].create({"name": "Sister"})
        quote = self.make_quote()
        self.env.cr.execute(
            "UPDATE sale_order SET company_id = %s WHERE id = %s", [sister.id, quote.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self.asked(), [self.invoice])

    def test_what_staff_revoked_is_not_renewed_this_way(self):
        other = self.make_invoice()
        revoked, _token = self.issue(other)
        revoked._revoke("staff")
        self.assertEqual(self.asked(), [self.invoice])
        self.issue(other)  # sent once more: that counts
        found, _more = self.env["finance.portal.still.open"]._find(
            self.ada, self.company, self.ada.email
        )
        self.assertIn(other, [one.document for one in found])

    # === WHO ASKS === #

    def test_everybody_is_told_the_same(self):
        live, token = self.issue()
        dead, _token = self.issue(partner=self.ben)
        dead._revoke("staff")
        empty, _token = self.issue(self.make_invoice(self.eve), self.eve)
        self.pay(empty._get_document())
        native = self.env["finance.portal.access.request"]._native_key(self.invoice)
        keys = (live.ref, dead.ref, empty.ref, token, new_token(), new_ref(), native, "nonsense")
        texts = {self.plain(self.ask(key, answer=False)) for key in keys}
        self.assertEqual(len(texts), 1)
        self.answer_requests()

    def test_an_expired_link_brings_everything(self):
        self.assertEqual(self.asked(ago=timedelta(hours=30)), [self.invoice])

    def test_a_link_whose_document_is_over_brings_the_rest(self):
        quote = self.make_quote()
        link, _token = self.issue(quote)
        quote._action_cancel()
        self.ask(link.ref)
        self.assertEqual(self.mailed_to(self.ada), [self.invoice])

    def test_an_old_native_link_brings_what_its_default_recipient_may_see(self):
        self.ask(self.env["finance.portal.access.request"]._native_key(self.invoice))
        self.assertEqual(self.mailed_to(self.ada), [self.invoice])

    def test_nothing_is_mailed_for_links_that_are_not_renewed(self):
        link, _token = self.issue()
        link._revoke("staff")
        self.assertNothingMailed(link.ref, "staff")
        older, _token = self.issue(partner=self.ben)
        newer, _token = self.issue(partner=self.ben)
        newer._revoke("staff")
        self.assertNothingMailed(older.ref, "staff")
        copied, _token = self.issue()
        copied._revoke("copy")
        self.assertNothingMailed(copied.ref, "copy")
        for key in (new_ref(), new_token(), "x"):
            self.assertNothingMailed(key)

    def test_nothing_is_mailed_to_who_left_or_has_no_address(self):
        link, _token = self.issue()
        self.ada.email = False
        self.assertNothingMailed(link.ref)
        self.ada.write({"email": "ada@bakery.example.com", "active": False})
        self.assertNothingMailed(link.ref, "recipient")
        self.ada.write({"active": True, "parent_id": self.rival.id})
        self.ask(link.ref)
        self.assertFalse(self.sent)

    def test_nothing_is_mailed_while_an_address_is_in_doubt(self):
        self.make_account(self.ada, suspended_at=fields.Datetime.now())
        link, _token = self.issue()
        self.assertNothingMailed(link.ref, "suspended")

    def test_it_goes_to_the_address_on_file_and_nowhere_else(self):
        link, _token = self.issue()
        self.ada.email = "ada.new@bakery.example.com"
        evil = "eve@rival.example.com"
        self.ask(link.ref, email=evil, to=evil, email_to=evil, partner_id=str(self.eve.id))
        self.assertEqual(self.mailed_to(self.ada), [self.invoice])

    def test_an_extra_recipient_gets_the_one_document_again(self):
        self.make_quote()
        self.assertEqual(self.asked(partner=self.stranger), [self.invoice])
        self.assertTrue(self.invoice_events("access_mailed"))

    def test_a_preview_of_staff_asks_for_nothing(self):
        self.assertNothingMailed(self.env["finance.portal.scope"]._make_ref(self.invoice))

    # === HOW OFTEN === #

    def test_a_contact_is_mailed_five_minutes_apart_and_five_times_a_day(self):
        links = [self.issue(self.make_invoice())[0] for _one in range(2)]
        start, mailed = fields.Datetime.now(), []
        for number, minutes in enumerate((0, 4, 6, 12, 18, 24, 30, 36)):
            now = start + timedelta(minutes=minutes)
            with patch.object(fields.Datetime, "now", lambda now=now: now):
                self.ask(links[number % 2].ref)
            mailed.append(len(self.sent))
        self.assertEqual(mailed, [1, 0, 1, 1, 1, 1, 0, 0], "whichever link they ask by")

    def test_many_requests_at_once_bring_one_email(self):
        links = [self.issue(self.make_invoice())[0] for _one in range(3)]
        for link in links:
            self.ask(link.ref, answer=False)
        self.answer_requests()
        self.assertEqual(len(self._mails), 1)

    # === WHERE IT IS OFFERED === #

    def test_the_button_is_on_the_page_of_a_dead_link_and_of_a_contact(self):
        words = "Send me links to everything still open"
        self.assertIn(words, self.visit(f"/finance/i/{new_token()}").text)
        _link, token = self.issue()
        page = self.open_link(token)
        self.assertIn(words, page.text)
        _link, token = self.issue(partner=self.stranger)
        self.become_stranger()
        self.assertNotIn(words, self.open_link(token).text)

    def test_the_email_with_a_fresh_link_tells_of_it(self):
        words = "links to everything that's still open"
        for partner, is_told in ((self.ada, True), (self.stranger, False)):
            with self.mock_mail_gateway():
                self.invoice._finance_portal_mail_link(partner, partner.email)
            self.assertEqual(words in self.sent[partner.email], is_told)
