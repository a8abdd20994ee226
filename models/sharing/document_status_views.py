import copy

from odoo import api, models

# The buttons of the lists that documents are sent from.
SEND_BUTTONS = ("action_send_and_print", "action_finance_portal_send_many")


def sends_from(arch):
    """Return whether a list has a button that sends what is chosen to customers."""
    return any(arch.find(f"./header/button[@name='{name}']") is not None for name in SEND_BUTTONS)


class FinancePortalDocument(models.AbstractModel):
    """Show the status in the lists that documents are sent from, with filters and a group."""

    _inherit = "finance.portal.document"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Add the column to lists, and filters to searches, of every kind of document."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "list" and sends_from(arch):
            arch.extend(self._finance_portal_get_own_arch("list"))
        elif view_type == "search":
            self._finance_portal_add_filters(arch)
        return arch, view

    @api.model
    def _finance_portal_add_filters(self, arch):
        own = self._finance_portal_get_own_arch("search")
        group = arch.find("./group")
        for part in own:
            if part.tag != "group" and group is not None:
                group.addprevious(copy.deepcopy(part))
            elif part.tag == "group" and group is not None:
                group.extend(part)
            else:
                arch.append(part)

    @api.model
    def _finance_portal_get_own_arch(self, view_type):
        # sudo: views are public to whoever may open the list
        view = self.env.ref(f"finance_portal.finance_portal_document_view_{view_type}").sudo()
        return view._get_combined_arch()

    @api.model
    def _finance_portal_get_plural(self):
        """Return what staff call documents of this kind, as the overview counts them."""
        # sudo: only what the model is called
        return self.env["ir.model"].sudo()._get(self._name).name

    @api.model
    def _finance_portal_get_own_list(self):
        """Return ``(external id, context)`` of the list that the overview opens for this kind.

        Without an external id, it is the model's own.
        """
        return None, {}

    @api.model
    def _finance_portal_get_own_form(self):
        """Return the external id of the form that has the Sharing tab, if it isn't the default."""
        return None

    @api.model
    def _finance_portal_get_form_view(self):
        """Return the id of that form, ``False`` for the default."""
        xmlid = self._finance_portal_get_own_form()
        return self.env.ref(xmlid).id if xmlid else False
