"""What staff read in filters, groupings and exports: the names of our fields and choices."""

from lxml import etree

from odoo.tests import TransactionCase, tagged

# Words that make a label read as the name of a column.
TECHNICAL = {
    "Finance", "Hash", "Id", "Ids", "Ip", "Ips", "Json", "Key", "Kpi", "Lang", "Pdf", "Ref", "Res",
    "Sha", "Sha256", "Uid", "Url", "Uuid", "Xml",
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestLabels(TransactionCase):
    def own_fields(self):
        """Yield all fields that this addon and its bridges define, of every model."""
        for model in self.env.registry.values():
            for field in model._fields.values():
                if any(module.startswith("finance_portal") for module in field._modules):
                    yield field

    def test_no_label_is_the_name_of_a_column(self):
        found = [
            (field.model_name, field.name, field.string)
            for field in self.own_fields()
            if field.string == self.automatic_label(field.name)
            and TECHNICAL & set(field.string.split())
        ]
        self.assertFalse(found)

    def test_no_choice_is_called_by_its_code(self):
        """A code is nothing to translate; a field that nobody reads is no selection."""
        found = [
            (field.model_name, field.name, code)
            for field in self.own_fields()
            if field.type == "selection" and not field.related
            for code, label in field._description_selection(self.env)
            if code == label
        ]
        self.assertFalse(found)

    def test_what_limits_an_account_has_one_name(self):
        """As field, filter and button, on accounts, contacts and in dialogs."""
        names = {
            (field.model_name, field.string)
            for field in self.own_fields()
            if field.type == "boolean" and field.name.endswith("own_documents")
        }
        self.assertGreaterEqual(len(names), 6)
        views = self.env["ir.ui.view"].search([("arch_db", "ilike", "own_documents")])
        for view in views:
            for node in etree.fromstring(view.arch).iter("button", "filter"):
                if "own_documents" in (node.get("domain") or ""):
                    names.add((view.xml_id, node.get("string")))
                elif (node.get("name") or "").endswith(("_own_documents", "_all_documents")):
                    names.add((view.xml_id, "".join(node.itertext()).strip()))
        self.assertEqual({name for _where, name in names}, {"Only Their Own Documents"}, names)

    def automatic_label(self, name):
        """Return what Odoo calls a field without a label."""
        return name.removesuffix("_ids").removesuffix("_id").replace("_", " ").title()
