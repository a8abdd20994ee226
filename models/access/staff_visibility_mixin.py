import functools

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import MANAGER


class FinancePortalStaffVisibilityMixin(models.AbstractModel):
    """What is kept about a document is for staff who may read that document.

    Salespeople who see their own quotes only shall not read in links, activity or decisions
    what colleagues sell to whom.
    """

    _name = "finance.portal.staff.visibility.mixin"
    _description = "Record About a Shared Document"
    _inherit = "finance.portal.system.record.mixin"

    @api.model
    def _search(self, domain, *args, bypass_access=False, **kwargs):
        if not self.env.su and not bypass_access:
            domain = Domain(domain) & self._get_visible_domain()
        return super()._search(domain, *args, bypass_access=bypass_access, **kwargs)

    def _check_access(self, operation):
        refused = super()._check_access(operation)
        rest = self - refused[0] if refused else self
        if self.env.su or not any(rest._ids):
            return refused
        hidden = rest - rest.with_context(active_test=False).search([("id", "in", rest.ids)])
        if not hidden:
            return refused
        forbidden = hidden | refused[0] if refused else hidden
        error = self.env["ir.rule"]._make_access_error
        return forbidden, functools.partial(error, operation, forbidden)

    @api.model
    def _get_visible_domain(self):
        """Return the domain of what is about no document, or about one the user may read.

        Asked for row by row: a list of eighty rows costs eighty look-ups by key, however many
        documents there are.
        """
        domains = [Domain("res_model", "=", False)]
        documents = self.env["finance.portal.document"]._finance_portal_get_models()
        if self.env.user.has_group(MANAGER):
            # What became of deleted documents is the manager's to know.
            domains.append(Domain("res_model", "not in", documents))
            domains += [self._get_document_domain(name, exists=False) for name in documents]
        domains += [
            self._get_document_domain(name)
            for name in documents
            if self.env[name].has_access("read")
        ]
        return Domain.OR(domains)

    @api.model
    def _get_document_domain(self, name, exists=True):
        """Return the domain of what is about readable documents of a model, or deleted ones."""

        def to_sql(_model, alias, _query):
            documents = self.env[name].with_context(active_test=False)
            found = documents._search([], bypass_access=not exists)
            own, other = SQL.identifier(found.table, "id"), SQL.identifier(alias, "res_id")
            found.add_where(SQL("%s = %s", own, other))
            test = SQL("EXISTS (%s)", found.select(SQL("1")))
            return test if exists else SQL("NOT %s", test)

        return Domain("res_model", "=", name) & Domain.custom(to_sql=to_sql)
