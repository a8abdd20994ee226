from odoo import api, fields, models
from odoo.fields import Domain

from .project_project_page_sources import PAGE_SOURCES


class ProjectProject(models.Model):
    """The document page of a project: what staff chose to show, and nothing else."""

    _inherit = "project.project"

    def _finance_portal_get_page_sources(self):
        """Return the rows that the document page of a project is drawn from."""
        company = self._finance_portal_get_company()
        return self._finance_portal_fill_sources(PAGE_SOURCES, project=self.id, company=company.id)

    def _finance_portal_get_page_values(self):
        """Return what the document page shows, formatted for the context's language.

        :return: dict of

            - ``hero``: how many tasks are done, and how the project stands
            - ``progress``: dict of ``done`` and ``total`` (numbers) and ``text``, or ``None``
            - ``facts``: list of ``(label, value)``, none of them empty
            - ``parties``: list of ``{label, lines}``
            - ``milestones``: list of ``{name, due, tone, state}``
            - ``tasks``: see :meth:`_finance_portal_get_tasks`
            - ``totals``: list of ``{kind, label, amount}``, the hours
        """
        self.ensure_one()
        project = self._finance_portal_in_company_time()
        tasks = project._finance_portal_get_shown_tasks()
        return {
            "hero": project._finance_portal_get_hero(),
            "progress": project._finance_portal_get_progress(),
            "facts": project._finance_portal_get_facts(),
            "parties": project._finance_portal_get_parties(),
            "milestones": project._finance_portal_get_milestones(),
            "tasks": project._finance_portal_get_tasks(tasks),
            "totals": project._finance_portal_get_hour_totals(tasks),
        }

    # === HOW IT STANDS === #

    @api.model
    def _finance_portal_get_done_domain(self):
        """Return the domain of projects that are done: staff say so, no count of tasks does."""
        return Domain("last_update_status", "=", "done")

    def _finance_portal_get_states(self):
        """Return its states, see ``finance.portal.document``."""
        if self.filtered_domain(self._finance_portal_get_done_domain()):
            return [("good", self.env._("Done"))]
        if self.date_start and self.date_start > fields.Date.context_today(self):
            return [("calm", self.env._("Not started yet"))]
        return [("calm", self.env._("In progress"))]

    def _finance_portal_get_progress(self):
        """Return how many of the tasks that the customer sees are done."""
        if not self.finance_task_count:
            return None
        return {
            "done": self.finance_task_done_count,
            "total": self.finance_task_count,
            "text": self._finance_portal_get_progress_text(),
        }

    def _finance_portal_get_progress_text(self):
        """Return the progress in words, or an empty text when no task is shown."""
        if not self.finance_task_count:
            return ""
        return self.env._(
            "%(done)s of %(total)s",
            done=self.finance_task_done_count,
            total=self.finance_task_count,
        )

    def _finance_portal_get_hero(self):
        """Return the progress as the largest thing on the page; without tasks, the state."""
        states = self._finance_portal_get_states()
        progress = self._finance_portal_get_progress_text()
        notes = [self._finance_portal_get_end_note()] if self.date else []
        if progress:
            label, amount = self.env._("Tasks done"), progress
        else:
            label, amount, states = self.env._("Status"), states[0][1], []
        return {"label": label, "amount": amount, "states": states, "notes": notes}

    def _finance_portal_get_end_note(self):
        """Return the planned end, and how far away it is while that matters."""
        day = self._finance_portal_day(self.date)
        days = (self.date - fields.Date.context_today(self)).days
        if days < 0 or self.filtered_domain(self._finance_portal_get_done_domain()):
            return self.env._("Planned end: %(date)s", date=day)
        when = self._finance_portal_days(days, from_now=True) if days else self.env._("today")
        return self.env._("Planned end: %(date)s (%(in_days)s)", date=day, in_days=when)

    def _finance_portal_get_mail_hero(self):
        """Return the progress for emails, see ``finance.portal.document``."""
        hero = self._finance_portal_get_hero()
        end = self.date and self._finance_portal_day(self.date)
        notes = [self.env._("Planned end: %(date)s", date=end)] if end else []
        return {**hero, "notes": notes, "headline": hero["amount"]}

    # === WHO AND WHAT === #

    def _finance_portal_get_facts(self):
        manager = self.user_id.name if self.finance_show_assignees else ""
        rows = [
            (self.env._("Start"), self._finance_portal_day(self.date_start)),
            (self.env._("Planned end"), self._finance_portal_day(self.date)),
            (self.env._("Project manager"), manager),
        ]
        return [row for row in rows if row[1]]

    def _finance_portal_get_parties(self):
        partner = self.partner_id
        names = (partner.commercial_company_name, partner.commercial_partner_id.name, partner.name)
        lines = list(dict.fromkeys(filter(None, names)))
        return [{"label": self.env._("Customer"), "lines": lines}] if lines else []

    # === MILESTONES === #

    def _finance_portal_get_milestones(self):
        Milestone = self.env["project.milestone"]
        shown = Milestone._finance_portal_get_shown_domain()
        return [
            {
                "name": milestone.name,
                "due": self._finance_portal_day(milestone.deadline),
                **self._finance_portal_get_milestone_state(milestone),
            }
            for milestone in Milestone.search(Domain("project_id", "=", self.id) & shown)
        ]

    def _finance_portal_get_milestone_state(self, milestone):
        """Return ``tone`` and ``state``, the latter empty where there is nothing to say."""
        if milestone.is_reached:
            return {"tone": "good", "state": self.env._("Reached")}
        tone, text = self._finance_portal_get_deadline_state(milestone.deadline)
        return {"tone": tone, "state": text}

    def _finance_portal_get_deadline_state(self, day):
        """Return ``(tone, text)`` on a day that should be met, the text empty while it can be."""
        late = (fields.Date.context_today(self) - day).days if day else 0
        if late > 0:
            days = self._finance_portal_days(late)
            return "warn", self.env._("Overdue by %(days)s", days=days)
        return "calm", ""
