"""L9, SPEC 13: who may merely change contacts decides nothing about a customer."""

import json

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import FinancePortalCase

OURS = "finance_portal"


@tagged("post_install", "-at_install")
class TestContactSwitches(FinancePortalCase):
    """Every field that the product, or a bridge, keeps on contacts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.creator = cls.make_user("creator", "base.group_user", "base.group_partner_manager")
        cls.Mine = cls.env["res.partner"].with_user(cls.creator).with_company(cls.company)

    def sample(self, field):
        """Return a value for a field, as a request may bring it."""
        samples = {
            "boolean": True,
            "char": "because",
            "integer": 15,
            "date": fields.Date.today(),
            "many2many": [(5, 0, 0)],
        }
        if field.type == "selection":
            return field.get_values(self.env)[-1]
        return samples[field.type]

    def samples(self):
        """Return ``{name: value}`` of what can be written at all."""
        own = {
            name: field
            for name, field in self.env["res.partner"]._fields.items()
            if (field._module or "").startswith(OURS) and (field.store or field.inverse)
        }
        return {name: self.sample(field) for name, field in own.items()}

    def stored(self, partner):
        self.env.flush_all()
        self.env.invalidate_all()
        partner = partner.sudo().with_company(self.company)
        return {name for name in self.samples() if partner[name]} - {"finance_portal_address_by"}

    def test_who_may_only_change_contacts_decides_nothing(self):
        names = self.samples()
        self.assertIn("finance_portal_sign_in", names)
        mine = self.Mine.browse(self.customer.id)
        for name, value in names.items():
            if name == "finance_portal_address_by":
                continue  # taken from nobody, see test_vouching
            with self.subTest(name), self.assertRaises(AccessError), self.env.cr.savepoint():
                mine.write({name: value})
        mine.name = "Bakery Ltd."
        self.assertFalse(self.stored(self.customer))

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_nor_does_a_new_contact_bring_a_decision(self):
        Partner, samples = self.Mine, self.samples()
        flat = {name: one for name, one in samples.items() if not isinstance(one, list)}
        flat.pop("finance_portal_address_by")
        # Stricter than the company's default is what anybody may be with a contact of their own.
        flat["finance_portal_sign_in"] = "not_required"
        self.customer.with_company(self.company).write(flat)
        for name, value in flat.items():
            self.env["ir.default"].with_user(self.creator).sudo().create(
                {
                    "field_id": self.env["ir.model.fields"]._get("res.partner", name).id,
                    "json_value": json.dumps(value, default=str),
                    "user_id": self.creator.id,
                }
            )
        context = {f"default_{name}": value for name, value in flat.items()}
        ways = {
            "context": lambda: Partner.with_context(**context).create({"name": "New"}),
            "own defaults": lambda: Partner.create({"name": "New"}),
            "context of the system": lambda: (
                Partner.sudo().with_context(**context).create({"name": "New"})
            ),
            "copy": lambda: Partner.browse(self.customer.id).copy(),
            **{f"values: {name}": self.creating(name, value) for name, value in flat.items()},
        }
        for way, make in ways.items():
            with self.subTest(way):
                try:
                    partner = make()
                except AccessError:
                    continue
                left = self.stored(partner)
                if way == "context of the system":
                    left.discard("finance_portal_sign_in")  # the system decides on that itself
                self.assertFalse(left)

    def creating(self, name, value):
        return lambda: self.Mine.create({"name": "New", name: value})

    def test_merging_contacts_keeps_what_was_decided(self):
        """Whoever merges them need not be one who decides."""
        seller = self.make_user("seller", "sales_team.group_sale_salesman", "base.group_user")
        seller.group_ids += self.env.ref("base.group_partner_manager")
        double = self.make_contact("Bakery", parent=False, email=self.customer.email)
        kept = {"finance_portal_statement_every": "weekly"}
        if "finance_no_reminders" in double._fields:
            kept["finance_no_reminders"] = True
        double.with_company(self.company).write(kept)
        Wizard = self.env["base.partner.merge.automatic.wizard"].with_user(seller)
        mine = self.customer.with_user(seller)
        Wizard.with_company(self.company)._merge((mine | double).ids, mine)
        self.assertFalse(double.exists())
        self.assertLessEqual({*kept}, self.stored(self.customer))
