from babel.units import format_unit

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse, get_lang

from odoo.addons.finance_portal.tools.duration import clock

from .project_task import CANCELLED, DONE

HOURS = ("spent", "planned", "left")


class ProjectProject(models.Model):
    """The tasks on the page of a project, and their hours."""

    _inherit = "project.project"

    def _finance_portal_get_shown_tasks(self):
        """Return the tasks that the customer sees, in Odoo's own order."""
        Task = self.env["project.task"]
        shown = Task._finance_portal_get_shown_domain()
        return Task.search(Domain("project_id", "=", self.id) & shown)

    def _finance_portal_get_tasks(self, tasks):
        """Return the tasks by stage, those that are closed last.

        :return: dict of ``rows`` and ``has_hours``; a row is a dict of ``kind`` ("section" for
            a stage, "task", or "item" for a sub-task) and ``name``, tasks also of ``tag``,
            ``detail`` (who works on it), ``due``, ``tone`` and ``state`` (when it is late), and
            ``spent``, ``planned`` and ``left`` (hours as text)
        """
        rows = []
        families = tasks.grouped(self._finance_portal_get_root_finder(tasks))
        roots = tasks.filtered(lambda task: task in families)
        for name, group in self._finance_portal_group_tasks(roots):
            if name:
                rows.append({"kind": "section", "name": name})
            for root in group:
                rows += [
                    self._finance_portal_make_task(task, "task" if task == root else "item", name)
                    for task in root | families[root]
                ]
        return {"rows": rows, "has_hours": self._finance_portal_shows_hours()}

    @api.model
    def _finance_portal_get_root_finder(self, tasks):
        """Return a function from a task to the one it is listed below, often itself.

        A sub-task of a task that is not shown stands for itself: the page names nothing else.
        """
        shown = set(tasks.ids)

        def find_root(task):
            while task.parent_id.id in shown:
                task = task.parent_id
            return task

        return find_root

    def _finance_portal_group_tasks(self, roots):
        """Return ``(name, tasks)`` for each stage in order, then for closed tasks.

        Tasks without a stage come first, as in Odoo, with an empty name.
        """
        closed = roots.filtered("is_closed")
        stages = (roots - closed).grouped("stage_id")
        none = self.env["project.task.type"]
        groups = [
            (stage.name or "", stages[stage])
            for stage in [none, *none.union(*stages).sorted()]
            if stage in stages
        ]
        return [*groups, (self.env._("Done"), closed)] if closed else groups

    def _finance_portal_make_task(self, task, kind, group):
        """Return the row of a task, see :meth:`_finance_portal_get_tasks`."""
        day = self._finance_portal_local_day(task.date_deadline)
        tone, state = self._finance_portal_get_deadline_state(None if task.is_closed else day)
        status = self._finance_portal_get_task_status(task)
        people = task.user_ids.mapped("name") if self.finance_show_assignees else []
        return {
            "kind": kind,
            "name": task.name,
            "tag": status if status != group else "",
            "detail": ", ".join(people),
            "due": self._finance_portal_day(day),
            "tone": tone,
            "state": state,
            **self._finance_portal_get_task_hours(task),
        }

    def _finance_portal_get_task_status(self, task):
        """Return what a task is called that stands in another group than its own."""
        if task.state == CANCELLED:
            return self.env._("Cancelled")
        return self.env._("Done") if task.state == DONE else task.stage_id.name or ""

    def _finance_portal_local_day(self, moment):
        """Return the day of a moment where the company is."""
        return fields.Datetime.context_timestamp(self, moment).date() if moment else None

    # === HOURS === #

    def _finance_portal_keeps_hours(self):
        """Return whether Odoo keeps hours for it, which takes an app of its own."""
        Task = self.env["project.task"]
        return "total_hours_spent" in Task._fields and self.allow_timesheets

    def _finance_portal_shows_hours(self):
        return self.finance_show_hours and self._finance_portal_keeps_hours()

    def _finance_portal_get_task_hours(self, task):
        """Return the hours of a task and its sub-tasks as text, as Odoo counts them."""
        if not self._finance_portal_shows_hours():
            return dict.fromkeys(HOURS, "")
        planned = task.allocated_hours
        left = self._finance_portal_duration(task.remaining_hours)
        return {
            "spent": self._finance_portal_duration(task.total_hours_spent),
            "planned": self._finance_portal_duration(planned) if planned else "",
            # Of what is done nothing remains, whatever was planned.
            "left": left if planned and not task.is_closed else "",
        }

    def _finance_portal_get_hour_totals(self, tasks):
        """Return the sums of hours: those of a sub-task are part of its task's."""
        find_root = self._finance_portal_get_root_finder(tasks)
        roots = tasks.filtered(lambda task: find_root(task) == task)
        if not roots or not self._finance_portal_shows_hours():
            return []
        spent = sum(roots.mapped("total_hours_spent"))
        planned = sum(roots.mapped("allocated_hours"))
        rows = [("subtotal", self.env._("Time spent"), spent)]
        if planned:
            over, left = self.env._("More than planned"), self.env._("Remaining")
            rows.insert(0, ("subtotal", self.env._("Time planned"), planned))
            rows.append(("total", over if spent > planned else left, abs(planned - spent)))
        return [
            {"kind": kind, "label": label, "amount": self._finance_portal_duration(hours)}
            for kind, label, hours in rows
        ]

    def _finance_portal_duration(self, hours):
        """Return hours as text, in days where the company counts its time in days."""
        hour, day = (self.env.ref(f"uom.product_uom_{unit}") for unit in ("hour", "day"))
        if self._finance_portal_get_company().timesheet_encode_uom_id != day:
            return self.env._("%s h", clock(hours))
        days = hour._compute_quantity(hours, day, round=False)
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_unit(days, "duration-day", length="short", format="#,##0.##", locale=locale)
