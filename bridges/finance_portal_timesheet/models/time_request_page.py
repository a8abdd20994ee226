import json

from odoo import fields, models
from odoo.tools import format_date, groupby

from odoo.addons.finance_portal.models.pdf.document_pdf import PARTNER, read_printed
from odoo.addons.finance_portal.tools.duration import clock, spoken

from ..tools.verdicts import ACCEPTED, DECLINED
from .time_request_page_sources import PAGE_SOURCES


class FinancePortalTimeRequest(models.Model):
    """The document page and the PDF of a time approval.

    While the customer is asked they show the entries; afterwards what was answered, which
    stays as it was when entries are corrected and asked about again.
    """

    _inherit = "finance.portal.time.request"

    def _finance_portal_get_page_sources(self):
        """Return the rows that the page is drawn from."""
        return self._finance_portal_fill_sources(
            PAGE_SOURCES, request=self.id, company=self.company_id.id
        )

    def _finance_portal_get_page_values(self):
        """Return what the page shows, formatted for the context's language.

        :return: dict of

            - ``hero``: the hours, and how it stands
            - ``facts``: list of ``(label, value)``, none of them empty
            - ``parties``: list of ``{label, lines}``, address blocks
            - ``days``: list of ``day``, ``hours`` and ``rows``, see :meth:`_get_days`
            - ``unit``: "Hours" or "Days", as the company counts
            - ``asked``: all of it as it stands in a sentence, such as "38 hours"
            - ``totals``: list of ``{kind, label, amount}``
            - ``terms``: what the customer decides on
        """
        self.ensure_one()
        terms, parts = self._get_shown()
        return {
            "hero": {
                **self._get_headline(terms, parts),
                "states": self._finance_portal_get_states(),
                "notes": self._get_hero_notes(),
            },
            "facts": self._get_facts(terms),
            "parties": self._get_parties(),
            "days": self._get_days(terms["lines"], parts),
            "unit": self._finance_portal_get_unit_name(),
            "asked": self._finance_portal_describe_hours(terms["head"]["hours"]),
            "totals": self._get_totals(terms, parts),
            "terms": terms,
        }

    def _finance_portal_get_mail_hero(self):
        """Return the hours for emails, see ``finance.portal.document``."""
        terms, _parts = self._get_shown()
        hours, period = terms["head"]["hours"], self._get_period(terms)
        return {
            "label": self._finance_portal_get_unit_name(),
            "amount": self._finance_portal_hours(hours),
            "notes": [period],
            "headline": f"{self._finance_portal_describe_hours(hours)} · {period}",
        }

    def _get_shown(self):
        """Return what is shown: ``(terms, {id: part})``, the latter once it was answered."""
        standing = self.env["finance.portal.decision"]._get_standing(self)
        if not standing or not self._finance_portal_is_settled():
            return self._finance_portal_get_terms(), {}
        return json.loads(standing.terms), {part["id"]: part for part in standing._get_parts()}

    def _get_days(self, lines, parts):
        """Return the entries by day.

        :return: list of dict of ``day``, ``hours`` (texts) and ``rows``: list of dict of ``id``,
            ``work``, ``detail``, ``person``, ``hours``, ``verdict`` ("" while it is open),
            ``reason`` and ``label`` (the whole entry, for who cannot see where it stands)
        """
        projects = {line["project"] for line in lines}
        return [
            {
                "day": format_date(self.env, fields.Date.to_date(date), date_format="full"),
                "hours": self._finance_portal_hours(self._add_up(group)),
                "rows": [
                    self._make_entry(line, parts.get(line["id"], {}), projects) for line in group
                ],
            }
            for date, group in groupby(lines, key=lambda line: line["date"])
        ]

    def _make_entry(self, line, part, projects):
        return {
            "id": line["id"],
            "work": self._tell_work(line, projects),
            "detail": line["name"],
            "person": line["person"],
            "hours": self._finance_portal_hours(line["hours"]),
            "verdict": part.get("verdict", ""),
            "reason": part.get("reason", ""),
            "label": self._finance_portal_tell_line(line),
        }

    def _tell_work(self, line, projects):
        """Return what was worked on; the project only where there are several."""
        names = (line["project"] if len(projects) > 1 else "", line["task"])
        return " · ".join(filter(None, names)) or line["project"]

    def _get_headline(self, terms, parts):
        """Return ``label`` and ``amount`` of what counts: all hours, or the approved ones."""
        hours = terms["head"]["hours"]
        if self.state != "partial" or not parts:
            amount = self._finance_portal_hours(hours)
            return {"label": self._finance_portal_get_unit_name(), "amount": amount}
        approved = [line for line in terms["lines"] if parts[line["id"]]["verdict"] == ACCEPTED]
        total = self._finance_portal_describe_hours(hours)
        return {
            "label": self.env._("Approved (of %(total)s)", total=total),
            "amount": self._finance_portal_hours(self._add_up(approved)),
        }

    def _get_hero_notes(self):
        if self.state != "sent":
            return []
        return [self.env._("Please review the entries, then approve them below.")]

    def _get_period(self, terms):
        return self.env._(
            "%(start)s to %(end)s",
            start=self._finance_portal_day(fields.Date.to_date(terms["head"]["from"])),
            end=self._finance_portal_day(fields.Date.to_date(terms["head"]["to"])),
        )

    def _get_facts(self, terms):
        projects = dict.fromkeys(line["project"] for line in terms["lines"])
        rows = [
            (self.env._("Period"), self._get_period(terms)),
            (self.env._("Project"), ", ".join(filter(None, projects))),
            (self.env._("Contact person"), self.user_id.name),
        ]
        return [row for row in rows if row[1]]

    def _get_parties(self):
        addressee = self._finance_portal_get_addressee(self.partner_id)
        lines = addressee._finance_portal_get_address_lines()
        return [{"label": self.env._("Customer"), "lines": lines}] if lines else []

    def _get_totals(self, terms, parts):
        """Return the hours by person, or what was approved and rejected, and their sum."""
        lines = terms["lines"]
        if len({part["verdict"] for part in parts.values()}) > 1:
            labels = {ACCEPTED: self.env._("Approved"), DECLINED: self.env._("Rejected")}
            groups = {
                label: [line for line in lines if parts[line["id"]]["verdict"] == verdict]
                for verdict, label in labels.items()
            }
        else:
            groups = {}
            for line in lines:
                groups.setdefault(line["person"], []).append(line)
        rows = [
            {
                "kind": "subtotal",
                "label": label,
                "amount": self._finance_portal_hours(self._add_up(group)),
            }
            for label, group in groups.items()
        ]
        total = self._finance_portal_hours(terms["head"]["hours"])
        total_row = {"kind": "total", "label": self.env._("Total"), "amount": total}
        return [*(rows if len(rows) > 1 else []), total_row]

    def _add_up(self, lines):
        return sum(float(line["hours"]) for line in lines)

    # === HOW IT STANDS === #

    def _finance_portal_get_states(self):
        """Return its states, see ``finance.portal.document``."""
        states = {
            "sent": ("warn", self.env._("Awaiting your answer")),
            "approved": ("good", self.env._("Approved")),
            "partial": ("warn", self.env._("Approved in part")),
            "rejected": ("bad", self.env._("Rejected")),
        }
        return [states[self.state]] if self.state in states else []

    # === HOURS === #

    def _finance_portal_in_days(self):
        """Return whether the company counts time in days."""
        # The number of the row, which Odoo keeps in memory: lists ask for each request.
        day = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_day")
        # sudo: how the company counts is on every page
        return self.company_id.sudo().timesheet_encode_uom_id.id == day

    def _finance_portal_get_unit_name(self):
        return self.env._("Days") if self._finance_portal_in_days() else self.env._("Hours")

    def _finance_portal_hours(self, hours):
        """Return a number of hours as the company writes it: 7:30, or 0.94 days."""
        if not self._finance_portal_in_days():
            return clock(float(hours))
        # sudo: units are no secret
        days = self.env["account.analytic.line"].sudo()._convert_hours_to_days(float(hours))
        return self._finance_portal_number(days)

    # === PDF === #

    def _finance_portal_get_report(self):
        # sudo: whoever prints it need not be allowed to read reports
        return self.env.ref("finance_portal_timesheet.action_report_time_request").sudo()

    def _finance_portal_has_official_pdf(self):
        """Return whether its PDF is official: a draft is printed the same as it is mailed."""
        return self.state != "cancelled"

    def _finance_portal_get_printed(self):
        terms, parts = self._get_shown()
        return {
            "name": self.name,
            "terms": terms,
            "parts": parts,
            "outcome": self._get_outcome_title(),
            "in_days": self._finance_portal_in_days(),
            "customer": read_printed(self.partner_id, PARTNER),
            "responsible": self.user_id.name,
        }

    def _finance_portal_get_report_values(self):
        """Return what the PDF shows; of all entries, whoever prints it."""
        self.check_access("read")
        # sudo: who may read the request may print it, whole
        request = self.sudo()
        outcome = request._get_outcome_title()
        return {**request._finance_portal_get_page_values(), "outcome": outcome}

    def _get_outcome_title(self):
        """Return what the customer answered, or an empty text."""
        standing = self.env["finance.portal.decision"]._get_standing(self)
        return self._finance_portal_get_outcome(standing)[0] if standing else ""

    def _finance_portal_describe_hours(self, hours=None):
        """Return the hours with their unit, as it stands in a sentence.

        :param hours: others than all of it
        """
        hours = self.hours if hours is None else hours
        if self._finance_portal_in_days():
            number = self._finance_portal_hours(hours)
            one, several = self.env._("1 day"), self.env._("%(number)s days", number=number)
        else:
            number = spoken(float(hours))
            one, several = self.env._("1 hour"), self.env._("%(number)s hours", number=number)
        return one if number == "1" else several
