from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

APPROVALS = [("waiting", "Waiting"), ("approved", "Approved"), ("rejected", "Rejected")]
# Written by time approvals alone.
OWN_FIELDS = {"finance_time_request_id", "finance_approval", "finance_rejection"}
# What the customer approved: the rest of an entry is the company's own business.
APPROVED_FIELDS = {
    "date",
    "unit_amount",
    "product_uom_id",
    "name",
    "employee_id",
    "user_id",
    "project_id",
    "task_id",
    "partner_id",
    "company_id",
}


class AccountAnalyticLine(models.Model):
    """A timesheet entry, and what its customer says of it.

    An entry is in one time approval at most, since it has one field for it. Once it is approved,
    nobody changes or deletes it until staff take the answer back.
    """

    _name = "account.analytic.line"
    _inherit = ["finance.portal.export.mixin", "account.analytic.line"]

    finance_time_request_id = fields.Many2one(
        "finance.portal.time.request",
        "Time Approval",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    # No default: entries from before have none, and installing writes to none of them.
    finance_approval = fields.Selection(
        APPROVALS,
        "Customer Approval",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    finance_rejection = fields.Text(
        "Rejection Reason", readonly=True, copy=False, groups="base.group_user"
    )

    _finance_portal_approval = models.Constraint(
        "CHECK (finance_approval IS NULL OR finance_time_request_id IS NOT NULL)",
        "An entry can be approved only as part of a time approval.",
    )

    @api.model
    def _finance_portal_get_visitor_fields(self):
        return {"finance_rejection"}

    # === COMPUTE METHODS === #

    @api.depends("task_id.project_id")
    def _compute_project_id(self):
        """Leave approved entries where they are when their task moves to another project."""
        free = self - self._finance_portal_get_approved()
        return super(AccountAnalyticLine, free)._compute_project_id()

    @api.depends("task_id.partner_id", "project_id.partner_id")
    def _compute_partner_id(self):
        """Leave approved entries to the customer who approved them."""
        free = self - self._finance_portal_get_approved()
        return super(AccountAnalyticLine, free)._compute_partner_id()

    @api.depends("employee_id")
    def _compute_user_id(self):
        """Leave approved entries to who worked then when their employee gets another user."""
        free = self - self._finance_portal_get_approved()
        return super(AccountAnalyticLine, free)._compute_user_id()

    def _finance_portal_get_approved(self):
        # sudo: asked on behalf of whoever changes a task or a project
        return self.filtered(lambda entry: entry.sudo().finance_approval == "approved")

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Begin without an approval, whatever the caller or the context says."""
        none = dict.fromkeys(OWN_FIELDS, False)
        # The system's own values count, yet no default of the context it works in.
        vals_list = [{**none, **vals} if self.env.su else {**vals, **none} for vals in vals_list]
        return super().create(vals_list)

    def _check_can_write(self, values):
        """Keep approvals to the customers, and approved entries as they are.

        :raise AccessError: somebody writes an approval
        :raise UserError: an entry is approved
        """
        if OWN_FIELDS & values.keys() and not self.env.su:
            raise AccessError(self.env._("Only the customer can approve or reject an entry."))
        if APPROVED_FIELDS & values.keys():
            self._finance_portal_lock_requests()
            self._finance_portal_check_not_approved()
        return super()._check_can_write(values)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_finance_approved(self):
        self._finance_portal_lock_requests()
        self._finance_portal_check_not_approved()

    def _is_readonly(self):
        return bool(self._finance_portal_get_approved()) or super()._is_readonly()

    def _finance_portal_lock_requests(self):
        """Lock the requests before their entries, as an answer does.

        Changing an entry also writes its request's hours. The other way round, whoever changes an
        entry and the customer who answers would each wait for what the other has.
        """
        # sudo: who may change an entry need not see its request
        requests = self.sudo().finance_time_request_id
        if requests:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    SQL.identifier(requests._table),
                    tuple(requests.ids),
                ),
                log_exceptions=False,
            )

    def _finance_portal_check_not_approved(self):
        """Raise when some of these entries are approved.

        :raise UserError: naming the remedy
        """
        for entry in self._finance_portal_get_approved():
            # sudo: to name the request to whoever wrote the entry
            request = entry.sudo().finance_time_request_id
            raise UserError(
                self.env._(
                    "%(customer)s approved this entry (%(request)s), so it can't be changed. "
                    "To change it, ask a timesheet administrator to reset the approval.",
                    customer=request.partner_id.display_name,
                    request=request.name,
                )
            )

    # === ACTION METHODS === #

    def action_finance_ask_approval(self):
        """Start a time approval with these entries."""
        request = self.env["finance.portal.time.request"]._start(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": request._name,
            "res_id": request.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_finance_leave_request(self):
        """Take the entries out of the time approval they are in."""
        self.env["finance.portal.time.request"].check_access("write")
        # sudo: who may write the requests may say which entries they are about
        asked = self.sudo().filtered("finance_time_request_id")
        for request, entries in asked.grouped("finance_time_request_id").items():
            request.sudo(False)._remove(entries)
        return True

    # === BUSINESS METHODS === #

    def _finance_portal_get_customer(self):
        """Return whose entry it is: the customer of its task or project."""
        return self.partner_id.commercial_partner_id

    def _finance_portal_is_free(self):
        """Return whether a customer may be asked about it: nobody was, or it was rejected."""
        return not self.finance_time_request_id or self.finance_approval == "rejected"

    def _finance_portal_release(self):
        """Let go of entries (sudo): they are in no time approval any more."""
        self.write(dict.fromkeys(OWN_FIELDS, False))
