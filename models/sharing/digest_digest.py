from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import USER
from .overview import UNOPENED

UNOPENED_DAYS = 3
ACCEPTED = ("accepted", "partial")
OWN_KPIS = (
    "kpi_finance_portal_opened",
    "kpi_finance_portal_unopened",
    "kpi_finance_portal_unanswered",
    "kpi_finance_portal_accepted",
)


class DigestDigest(models.Model):
    """What became of the documents that were sent, in Odoo's own periodic email.

    Counted with the recipient's rights, like the overview, so that a number tells nobody more
    than the list behind it.
    """

    _inherit = "digest.digest"

    kpi_finance_portal_opened = fields.Boolean("Links Opened")
    kpi_finance_portal_opened_value = fields.Integer(
        "Links Opened: Number", compute="_compute_kpi_finance_portal_opened_value"
    )
    kpi_finance_portal_unopened = fields.Boolean("Not Opened after 3 Days")
    kpi_finance_portal_unopened_value = fields.Integer(
        "Not Opened after 3 Days: Number", compute="_compute_kpi_finance_portal_unopened_value"
    )
    kpi_finance_portal_unanswered = fields.Boolean("Waiting for an Answer")
    kpi_finance_portal_unanswered_value = fields.Integer(
        "Waiting for an Answer: Number", compute="_compute_kpi_finance_portal_unanswered_value"
    )
    kpi_finance_portal_accepted = fields.Boolean("Accepted by Customers")
    kpi_finance_portal_accepted_value = fields.Integer(
        "Accepted by Customers: Number", compute="_compute_kpi_finance_portal_accepted_value"
    )

    def _compute_kpi_finance_portal_opened_value(self):
        viewed = Domain("kind", "=", "viewed") & Domain("link_id", "!=", False)
        self._finance_portal_count_by_company(
            "kpi_finance_portal_opened_value",
            self.env["finance.portal.event"],
            viewed,
            "link_id:count_distinct",
        )

    def _compute_kpi_finance_portal_unopened_value(self):
        shared, _answered = self.env["finance.portal.overview"]._get_models()
        # In time: who got it yesterday may well open it tomorrow.
        self._finance_portal_count_documents(
            "kpi_finance_portal_unopened_value",
            [(model, UNOPENED) for model in shared],
            timedelta(days=UNOPENED_DAYS),
        )

    def _compute_kpi_finance_portal_unanswered_value(self):
        _shared, answered = self.env["finance.portal.overview"]._get_models()
        self._finance_portal_count_documents(
            "kpi_finance_portal_unanswered_value",
            [(model, model._finance_portal_get_unanswered_domain()) for model in answered],
        )

    def _compute_kpi_finance_portal_accepted_value(self):
        standing = Domain("kind", "in", ACCEPTED) & Domain("voided_at", "=", False)
        self._finance_portal_count_by_company(
            "kpi_finance_portal_accepted_value", self.env["finance.portal.decision"], standing
        )

    def _finance_portal_check_access(self):
        """Have Odoo leave our numbers out of the email of whoever doesn't use Finance Portal."""
        if not self.env.user.has_group(USER):
            raise AccessError(self.env._("Ask an administrator for access to Finance Portal."))

    def _finance_portal_count_by_company(self, name, model, domain, aggregate="__count"):
        """Write into a field how many rows of a model with ``date`` each digest tells of."""
        self._finance_portal_check_access()
        start, end, companies = self._get_kpi_compute_parameters()
        domain &= Domain("company_id", "in", companies.ids)
        domain &= Domain("date", ">=", start) & Domain("date", "<", end)
        counts = dict(model._read_group(domain, ["company_id"], [aggregate]))
        for digest in self:
            digest[name] = counts.get(digest.company_id or self.env.company, 0)

    def _finance_portal_count_documents(self, name, subjects, ago=timedelta()):
        """Write into a field how many documents, sent in the digest's time, have a status.

        :param subjects: list of ``(model, domain)``
        :param timedelta ago: how much earlier that time begins and ends
        """
        self._finance_portal_check_access()
        start, end, _companies = self._get_kpi_compute_parameters()
        first, last = (
            fields.Datetime.to_string(fields.Datetime.to_datetime(moment) - ago)
            for moment in (start, end)
        )
        sent = Domain("finance_sent_at", ">=", first) & Domain("finance_sent_at", "<", last)
        for digest in self:
            company = digest.company_id or self.env.company
            digest[name] = sum(
                model.search_count(
                    model._finance_portal_get_companies_domain(company) & sent & domain
                )
                for model, domain in subjects
            )

    def _compute_kpis_actions(self, company, user):
        actions = super()._compute_kpis_actions(company, user)
        # sudo: only where the menu is
        menu = self.env.ref("finance_portal.menu_finance_portal").sudo()
        overview = f"finance_portal.finance_portal_overview_action?menu_id={menu.id}"
        return {**actions, **dict.fromkeys(OWN_KPIS, overview)}
