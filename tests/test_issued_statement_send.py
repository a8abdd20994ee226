"""Send Statement, from the button to the customer's page; one customer, or many at once."""

import re
from unittest.mock import patch

from odoo import SUPERUSER_ID, Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .issued_statement_common import OwingCase
from .portal_common import PortalCase

MODEL = "finance.portal.issued.statement"


@tagged("post_install", "-at_install")
class TestSendStatement(PortalCase):
    def send_statement(self, partner=None):
        """Press Send Statement on a customer, and Send in the dialog; return the statement."""
        action = (partner or self.customer).action_finance_portal_send_statement()
        self.assertEqual(action["res_model"], "mail.compose.message")
        wizard = self.env["mail.compose.message"].with_context(**action["context"]).create({})
        self.assertTrue(wizard.finance_secure)
        with self.mock_mail_gateway():
            wizard.action_send_mail()
        return self.env[MODEL].search([("customer_id", "=", self.customer.id)], limit=1)

    def test_from_the_button_to_the_page(self):
        """L2, L8: the email has the link and the PDF; the page says what is open now."""
        statement = self.send_statement(self.ada)
        self.assertEqual(statement.state, "sent")
        self.assertEqual(statement.finance_status, "sent")
        (mail,) = self._mails
        self.assertIn(statement.name, mail["subject"])
        self.assertIn(statement._get_hero(statement._get_parts(0))["amounts"][0], mail["subject"])
        self.assertEqual(len(mail["attachments"]), 1)
        page = self.open_link(self.token_mailed_to(self.ada))
        self.assertEqual(page.status_code, 200)
        self.assertStrictHeaders(page)
        self.assertIn(self.invoice.name, page.text)
        ref = re.search(r"/finance/d/([\w-]{22})", page.url).group(1)
        self.assertEqual(set(re.findall(r"/finance/d/([\w-]{22})", page.text)), {ref})
        pdf = self.visit(f"/finance/d/{ref}/pdf")
        self.assertEqual(pdf.status_code, 200)
        kinds = self.Event.search([("res_model", "=", MODEL), ("res_id", "=", statement.id)])
        self.assertLessEqual({"sent", "opened", "pdf"}, set(kinds.mapped("kind")))
        self.pay(self.invoice)
        page = self.visit(f"/finance/d/{ref}")
        self.assertIn(f"{self.invoice.name} was paid on", page.text)
        self.assertIn("Nothing to pay", page.text)

    def test_a_credit_that_covers_all_is_told_alike_everywhere(self):
        """One truth about money: email, page, PDF, the customer's form and the overview."""
        words = "Your credit covers all open invoices"
        self.invoice.line_ids.filtered("date_maturity").date_maturity = "2026-01-31"
        self.make_invoice(move_type="out_refund", **self.priced(100))
        for more in (0, 30):  # nothing is left of the credit, and something is
            if more:
                self.make_invoice(move_type="out_refund", **self.priced(more))
            with self.subTest(more=more):
                self.become_stranger()
                statement = self.send_statement(self.ada)
                self.assertIn(words, self.sent[self.ada.email])
                self.assertIn("nothing to pay", self.sent[self.ada.email])
                self.assertNotIn("how to pay", self.sent[self.ada.email])
                page = self.open_link(self.token_mailed_to(self.ada))
                self.assertEqual(self.states(page.text), [("good", words)])
                labels = re.findall(r"<dl class=\"balance closing\"><dt>([^<]*)", page.text)
                self.assertEqual(labels, ["Credit in your favor" if more else "Balance due"])
                hero = statement._get_report_values()["hero"]
                self.assertEqual(hero["states"], [("good", words)])
                self.assertNotIn('<div class="bad">', page.text)
                credit = "Customer's credit: $\xa030.00" if more else "$\xa00.00"
                told = f"{credit} · Credit covers all open invoices"
                self.assertEqual(statement._tell_balance(), told, "in words for staff")
                self.sign_in()
                overview = self.open()
                self.assertEqual(set(self.states(overview.text)), {("good", words)})
                self.assertIn("<h2>Open invoices</h2>", overview.text)
                self.assertNotIn("<h2>To pay</h2>", overview.text)
                for show in ("", "?show=open", "?show=overdue"):
                    states = self.states(self.open(f"/invoices{show}").text)
                    self.assertIn(("calm", "Covered by your credit"), states)
                    self.assertNotIn("bad", dict(states))

    def test_a_credit_covers_what_is_late_in_its_own_currency_only(self):
        other = self.env.ref("base.CHF")
        other.active = True
        foreign = self.make_invoice(currency_id=other.id)
        for move in (self.invoice, foreign):
            move.line_ids.filtered("date_maturity").date_maturity = "2026-01-31"
        self.make_invoice(invoice_date_due=fields.Date.context_today(self.company))
        self.make_invoice(move_type="out_refund", **self.priced(200))
        self.sign_in()
        for page in (self.open(), self.open("/invoices?show=open")):
            texts = [text for _tone, text in self.states(page.text)]
            self.assertEqual(texts.count("Covered by your credit"), 2, "late, and due today")
            self.assertTrue(any(text.startswith("Overdue by") for text in texts))

    def test_what_is_overdue_is_never_more_than_the_balance(self):
        self.invoice.line_ids.filtered("date_maturity").date_maturity = "2026-01-31"
        self.make_invoice(move_type="out_refund", **self.priced(30))
        self.sign_in()
        (part,) = self.env["finance.portal.statement"]._get_open_balances(
            self.customer, self.company
        )
        self.assertEqual((part["open"], part["overdue"], part["covered"]), (70, 70, False))
        self.assertIn(("bad", "Overdue"), self.statement_states())

    def statement_states(self):
        statement = self.send_statement(self.ada)
        return statement._get_report_values()["hero"]["states"]

    def test_a_link_to_it_opens_no_invoice(self):
        """L6: the grant is for the statement; its customer's invoices stay closed."""
        self.send_statement(self.ada)
        self.open_link(self.token_mailed_to(self.ada))
        self.assertEqual(self.visit(self.path_of(self.invoice)).status_code, 303)
        self.assertEqual(self.open("", status=303).status_code, 303)

    def test_the_portal_lists_them_beside_the_statement(self):
        statements = [self.send_statement(self.ada) for _number in range(5)]
        self.assertEqual(len({one.id for one in statements}), 5)
        self.sign_in()
        page = self.open("/statement")
        newest = [one.name for one in reversed(statements)]
        self.assertEqual(self.names(page), newest[:3])
        self.assertIn("/finance/customer-portal/statement/sent", page.text)
        self.assertEqual(self.names(self.open("/statement/sent")), newest)
        self.assertIn("New statement", self.open().text)
        self.account.own_documents = True
        self.assertEqual(self.names(self.open("/statement/sent")), [])

    def test_nobody_to_send_to_is_named(self):
        nobody = self.env["res.partner"].create({"name": "Nobody", "is_company": True})
        statement = self.env[MODEL]._start(nobody)
        self.assertIn("no email address", statement._finance_portal_get_send_obstacle())


@tagged("post_install", "-at_install")
class TestSendStatements(OwingCase):
    def dialog(self, partners=None, user=None, **values):
        partners = (partners or self.all).with_user(user or self.billing)
        action = partners.action_finance_portal_send_statement()
        self.assertEqual(action["res_model"], "finance.portal.send.statements")
        wizard = self.env[action["res_model"]].with_user(user or self.billing)
        return wizard.with_context(**action["context"]).create(values)

    def reasons(self, dialog):
        return {
            self.env["res.partner"].browse(int(key)).name: reason
            for key, reason in dialog.reasons.items()
        }

    def test_who_gets_one_and_who_does_not_and_why(self):
        no_address = "Mute has no email address. Open the contact and enter one."
        favor, nothing = "The balance is in the customer's favor.", "Nothing outstanding."
        late = "Nothing is overdue."
        small = f"{self.money(5)} is below the minimum you chose."
        for values, expected in (
            ({"which": "all"}, {"Mute": no_address}),
            ({}, {"Credit": favor, "Nothing": nothing, "Mute": no_address}),
            (
                {"which": "overdue"},
                {"Soon": late, "Credit": favor, "Nothing": nothing, "Mute": no_address},
            ),
            (
                {"minimum": 10},
                {"Small": small, "Credit": favor, "Nothing": nothing, "Mute": no_address},
            ),
        ):
            with self.subTest(values=values):
                dialog = self.dialog(**values)
                self.assertEqual(self.reasons(dialog), expected)
                self.assertEqual(dialog.skipped_count, len(expected))
                self.assertEqual(dialog.send_count, len(self.all) - len(expected))

    def money(self, amount):
        return self.env["finance.portal.statement"]._money(amount, self.company.currency_id)

    def test_the_bulk_engine_sends_them_and_lists_the_others(self):
        action = self.dialog(which="overdue").action_send()
        batch = self.Batch.browse(action["res_id"]).sudo()
        states = {line.document_name: (line.state, line.reason) for line in batch.line_ids}
        self.assertEqual(states["Soon"], ("skipped", "Nothing is overdue."))
        self.assertEqual(batch.skipped_count, 4)
        self.run_job()
        self.run_queue()
        self.assertEqual(batch.state, "done")
        self.assertEqual((batch.sent_count, batch.skipped_count), (2, 4))
        self.assertEqual(set(self.sent), {self.late.email, self.small.email})
        statements = self.env[MODEL].search([("customer_id", "in", self.all.ids)])
        self.assertEqual(set(statements.mapped("state")), {"sent"})
        for mail in self._mails:
            self.assertEqual(len(mail["attachments"]), 1)
        line = batch.line_ids.filtered(lambda one: one.document_name == "Mute")
        self.assertEqual(line.action_open_document()["res_id"], self.mute.id)

    def test_contacts_count_for_their_customer_once(self):
        desks = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": self.late.id, "email": f"{name}@many.example.com"}
                for name in ("one", "two")
            ]
        )
        dialog = self.dialog(desks + self.soon)
        self.assertEqual(dialog.send_count, 2)
        dialog.action_send()
        statements = self.env[MODEL].search([("customer_id", "in", self.all.ids)])
        self.assertEqual(statements.partner_id, desks[0] + self.soon)

    def test_one_customer_opens_the_email_at_once(self):
        action = self.late.action_finance_portal_send_statement()
        self.assertEqual(action["res_model"], "mail.compose.message")

    def test_nobody_to_send_to_sends_nothing(self):
        with self.assertRaisesRegex(UserError, "None of these customers"):
            self.dialog(self.credit + self.nothing).action_send()

    def test_a_draft_that_waits_is_not_taken_up_for_another(self):
        self.dialog(self.late + self.soon).action_send()
        again = self.env[MODEL].with_user(self.billing)._start(self.late)
        waiting = self.env["finance.portal.batch.line"].sudo().search([("state", "=", "waiting")])
        self.assertNotIn(again.id, waiting.mapped("res_id"))

    def test_balances_agree_with_each_customers_own(self):
        """One truth about money: what the dialog adds up for many is what each one's page says."""
        Statement = self.env["finance.portal.statement"]
        balances = Statement._get_balances(self.all, self.company)
        for customer in self.all:
            own = Statement._get_open_balances(customer, self.company)
            with self.subTest(customer=customer.name):
                self.assertEqual(
                    [(part["open"], part["overdue"]) for part in own],
                    [tuple(balances[customer.id])] if customer.id in balances else [],
                )

    def test_queries_do_not_grow_with_customers(self):
        Statement = self.env["finance.portal.statement"]

        def count(customers):
            Statement._get_balances(customers, self.company)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Statement._get_balances(customers, self.company)
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(self.all), count(self.late))

    def make_owing(self, count):
        """Return customers who owe something, and whose invoices go to somebody there."""
        customers = self.env["res.partner"].create(
            [
                {
                    "name": f"Owing {number}",
                    "is_company": True,
                    "email": f"office{number}@owing.example.com",
                    "child_ids": [
                        Command.create(
                            {"name": "Desk", "type": "invoice", "email": f"d{number}@x.io"}
                        )
                    ],
                }
                for number in range(count)
            ]
        )
        for customer in customers:
            self.bill(customer, 10, "2026-01-31")
        return customers

    def test_queries_of_the_schedule_do_not_grow_with_customers(self):
        """Who gets one, and why not, is decided in as many queries; creating them takes its own."""
        env = self.env(user=SUPERUSER_ID)
        Issued, today = env[MODEL].with_company(self.company), fields.Date.to_date("2026-06-30")
        few, many = self.make_owing(2), self.make_owing(8)

        def decide(customers):
            contacts = customers._finance_portal_get_statement_contacts()
            whens = dict.fromkeys(contacts, "open")
            self.assertFalse(Issued._get_skip_reasons(contacts, self.company, whens))
            return contacts

        def create(customers):
            desks = [one.child_ids.id for one in customers]
            Issued.create([{"partner_id": id_, "company_id": self.company.id} for id_ in desks])

        def start(customers):
            Issued._start_scheduled(customers._finance_portal_get_statement_contacts(), today)

        def count(do, customers):
            customers = customers.with_env(Issued.env)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            do(customers)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        for customers in (few, many):
            contacts = decide(customers.with_env(Issued.env))
            self.assertEqual([*contacts.values()], [*customers.child_ids])
        self.assertEqual(count(decide, many), count(decide, few))
        growth = count(create, many) - count(create, few)
        start_few = count(start, few)
        self.assertLessEqual(count(start, many) - start_few, growth)

    def test_salespeople_are_told_no_balances(self):
        seller = self.make_user("seller", "sales_team.group_sale_salesman_all_leads")
        wizard = self.env["finance.portal.send.statements"].with_user(seller)
        with mute_logger("odoo.addons.base.models.ir_model"):
            with self.assertRaises(AccessError):
                self.all.with_user(seller).action_finance_portal_send_statement()
            with self.assertRaises(AccessError):
                wizard.create({"res_ids": self.all.ids})

    def test_a_failing_customer_stops_no_other(self):
        self.dialog(self.late + self.soon).action_send()
        Issued = type(self.env[MODEL])
        issue, message = Issued._issue, "Not this one"

        def fail(statements):
            if self.late in statements.customer_id:
                raise UserError(message)
            return issue(statements)

        with patch.object(Issued, "_issue", fail):
            self.run_job()
        statements = self.env[MODEL].search([("customer_id", "in", self.all.ids)])
        states = {one.customer_id.name: one.state for one in statements}
        self.assertEqual(states, {"Late": "draft", "Soon": "sent"})
