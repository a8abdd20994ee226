"""Odoo's views that the addon and its bridges extend stay valid, wherever they are used."""

from lxml import etree

from odoo.tests import TransactionCase, tagged

OURS = "finance_portal"


@tagged("post_install", "-at_install")
class TestViews(TransactionCase):
    def test_views_of_other_models_that_build_on_ours_know_all_their_fields(self):
        """A view may be taken over for another model, along with what we put into it."""
        View = self.env["ir.ui.view"]
        own = View.search([("inherit_id", "!=", False)]).filtered(
            lambda view: (view.xml_id or "").startswith(OURS)
        )
        extended = own.inherit_id
        while more := extended.inherit_id - extended:
            extended |= more
        affected, children = View, extended
        while children := View.search([("inherit_id", "in", children.ids)]):
            affected |= children
        # Every one of these is read with our part in it.
        primary = affected.filtered(lambda view: view.mode == "primary" and view.type != "qweb")
        self.assertTrue(primary)
        primary._check_xml()

    def test_a_label_inside_odoos_button_does_not_replace_send_to_customer(self):
        """The Italian localization puts one there, in databases of other countries as well."""
        label = '<button name="action_invoice_sent" position="inside"><field name="name"/></button>'
        self.env["ir.ui.view"].create(
            {
                "name": "label of a localization",
                "model": "account.move",
                "inherit_id": self.env.ref("account.view_move_form").id,
                "arch": label,
            }
        )
        arch = etree.fromstring(self.env["account.move"].get_view(view_type="form")["arch"])
        buttons = arch.xpath("//header//button[@name='action_invoice_sent']")
        self.assertEqual(
            [(button.get("string"), len(button)) for button in buttons],
            [("Send to Customer", 0), ("Send to Customer", 0)],
        )
