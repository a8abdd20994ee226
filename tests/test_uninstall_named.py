"""Uninstalling while the server's configuration names the addon, which Odoo refuses."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import config


@tagged("post_install", "-at_install")
class TestUninstallNamed(TransactionCase):
    def setUp(self):
        super().setUp()
        self.addon = self.env.ref("base.module_finance_portal")

    def name(self, *modules):
        """Have the configuration name these modules besides Odoo's own."""
        named = {"server_wide_modules": ["base", "rpc", "web", *modules]}
        self.enterContext(patch.dict(config.options, named))

    def test_the_message_says_how_it_can_be_uninstalled(self):
        self.name("finance_portal")
        with self.assertRaisesRegex(UserError, "server_wide_modules.*restart Odoo"):
            self.addon.button_uninstall()
        self.assertEqual(self.addon.state, "installed")

    def test_an_addon_that_is_not_named_is_uninstalled(self):
        self.name()
        self.addon.button_uninstall()
        self.assertEqual(self.addon.state, "to remove")

    def test_other_modules_are_left_to_odoo(self):
        self.name("finance_portal")
        with self.assertRaisesRegex(UserError, "web"):
            self.env.ref("base.module_web").button_uninstall()
