"""Who mails a link is told when customers could not open it (section 11)."""

from unittest.mock import patch

from lxml import etree

from odoo import Command
from odoo.tests import tagged

from ..models.web import res_company
from .send_common import SendDocumentsCase

MIXIN = "finance.portal.address.warning"


@tagged("post_install", "-at_install")
class TestAddressWarning(SendDocumentsCase):
    def at(self, url, databases=("one",)):
        self.env["ir.config_parameter"].sudo().set_param("web.base.url", url)
        self.env.invalidate_all()
        return patch.object(res_company, "db_list", lambda force, host: list(databases))

    def warning(self, url, **options):
        with self.at(url, **options):
            return self.company._finance_portal_get_address_warning()

    def test_what_no_customer_can_open_names_the_remedy(self):
        for url in (
            "http://localhost:8069", "https://127.0.0.1", "http://192.168.1.4:8069",
            "https://erp", "https://[::1]:8069", "https://10.0.0.3", "",
        ):  # fmt: skip
            with self.subTest(url=url):
                self.assertIn("web.base.url", self.warning(url))
                self.assertIn("can't open", self.warning(url))
        self.assertIn("HTTPS", self.warning("http://erp.example.com"))
        several = self.warning("https://erp.example.com", databases=("one", "two"))
        self.assertIn("dbfilter", several)
        self.assertEqual(self.warning("https://erp.example.com"), "")

    def dialogs(self):
        """Return one of each dialog that mails a link."""
        link, _token = self.issue()
        models = {"active_model": "account.move", "active_id": self.invoice.id}
        manager = self.env.ref("finance_portal.group_finance_portal_manager")
        self.env.user.group_ids += manager
        return {
            "account.move.send.wizard": self.open_send_dialog(),
            "account.move.send.batch.wizard": self.env["account.move.send.batch.wizard"].create(
                {"move_ids": [Command.set((self.invoice + self.make_invoice()).ids)]}
            ),
            "mail.compose.message": self.open_composer(self.order),
            "portal.share": self.env["portal.share"].with_context(**models).create({}),
            "finance.portal.send": self.env["finance.portal.send"].create(
                {"res_model": "account.move", "res_ids": self.invoice.ids}
            ),
            "finance.portal.send.statements": self.env["finance.portal.send.statements"].create(
                {"res_ids": self.customer.ids}
            ),
            "finance.portal.resend": self.env["finance.portal.resend"].create({"link_id": link.id}),
            "finance.portal.enable": self.env["finance.portal.enable"].create(
                {"partner_id": self.ada.id}
            ),
            "finance.portal.enable.many": self.env["finance.portal.enable.many"].create(
                {"res_ids": self.ada.ids}
            ),
            "finance.portal.import.logins": self.env["finance.portal.import.logins"].create({}),
            "finance.portal.reopen": self.env["finance.portal.reopen"].create(
                {"partner_id": self.ada.id}
            ),
        }

    def test_every_dialog_shows_it(self):
        registry, dialogs = self.env.registry, self.dialogs()
        for name, model in registry.items():
            if issubclass(model, registry[MIXIN]) and not model._abstract:
                # Other apps make dialogs of their own from some of these.
                tried = any(issubclass(model, registry[dialog]) for dialog in dialogs)
                self.assertTrue(tried, name)
        for name, dialog in dialogs.items():
            with self.subTest(dialog=name):
                with self.at("http://localhost:8069"):
                    dialog.invalidate_recordset(["finance_address_warning"])
                    self.assertIn("web.base.url", dialog.finance_address_warning)
                with self.at("https://erp.example.com"):
                    dialog.invalidate_recordset(["finance_address_warning"])
                    self.assertFalse(dialog.finance_address_warning)
                form = etree.fromstring(dialog.get_view(view_type="form")["arch"])
                self.assertTrue(form.xpath("//field[@name='finance_address_warning']"))

    def test_no_dialog_that_mails_links_was_forgotten(self):
        """Every dialog of ours promises a link in its view; each of them has the warning."""
        views = (
            self.env["ir.ui.view"]
            .search([("type", "=", "form"), ("arch_db", "ilike", "24 hours")])
            .filtered(lambda view: self.env[view.model]._transient)
        )
        self.assertTrue(views)
        for model in views.mapped("model"):
            self.assertIsInstance(self.env[model], self.env.registry[MIXIN])
