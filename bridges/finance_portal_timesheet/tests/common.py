"""Two people's hours for a customer, and a customer in front of them."""

import re

from odoo.addons.finance_portal.tests.account_common import AccountCase

SEEN = re.compile(r'name="seen"[^>]*?value="([^"]+)"')
PDF = b"%PDF-1.4 the hours as they were mailed"


class TimeCase(AccountCase):
    """``AccountCase`` with hours worked for the Bakery.

    - ``project`` of ``customer``, with ``task``; ``rival_project`` of ``rival``
    - ``nina`` and ``omar``: employees
    - ``request``: a request to ``ada`` about ``entries`` (two of Nina's, one of Omar's: 7:30,
      2:15, 4:00), sent
    """

    @classmethod
    def get_default_groups(cls):
        names = ("hr_timesheet.group_timesheet_manager", "project.group_project_manager")
        return super().get_default_groups().union(*map(cls.env.ref, names))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(
            cls.env.registry["finance.portal.time.request"],
            "_finance_portal_get_pdf",
            lambda self, keep=True: ("Timesheet.pdf", PDF),
        )
        cls.nina, cls.omar = cls.env["hr.employee"].create(
            [{"name": name, "company_id": cls.company.id} for name in ("Nina", "Omar")]
        )
        cls.project = cls.make_project("Shop", cls.customer)
        cls.rival_project = cls.make_project("Forge", cls.rival)
        cls.task = cls.env["project.task"].create(
            {"name": "Counter", "project_id": cls.project.id, "partner_id": cls.customer.id}
        )
        cls.entries = (
            cls.make_entry(7.5, cls.nina, date="2026-08-03", name="Drawings", task_id=cls.task.id)
            | cls.make_entry(2.25, cls.nina, date="2026-08-04", name="Talk with the carpenter")
            | cls.make_entry(4.0, cls.omar, date="2026-08-04", name="/")
        )
        cls.request = cls.make_request(cls.ada, cls.entries)
        cls.Decision = cls.env["finance.portal.decision"]

    # === RECORDS === #

    @classmethod
    def make_project(cls, name, partner, **values):
        values = {"name": name, "partner_id": partner.id, "allow_timesheets": True, **values}
        return cls.env["project.project"].create({"company_id": cls.company.id, **values})

    @classmethod
    def make_entry(cls, hours=1.0, employee=None, project=None, **values):
        """Return an entry, by default of Nina's for the Bakery."""
        return cls.env["account.analytic.line"].create(
            {
                "name": "Work",
                "date": "2026-08-05",
                "unit_amount": hours,
                "employee_id": (employee or cls.nina).id,
                "project_id": (project or cls.project).id,
                **values,
            }
        )

    @classmethod
    def make_request(cls, partner, entries=None, sent=True):
        """Return a request to a contact, about a new entry of theirs unless told otherwise."""
        if entries is None:
            of_rival = partner.commercial_partner_id == cls.rival
            entries = cls.make_entry(project=cls.rival_project if of_rival else cls.project)
        request = cls.env["finance.portal.time.request"]._start(entries)
        request.partner_id = partner
        if sent:
            request._ask()
        return request

    # === THE CUSTOMER === #

    def open_request(self, request=None, partner=None, **options):
        """Open a fresh link to a request; return ``(link, page)``."""
        link, token = self.issue(request or self.request, partner, **options)
        return link, self.visit(f"/finance/t/{token}", follow=True)

    def answer(self, page, kind="accept", **form):
        """Press a button of the page's form, as it is but for ``form``; return what comes."""
        chosen = re.findall(
            r'value="(\w+)" name="(entry_\d+)" checked="checked"|'
            r'name="(entry_\d+)" checked="checked"[^>]*value="(\w+)"',
            page.text,
        )
        seen = SEEN.search(page.text)
        data = {
            "csrf_token": self.csrf_of(page),
            "seen": seen.group(1) if seen else "",
            "name": "Ada Baker",
            **{(one[1] or one[2]): (one[0] or one[3]) for one in chosen},
            **form,
        }
        data = {name: value for name, value in data.items() if value is not None}
        path = re.search(r"/finance/d/[\w.-]+", page.url).group()
        return self.visit(f"{path}/{kind}", "POST", data=data, follow=True)

    def reject(self, *entries, why="Too long"):
        """Return the part of a form that rejects entries."""
        form = {f"entry_{entry.id}": "declined" for entry in entries}
        return form | {f"why_{entry.id}": why for entry in entries}

    def decisions(self, request=None):
        request = request or self.request
        return self.Decision.search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )

    def approvals(self, entries=None):
        return [entry.finance_approval for entry in entries or self.entries]
