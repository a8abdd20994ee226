from odoo import api, models
from odoo.exceptions import AccessError

# In the context while contacts are merged. No request can send it: it's no value that JSON knows.
MERGING_KEY, MERGING = "finance_portal_merging", object()


class ResPartner(models.Model):
    """Some fields of a customer are for a few people to decide on; many more may write contacts.

    That holds however such a field is written: by hand, with a new or copied contact, or by a
    default or a context that somebody chose, also where the system works for them.
    """

    _inherit = "res.partner"

    # === WHAT IS DECIDED === #

    @api.model
    def _finance_portal_get_switches(self):
        """Return ``{name of a field: the method that says whether the user may decide on it}``."""
        return {}

    @api.model
    def _finance_portal_get_locked(self, names):
        """Return which of these fields the user may not decide on."""
        if self.env.su:
            return set()
        switches = self._finance_portal_get_switches()
        return {name for name in switches.keys() & set(names) if not switches[name]()}

    def _finance_portal_is_merging(self):
        """Return whether the survivor of a merge takes over what the others had."""
        return self.env.context.get(MERGING_KEY) is MERGING

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        # Also where the system works for them: defaults and context are still theirs.
        locked = self.sudo(False)._finance_portal_get_locked(values)
        return {name: value for name, value in values.items() if name not in locked}

    @api.model_create_multi
    def create(self, vals_list):
        """Leave out what the creator may not decide on; a copy brings it along."""
        locked = self._finance_portal_get_locked({name for vals in vals_list for name in vals})
        if locked:
            vals_list = [
                {name: value for name, value in vals.items() if name not in locked}
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        """Refuse what the user may not decide on; merging contacts undoes no decision.

        :raise AccessError: naming who can
        """
        if not self._finance_portal_is_merging() and self._finance_portal_get_locked(vals):
            raise AccessError(
                self.env._("Ask a Finance Portal manager, or someone in accounting, to do this.")
            )
        return super().write(vals)
