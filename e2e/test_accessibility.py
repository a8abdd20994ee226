"""Every page and every email can be read by everybody: WCAG 2.2 AA, as far as axe can tell."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from e2e import extensions
from e2e.toolbox import QUEUE_RACE, Guest, address, new_shared
from e2e.visitor import html_of

pytestmark = pytest.mark.server_log(QUEUE_RACE, r"WARNING odoo\.http: ")

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
AXE = """async ([tags, part]) => {
    const found = await axe.run(part, {runOnly: {type: "tag", values: tags}});
    return found.violations.flatMap((rule) => rule.nodes.map(
        (node) => `${rule.id}: ${node.html.slice(0, 120)} (${node.failureSummary})`
    ));
}"""
# What else of Odoo's own stands in pages.
ODOO_FAULTS = tuple(extensions.joined("FAULTS_OF_ODOO"))
WIDTHS, SCHEMES = (375, 1280), ("light", "dark")

# (role, address); see authorization_table.py for both.
PORTAL = "/finance/customer-portal"
PAGES = [
    ("link", "/finance/d/{link}"),
    ("link", "/finance/d/{quote_link}"),
    ("anon", "/finance/i/{unknown}"),
    ("link", "/finance/d/{link}/file/{unknown}"),
    ("anon", f"{PORTAL}/login"),
    ("anon", f"{PORTAL}/login?next=/finance/d/{{invoice}}"),
    ("anon", f"{PORTAL}/forgot"),
    ("anon", f"{PORTAL}/setup"),
    ("anon", f"{PORTAL}/setup/{{setup_token}}"),
    ("anon", f"{PORTAL}/statement/pdf"),
    ("A", PORTAL),
    ("A", f"{PORTAL}/nowhere"),
    ("A", f"{PORTAL}/invoices"),
    ("A", f"{PORTAL}/invoices?search=nothing+like+it"),
    ("A", f"{PORTAL}/invoices/download"),
    ("A", f"{PORTAL}/invoices/download?from=yesterday"),
    ("A", f"{PORTAL}/payments"),
    ("A", f"{PORTAL}/quotes"),
    ("A", f"{PORTAL}/orders"),
    ("A", f"{PORTAL}/files"),
    ("A", f"{PORTAL}/statement"),
    ("own", f"{PORTAL}/statement"),
    ("A", f"{PORTAL}/statement/sent"),
    ("A", f"{PORTAL}/settings"),
    ("A", "/finance/d/{invoice}"),
    ("A", "/finance/d/{quote}"),
    ("A", "/finance/d/{order}"),
    ("A", "/finance/d/{payment}"),
    ("A", "/finance/d/{statement}"),
    ("B", "/finance/d/{invoice}"),
    ("as-A", PORTAL),
    ("as-A", f"{PORTAL}/settings/two-factor"),
    ("as-A", "/finance/d/{quote}"),
]
# What a form answers: (role, address); the form sends nothing but its proof.
ANSWERS = [
    ("anon", "/finance/i/{unknown}/request-access"),
    ("anon", "/finance/i/{unknown}/request-access?everything=1"),
    ("anon", f"{PORTAL}/login"),
    ("anon", f"{PORTAL}/forgot"),
    ("link", "/finance/d/{quote_link}/accept"),
    ("link", "/finance/d/{link}/account"),
    ("A", f"{PORTAL}/settings/password"),
    ("A", "/finance/d/{quote}/accept"),
    ("as-A", "/finance/d/{quote}/accept"),
]


@pytest.fixture
def check(kept_page):
    """A function: show something to the browser; fail on what not everybody can use.

    The page is kept: opening another one, and compiling axe there, takes as long as the checks.
    """

    def check_page(show) -> None:
        page = kept_page
        page.goto("about:blank")
        page.context.clear_cookies()
        page.unroute_all()
        page.set_viewport_size({"width": WIDTHS[0], "height": 812})
        page.emulate_media(color_scheme=SCHEMES[0], reduced_motion="reduce")
        show(page)
        page.evaluate(AXE_SCRIPT)
        found = {}
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 812})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                for violation in page.evaluate(AXE, [TAGS, "html"]):
                    if ODOO_FAULTS and violation.startswith(ODOO_FAULTS):
                        continue
                    found.setdefault(violation, []).append(f"{width} {scheme}")
                wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
                if wide:
                    found.setdefault("wider than the window", []).append(f"{width} {scheme}")
        assert not found, "\n".join(f"{where}: {what}" for what, where in found.items())

    return check_page


def sign_in(page, world, role: str) -> None:
    """Give a browser page the session of a role."""
    cookies = world.roles[role].cookies.get_dict()
    page.context.add_cookies(
        [{"name": name, "value": value, "url": world.server.url} for name, value in cookies.items()]
    )


@pytest.mark.parametrize(("role", "path"), PAGES + extensions.joined("PAGES"))
def test_pages(world, check, role, path):
    def show(page):
        sign_in(page, world, role)
        page.goto(world.server.url + world.fill(path))

    check(show)


@pytest.mark.parametrize(("role", "path"), ANSWERS + extensions.joined("ANSWERS"))
def test_answers_of_forms(world, check, role, path):
    person = world.roles[role]
    answer = person.call("POST", world.fill(path), data={"csrf_token": person.token()})

    def show(page):
        sign_in(page, world, role)
        url = world.server.url + world.fill(path)
        page.route(
            url,
            lambda route: route.fulfill(
                status=answer.status_code, content_type="text/html", body=answer.text
            ),
        )
        page.goto(url)

    check(show)


def shown(message):
    """Return a function that shows an email as a mail program does: in a document of its own."""
    return lambda page: page.set_content(html_of(message))


@pytest.mark.parametrize("kind", ["invoice", "setup"])
def test_first_emails(world, check, kind):
    check(shown(world.mails[kind]))


def test_email_of_a_quote(world, check, erp, inbox):
    quote = world.found["documents"]["ada"]["quote"]
    action = erp.rpc("sale.order", "action_quotation_send", [quote])
    [wizard] = erp.rpc("mail.compose.message", "create", [{}], context=action["context"])
    erp.rpc("mail.compose.message", "action_send_mail", [wizard], context=action["context"])
    check(shown(inbox.wait_for(1, to=world.link.email)[-1]))


def test_email_with_a_fresh_link(check, erp, inbox, partner, invoice):
    shared = new_shared(erp, inbox, partner, invoice)
    guest = Guest()
    guest.get(shared.url)
    data = {"csrf_token": guest.csrf(f"{erp.url}/finance/nowhere")}
    guest.post(f"{erp.url}/finance/d/{shared.ref}/request-access", data=data)
    check(shown(inbox.wait_for(2, to=shared.email)[-1]))


def test_email_to_choose_a_new_password(world, check, inbox):
    person = world.roles["anon"]
    data = {"csrf_token": person.token(), "email": world.link.email}
    assert person.call("POST", f"{PORTAL}/forgot", data=data).status_code == 200
    check(shown(inbox.wait_for(1, to=world.link.email)[-1]))


def test_email_of_a_receipt(world, check, erp, inbox):
    payment = world.found["documents"]["ada"]["payment"]
    action = erp.rpc("account.payment", "action_finance_portal_send", [payment])
    [wizard] = erp.rpc("mail.compose.message", "create", [{}], context=action["context"])
    erp.rpc("mail.compose.message", "action_send_mail", [wizard], context=action["context"])
    check(shown(inbox.wait_for(1, to=world.link.email)[-1]))


@pytest.mark.parametrize("mail", extensions.joined("EMAILS"))
def test_emails_of_bridges(check, erp, inbox, invoice, mail):
    check(shown(mail(erp, inbox, invoice)))


@pytest.fixture
def arabic_email(make_erp, partner, invoice, send, inbox):
    """The email of an invoice for a customer who reads Arabic."""
    server, context = make_erp(workers=2), {"active_test": False}
    found = server.rpc("res.lang", "search", [("code", "=", "ar_001")], context=context)
    [wizard] = server.rpc("base.language.install", "create", [{"lang_ids": [(6, 0, found)]}])
    server.rpc("base.language.install", "lang_install", [wizard])
    email = address("amal")
    customer = partner(server=server, email=email, lang="ar_001")
    send(invoice(partner=customer, server=server), server=server)
    return inbox.wait_for(1, to=email)[-1]


@pytest.mark.server_log(QUEUE_RACE, "rtlcss")  # Odoo turns its own styles round with it
def test_email_that_reads_from_right_to_left(arabic_email, check):
    def show(page):
        shown(arabic_email)(page)
        assert page.evaluate("document.documentElement.dir") == "rtl"
        heading = page.get_by_role("heading")
        expect(heading).to_have_css("text-align", re.compile("right"))
        expect(heading).not_to_contain_text("Invoice")

    check(show)
