from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

LISTED = 50


class FinancePortalSend(models.TransientModel):
    """Ask before several documents are sent: how many go out, which do not, and why."""

    _name = "finance.portal.send"
    _description = "Send Several Documents to Customers"
    _inherit = [
        "finance.portal.address.warning",
        "finance.portal.email.preview",
        "finance.portal.recipient.warning",
    ]

    res_model = fields.Char("Document Model", required=True)
    res_ids = fields.Json("Documents", required=True)
    outcome = fields.Json(compute="_compute_outcome")
    problems = fields.Html("Cannot Be Sent", compute="_compute_outcome")
    problem_count = fields.Integer(compute="_compute_outcome")
    before_ids = fields.Json(compute="_compute_outcome")
    before_count = fields.Integer("Sent Before", compute="_compute_outcome")
    alerts = fields.Json(compute="_compute_notes")
    summary = fields.Json(compute="_compute_notes")
    # By email alone is what the number above already says.
    has_other_ways = fields.Boolean(compute="_compute_notes")
    secure = fields.Boolean(compute="_compute_outcome")
    resend = fields.Boolean("Send again")
    send_count = fields.Integer("To Send", compute="_compute_send_count")

    @api.model
    def default_get(self, fields):
        context = self.env.context
        values = super().default_get(fields)
        values.setdefault("res_model", context.get("active_model"))
        values.setdefault("res_ids", context.get("active_ids"))
        return values

    @api.depends("res_model", "res_ids")
    def _compute_outcome(self):
        for wizard in self:
            documents = wizard._get_documents()
            obstacles = {
                document: obstacle
                for document in documents
                if (obstacle := document._finance_portal_get_send_obstacle())
            }
            ready = documents.filtered(lambda one, found=obstacles: one not in found)
            obstacles |= ready._finance_portal_get_text_obstacles()
            ready = ready.filtered(lambda one, found=obstacles: one not in found)
            before = ready._finance_portal_filter_sent_before()
            wizard.outcome = {str(one.id): reason for one, reason in obstacles.items()}
            wizard.problems = wizard._list_problems(obstacles)
            wizard.problem_count = len(obstacles)
            wizard.before_ids = before.ids
            wizard.before_count = len(before)
            wizard.secure = all(
                document._finance_portal_get_company().finance_portal_close_native
                for document in documents
            )

    @api.depends("outcome", "before_ids", "resend")
    def _compute_notes(self):
        """Ask Odoo for its notes on what goes out; apart from the rest, since that takes long."""
        for wizard in self:
            notes = wizard._get_going()._finance_portal_get_send_notes()
            wizard.alerts, wizard.summary = notes["alerts"], notes["summary"]
            wizard.has_other_ways = bool(set(notes["summary"] or ()) - {"email"})

    @api.depends("res_ids", "outcome", "before_count", "resend")
    def _compute_send_count(self):
        for wizard in self:
            left_out = 0 if wizard.resend else wizard.before_count
            wizard.send_count = len(wizard.res_ids or []) - wizard.problem_count - left_out

    def _list_problems(self, obstacles):
        """Return the first reasons as a list for the screen; the batch lists them all."""
        rows = []
        for document, reason in list(obstacles.items())[:LISTED]:
            name = document.display_name
            rows.append(Markup("<li>%s</li>") % (reason if name in reason else f"{name}: {reason}"))
        if (more := len(obstacles) - LISTED) > 0:
            rows.append(Markup("<li>%s</li>") % self.env._("and %s more", more))
        return Markup("<ul class='mb-0'>%s</ul>") % Markup("").join(rows)

    # === ACTION METHODS === #

    def action_send(self):
        """Start sending, and show how it goes."""
        batches, question = self._start()
        return question or batches._get_open_action()

    def _start(self):
        """Start sending; return the batches, and the action of what Odoo asks first, if anything.

        :raise UserError: nothing can be sent now
        """
        self.ensure_one()
        documents = self._get_documents()
        outcome = self.outcome or {}
        settled = {int(res_id): ("failed", reason) for res_id, reason in outcome.items()}
        if not self.resend:
            reason = self.env._("Already sent. Open it to send again.")
            settled |= dict.fromkeys(self.before_ids or (), ("skipped", reason))
        ready = documents.filtered(lambda one: one.id not in settled)
        if not ready:
            raise UserError(self.env._("None of these documents can be sent now."))
        Batch = self.env["finance.portal.batch"]
        if question := ready._finance_portal_check_before_send():
            return Batch, question
        return Batch._create_for(documents, settled), None

    def _finance_portal_get_preview(self):
        """Show the first of the emails that go out now."""
        for document in self._get_going():
            if document._finance_portal_goes_by_email():
                return document, document._finance_portal_write_emails
        raise UserError(self.env._("None of these documents will be emailed."))

    @api.depends("outcome", "before_ids", "resend")
    def _compute_finance_recipient_warning(self):
        return super()._compute_finance_recipient_warning()

    def _finance_portal_get_recipients(self):
        going = self._get_going() if self.secure else ()
        return self.env["res.partner"].union(
            *(document._finance_portal_get_default_recipient() for document in going)
        )

    def _finance_portal_get_mailing_company(self):
        documents = self._get_documents()[:1]
        return documents._finance_portal_get_company() if self.secure else self.env["res.company"]

    def _get_going(self):
        """Return the documents that go out now."""
        before = () if self.resend else self.before_ids or ()
        left_out = {*map(int, self.outcome or {}), *before}
        return self._get_documents().filtered(lambda one: one.id not in left_out)

    def _get_documents(self):
        """Return the chosen documents, with the user's own rights.

        :raise UserError: when they are of no kind that is shared
        """
        model = self.env.get(self.res_model)
        if not self.env["finance.portal.document"]._finance_portal_includes(model):
            raise UserError(self.env._("Documents of this kind can't be sent to customers."))
        documents = model.browse(self.res_ids).exists()
        documents.check_access("read")
        return documents
