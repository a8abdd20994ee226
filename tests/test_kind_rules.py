"""L1 to L12: the rules every kind keeps, for the kinds of this addon."""

from odoo.tests import tagged

from .account_common import AccountCase
from .kind_rules import KindRules


@tagged("post_install", "-at_install")
class TestInvoiceRules(KindRules, AccountCase):
    max_queries = 10

    @classmethod
    def make_document(cls, partner):
        return cls.make_invoice(partner)

    def waits_for_customer(self):
        return True

    def make_unshareable(self, document):
        document.button_draft()

    def give_to(self, document, partner):
        document.with_context(skip_readonly_check=True).partner_id = partner

    def delete(self, document):
        document.button_draft()
        document.with_context(force_delete=True).unlink()


@tagged("post_install", "-at_install")
class TestQuoteRules(KindRules, AccountCase):
    @classmethod
    def make_document(cls, partner):
        return cls.make_quote(partner)

    def name_contact(self, contact):
        yield from super().name_contact(contact)
        billed = self.make_quote(self.ada)
        billed.partner_invoice_id = contact
        yield billed

    def waits_for_customer(self):
        return True

    def make_unshareable(self, document):
        document._action_cancel()

    def delete(self, document):
        document._action_cancel()
        document.unlink()


@tagged("post_install", "-at_install")
class TestPaymentRules(KindRules, AccountCase):
    max_queries = 12

    @classmethod
    def make_document(cls, partner):
        return cls.make_payment(partner)

    def waits_for_customer(self):
        return False

    def make_unshareable(self, document):
        document.action_draft()

    def delete(self, document):
        document.action_draft()
        document.unlink()

    def get_native_path(self, document):
        return ""  # Odoo has no page for payments


@tagged("post_install", "-at_install")
class TestStatementRules(KindRules, AccountCase):
    max_queries = 20  # its figures are drawn anew each time

    @classmethod
    def make_document(cls, partner):
        statement = cls.env["finance.portal.issued.statement"].create({"partner_id": partner.id})
        statement._issue()
        return statement

    def waits_for_customer(self):
        return True

    def make_unshareable(self, document):
        document.action_cancel()

    def give_to(self, document, partner):
        # sudo: once it was sent nobody gives it away, except by merging contacts
        document.sudo().partner_id = partner

    def delete(self, document):
        document.action_cancel()
        document.unlink()

    def get_native_path(self, document):
        return ""  # Odoo has no page for statements
