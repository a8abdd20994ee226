"""The configurations of docs/deploy: TLS, visitors' addresses, and no secret in any proxy's log."""

import re
import secrets

import pytest

from e2e import proxies
from e2e.proxies import CUSTOMERS, STAFF
from e2e.toolbox import share
from e2e.visitor import Visitor

# The certificates are made for these tests.
pytestmark = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")

# Forms in which an address of ours may come.
FORMS = (
    "/finance/i/{}", "/q/{}", "/q%2F{}", "//finance//i//{}", "/de/finance/i/{}", "/FINANCE/i/{}",
    "/%66inance/i/{}", "/finance%2fi%2f{}", "/finance/customer-portal/setup/{}",
    "/finance/customer-portal/login?next=/finance/i/{}", "/web/login?redirect=/finance/i/{}",
    "/web/login?redirect=%2Fq%2F{}", "/odoo?next=%2Ffinance%2Fi%2F{}",
    "/my/invoices/1?access_token={}", "/mail/view?model=account.move&res_id=1&access_token={}",
)  # fmt: skip
# Forms in which an address of the back office may look like one of ours, or of Pay now.
DISGUISES = (
    "/odoo/../finance/x", "/odoo/..%2ffinance/x", "/odoo/%2e%2e/finance/x", "/odoo/.%2E/payment/x",
    "/odoo%2f..%2Ffinance/x", "/odoo/./../finance/x", "/odoo/x/../../web/image/1",
    "/odoo/x/../../finance_portal/asset/x", "/web/dataset/call_kw/../../../finance/x",
    "/json/1/contacts/../../../finance/x", "/odoo/static/x", "/scoped_app/static/x",
    "/json/static/x", "//odoo/static/x",
)  # fmt: skip
# What a proxy says when Odoo doesn't answer.
UNANSWERED = (502, 503)
ASSET = re.compile(r'(?:src|href)="(/[^"/][^"]*)"')


@pytest.fixture(scope="module")
def server(make_erp):
    return make_erp(workers=2, proxy_mode="True")


@pytest.fixture(scope="module", params=["nginx", "caddy", "apache"])
def proxy(request, server, tmp_path_factory):
    for key, value in (("web.base.url", f"https://{CUSTOMERS}"), ("web.base.url.freeze", "True")):
        server.rpc("ir.config_parameter", "set_param", key, value)
    start = getattr(proxies, request.param)
    with start(server.site, tmp_path_factory.mktemp(request.param) / "proxy") as running:
        yield running


@pytest.fixture
def visitor(proxy):
    """A factory of visitors who come through the proxy, from an address of the loopback network."""

    def make(address: str = "127.0.0.1") -> Visitor:
        session = Visitor()
        session.trust_env = False
        proxy.mount(session, address)
        return session

    return make


@pytest.fixture
def shared(server, inbox, partner, invoice, request):
    email = f"{request.node.name.split('[')[0][:20]}-{secrets.token_hex(3)}@example.com"
    contact = partner(server=server, email=email, lang="en_US")
    move = invoice(partner=contact, server=server)
    return share(server, inbox, move, contact, email)


def test_the_mailed_link_opens_on_tls_and_stays_there(shared, visitor):
    assert shared.url.startswith(f"https://{CUSTOMERS}/")
    guest = visitor()
    page = guest.get(shared.url)
    assert page.status_code == 200
    assert page.url.startswith(f"https://{CUSTOMERS}/finance/d/")
    assert not [cookie.name for cookie in guest.cookies if not cookie.secure]
    assert page.headers["Strict-Transport-Security"]
    assert page.headers["Content-Encoding"] == "gzip"
    for address in ASSET.findall(page.text):
        assert guest.get(f"https://{CUSTOMERS}{address}").status_code == 200, address


def test_the_activity_shows_the_customer_not_the_proxy_and_nobody_names_themselves(
    shared, server, visitor
):
    guest = visitor("127.44.5.6")
    guest.headers["X-Forwarded-For"] = "203.0.113.9"
    guest.headers["X-Forwarded-Host"] = "evil.example"
    page = guest.get(shared.url)
    assert page.url.startswith(f"https://{CUSTOMERS}/")
    found = server.psql("SELECT DISTINCT address FROM finance_portal_throttle")
    assert ("127.44.5.6",) in found
    assert not [row for row in found if row[0].startswith("203.")]


def test_pay_now_finds_all_it_loads(shared, visitor):
    guest = visitor()
    page = guest.get(shared.url)
    pay = guest.get(f"{page.url}/pay")
    assert pay.status_code == 200
    loaded = [path for path in ASSET.findall(pay.text) if "." in path or "/web/" in path]
    assert loaded
    for address in loaded:
        answer = guest.get(f"https://{CUSTOMERS}{address.replace('&amp;', '&')}")
        assert answer.status_code == 200, address


def test_customers_host_has_no_back_office(visitor):
    guest = visitor()
    for path in ("/odoo", "/web/login", "/mail/view?model=res.partner&res_id=1"):
        answer = guest.get(f"https://{CUSTOMERS}{path}", allow_redirects=False)
        assert answer.status_code == 302
        assert answer.headers["Location"] == f"https://{STAFF}{path}"
    for path in ("/jsonrpc", "/xmlrpc/2/common", "/json/2/res.partner/search", "/my"):
        assert guest.post(f"https://{CUSTOMERS}{path}", json={}).status_code == 404, path
    answer = guest.get(f"https://{CUSTOMERS}/", allow_redirects=False)
    assert answer.headers["Location"].endswith("/finance/customer-portal")
    assert guest.get(f"https://{STAFF}/web/login").status_code == 200


def test_odoos_own_links_in_earlier_emails_lead_to_request_access(shared, server, visitor):
    guest = visitor()
    server.rpc("res.company", "write", [1], {"finance_portal_close_native": False})
    path = server.rpc("account.move", "preview_invoice", [shared.move])["url"]
    server.rpc("res.company", "write", [1], {"finance_portal_close_native": True})
    token = path.partition("access_token=")[2]
    mailed = f"/mail/view?model=account.move&res_id={shared.move}&access_token={token}"
    for address in (path, f"/en{path}", mailed, f"{mailed}&pid={shared.contact}&hash=abc"):
        page = guest.get(f"https://{CUSTOMERS}{address}")
        assert page.url.startswith(f"https://{CUSTOMERS}/"), address
        assert "Request access" in page.text, address
    for address in (f"/my/invoices/{shared.move}/pay", "/my/invoices", "/my/account"):
        assert guest.get(f"https://{CUSTOMERS}{address}").status_code == 404, address


def test_emails_to_staff_lead_to_their_host(visitor):
    for query in ("", "&xaccess_token=1"):
        path = f"/mail/view?model=account.move&res_id=1{query}"
        answer = visitor().get(f"https://{CUSTOMERS}{path}", allow_redirects=False)
        assert answer.headers["Location"] == f"https://{STAFF}{path}"


def test_no_spelling_of_an_address_leads_to_the_back_office(proxy):
    """What the proxy lets in and what Odoo answers have to be the same address."""
    for path in DISGUISES:
        head = proxy.ask_as_is(path).partition("\r\n\r\n")[0]
        is_refused = head.startswith("HTTP/1.1 404")
        assert is_refused or f"Location: https://{STAFF}/" in head, f"{path}: {head}"


@pytest.mark.server_log(r"code 400|Bad request|404")
def test_l2_no_log_of_the_proxy_holds_a_secret(shared, server, proxy, visitor):
    """Not while Odoo answers, and not while it doesn't."""
    token, guest = secrets.token_urlsafe(32), visitor()

    def ask_all():
        for host in (CUSTOMERS, STAFF):
            for form in FORMS:
                headers = {"Referer": f"https://{host}/finance/i/{token}"}
                address = f"https://{host}{form.format(token)}"
                guest.get(address, headers=headers, allow_redirects=False)
        for form in FORMS:
            proxy.ask_as_is(form.format(token))
        return guest.get(shared.url, allow_redirects=False).status_code

    assert ask_all() == 303
    server.stop()
    try:
        assert ask_all() in UNANSWERED
    finally:
        server.start()
    logged = proxy.read_logs()
    assert token not in logged
    assert shared.token not in logged
    assert logged.count("/finance/***") >= 2 * len(FORMS), "the requests are in the log"
    assert any(str(status) in logged for status in UNANSWERED)
