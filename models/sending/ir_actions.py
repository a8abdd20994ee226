from odoo import api, models


class IrActionsActions(models.Model):
    _inherit = "ir.actions.actions"

    @api.model
    def get_bindings(self, model_name):
        """Leave out Odoo's own ways of sending a document that has Send to Customer.

        They stay as they are in the database, and are back when this addon is gone.
        """
        bindings = super().get_bindings(model_name)
        model = self.env.get(model_name)
        if not self.env["finance.portal.document"]._finance_portal_includes(model):
            return bindings
        replaced = {
            self.env["ir.model.data"]._xmlid_to_res_id(xmlid)
            for xmlid in model._finance_portal_get_replaced_actions()
        }
        return {
            kind: [action for action in actions if action["id"] not in replaced]
            for kind, actions in bindings.items()
        }
