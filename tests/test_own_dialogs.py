"""A dialog belongs to whoever opened it: nobody else reads in it, or changes what its button does.

Odoo keeps open dialogs as rows of tables, and has no rule of its own for them.
"""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .portal_access_common import MANAGER, PortalAccessCase


@tagged("post_install", "-at_install")
class TestOwnDialogs(PortalAccessCase):
    def list_dialogs(self):
        """Return all dialogs of ours, those of bridges too."""
        found = [
            model
            for name, model in self.env.items()
            if name.startswith("finance.portal.") and model._transient
        ]
        self.assertGreaterEqual(len(found), 8)
        return found

    def test_every_dialog_is_its_users_own(self):
        for model in self.list_dialogs():
            for mode in ("read", "write", "create", "unlink"):
                with self.subTest(model=model._name, mode=mode):
                    rules = self.env["ir.rule"].with_user(self.boss)._get_rules(model._name, mode)
                    for_all = rules.sudo().filtered(lambda rule: not rule.groups)
                    self.assertIn('[("create_uid", "=", user.id)]', for_all.mapped("domain_force"))

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_nobody_learns_from_a_colleagues_dialog_or_changes_its_button(self):
        """Such as to Confirm Address, after they changed that address to their own."""
        action = self.as_boss(self.ben).action_finance_portal_diagnose()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        finding = dialog.finding_ids
        self.assertEqual(finding.mapped("code"), ["not_enabled"])
        self.assertTrue(finding.with_user(self.boss).has_access("write"))
        sister = self.env["res.company"].create({"name": "Sister"})
        stranger = self.make_user("stranger", MANAGER)
        stranger.write({"company_ids": [Command.set(sister.ids)], "company_id": sister.id})
        for user in (self.clerk, stranger):
            self.env.invalidate_all()
            for record in (dialog, finding):
                with self.subTest(user=user.login, model=record._name):
                    mine = record.with_user(user)
                    self.assertFalse(mine.search([("id", "in", record.ids)]))
                    with self.assertRaises(AccessError):
                        mine.read([])
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                finding.with_user(user).remedy = "confirm"
