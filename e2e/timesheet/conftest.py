"""Hours that were mailed for approval."""

from dataclasses import dataclass

import pytest

from e2e.toolbox import address, share

MODEL = "finance.portal.time.request"


@dataclass
class Week:
    """A request to approve three entries: 2:30, 4:00 and 1:15."""

    erp: object
    request: int
    entries: list[int]
    urls: list[str]

    def read(self) -> tuple:
        """Return the state of the request, and of its entries with why they were rejected."""
        [(state,)] = self.erp.psql(
            "SELECT state FROM finance_portal_time_request WHERE id = %s", self.request
        )
        entries = self.erp.psql(
            "SELECT finance_approval, coalesce(finance_rejection, '') FROM account_analytic_line"
            " WHERE id IN %s ORDER BY id", tuple(self.entries)
        )  # fmt: skip
        return state, entries

    def decisions(self) -> list:
        """Return what is kept of the answers."""
        return self.erp.psql(
            "SELECT kind, name FROM finance_portal_decision WHERE res_model = %s AND res_id = %s",
            MODEL, self.request,
        )  # fmt: skip


@pytest.fixture
def week(erp, inbox, partner):
    """A factory of mailed requests: ``week(server, contacts=1, **values)``."""

    def create(server=erp, contacts: int = 1, **values) -> Week:
        customer = partner(name="Harbour Ltd", is_company=True, email=address(), server=server)
        emails = [address("approver") for _number in range(contacts)]
        people = [
            partner(name="Ada Byrne", parent_id=customer, email=email, lang="en_US", server=server)
            for email in emails
        ]
        [project] = server.rpc(
            "project.project", "create", [{"name": "Shop", "partner_id": people[0]}]
        )
        [worker] = server.rpc("hr.employee", "create", [{"name": "Mira Okafor"}])
        common = {"employee_id": worker, "project_id": project}
        entries = server.rpc(
            "account.analytic.line",
            "create",
            [
                {**common, "date": "2026-08-03", "name": "Newsletter", "unit_amount": 2.5},
                {**common, "date": "2026-08-03", "name": "Shop pages", "unit_amount": 4},
                {**common, "date": "2026-08-04", "name": "Photos", "unit_amount": 1.25},
            ],
        )
        action = server.rpc("account.analytic.line", "action_finance_ask_approval", entries)
        request = action["res_id"]
        server.rpc(MODEL, "write", [request], {"partner_id": people[0], **values})
        context = server.rpc(MODEL, "action_finance_portal_send", [request])["context"]
        wizard = server.rpc("mail.compose.message", "create", [{}], context=context)
        server.rpc("mail.compose.message", "action_send_mail", wizard, context=context)
        inbox.wait_for(1, to=emails[0])
        urls = [
            share(server, inbox, request, person, email, model=MODEL).url
            for person, email in zip(people, emails, strict=True)
        ]
        return Week(server, request, entries, urls)

    return create
