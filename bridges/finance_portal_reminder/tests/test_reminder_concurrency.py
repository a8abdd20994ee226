"""Two jobs, a payment or an answer in between, a server that stops: settled by PostgreSQL."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.finance_portal.tests.common import issue_token
from odoo.addons.finance_portal.tests.transactions_common import TransactionsCase

from .reminder_concurrency_rules import ReminderConcurrencyRules


@tagged("post_install", "-at_install")
class TestReminderConcurrency(ReminderConcurrencyRules, TransactionsCase):
    def make_document(self, env, company, partner):
        today = fields.Date.today()
        line = {"name": "Flour", "price_unit": 100, "tax_ids": [Command.clear()]}
        values = {
            "move_type": "out_invoice",
            "company_id": company.id,
            "partner_id": partner.id,
            "invoice_date": today - timedelta(days=40),
            "invoice_date_due": today - timedelta(days=10),
            "invoice_line_ids": [Command.create(line)],
        }
        move = env["account.move"].with_company(company).create(values)
        move.action_post()
        return move

    def remove_document(self, document):
        document.button_draft()
        document.with_context(force_delete=True).unlink()

    def settle(self, document):
        """As a payment does: it writes what is left to the invoice."""
        document.amount_residual = 0
        document.payment_state = "paid"
        document.flush_recordset()


@tagged("post_install", "-at_install")
class TestQuoteReminderConcurrency(ReminderConcurrencyRules, TransactionsCase):
    def make_document(self, env, company, partner):
        product = env["product.product"].create({"name": "Oven", "type": "service"})
        values = {
            "company_id": company.id,
            "partner_id": partner.id,
            "validity_date": fields.Date.today() + timedelta(days=2),
            "order_line": [Command.create({"product_id": product.id, "tax_ids": []})],
        }
        quote = env["sale.order"].with_company(company).create(values)
        quote.action_quotation_sent()
        return quote

    def prepare(self, document):
        mail = document.env["mail.mail"].create(
            {
                "model": document._name,
                "res_id": document.id,
                "recipient_ids": [Command.set(document.partner_id.ids)],
                "body_html": "<p/>",
            }
        )
        issue_token(document, document.partner_id, mail)
        # Committed beside this transaction, which doesn't see it.
        document.env.cr.commit()
        mail.unlink()

    def remove_document(self, document):
        product = document.order_line.product_id
        document.finance_link_ids.unlink()
        document._action_cancel()
        document.unlink()
        product.unlink()

    def settle(self, document):
        document.state = "cancel"
        document.flush_recordset()
