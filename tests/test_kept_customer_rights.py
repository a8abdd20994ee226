"""Documents stay with their customer: whose they are is the system's to write down."""

import json

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .send_common import SendDocumentsCase

KEPT = "finance_customer_id"


@tagged("post_install", "-at_install")
class TestKeptCustomerRights(SendDocumentsCase):
    """Nobody hands a document to another customer past Odoo's own field for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.make_user(
            "boss", "account.group_account_manager", "sales_team.group_sale_manager"
        )

    def each_kind(self):
        documents = (self.make_order(), self.make_payment())
        kind = self.env.registry["finance.portal.kept.customer.mixin"]
        found = {
            name
            for name, model in self.env.registry.items()
            if issubclass(model, kind) and not model._abstract
        }
        self.assertEqual(found, {document._name for document in documents})
        return documents

    def each_field(self):
        """Return each kind's document with each field that keeps a customer."""
        return [
            (document, field)
            for document in self.each_kind()
            for field in document._finance_portal_get_kept_fields()
        ]

    def test_nobody_writes_it(self):
        for document, field in self.each_field():
            with self.subTest(document._name, field=field):
                with self.assertRaises(AccessError):
                    document.with_user(self.boss).write({field: self.rival.id})
                with self.assertRaises(AccessError):
                    document.with_user(self.boss).write(
                        {field: self.rival.id, "partner_id": self.ben.id}
                    )
                self.assertFalse(document[field])
                self.assertEqual(document._finance_portal_get_customer(), self.customer)

    def test_nobody_begins_with_it(self):
        for document, field in self.each_field():
            model = document.with_user(self.boss).browse().sudo(False)
            self.env["ir.default"].with_user(self.boss).create(
                {
                    "field_id": self.env["ir.model.fields"]._get(model._name, field).id,
                    "json_value": json.dumps(self.rival.id),
                    "user_id": self.boss.id,
                }
            )
            values = {"partner_id": self.ada.id}
            context = {f"default_{field}": self.rival.id}
            made = {
                "values": model.create({**values, field: self.rival.id}),
                "context": model.with_context(**context).create(values),
                "own default": model.create(values),
                "context of the system": model.sudo().with_context(**context).create(values),
                "own default for the system": model.sudo().create(values),
            }
            for way, one in made.items():
                with self.subTest(model._name, field=field, way=way):
                    self.assertFalse(one[field])
                    self.assertEqual(one._finance_portal_get_customer(), self.customer)

    def test_the_system_does(self):
        order = self.make_order()
        self.ada.parent_id = self.rival
        self.assertEqual(order[KEPT], self.customer)
        order.with_user(self.boss).partner_id = self.ben
        self.assertFalse(order[KEPT])

    def test_who_merges_contacts_hands_over_no_document(self):
        """Neither the contact's own, nor those of a contact below, whoever survives."""
        creator = self.make_user("creator", "base.group_user", "base.group_partner_manager")
        below = self.make_contact("Below", parent=self.ada)
        documents = [*self.each_kind(), self.invoice, self.make_order(below)]
        for survivor in (self.eve, self.ada, None):
            with self.subTest(survivor=survivor), self.env.cr.savepoint() as savepoint:
                self.eve.email = self.ada.email
                self.merge(creator, self.ada | self.eve, survivor)
                left = (self.ada | self.eve).exists()
                self.assertEqual(len(left), 1)
                for document in documents:
                    self.assertEqual(document._finance_portal_get_customer(), self.customer)
                    for customer in self.customer | self.rival:
                        domain = document._finance_portal_get_customer_domain(customer)
                        is_theirs = bool(document.filtered_domain(domain))
                        self.assertIs(is_theirs, customer == self.customer, document)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_documents_of_a_customer_that_is_merged_go_along(self):
        other = self.make_contact("Other", parent=False, is_company=True)
        other.email = self.customer.email
        documents = self.each_kind()
        self.merge(self.env.user, self.customer | other, other)
        for document in documents:
            self.assertEqual(document._finance_portal_get_customer(), other)
            self.assertFalse(document[KEPT])

    def merge(self, user, contacts, survivor):
        """Merge contacts as a user does in Odoo's dialog."""
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        wizard._merge(contacts.ids, survivor and survivor.with_user(user))
        self.env.invalidate_all()
