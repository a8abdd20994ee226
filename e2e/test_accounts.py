"""SPEC 7 where processes matter: parallel guesses, sessions on two workers, the same time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial

import pytest

from dev.demo import expire
from e2e import secrets_search
from e2e.account_toolbox import (
    PASSWORD,
    PORTAL,
    AccountGuest,
    key_link_in,
    new_customer,
    set_up,
)
from e2e.toolbox import (
    QUEUE_RACE,
    Guest,
    all_at_once,
    assert_same_time,
    empty_mail_queue,
    parameters,
    same_page,
    until,
)
from e2e.visitor import SCANNER, html_of

pytestmark = pytest.mark.server_log(QUEUE_RACE, r"could not serialize|Transaction failed")

WRONG = "nine yellow bicycles"
LOGIN, RESET = "/web/login", "/web/reset_password"  # Odoo's own


@pytest.fixture
def customer(erp, inbox, partner):
    """A customer who was mailed a setup link."""
    return new_customer(erp, inbox, partner)


# === SETUP LINK === #


def test_setup_signs_in_once_and_what_was_mailed_opens_nothing_more(erp, customer):
    guest = set_up(customer)
    assert guest.is_in()
    assert not AccountGuest(erp).is_in()
    assert Guest().get(customer.url).status_code == 410
    assert AccountGuest(erp).sign_in(customer.email).headers["Location"].endswith(PORTAL)


def test_a_scanner_that_comes_first_uses_nothing_up(customer):
    for method in ("HEAD", "GET", "GET"):
        scanner = Guest(SCANNER)
        assert scanner.request(method, customer.url).status_code == 200
    assert set_up(customer).is_in()


def test_the_link_works_for_60_minutes(erp, inbox, partner):
    late, too_late = (new_customer(erp, inbox, partner) for _number in range(2))
    assert erp.psql(
        "SELECT DISTINCT expires_at - issued_at FROM finance_portal_account_link"
        " WHERE account_id IN %s", (late.account, too_late.account)
    ) == [(timedelta(hours=1),)]  # fmt: skip
    late.age_account_links(minutes=57)  # some are left for a busy machine
    too_late.age_account_links(minutes=60)
    assert Guest().get(too_late.url).status_code == 410
    assert set_up(late).is_in()


def test_the_demo_lets_links_expire_whatever_became_of_others(erp, inbox, partner):
    used, waiting = (new_customer(erp, inbox, partner) for _number in range(2))
    set_up(used)
    with closing(erp.site.cluster.connect(erp.db)) as connection:
        cursor = connection.cursor()
        cursor.execute("BEGIN")  # never committed: links of other tests go on
        cursor.execute(expire.AGE_LIVE_ACCOUNT_LINKS)
        cursor.execute(
            "SELECT expires_at < now() AT TIME ZONE 'UTC' FROM finance_portal_account_link"
            " WHERE account_id = ANY(%s) ORDER BY id",
            [[used.account, waiting.account]],
        )
        assert cursor.fetchall() == [(False,), (True,)]
        cursor.execute("ROLLBACK")


def test_a_page_that_was_open_when_the_link_ended_does_nothing(erp, inbox, customer):
    guest = AccountGuest(erp)
    csrf = guest.csrf(customer.url)
    customer.staff("resend_setup")
    newer = key_link_in(inbox.wait_for(2, to=customer.email)[1])
    assert guest.post_form("/setup", csrf, password=PASSWORD).status_code == 410
    guest.get(newer)
    customer.staff("disable")
    assert guest.post_form("/setup", csrf, password=PASSWORD).status_code == 410
    assert erp.psql("SELECT password FROM res_users WHERE login = %s", customer.email) == [(None,)]


def test_of_two_who_use_the_link_at_the_same_moment_one_does(erp, customer):
    guests = [AccountGuest(erp) for _number in range(4)]
    tokens = [guest.csrf(customer.url) for guest in guests]
    passwords = [f"{word} green bicycles" for word in ("six", "seven", "eight", "nine")]

    def choose(number):
        return guests[number].post_form("/setup", tokens[number], password=passwords[number])

    answers = [answer.status_code for answer in all_at_once(choose, range(4))]
    assert sorted(answers) == [303, 410, 410, 410]
    winner = answers.index(303)
    assert [guest.is_in() for guest in guests] == [number == winner for number in range(4)]
    assert AccountGuest(erp).sign_in(customer.email, passwords[winner]).status_code == 303
    assert [kind for kind, _reason in customer.events("setup_done")] == ["setup_done"]


# === GUESSING === #


def test_parallel_guesses_on_all_workers_are_no_more_than_the_limit(erp, customer):
    set_up(customer)
    guests = [AccountGuest(erp) for _number in range(12)]
    tokens = [guest.csrf(f"{erp.url}{PORTAL}/login") for guest in guests]

    def guess(number):
        # The right password is among the later ones.
        password = PASSWORD if number > 7 else WRONG
        return (
            guests[number]
            .post_form("/login", tokens[number], email=customer.email, password=password)
            .status_code
        )

    for number in range(5):
        assert guess(number) == 401
    assert set(all_at_once(guess, range(12))) == {401}
    events = customer.events("sign_in_failed", "locked")
    assert events.count(("sign_in_failed", "password")) == 5
    assert events.count(("locked", None)) == 1
    assert events.count(("sign_in_failed", "locked_out")) == 12
    customer.staff("unlock")
    assert guess(11) == 303
    assert customer.facts("failures", "locked_until") == (0, None)


def test_guesses_that_come_at_once_count_before_a_password_is_looked_at(erp, customer):
    set_up(customer)
    guests = [AccountGuest(erp) for _number in range(12)]
    tokens = [guest.csrf(f"{erp.url}{PORTAL}/login") for guest in guests]
    answers = all_at_once(
        lambda n: guests[n].post_form("/login", tokens[n], email=customer.email, password=WRONG),
        range(12),
    )
    assert {answer.status_code for answer in answers} == {401}
    assert customer.events("sign_in_failed").count(("sign_in_failed", "password")) == 5


def test_the_lock_ends_by_itself(erp, customer):
    set_up(customer)
    guest = AccountGuest(erp)
    for _number in range(5):
        guest.sign_in(customer.email, WRONG)
    assert guest.sign_in(customer.email).status_code == 401
    erp.psql(
        "UPDATE finance_portal_login SET locked_until = locked_until - interval '15 minutes'"
        " WHERE id = (SELECT login_id FROM finance_portal_account WHERE id = %s)", customer.account
    )  # fmt: skip
    assert guest.sign_in(customer.email).status_code == 303


def test_guesses_of_others_keep_nobody_out_of_their_own_browser(erp, customer):
    own = set_up(customer)
    own.fill_in("/logout", at="/settings")
    for _number in range(5):
        AccountGuest(erp).sign_in(customer.email, WRONG)
    assert AccountGuest(erp).sign_in(customer.email).status_code == 401
    assert own.sign_in(customer.email).status_code == 303
    own.fill_in("/logout", at="/settings")
    # It may guess as often as everybody else may, the time before included.
    for _number in range(5):
        assert own.sign_in(customer.email, WRONG).status_code == 401
    assert own.sign_in(customer.email).status_code == 401
    assert AccountGuest(erp).sign_in(customer.email).status_code == 401


def test_each_address_has_a_limit_of_its_own(erp, customer):
    set_up(customer)
    guest = AccountGuest(erp)
    with parameters(erp, signing_in="3/100000"):
        answers = [guest.sign_in("nobody@example.com").status_code for _number in range(5)]
        assert answers == [401, 401, 401, 429, 429]
        refused = guest.sign_in(customer.email)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) > 0
        assert AccountGuest(erp).sign_in(customer.email).status_code == 303


def test_same_answer_in_the_same_time_whatever_is_wrong(erp, inbox, partner):
    """One hash too many doubles the time, too few end the wait."""
    people = {name: new_customer(erp, inbox, partner) for name in ("wrong", "disabled", "locked")}
    for person in people.values():
        set_up(person)
    people["disabled"].staff("disable")
    erp.psql(
        "UPDATE finance_portal_login SET failures = 5, locked_until = now() + interval '1 day'"
        " WHERE id = (SELECT login_id FROM finance_portal_account WHERE id = %s)",
        people["locked"].account,
    )  # fmt: skip
    waiting = new_customer(erp, inbox, partner)
    emails = {name: person.email for name, person in people.items()}
    emails |= {"not set up": waiting.email, "unknown": "nobody@example.com"}
    guest = AccountGuest(erp)
    csrf = guest.csrf(f"{erp.url}{PORTAL}/login")
    pages = set()

    def try_to_sign_in(name):
        answer = guest.post_form("/login", csrf, email=emails[name], password=WRONG)
        assert answer.status_code == 401
        pages.add(same_page(answer).replace(emails[name], ""))

    erp.rpc("ir.config_parameter", "set_param", "finance_portal.lock_after", "100000")
    try:
        with parameters(erp, signing_in="100000/600"):
            for name in emails:
                try_to_sign_in(name)
            pages.clear()
            assert_same_time(emails, try_to_sign_in, turns=15)
    finally:
        erp.rpc("ir.config_parameter", "set_param", "finance_portal.lock_after", False)
    assert len(pages) == 1


def test_odoos_own_sign_in_and_reset_take_the_same_time(erp, inbox, partner):
    """A customer's address takes as long as an unknown one, whatever is wrong."""
    known, closed = (new_customer(erp, inbox, partner) for _number in range(2))
    set_up(known)
    set_up(closed)
    closed.staff("disable")
    emails = known.email, closed.email, "nobody@example.com"
    guest = AccountGuest(erp)
    set_param = partial(erp.rpc, "ir.config_parameter", "set_param")

    def ask(path, email, **fields):
        form = {"csrf_token": tokens[path], "login": email, **fields}
        answer = guest.post(f"{erp.url}{path}", data=form)
        assert answer.status_code == 200

    cooldown = erp.rpc("ir.config_parameter", "get_param", "base.login_cooldown_after")
    # Odoo refuses a whole network after five wrong passwords, without a look at them.
    set_param("base.login_cooldown_after", "0")
    set_param("finance_portal.lock_after", "100000")
    try:
        with parameters(erp, signing_in="100000/600", recovery="100000/600"):
            tokens = {path: guest.csrf(f"{erp.url}{path}") for path in (LOGIN, RESET)}
            for email in emails:
                ask(LOGIN, email, password=WRONG)
                ask(RESET, email)
            assert_same_time(emails, partial(ask, LOGIN, password=WRONG), turns=15)
            assert_same_time(emails, partial(ask, RESET), turns=20)
    finally:
        set_param("base.login_cooldown_after", cooldown)
        set_param("finance_portal.lock_after", False)


def test_forgot_answers_the_same_in_the_same_time_and_mails_the_address_on_file(
    erp, inbox, partner
):
    known, waiting = (new_customer(erp, inbox, partner) for _number in range(2))
    set_up(known)
    emails = (known.email, waiting.email, "nobody@example.com", "nonsense")
    guest = AccountGuest(erp)
    csrf = guest.csrf(f"{erp.url}{PORTAL}/forgot")
    pages = set()

    def forget(email):
        answer = guest.post_form("/forgot", csrf, email=email)
        assert answer.status_code == 200
        pages.add(same_page(answer))

    with parameters(erp, recovery="100000/600"):
        assert_same_time(emails, forget, turns=20)
    assert len(pages) == 1
    until(lambda: erp.psql("SELECT count(*) FROM finance_portal_account_request") == [(0,)])
    reset = key_link_in(inbox.wait_for(2, to=known.email)[1])
    setup = key_link_in(inbox.wait_for(2, to=waiting.email)[1])
    assert "/reset/" in reset
    assert "/setup/" in setup
    empty_mail_queue(erp)
    assert len(inbox.to(known.email)) == 2, "one email however often it was asked for"
    assert inbox.to("nobody@example.com") == []


# === SESSIONS === #


def test_disabled_with_sessions_on_two_workers(erp, customer):
    here = set_up(customer)
    there = AccountGuest(erp)
    assert there.sign_in(customer.email).status_code == 303
    # So often and at once that each of the two workers knows both sessions.
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(AccountGuest.is_in, [here, there] * 12))
    customer.staff("disable")
    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(AccountGuest.is_in, [here, there] * 12))


@pytest.mark.parametrize("way", ["password", "everywhere", "reset"])
def test_other_sessions_end(erp, inbox, customer, way):
    here = set_up(customer)
    there = AccountGuest(erp)
    there.sign_in(customer.email)
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(AccountGuest.is_in, [here, there] * 12))
    if way == "password":
        fields = {"current": PASSWORD, "password": WRONG}
        assert here.fill_in("/settings/password", at="/settings", **fields).status_code == 303
    elif way == "everywhere":
        here.fill_in("/settings/sign-out-everywhere", at="/settings")
    else:
        customer.staff("reset")
        stranger = AccountGuest(erp)
        stranger.get(key_link_in(inbox.wait_for(2, to=customer.email)[1]))
        assert stranger.fill_in("/reset", password=WRONG).status_code == 303
        assert not stranger.is_in(), "a reset signs nobody in"
    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(AccountGuest.is_in, [there] * 12))
    assert here.is_in() == (way == "password")
    if way != "everywhere":
        assert "password was" in inbox.wait_for(1, to=customer.email)[-1]["Subject"].lower()


def test_the_session_of_a_visitor_is_another_one_after_signing_in(erp, customer):
    set_up(customer)
    guest = AccountGuest(erp)
    guest.get(f"{erp.url}{PORTAL}/login")
    before = guest.cookies["session_id"]
    guest.sign_in(customer.email)
    planted = AccountGuest(erp)
    planted.cookies["session_id"] = before
    assert guest.is_in()
    assert not planted.is_in()


# === SECRETS === #


def test_l2_no_secret_rests_in_database_files_or_log(erp, inbox, customer):
    secret = "Zwölf blaue Sänften 7315"
    guest = AccountGuest(erp)
    for shape in ("{}.", "{}%3D", "x{}", "{}?next=/x", "{}/x"):
        Guest().get(f"{erp.url}{PORTAL}/setup/{shape.replace('{}', customer.token)}")
    Guest().get(f"{erp.url}/nowhere", headers={"Referer": customer.url})
    guest.get(customer.url)
    guest.fill_in("/setup", password=f"{secret}x" * 9)
    assert guest.fill_in("/setup", password=secret).status_code == 303
    AccountGuest(erp).sign_in(customer.email, secret)
    AccountGuest(erp).sign_in(customer.email, secret + "!")
    Guest().post(f"{erp.url}{PORTAL}/login", data={"password": secret})
    customer.staff("reset")
    reset = key_link_in(inbox.wait_for(2, to=customer.email)[1])
    Guest().get(reset)
    for method in ("PUT", "OPTIONS", "POST"):
        Guest().request(method, reset, json={"token": reset})
    tokens = [customer.token, reset.rsplit("/", 1)[1]]
    assert secrets_search.in_database(erp, tokens) == []
    assert secrets_search.in_files(erp, tokens) == []
    log = erp.log_path.read_text(errors="replace")
    assert secret not in log
    assert "blaue" not in log
    assert f"GET {PORTAL}/setup/*** HTTP" in log
    assert f"GET {PORTAL}/reset/*** HTTP" in log
    sessions = [path.read_bytes() for path in erp.data_dir.rglob("sessions/**/*") if path.is_file()]
    assert not any(b"blaue" in content for content in sessions)


def test_the_email_reads_well_without_pictures_and_has_one_link(inbox, customer):
    (message,) = inbox.to(customer.email)
    text = message.get_body(("plain",)).get_content()
    assert "60 minutes" in text
    assert customer.email in text
    assert html_of(message).count(customer.token) == 1
