"""The customer's answer to hours, against a running server with several workers."""

import re

import pytest

from e2e.toolbox import QUEUE_RACE, Guest, all_at_once

pytestmark = pytest.mark.server_log(QUEUE_RACE)

SEEN = re.compile(r'name="seen"[^>]*?value="([^"]+)"')
ENTRY = re.compile(r'name="(entry_\d+)"')


@pytest.fixture(scope="module")
def busy(make_erp):
    """A server with more workers than there are processors."""
    server = make_erp(workers=4)
    yield server
    server.stop()


class Reader(Guest):
    """A guest who has opened a page of hours."""

    def open(self, url: str) -> "Reader":
        page = self.get(url)
        assert page.status_code == 200, page.text
        self.page, self.seen = page.url, SEEN.search(page.text).group(1)
        self.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)
        self.names = sorted({*ENTRY.findall(page.text)})
        return self

    def answer(self, kind: str):
        """Approve all, reject all, or approve all but the first entry."""
        verdicts = dict.fromkeys(self.names, "accepted")
        if kind == "answer":
            verdicts[self.names[0]] = "declined"
        data = {"csrf_token": self.token, "seen": self.seen, "name": "Ada Byrne", **verdicts}
        data |= {"reason": "No", self.names[0].replace("entry", "why"): "Too long"}
        return self.post(f"{self.page}/{kind}", data=data, allow_redirects=False)


def test_a_hundred_parallel_answers_have_one_outcome(busy, week):
    hours = week(busy, contacts=3)
    readers = [Reader().open(hours.urls[number % 3]) for number in range(12)]
    assert readers[0].get(f"{readers[0].page}/pdf").content.startswith(b"%PDF")
    kinds = ("accept", "decline", "answer")
    answers = all_at_once(
        lambda number: readers[number % 12].answer(kinds[number // 12 % 3]), range(100)
    )
    assert {answer.status_code for answer in answers} == {303}
    [(kind, _name)] = hours.decisions()
    state, entries = hours.read()
    assert (kind, state, [approval for approval, _why in entries]) in (
        ("accepted", "approved", ["approved"] * 3),
        ("declined", "rejected", ["rejected"] * 3),
        ("partial", "partial", ["rejected", "approved", "approved"]),
    )
    [(rows,)] = busy.psql(
        "SELECT count(*) FROM finance_portal_event"
        " WHERE res_model = 'finance.portal.time.request' AND res_id = %s"
        " AND kind IN ('accepted', 'declined', 'partial')", hours.request
    )  # fmt: skip
    [(told,)] = busy.psql(
        "SELECT count(*) FROM mail_message WHERE model = 'finance.portal.time.request'"
        " AND res_id = %s AND subject ~ '(approved|rejected).* by Ada Byrne'", hours.request
    )  # fmt: skip
    assert (rows, told) == (1, 1)


# Whoever comes second begins anew, and is then refused in plain words.
@pytest.mark.server_log(QUEUE_RACE, r"could not serialize access", r"approved this entry")
def test_a_change_by_staff_and_an_answer_at_the_same_time_never_mix(erp, week):
    for round_number in range(6):
        hours = week()
        reader = Reader().open(hours.urls[0])
        values = {"unit_amount": 8 + round_number}

        def act(actor, reader=reader, hours=hours, values=values):
            if actor == "customer":
                return reader.answer("accept").status_code
            try:
                return erp.rpc("account.analytic.line", "write", [hours.entries[0]], values)
            except Exception as error:  # Odoo refuses in words of its own
                return str(error)

        both = ["customer", "staff"] if round_number % 2 else ["staff", "customer"]
        outcome = dict(zip(both, all_at_once(act, both), strict=True))
        [(amount,)] = erp.psql(
            "SELECT unit_amount FROM account_analytic_line WHERE id = %s", hours.entries[0]
        )
        state, entries = hours.read()
        if outcome["customer"] == 303:
            assert (amount, state, entries[0]) == (2.5, "approved", ("approved", ""))
            assert "approved this entry" in str(outcome["staff"])
        else:
            assert outcome == {"customer": 409, "staff": True}
            assert (amount, state, hours.decisions()) == (8 + round_number, "sent", [])
