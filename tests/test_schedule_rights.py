"""L9, L10: who may not send statements has none sent either, by a schedule on the customer."""

import json

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import FinancePortalCase

SAMPLES = {"every": "weekly", "weekday": "3", "day": 15, "when": "overdue"}
OPENS_CONTACTS = "base.group_partner_manager"


@tagged("post_install", "-at_install")
class TestScheduleRights(FinancePortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.values = {f"finance_portal_statement_{key}": one for key, one in SAMPLES.items()}
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman", OPENS_CONTACTS)

    def stored(self, partner):
        partner = partner.sudo().with_company(self.company)
        return {name: partner[name] for name in self.values if partner[name]}

    def test_the_samples_are_all_there_is(self):
        own = {name for name in self.customer._fields if name.startswith("finance_portal_stat")}
        self.assertEqual(own - {"finance_portal_status"}, {*self.values})

    def test_who_may_not_send_statements_schedules_none(self):
        self.assertFalse(
            self.env["finance.portal.issued.statement"].with_user(self.seller).has_access("create")
        )
        mine = self.customer.with_user(self.seller).with_company(self.company)
        for name, value in self.values.items():
            with self.subTest(name), self.assertRaises(AccessError):
                mine[name] = value
        mine.name = "Bakery Ltd."
        self.assertFalse(self.stored(self.customer))

    def test_nor_does_a_new_contact_or_a_copy_bring_a_schedule(self):
        Partner = self.env["res.partner"].with_user(self.seller).with_company(self.company)
        for name, value in self.values.items():
            self.env["ir.default"].with_user(self.seller).create(
                {
                    "field_id": self.env["ir.model.fields"]._get("res.partner", name).id,
                    "json_value": json.dumps(value),
                    "user_id": self.seller.id,
                }
            )
        self.customer.with_company(self.company).write(self.values)
        context = {f"default_{name}": value for name, value in self.values.items()}
        ways = {
            "values": Partner.create({"name": "New", **self.values}),
            "context": Partner.with_context(**context).create({"name": "New"}),
            "own defaults": Partner.create({"name": "New"}),
            "context of the system": Partner.sudo().with_context(**context).create({"name": "New"}),
            "own defaults for the system": Partner.sudo().create({"name": "New"}),
            "copy": self.customer.with_user(self.seller).with_company(self.company).copy(),
        }
        for way, partner in ways.items():
            with self.subTest(way):
                self.assertFalse(self.stored(partner))

    def test_who_may_send_them_and_managers_do(self):
        for groups in (
            ("account.group_account_invoice",),
            ("finance_portal.group_finance_portal_manager",),
        ):
            user = self.make_user(groups[0].rpartition("_")[2], *groups, OPENS_CONTACTS)
            mine = self.customer.with_user(user).with_company(self.company)
            with self.subTest(groups=groups):
                mine.write(self.values)
                self.assertEqual(self.stored(self.customer), self.values)
                mine.write(dict.fromkeys(self.values, False))
