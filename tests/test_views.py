"""The ERP's views that the addon and its bridges extend stay valid, wherever they are used."""

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
