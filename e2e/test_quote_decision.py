"""The customer's answer to a quote, against running servers with several workers."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from e2e.account_toolbox import PORTAL, new_customer, set_up
from e2e.toolbox import QUEUE_RACE, Guest, address, all_at_once, share, until
from e2e.visitor import html_of

pytestmark = pytest.mark.server_log(QUEUE_RACE)

SEEN = re.compile(r'name="seen"[^>]*?value="([^"]+)"')


@pytest.fixture(scope="module")
def busy(make_erp):
    """A server with more workers than there are processors."""
    server = make_erp(workers=4)
    yield server
    server.stop()


@pytest.fixture
def quote(partner):
    """A factory of sent quotes: ``quote(server, **values)`` returns id, contacts, addresses."""

    def create(server, contacts: int = 1, **values):
        customer = partner(name="Harbour Ltd", is_company=True, email=address(), server=server)
        emails = [address("buyer") for _number in range(contacts)]
        people = [
            partner(name="Ada", parent_id=customer, email=email, lang="en_US", server=server)
            for email in emails
        ]
        [product] = server.rpc("product.product", "create", [{"name": "Oven", "type": "service"}])
        line = {"product_id": product, "price_unit": 100.0, "tax_ids": []}
        defaults = {
            "partner_id": people[0],
            "require_signature": False,
            "require_payment": False,
            "order_line": [(0, 0, line)],
        }
        [order] = server.rpc("sale.order", "create", [{**defaults, **values}])
        server.rpc("sale.order", "action_quotation_sent", order)
        return order, people, emails

    return create


class Reader(Guest):
    """A guest who has opened a quote."""

    def open(self, url: str) -> "Reader":
        page = self.get(url)
        assert page.status_code == 200, page.text
        self.page, self.seen = page.url, SEEN.search(page.text).group(1)
        self.token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)
        return self

    def answer(self, kind: str, **form):
        data = {"csrf_token": self.token, "seen": self.seen, "name": "Ada Baker", **form}
        return self.post(f"{self.page}/{kind}", data=data, allow_redirects=False)


def test_two_hundred_parallel_answers_have_one_outcome(busy, inbox, quote):
    order, people, emails = quote(busy, contacts=5, user_id=2)
    links = [
        share(busy, inbox, order, person, email, model="sale.order").url
        for person, email in zip(people, emails, strict=True)
    ]
    readers = [Reader().open(links[number % 5]) for number in range(20)]
    # What Send to Customer does: the PDF is there before anybody answers.
    assert readers[0].get(f"{readers[0].page}/pdf").content.startswith(b"%PDF")
    inbox.clear()

    answers = all_at_once(
        lambda number: readers[number % 20].answer(("accept", "decline")[number % 2]), range(200)
    )

    assert {answer.status_code for answer in answers} == {303}
    assert {answer.headers["Location"].partition("?")[0] for answer in answers} <= {
        reader.page.removeprefix(busy.url) for reader in readers
    } | {reader.page for reader in readers}
    [(kind, evidence)] = busy.psql(
        "SELECT kind, pdf_sha256 FROM finance_portal_decision"
        " WHERE res_model = 'sale.order' AND res_id = %s", order
    )  # fmt: skip
    assert len(evidence) == 64
    [(state,)] = busy.psql("SELECT state FROM sale_order WHERE id = %s", order)
    assert (kind, state) in {("accepted", "sale"), ("declined", "cancel")}
    [(activities,)] = busy.psql(
        "SELECT count(*) FROM mail_activity WHERE res_model = 'sale.order' AND res_id = %s", order
    )
    [(rows,)] = busy.psql(
        "SELECT count(*) FROM finance_portal_event"
        " WHERE res_model = 'sale.order' AND res_id = %s AND kind IN ('accepted', 'declined')",
        order,
    )  # fmt: skip
    [(told,)] = busy.psql(
        "SELECT count(*) FROM mail_message WHERE model = 'sale.order' AND res_id = %s"
        " AND subject ~ '(accepted|declined) by Ada Baker'", order
    )  # fmt: skip
    assert (activities, rows, told) == (1, 1, 1)
    outcome = {"accepted": "Accepted by Ada Baker", "declined": "Declined on"}[kind]
    for reader in readers:
        assert outcome in reader.get(reader.page).text, "everybody sees the outcome"
    if kind == "accepted":
        until(lambda: len(_confirmations(inbox, emails)) == 1)


def _confirmations(inbox, emails):
    return [
        message for email in emails for message in inbox.to(email) if "confirm" in html_of(message)
    ]


# Whoever comes second begins anew.
@pytest.mark.server_log(QUEUE_RACE, r"could not serialize access")
def test_a_change_by_staff_and_an_answer_at_the_same_time_never_mix(erp, inbox, quote):
    for round_number in range(6):
        order, [person], [email] = quote(erp)
        reader = Reader().open(share(erp, inbox, order, person, email, model="sale.order").url)
        [(line,)] = erp.psql("SELECT id FROM sale_order_line WHERE order_id = %s", order)

        def act(actor, reader=reader, line=line, price=200 + round_number):
            if actor == "customer":
                return reader.answer("accept").status_code
            return erp.rpc("sale.order.line", "write", [line], {"price_unit": price})

        both = ["customer", "staff"] if round_number % 2 else ["staff", "customer"]
        statuses = dict(zip(both, all_at_once(act, both), strict=True))
        decisions = erp.psql(
            "SELECT terms::json -> 'head' ->> 'total' FROM finance_portal_decision"
            " WHERE res_model = 'sale.order' AND res_id = %s", order
        )  # fmt: skip
        [(state,)] = erp.psql("SELECT state FROM sale_order WHERE id = %s", order)
        if statuses["customer"] == 303:
            assert (decisions, state) == ([("100.00",)], "sale"), "accepted as it was seen"
        else:
            assert (statuses["customer"], decisions, state) == (409, [], "sent")


def test_a_pdf_is_made_for_one_visitor_at_a_time_and_nobody_hangs(busy, inbox, quote):
    readers = []
    for _number in range(8):
        order, [person], [email] = quote(busy)
        url = share(busy, inbox, order, person, email, model="sale.order").url
        readers.append(Reader().open(url))
    answers = all_at_once(lambda reader: reader.get(f"{reader.page}/pdf"), readers)
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {200, 503}
    assert 200 in statuses
    for answer in answers:
        if answer.status_code == 503:
            assert int(answer.headers["Retry-After"]) > 0
            assert "preparing your document" in answer.text
        else:
            assert answer.content.startswith(b"%PDF")


def test_accepting_never_waits_behind_a_customer_who_downloads_statements(
    busy, inbox, quote, partner
):
    guest = set_up(new_customer(busy, inbox, partner))
    statement = f"{busy.url}{PORTAL}/statement/pdf?from=2026-01-{{:02}}&to=2026-06-30"
    readers = []
    for _number in range(3):
        order, [person], [email] = quote(busy)
        url = share(busy, inbox, order, person, email, model="sale.order").url
        readers.append(Reader().open(url))

    def download(number):
        answers = [guest.get(statement.format(number + step)) for step in (1, 1, 2, 3)]
        return [answer.status_code for answer in answers]

    with ThreadPoolExecutor(2) as pool:
        downloads = pool.map(download, (1, 11))
        # Nobody made a PDF of these quotes before.
        answers = [reader.answer("accept") for reader in readers]
        statuses = {status for found in downloads for status in found}

    assert [answer.status_code for answer in answers] == [303] * 3
    assert 200 in statuses
    assert statuses <= {200, 429, 503}, "each account has a share, and one renderer at a time"


def test_a_statement_is_made_once(busy, inbox, partner):
    guest = set_up(new_customer(busy, inbox, partner))
    url = f"{busy.url}{PORTAL}/statement/pdf?from=2026-01-01&to=2026-06-30"
    first = guest.get(url)
    assert first.status_code == 200
    answers = all_at_once(guest.get, [url] * 12)
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, first.content)}
