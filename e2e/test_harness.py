"""Check the fixtures themselves: a green suite on a broken harness proves nothing."""

import ast
import random
import smtplib
import subprocess
import sys
import textwrap
import threading
from contextlib import nullcontext
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from dev import __main__ as commands
from dev.demo import run as demo
from dev.platform import console, interpreter
from dev.platform.bootstrap import RENDERER
from dev.platform.inbox import PATIENCE, links_in
from dev.suite import menu_paths, odoo_tests, results, sentences, sudo_reasons, terms, waits
from e2e import toolbox
from e2e.toolbox import BUSY, let_jobs_end
from e2e.visitor import Visitor


def _mail(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.com", to, "Hello"
    message.set_content("text")
    message.add_alternative('<a href="https://example.com/x?a=1&amp;b=2">x</a>', subtype="html")
    return message


def _deliver(inbox, to: str) -> None:
    with smtplib.SMTP("127.0.0.1", inbox.port, timeout=PATIENCE) as smtp:
        smtp.send_message(_mail(to))


def test_inbox_keeps_mail_and_refuses_on_request(inbox):
    _deliver(inbox, "b@example.com")
    (message,) = inbox.wait_for(1, to="b@example.com")
    assert message.rcpt == ["b@example.com"]
    assert links_in(message) == ["https://example.com/x?a=1&b=2"]
    inbox.refuse(550)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        _deliver(inbox, "b@example.com")
    inbox.accept()
    inbox.stop()
    with pytest.raises(ConnectionRefusedError):
        _deliver(inbox, "b@example.com")
    inbox.start()
    _deliver(inbox, "c@example.com")
    inbox.wait_for(1, to="c@example.com")


def test_server_sends_an_invoice_by_smtp_with_its_pdf(erp, inbox, partner, invoice, send):
    move = invoice(partner=partner(email="ada@example.com"))
    send(move)
    (message,) = inbox.wait_for(1, to="ada@example.com")
    (attachment,) = message.iter_attachments()
    assert attachment.get_content().startswith(b"%PDF")
    assert erp.psql("SELECT is_move_sent FROM account_move WHERE id = %s", move) == [(True,)]


def test_server_survives_a_kill(make_erp):
    server = make_erp(workers=0)
    server.kill9()
    assert not server.answers()
    server.start()
    assert server.rpc("res.users", "search_count", [("login", "=", "admin")]) == 1
    server.stop()


def test_browser_opens_a_page(erp, browser_page):
    page = browser_page(width=1280)
    page.goto(f"{erp.url}/web/login")
    page.locator(".oe_login_form").wait_for(state="attached")
    assert page.locator("input[name=password]").count() == 1


@pytest.mark.parametrize("number", [1, 2])
def test_what_earlier_tests_asked_for_limits_no_test(erp, number):
    """Browsers share one address: in a long run the last of them would be turned away."""
    counted = "SELECT sum(hits) FROM finance_portal_throttle WHERE bucket = 'viewing'"
    assert erp.psql(counted) == [(None,)], number
    assert Visitor().get(f"{erp.url}/finance/i/{'x' * 43}").status_code == 404
    assert erp.psql(counted) == [(1,)]


def test_a_job_that_a_test_leaves_due_ends_with_it(erp):
    """Even one that nobody told the scheduler of, which looks by itself once a minute."""
    erp.psql(
        "INSERT INTO ir_cron_trigger (cron_id, call_at)"
        " SELECT res_id, date_trunc('second', now() AT TIME ZONE 'UTC') FROM ir_model_data"
        " WHERE module = 'mail' AND name = 'ir_cron_mail_scheduler_action'"
    )
    let_jobs_end(erp)
    assert erp.psql(BUSY) == []


def test_jobs_get_as_much_of_a_busy_machine_as_requests(erp):
    server = psutil.Process(erp.pid)
    assert {one.nice() for one in server.children(recursive=True)} == {server.nice()}


def test_the_end_of_the_output_names_what_failed(tmp_path, capsys):
    """Where only the last lines of a long run are kept, they must tell what to mend."""
    report, log = tmp_path / "report.xml", tmp_path / "server.log"
    report.write_text(
        '<testsuite><testcase classname="test_link" name="test_opens">'
        '<failure message="assert 404&#10; == 200">long</failure></testcase></testsuite>'
    )
    start = "2026-11-29 20:00:00,000 1 "
    log.write_text(
        f"{start}ERROR db odoo.addons.x: FAIL: TestLink.test_dies\n"
        'Traceback (most recent call last):\n  File "a.py", line 1, in test_dies\n    boom()\n'
        "AssertionError: [2] != [1]\n\nFirst differing element 0:\n2\n1\n\n \n"
        f"{start}ERROR db odoo.tests.result: 1 failed, 0 error(s) of 3 tests\n"
    )
    site = SimpleNamespace(log_path=log)
    status = results.conclude([results.from_junit("e2e", report, 1), odoo_tests.judge(site, 1)])
    assert status == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "e2e: 0 passed, 1 failed",
        "  failed: test_link.test_opens: assert 404 == 200",
        "Odoo tests: 2 passed, 1 failed",
        "  failed: FAIL: TestLink.test_dies: AssertionError: [2] != [1]",
        "2 passed, 2 failed",
    ]


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('Here are your links at <bdi t-out="name"/>.', ["Here are your links at"]),
        ('<b t-out="name"/> opened it.', ["opened it."]),
        ('Hello <t t-out="name"/>,', ["Hello"]),
        ('It goes to <field name="email"/>.', ["It goes to"]),
        ('Scan it, or <a t-att-href="url">open it</a>.', ["Scan it, or"]),
        ('<t t-if="more">and <t t-out="more"/> more</t>', ["and", "more"]),
        ("Press <b>Accept</b> to agree.", []),
        ('<b t-out="title"/> The Sharing tab has the evidence.', []),
        ('Goes to: <field name="email"/>', []),
        ('No matches. <a t-att-href="all">Show all</a>', []),
    ],
)
def test_lint_finds_a_sentence_cut_around_a_value(template, found):
    assert [text for _line, text in sentences.parts_in(f"<p>{template}</p>".encode())] == found


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("say = self.env._\nsay('Sent')", [1]),
        ("self.env._(text)", [1]),
        ("self.env._('Sent on %s', day)", []),
    ],
)
def test_a_text_that_no_translator_sees_is_found(source, lines):
    assert list(terms.hidden_in(source)) == lines


OPEN = "page.get_by_role('link').click()"


@pytest.mark.parametrize(
    ("source", "finds"),
    [
        ("page.locator('a').click(); page.title()", True),
        ("page.locator('a').click(); expect(heading).to_be_visible(); page.title()", False),
        ("page.locator('a').click(); page.goto(url)", True),
        ("page.locator('a').click(); page.wait_for_load_state(); page.title()", True),
        ("leave(page); page.reload()", True),
        ("follow(page.locator('a')); page.reload()", False),
        (f"{OPEN}; page.fill('#name', 'Ada')", True),
        (f"{OPEN}; page.get_by_text('Pay').wait_for(); page.fill('#name', 'Ada')", False),
    ],
)
def test_lint_finds_who_goes_on_before_the_next_page_is_there(source, finds):
    helpers = {"leave": ast.parse("def leave(page):\n    page.locator('a').click()").body[0]}
    function = ast.parse(f"def test(page):\n    {source}").body[0]
    assert bool(list(waits.hasty_steps(function, helpers))) == finds


@pytest.mark.parametrize(
    ("source", "finds"),
    [
        ("inbox.wait_for(2); assert len(inbox.messages) == 2", True),
        ("let_jobs_end(erp); assert len(inbox.messages) == 2", False),
        ("assert not inbox.to(email)", True),
        ("assert inbox.to(email)[0]['Subject']", False),
    ],
)
def test_lint_finds_who_counts_emails_that_are_on_their_way(source, finds):
    lines = source.replace("; ", "\n    ")
    function = ast.parse(f"def test(inbox):\n    {lines}").body[0]
    assert bool(list(waits.hasty_counts(function))) == finds


def test_lint_finds_limits_that_a_busy_machine_exceeds():
    source = "\n".join(f"wait(timeout={limit})" for limit in (10, 90, 120, 60_000, 120_000))
    assert list(waits.short_limits(ast.parse(source))) == [1, 4]


def test_the_renderer_prints_as_large_as_other_builds(tmp_path):
    packaged, renderer = tmp_path / "wkhtmltopdf-pack", tmp_path / "wkhtmltopdf"
    packaged.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    renderer.write_text(RENDERER)
    for program in (packaged, renderer):
        program.chmod(0o755)
    words = ["--quiet", "--zoom", "1.0666666666666667", "--header-html", "a b.html", "out.pdf"]
    done = subprocess.run([renderer, *words], capture_output=True, text=True, check=True)
    (*before, zoom, header, name, out) = done.stdout.splitlines()
    assert [*before, header, name, out] == [*words[:2], *words[3:]]
    assert float(zoom) == pytest.approx(0.832)
    done = subprocess.run([renderer, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == "--version\n"


@pytest.mark.parametrize(
    "prints, is_chosen", [("print('3.x')", True), ("raise SystemExit(1)", False)]
)
def test_the_distribution_s_build_of_python_is_taken_where_it_is_complete(
    monkeypatch, tmp_path, prints, is_chosen
):
    build = tmp_path / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    build.write_text(f"#!{sys.executable}\n{prints}\n")
    build.chmod(0o755)
    monkeypatch.setattr(interpreter, "SYSTEM_FOLDER", tmp_path)
    running = str(Path(sys.executable).resolve()), sys.version
    assert interpreter.choose.__wrapped__() == ((str(build), "3.x") if is_chosen else running)


def test_a_step_that_takes_long_shows_signs_of_life(monkeypatch):
    lines, second_sign = [], threading.Event()

    def say(line):
        lines.append(line)
        if len(lines) == 3:
            second_sign.set()

    monkeypatch.setattr(console, "FIRST_SIGN_OF_LIFE", 0.01)
    monkeypatch.setattr(console, "say", say)
    with pytest.raises(console.Failure), console.step("Working"):
        assert second_sign.wait(PATIENCE)
        raise console.Failure
    assert lines[0] == "-> Working ..." and lines[1].startswith("   still working (")
    assert not any("done" in line for line in lines)


def test_what_the_demo_prints_fits_a_terminal():
    text = "See  what\n    happens " * 20 + "at /a-long/path."
    wrapped = demo._wrap("10.", text).splitlines()
    assert all(len(line) <= demo.WIDTH for line in wrapped)
    assert [line[:6] for line in wrapped[:2]] == ["  10. ", " " * 6]
    assert not any("  " in line[6:] for line in wrapped) and wrapped[-1].endswith("/a-long/path.")


@pytest.mark.parametrize("command", ["clean", "lint"])
def test_a_command_that_fails_says_so_in_a_sentence(monkeypatch, capsys, command):
    def refuse(*_arguments, **_options):
        raise console.Failure("PostgreSQL is in use.")

    monkeypatch.setattr(commands.signal, "signal", lambda *_arguments: None)
    monkeypatch.setattr(commands.bootstrap, "remove_cache", refuse)
    monkeypatch.setattr(commands.bootstrap, "ensure", refuse)
    assert commands.main([command]) == 1
    assert capsys.readouterr().err == "error: PostgreSQL is in use.\n"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("*Sharing > Accounts*, filter *Active*", []),
        ("Open Sharing > History > Secure\nLinks.", []),
        ("*Sharing > Logins*, then press", ["Logins"]),
        ("*Sharing > Accountants*", ["Accountants"]),
        ("*Sharing > History > Links*", ["History > Links"]),
        ("**Sharing → Accounts → Links**", ["Accounts → Links"]),
    ],
)
def test_lint_finds_menus_that_are_not_there(text, wrong):
    menus = {"Accounts": {}, "History": {"Secure Links": {}}}
    assert [named for named, _line in menu_paths.wrong_paths(text, menus)] == wrong


def test_lint_finds_wrong_ways_to_the_settings():
    text = "Uncheck it in Settings > Invoicing > Finance Portal, or *Invoicing > Configuration >\n"
    text += "Settings > Finance Portal > Statements*. The Finance Portal settings are there."
    assert menu_paths.wrong_ways(text) == ["Settings > Invoicing > Finance Portal"]
    text = "**Configuration → Settings → Finance Portal**"
    assert menu_paths.wrong_ways(text) == ["Configuration → Settings → Finance Portal"]


def test_lint_knows_the_menus_of_the_addon_and_its_bridges():
    menus = menu_paths.read_menus(Path(__file__).parents[1])
    assert {"Accounts", "Reminders", "Time Approvals", "Setup Check"} <= menus.keys()
    assert "Secure Links" in menus["History"]


def test_all_rights_need_a_reason():
    source = """
    def one(self):
        return self.sudo(False).name, self.sudo(flag=False).name
    def two(self):
        # sudo: visitors have no rights
        return self.filtered(lambda one: one.sudo().name)
    def three(self):
        def four():  # no sudo here
            return self.sudo().name
        return four()
    """
    assert sudo_reasons.unexplained(textwrap.dedent(source)) == [9]


@pytest.mark.parametrize("busy", [0, 3])
@pytest.mark.parametrize("times", [1, 2])
def test_twice_the_time_is_told_from_the_same(monkeypatch, busy, times):
    """Also where other load takes three times as long as the request itself."""
    chance, clock = random.Random(1), [0.0]
    monkeypatch.setattr(toolbox, "time", SimpleNamespace(perf_counter=lambda: clock[0]))
    takes = {"known": 0.02 * times, "unknown": 0.02, "nonsense": 0.02}

    def ask(name):
        clock[0] += takes[name] + (chance.expovariate(50 / busy) if busy else 0)

    with pytest.raises(AssertionError) if times == 2 else nullcontext():
        toolbox.assert_same_time(takes, ask, turns=30)
