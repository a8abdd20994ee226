from odoo import SUPERUSER_ID, api, models
from odoo.tools import ormcache

# What a context has no say in when Odoo makes a document for somebody: the account that its
# customer is asked to pay to, how it leaves by itself, and Odoo's own permanent token. The same
# goes for files, for rows of its own such as messages and links, and for what this addon adds.
NOT_CHOSEN = {"partner_bank_id", "auto_post", "sending_data", "access_token"}


class FinancePortalDocument(models.AbstractModel):
    """What Odoo makes for somebody who may not make it comes out as for everybody else.

    Such as the invoice of an order, for a salesperson. Odoo makes it with all rights, and fills in
    what it leaves out from the defaults that they keep for themselves, and from their context: the
    account to pay to, say, or the very file that then is the official PDF.
    """

    _inherit = "finance.portal.document"

    # === CRUD METHODS === #

    @api.model
    def default_get(self, fields):
        """Leave out what a user who may not make the document chose for themselves."""
        user = self.env.user
        if not self.env.su or not user._is_internal() or self.sudo(False).has_access("create"):
            return super().default_get(fields)
        ignored = self._finance_portal_get_ignored_keys()
        context = {key: value for key, value in self.env.context.items() if key not in ignored}
        kept = self._finance_portal_get_own_defaults()
        clean = self.with_env(self.env(context=context))
        values = super(FinancePortalDocument, clean).default_get(
            [name for name in fields if name not in kept]
        )
        # In the same companies, as somebody who keeps none: what holds for everybody counts.
        plain = clean.with_context(allowed_company_ids=self.env.companies.ids)
        plain = plain.with_company(self.env.company).with_user(SUPERUSER_ID)
        own = [name for name in fields if name in kept]
        if not own:
            return values
        # Apps may add values that nobody asked for, such as the current user: here, that's Odoo.
        common = super(FinancePortalDocument, plain).default_get(own)
        return {**values, **{name: common[name] for name in own if name in common}}

    # === HELPERS === #

    @api.model
    def _finance_portal_get_ignored_keys(self):
        """Return the keys of a context that are ignored, see ``NOT_CHOSEN``."""
        own = {
            name
            for name, field in self._fields.items()
            if field.type in ("binary", "one2many")
            or field.comodel_name == "ir.attachment"
            or name.startswith("finance_")
        }
        return {f"default_{name}" for name in NOT_CHOSEN | own}

    @api.model
    @ormcache("self.env.uid", "self._name")
    def _finance_portal_get_own_defaults(self):
        """Return the names of the fields for which the user keeps a default.

        Kept as Odoo keeps the defaults themselves: whatever changes one clears that cache.
        """
        # sudo: they are the user's own
        Default = self.env["ir.default"].sudo()
        mine = Default.search([("user_id", "=", self.env.uid), ("field_id.model", "=", self._name)])
        return frozenset(mine.field_id.mapped("name"))
