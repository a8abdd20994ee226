"""Quotes, payments and statements to send, and the dialog that sends them."""

from odoo import Command

from .common import FinancePortalCase


class SendDocumentsCase(FinancePortalCase):
    """The fixtures that tests about the emails of all kinds share."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.order = cls.make_order()
        cls.payment = cls.make_payment()
        cls.statement = cls.make_statement()

    @classmethod
    def make_order(cls, partner=None, orders=None, **values):
        """Return a draft quote of one line.

        :param orders: the model, as who makes it
        """
        line = {"product_id": cls.product_a.id, "price_unit": 100.0, "tax_ids": [Command.clear()]}
        orders = cls.env["sale.order"] if orders is None else orders
        return orders.create(
            {
                "partner_id": (partner or cls.ada).id,
                "order_line": [Command.create(line)],
                "require_signature": True,
                "require_payment": False,
                **values,
            }
        )

    @classmethod
    def make_statement(cls, partner=None):
        """Return a statement that was sent."""
        statements = cls.env["finance.portal.issued.statement"]
        statement = statements.create({"partner_id": (partner or cls.ada).id})
        statement._issue()
        return statement

    def open_composer(self, document, **values):
        """Return the dialog that Send to Customer opens, as the browser saves it."""
        if document._name == "sale.order":
            action = document.action_quotation_send()
        else:
            action = document.action_finance_portal_send()
        self.assertEqual(action["res_model"], "mail.compose.message")
        context = {"active_model": document._name, "active_ids": document.ids}
        return (
            self.env["mail.compose.message"]
            .with_context(**context, **action["context"])
            .create(values)
        )

    def compose(self, document, **values):
        """Press Send to Customer and Send; what the mail server got is in ``sent``."""
        wizard = self.open_composer(document, **values)
        with self.mock_mail_gateway():
            wizard.action_send_mail()
        return wizard

    def token_of(self, address):
        """Return the one raw token in the last email to ``address``."""
        (token,) = self.tokens_in(self.sent[address])
        return token
