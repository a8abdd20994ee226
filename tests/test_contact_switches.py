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
        partners = partner.sudo().with_company(self.company)
        kept = {name for name in self.samples() if any(one[name] for one in partners)}
        return kept - {"finance_portal_address_by"}

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
        samples = self.samples()
        samples.pop("finance_portal_address_by")
        # Stricter than the company's default is what anybody may be with a contact of their own.
        samples["finance_portal_sign_in"] = "not_required"
        made = set()
        for name, value in samples.items():
            if isinstance(value, list):
                continue
            for way, make in self.list_ways(name, value).items():
                with self.subTest(name=name, way=way), self.env.cr.savepoint() as savepoint:
                    try:
                        left = self.stored(make())
                        made.add(name)
                    except AccessError:
                        left = set()
                    self.assertFalse(left)
                    savepoint.rollback()
                self.env.invalidate_all()
        # Creating with what nobody here may read is refused as a whole.
        readable = {
            name
            for name in samples
            if self.Mine._has_field_access(self.Mine._fields[name], "write")
        }
        self.assertLessEqual(readable, made, "tried in earnest")

    def list_ways(self, name, value):
        """Return ``{way: function that makes a contact}`` with a value for a field."""
        Mine, context = self.Mine, {f"default_{name}": value}

        def by_default():
            field = self.env["ir.model.fields"]._get("res.partner", name)
            text = json.dumps(value, default=str)
            values = {"field_id": field.id, "json_value": text, "user_id": self.creator.id}
            self.env["ir.default"].create(values)
            # With the user's rights, and as the system, which takes a default for a decision.
            return Mine.create({"name": "New"}) | Mine.sudo().create({"name": "Newer"})

        def by_copy():
            self.customer.with_company(self.company).write({name: value})
            return Mine.browse(self.customer.id).copy()

        return {
            "values": lambda: Mine.create({"name": "New", name: value}),
            "context": lambda: Mine.with_context(**context).create({"name": "New"}),
            "context of the system": lambda: (
                Mine.sudo().with_context(**context).create({"name": "New"})
            ),
            "own default": by_default,
            "copy": by_copy,
        }

    def test_merging_contacts_keeps_what_was_decided(self):
        """Whoever merges them need not be one who decides."""
        seller = self.make_user("seller", "sales_team.group_sale_salesman", "base.group_user")
        seller.group_ids += self.env.ref("base.group_partner_manager")
        double = self.make_contact("Bakery", parent=False, email=self.customer.email)
        switches = self.Mine._finance_portal_get_switches().keys()
        kept = {name: value for name, value in self.samples().items() if name in switches}
        double.with_company(self.company).write(kept)
        Wizard = self.env["base.partner.merge.automatic.wizard"].with_user(seller)
        mine = self.customer.with_user(seller)
        Wizard.with_company(self.company)._merge((mine | double).ids, mine)
        self.assertFalse(double.exists())
        self.assertLessEqual({*kept}, self.stored(self.customer))
