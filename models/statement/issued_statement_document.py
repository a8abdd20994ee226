from odoo import api, models
from odoo.fields import Domain

from ...tools.open_items import sum_up, total_up
from ...tools.renderers import STATEMENTS

TEMPLATE = "finance_portal.mail_template_issued_statement"


class FinancePortalIssuedStatement(models.Model):
    """A statement as a document that is shared: when, to whom, under which name."""

    _inherit = "finance.portal.issued.statement"

    # === ACTION METHODS === #

    def action_finance_portal_send(self):
        """Open the dialog for the email, or name what stands against sending."""
        self.ensure_one()
        self.check_access("write")
        self._finance_portal_check_state()
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        return self._finance_portal_get_composer_action(template or self.env["mail.template"])

    def message_post(self, *args, **kwargs):
        """Issue the statement, when this is the email that brings it."""
        if self.env.context.get("finance_portal_send"):
            self._issue()
        return super().message_post(*args, **kwargs)

    def _issue(self):
        """Let the customer see a statement, and write down what they are told is open.

        That is what the attached PDF says, which was printed when the dialog opened.
        """
        self._finance_portal_check_state()
        # Without the rights that Odoo's route for messages gives its caller.
        self.sudo(False).check_access("write")
        # sudo: state and items are the system's; the user may write the statement
        for statement in self.sudo():
            items = statement.printed_items or statement._take_stock()
            statement.write(
                {
                    "state": "sent",
                    "date": self._get_today(statement.company_id),
                    "issued_items": items,
                    "issued_totals": total_up(items["items"]),
                    "printed_items": False,
                }
            )

    def _finance_portal_remember_pdfs(self, contents):
        """Write down what the PDFs that staff are about to send say is open."""
        # sudo: the items are the system's; whoever prints it may read the statement
        for statement in self.sudo():
            statement.printed_items = statement._take_stock()
        return super()._finance_portal_remember_pdfs(contents)

    def _take_stock(self):
        """Return ``items``, what is open now, as rows of :func:`sum_up`.

        Never empty: of an empty list a column would not tell that it is known.
        """
        parts = self.env["finance.portal.statement"]._get_open_items(
            self.customer_id, self.company_id, limit=0
        )
        rows = [row for part in parts for row in sum_up(part["items"], part["currency"].id)]
        return {"items": rows}

    # === FINANCE PORTAL DOCUMENT === #

    def _finance_portal_is_kind(self):
        return True

    def _finance_portal_is_shareable(self):
        """Return whether customers may see it: it was sent."""
        return self.state == "sent"

    @api.model
    def _finance_portal_get_shareable_domain(self):
        return Domain("state", "=", "sent")

    def _finance_portal_get_customer(self):
        return self.customer_id

    @api.model
    def _finance_portal_get_customer_domain(self, customer, contacts=None):
        return Domain("customer_id", "=", customer.id)

    @api.model
    def _finance_portal_get_own_domain(self, customer, contact):
        """Return that who may see their own documents only gets none of all their customer's."""
        Statement = self.env["finance.portal.statement"]
        return Domain.TRUE if Statement._is_available(own_documents=True) else Domain.FALSE

    def _finance_portal_watched_fields(self):
        return super()._finance_portal_watched_fields() | {"customer_id"}

    def _finance_portal_get_state_obstacle(self):
        if self.state == "cancelled":
            return self.env._(
                "%s is cancelled. Press Send Statement on the customer for a new one.",
                self.display_name,
            )
        return ""

    def _finance_portal_get_send_action(self):
        return self.action_finance_portal_send()

    def _finance_portal_get_template(self):
        return "finance_portal.issued_statement_page"

    @api.model
    def _finance_portal_get_plural(self):
        return self.env._("Statements")

    def _finance_portal_get_overview_amount(self):
        return self.amount

    def _finance_portal_get_section(self):
        return "statement"

    def _finance_portal_get_kind_name(self):
        return self.env._("Statement")

    def _finance_portal_get_view_words(self):
        return self.env._("View Statement")

    def _finance_portal_get_title(self):
        return self.env._("Statement %(number)s", number=self.name)

    def _finance_portal_get_states(self):
        """Return none: what is open is the same for each of a customer's statements."""
        return []

    def _finance_portal_get_responsible(self):
        return self.user_id

    # === PDF === #

    def _finance_portal_fetch_pdf(self, bucket="rendering", keep=True, queue=STATEMENTS):
        return super()._finance_portal_fetch_pdf(bucket, keep, queue)

    def _finance_portal_get_report(self):
        # sudo: whoever prints it need not be allowed to read reports
        return self.env.ref("finance_portal.action_report_issued_statement").sudo()

    def _finance_portal_has_official_pdf(self):
        """Return whether its PDF is official: a draft is printed the same as it is mailed."""
        return self.state != "cancelled"

    def _finance_portal_get_printed(self):
        return self._get_report_values()
