"""Quotes that nobody opened or that end soon: who is reminded of them, once, and who isn't."""

from datetime import date, timedelta

import psycopg2

from odoo import fields
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.reminder_mixin import Anchor, Subject
from .common import QuoteReminderCase


@tagged("post_install", "-at_install")
class TestQuoteReminderPlan(QuoteReminderCase):
    def test_the_latest_step_that_a_quote_has_reached(self):
        """(sent so many days before, last day so many days after): what its step counts from."""
        reached = {
            (2, None): None, (3, None): "unopened", (10, None): "unopened", (11, None): None,
            (1, 4): None, (1, 3): "ending", (1, 0): "ending", (5, 3): "ending",
        }  # fmt: skip
        quotes = {days: self.offer(*days) for days in reached}
        found = {line.res_id: line.basis for line in self.plan().line_ids}
        self.assertEqual({days: found.get(quote.id) for days, quote in quotes.items()}, reached)

    def test_one_email_for_all_quotes_of_a_recipient_and_one_for_invoices(self):
        unopened, ending = self.offer(), self.offer(1, 2)
        others, move = self.offer(partner=self.ben), self.bill(7)
        plan = self.plan()
        self.assertEqual(len(plan), 3)
        mine = self.plan_of(unopened)
        self.assertEqual(self.documents_of(mine), unopened | ending)
        self.assertEqual(mine.step_id.basis, "ending", "its text is the more urgent one's")
        self.assertEqual(mine.step_name, "3 days before it expires")
        self.assertEqual(self.plan_of(others).partner_id, self.ben)
        self.assertEqual(self.documents_of(self.plan_of(move)), move)

    def test_only_what_was_sent_to_the_customer(self):
        """Neither what staff marked as sent, nor what only went to an extra recipient."""
        self.make_quote(validity_date=self.slot_day)
        extra = self.make_quote(validity_date=self.slot_day)
        self.issue_ago(extra, self.stranger, days=3)
        self.assertFalse(self.plan())

    def test_other_companies_neither_see_nor_send(self):
        other = self.setup_other_company(name="Second")["company"]
        other.finance_reminders = True
        quote = self.offer()
        self.Reminder._refresh(other)
        row = self.plan_of(quote)
        self.assertEqual((row.state, row.company_id), ("planned", self.company))
        stranger = self.make_user("stranger", "account.group_account_invoice")
        stranger.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        self.assertFalse(self.Reminder.with_user(stranger).search([]))
        self.assertFalse(self.env["finance.portal.reminder.line"].with_user(stranger).search([]))

    def test_who_may_read_all_quotes_sees_the_reminders_of_quotes(self):
        """And may skip them; those of invoices are for accounting, which sees both."""
        offered, billed = self.plan_of(self.offer()), self.plan_of(self.bill(7))
        sales = self.make_user("sales", "sales_team.group_sale_salesman_all_leads")
        own = self.make_user("seller", "sales_team.group_sale_salesman")
        both = self.make_user(
            "both", "sales_team.group_sale_salesman_all_leads", "account.group_account_invoice"
        )
        everything = offered | billed
        for user, seen in ((sales, offered), (self.billing, everything), (both, everything)):
            with self.subTest(user=user.login):
                Reminder = self.Reminder.with_user(user)
                found = Reminder.search(Reminder._get_next_domain(self.company))
                self.assertEqual(found, seen.with_user(user))
                self.assertEqual(found.line_ids, seen.line_ids.with_user(user))
        with self.assertRaises(AccessError):
            self.Reminder.with_user(own).action_open()
        with self.assertRaises(AccessError):
            billed.with_user(sales).action_skip()
        self.Reminder.with_user(sales).with_context(
            allowed_company_ids=self.company.ids
        ).action_open()
        offered.with_user(sales).action_skip()
        self.assertEqual(offered.state, "skipped")

    # === WHY NOT === #

    def customer_of(self, name):
        """Return a contact who is a customer of their own."""
        return self.make_contact(name, parent=False, email=f"{name.lower()}@mill.example.com")

    def assertReasons(self, state, cases):
        rows = self.plan()
        for sentence, quote in cases.items():
            with self.subTest(sentence):
                row = rows.filtered(lambda one, quote=quote: quote in self.documents_of(one))
                self.assertEqual((row.state, row.reason), (state, sentence))
                self.assertEqual(row.line_ids.mapped("state"), [state])

    def test_why_a_quote_needs_no_reminder(self):
        names = ("Olga", "Abe", "Con", "Dee", "Cleo", "Drew", "Emil")
        opened, accepted, confirmed, declined, cancelled, drafted, expired = (
            self.offer(3, -1 if name == "Emil" else None, self.customer_of(name)) for name in names
        )
        self.open(opened)
        self.decide(accepted, "accepted")  # and waits for a payment
        confirmed.action_confirm()
        self.decide(declined, "declined")
        (declined | cancelled)._action_cancel()
        drafted.action_draft()
        today = opened._finance_portal_short_day(fields.Date.today())
        last = opened._finance_portal_short_day(self.slot_day - timedelta(days=1))
        self.assertReasons(
            "over",
            {
                f"The customer opened it on {today}.": opened,
                f"The customer accepted it on {today}.": accepted,
                "It's confirmed.": confirmed,
                f"The customer declined it on {today}.": declined,
                "It's cancelled.": cancelled,
                "It's back in draft.": drafted,
                f"It was valid until {last}.": expired,
            },
        )
        self.remind()
        self.assertFalse(self.sent)

    def test_a_payment_that_is_under_way(self):
        """Such as for an order of the shop, which is a quote until it is paid."""
        quote = self.offer()
        provider = self.env["payment.provider"].sudo().create({"name": "Till", "code": "none"})
        self.env["payment.transaction"].sudo().create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": "transfer",
                "amount": 100,
                "currency_id": quote.currency_id.id,
                "partner_id": self.ada.id,
                "sale_order_ids": [Command.set(quote.ids)],
                "state": "pending",
            }
        )
        row = self.plan_of(quote)
        today = quote._finance_portal_short_day(fields.Date.today())
        reason = f"A payment made on {today} is being processed."
        self.assertEqual((row.state, row.reason), ("over", reason))

    def test_what_is_not_needed_is_no_warning_and_soon_gone(self):
        quote, old = self.offer(3), self.offer(7, partner=self.ben)
        for one in (quote, old):
            self.open(one)
        self.assertEqual(self.plan_of(quote).state, "over")
        self.assertFalse(self.plan_of(old))
        cards = self.env["finance.portal.overview"].with_user(self.billing).get_cards()
        self.assertFalse({card["key"]: card["rows"] for card in cards}["held_reminders"])

    def test_why_a_customer_is_not_reminded(self):
        until = self.slot_day + timedelta(days=3)
        day = self.env["finance.portal.page"]._format_day(until)
        names = ("Paul", "Sue", "Nils", "Rae")
        own, of_customer, no_address, revoked = (
            self.offer(partner=self.customer_of(name)) for name in names
        )
        pause = {"finance_no_reminders": True, "finance_no_reminders_until": until}
        own.write({**pause, "finance_no_reminders_note": "new terms"})
        of_customer.partner_id.write(pause)
        no_address.partner_id.email = False
        revoked.sudo().finance_link_ids._revoke("staff")
        self.assertReasons(
            "held",
            {
                f"Paused until {day}: new terms": own,
                f"Customer paused until {day}": of_customer,
                "Nils has no email address. Open the contact and enter one.": no_address,
                "Its link was revoked. Send the quote again to share it.": revoked,
            },
        )

    def test_an_address_that_bounced(self):
        quote = self.offer()
        self.bounce(quote.sudo().finance_link_ids)
        row = self.plan_of(quote)
        address = self.ada.email
        reason = f"The last email to {address} bounced. Correct the address on the contact."
        self.assertEqual((row.state, row.reason), ("held", reason))

    def test_one_that_is_not_needed_leaves_the_others(self):
        opened, other = self.offer(), self.offer()
        self.open(opened)
        row = self.plan_of(other)
        self.assertEqual(row.state, "planned")
        self.assertIn(f"{opened.name}: The customer opened it", row.reason)
        self.remind(row)
        self.assertEqual(len(self.tokens_in(self.sent[self.ada.email])), 1)

    def test_a_quote_that_was_opened_is_reminded_of_before_it_ends(self):
        quote = self.offer(3, 3)
        self.open(quote)
        self.assertEqual(self.plan_of(quote).step_id.basis, "ending")

    def test_before_a_weekend_rather_than_after_the_last_day(self):
        """Tuesday less three days is a Saturday."""
        subject = Subject((Anchor("ending", date(2026, 12, 1), is_deadline=True),), 100)
        friday, steps = date(2026, 11, 27), self.step("ending")

        def reached(day):
            return bool(self.Reminder._choose_step(steps, (), subject, day))

        self.assertFalse(reached(friday))
        self.company.finance_reminder_weekdays_only = True
        self.assertTrue(reached(friday))
        self.assertFalse(reached(friday - timedelta(days=1)))

    def test_days_that_make_no_sense_are_refused(self):
        for basis, days in (("unopened", 0), ("unopened", -1), ("ending", 1)):
            with self.subTest(basis=basis, days=days), self.refused_by_database():
                self.step(basis).days = days
                self.env.flush_all()

    # === WHAT IT COSTS === #

    def test_the_plan_takes_the_same_queries_for_many_quotes(self):
        quotes = self.env["sale.order"].union(*(self.offer(3, 3) for _number in range(8)))
        for quote in quotes[::2]:
            self.open(quote)
            self.decide(quote, "accepted")
        for quote in quotes[1::4]:
            self.open(quote)
        now = fields.Datetime.now()

        def cost(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            [plan] = self.Reminder._make_plans(self.company, some, now, {})
            self.assertEqual(len(plan.entries), len(some))
            return self.env.cr.sql_log_count - before

        cost(quotes)
        few, many = cost(quotes[:2]), cost(quotes)
        self.assertLessEqual(many, few)


@tagged("post_install", "-at_install")
class TestQuoteReminderSending(QuoteReminderCase):
    def test_it_is_written_down_everywhere(self):
        quotes = self.offer() | self.offer(1, 3)
        row = self.remind()
        self.assertEqual((row.state, row.email), ("sent", self.ada.email))
        words = {
            quotes[0]: "3 days after it was sent, not opened",
            quotes[1]: "3 days before it expires",
        }
        for quote in quotes:
            [note] = self.notes(quote)
            self.assertIn("ada@bakery.example.com", note)
            self.assertIn(words[quote], note)
            events = self.Event.search(
                [("res_model", "=", "sale.order"), ("res_id", "=", quote.id)]
            )
            reminded = events.filtered(lambda event: event.kind == "reminded")
            self.assertEqual((len(reminded), reminded.partner_id), (1, self.ada))

    def test_no_step_twice(self):
        quote = self.offer()
        row = self.remind()
        self.run_job()
        self.step("unopened").days = 2
        self.assertFalse(self.plan_of(quote))
        self.assertEqual(len(self.notes(quote)), 1)
        with self.refused_by_database(psycopg2.errors.UniqueViolation):
            row.line_ids.sudo().copy({"reminder_id": row.id, "state": "sent"}).flush_recordset()

    def test_the_next_step_counts_from_the_sending_not_from_the_reminder(self):
        quote = self.offer()
        self.Step.create({"company_id": self.company.id, "basis": "unopened", "days": 7})
        self.remind()
        with self.next_round(3):
            self.assertFalse(self.plan_of(quote))
        with self.next_round(4):
            row = self.plan_of(quote)
            self.assertEqual(row.step_id.days, 7)
            self.remind(row)
        self.assertEqual(len(self.notes(quote)), 2)

    def test_what_happens_in_the_meantime_stops_it(self):
        """Opened, confirmed, cancelled, back in draft: after the plan was made."""
        happenings = {
            self.ada: self.open,
            self.ben: lambda quote: quote.action_confirm(),
            self.eve: lambda quote: quote._action_cancel(),
            self.stranger: lambda quote: quote.action_draft(),
        }
        quotes = {partner: self.offer(partner=partner) for partner in happenings}
        rows = self.come_due()
        self.assertEqual(rows.mapped("state"), ["planned"] * 4)
        for partner, happen in happenings.items():
            happen(quotes[partner])
        self.remind(rows)
        self.assertFalse(self.sent)
        self.assertEqual(rows.mapped("state"), ["over"] * 4)

    def test_skipping_leaves_out_this_step_only(self):
        quote = self.offer(3, 5)
        row = self.plan_of(quote).with_user(self.billing)
        row.action_skip()
        self.assertIn(f"Skipped by {self.billing.name}", row.reason)
        self.assertFalse(self.plan_of(quote))
        with self.next_round(2):
            self.assertEqual(self.plan_of(quote).step_id.basis, "ending")

    def test_a_message_can_be_changed_for_one_customer(self):
        self.offer()
        self.offer(partner=self.eve)
        row = self.plan().filtered(lambda one: one.partner_id == self.ada)
        row.with_user(self.billing).write({"body": "<p>Dear Ada, about the oven.</p>"})
        self.remind(self.plan())
        self.assertIn("about the oven", self.sent[self.ada.email])
        self.assertIn("here it is again", self.sent[self.eve.email])

    def test_deleting_a_quote_deletes_what_was_planned_and_done(self):
        quote, other = self.offer(), self.offer()
        lines = self.remind().line_ids
        quote._action_cancel()
        quote.unlink()
        self.assertEqual(lines.exists().mapped("res_id"), other.ids)

    def test_a_reminder_outlives_its_quotes(self):
        quote = self.offer()
        row = self.remind()
        quote._action_cancel()
        quote.unlink()
        self.assertEqual(row.state, "sent")
        self.assertFalse(row.step_name or row.documents)
