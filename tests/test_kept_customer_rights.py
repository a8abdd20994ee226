"""Documents stay with their customer: whose they are is the system's to write down."""

import json

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .send_common import SendDocumentsCase

KEPT = "finance_customer_id"


@tagged("post_install", "-at_install")
class TestKeptCustomerRights(SendDocumentsCase):
    """Nobody hands a document to another customer past the ERP's own field for it."""

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

    def test_nobody_writes_it(self):
        for document in self.each_kind():
            with self.subTest(document._name):
                with self.assertRaises(AccessError):
                    document.with_user(self.boss).write({KEPT: self.rival.id})
                with self.assertRaises(AccessError):
                    document.with_user(self.boss).write(
                        {KEPT: self.rival.id, "partner_id": self.ben.id}
                    )
                self.assertEqual(document._finance_portal_get_customer(), self.customer)

    def test_nobody_begins_with_it(self):
        for document in self.each_kind():
            model = document.with_user(self.boss).browse().sudo(False)
            self.env["ir.default"].with_user(self.boss).create(
                {
                    "field_id": self.env["ir.model.fields"]._get(model._name, KEPT).id,
                    "json_value": json.dumps(self.rival.id),
                    "user_id": self.boss.id,
                }
            )
            values = {"partner_id": self.ada.id}
            context = {f"default_{KEPT}": self.rival.id}
            made = {
                "values": model.create({**values, KEPT: self.rival.id}),
                "context": model.with_context(**context).create(values),
                "own default": model.create(values),
                "context of the system": model.sudo().with_context(**context).create(values),
                "own default for the system": model.sudo().create(values),
            }
            for way, one in made.items():
                with self.subTest(model._name, way=way):
                    self.assertFalse(one[KEPT])
                    self.assertEqual(one._finance_portal_get_customer(), self.customer)

    def test_the_system_does(self):
        order = self.make_order()
        self.ada.parent_id = self.rival
        self.assertEqual(order[KEPT], self.customer)
        order.with_user(self.boss).partner_id = self.ben
        self.assertFalse(order[KEPT])
