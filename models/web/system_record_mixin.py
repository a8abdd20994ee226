from odoo import SUPERUSER_ID, api, models
from odoo.tools.misc import clean_context


class FinancePortalSystemRecordMixin(models.AbstractModel):
    """What the system writes in the name of whoever caused it.

    Odoo fills in what the code leaves out from the defaults that users keep for themselves, for
    any field of any model, and from the context of a call. Here neither counts: it would choose
    the secret that opens an account, say.
    """

    _name = "finance.portal.system.record.mixin"
    _description = "Record Written by the System"
    _inherit = "finance.portal.export.mixin"

    @api.model
    def _get_system_fields(self):
        """Return the fields that the system alone writes: all, unless people make the record."""
        return self._fields.keys()

    @api.model
    def default_get(self, fields):
        """Take what the code says, or an administrator for everybody."""
        own = [name for name in fields if name in self._get_system_fields()]
        plain = self.env(user=SUPERUSER_ID, context=clean_context(self.env.context))
        values = super(FinancePortalSystemRecordMixin, self.with_env(plain)).default_get(own)
        if rest := [name for name in fields if name not in own]:
            values |= super().default_get(rest)
        return values
