"""Signing in goes through Odoo's two-factor and passkeys where its modules are installed."""

import base64
import hmac
import json
import re
import struct
import time

import pytest
from playwright.sync_api import expect

from dev.platform.odoo import run_quietly
from e2e.account_toolbox import AccountGuest
from e2e.toolbox import address, follow

PORTAL = "/finance/customer-portal"
PASSWORD = "seven green bicycles"

ACCOUNT = """
partner = env["res.partner"].create({{"name": "Ada Harbour", "email": "{email}", "lang": "en_US"}})
account = env["finance.portal.account"]._enable(partner)
account.user_id.password = "{password}"
account.set_up_at = "2026-01-01 00:00:00"
env.cr.commit()
"""

HANDED_ON = """
account = env["finance.portal.account"].search([("user_id.login", "=", "{email}")])
account._disable("staff")
account.invalidate_recordset()
account._reopen(with_setup_link=True)
account.user_id.password = "{password}"
account.set_up_at = "2026-01-01 00:00:00"
env.cr.commit()
"""


def code_for(secret: str, moment: float) -> str:
    """Return the six digits that an authenticator app shows at a moment (RFC 6238)."""
    counter = struct.pack(">Q", int(moment // 30))
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


@pytest.fixture(scope="module")
def guarded(make_erp):
    """A running server with Odoo's portal modules for two-factor and passkeys."""
    server = make_erp(start=False)
    modules = "auth_totp_portal,auth_passkey_portal"
    run_quietly(server.site, "--init", modules, "--stop-after-init", "--skip-auto-install")
    server.start()
    # A passkey belongs to a host name; no browser makes one for a bare IP address.
    server.rpc("ir.config_parameter", "set_param", "web.base.url", host_url(server))
    return server


@pytest.fixture
def email(guarded):
    """The address of a customer whose account is set up."""
    email = address()
    guarded.shell(ACCOUNT.format(email=email, password=PASSWORD))
    return email


def host_url(server) -> str:
    return server.url.replace("127.0.0.1", "localhost")


def sign_in(page, server, email: str) -> None:
    """Enter address and password on the sign-in page."""
    page.goto(f"{host_url(server)}{PORTAL}/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    follow(page.get_by_role("button", name="Sign in", exact=True))
    expect(page).not_to_have_url(re.compile("/login"))


def sign_out(page) -> None:
    follow(page.get_by_role("button", name="Sign out", exact=True))


def test_two_factor_from_turning_it_on_to_signing_in(guarded, email, browser_page):
    page = browser_page(width=1280)
    sign_in(page, guarded, email)
    page.goto(f"{host_url(guarded)}{PORTAL}/settings")
    page.get_by_role("link", name="Turn it on").click()
    page.locator("b.copy").wait_for()
    secret = page.locator("b.copy").inner_text().replace(" ", "")
    now = time.time()
    page.get_by_label("Enter the code from the app").fill(code_for(secret, now))
    page.get_by_label("Your password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Turn on"))
    expect(page.get_by_role("status")).to_have_text("Saved.")
    assert "It's on" in page.inner_text("main")

    sign_out(page)
    sign_in(page, guarded, email)
    page.wait_for_url(re.compile(f"{PORTAL}/code"))
    # The password alone opens nothing.
    assert page.request.get(f"{host_url(guarded)}{PORTAL}", max_redirects=0).status == 303
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("double-check")
    assert guarded.psql(
        "SELECT count(*) FROM finance_portal_event"
        " WHERE kind = 'sign_in_failed' AND reason = 'code' AND email = %s", email
    ) == [(1,)]  # fmt: skip
    page.get_by_label("Code").fill(code_for(secret, max(now + 30, time.time())))  # not used yet
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(re.compile(f"{PORTAL}$"))
    assert guarded.psql(
        "SELECT count(*) FROM finance_portal_event"
        " WHERE kind = 'signed_in' AND email = %s", email
    ) == [(2,)]  # fmt: skip
    sign_out(page)

    # Whoever has the mailbox next has another phone: the password alone lets them in.
    guarded.shell(HANDED_ON.format(email=email, password=PASSWORD))
    sign_in(page, guarded, email)
    page.wait_for_url(re.compile(f"{PORTAL}$"))
    assert guarded.psql("SELECT totp_secret FROM res_users WHERE login = %s", email) == [(None,)]


def test_a_passkey_from_making_it_to_signing_in(guarded, email, browser_page):
    page = browser_page(width=1280)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, guarded, email)
    page.goto(f"{host_url(guarded)}{PORTAL}/settings/passkeys")
    page.get_by_label("A name for it").fill("My phone")
    page.get_by_label("Your password", exact=True).fill("not my password")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_have_text("Wrong password. Please try again.")
    page.get_by_label("Your password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Add").click()
    page.wait_for_url(re.compile(f"{PORTAL}/settings\\?"))
    page.goto(f"{host_url(guarded)}{PORTAL}/settings/passkeys")
    assert "My phone" in page.inner_text("main")

    sign_out(page)
    page.goto(f"{host_url(guarded)}{PORTAL}/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(re.compile(f"{PORTAL}$"))
    [(credential,)] = guarded.psql(
        "SELECT k.credential_identifier FROM auth_passkey_key k"
        " JOIN res_users u ON u.id = k.create_uid WHERE u.login = %s", email
    )  # fmt: skip
    sign_out(page)

    # A passkey that is not proven opens nothing, and staff see that somebody tried (SPEC 6).
    guest = AccountGuest(guarded)
    forged = json.dumps({"id": credential, "rawId": credential, "type": "public-key"})
    assert guest.fill_in("/login", webauthn_response=forged).status_code == 401
    assert not guest.is_in()
    assert guarded.psql(
        "SELECT reason FROM finance_portal_event"
        " WHERE kind = 'sign_in_failed' AND email = %s ORDER BY id DESC LIMIT 1", email
    ) == [("passkey",)]  # fmt: skip

    # Whoever has the mailbox next chooses a password; who had it before is out for good.
    guarded.shell(HANDED_ON.format(email=email, password=PASSWORD))
    page.goto(f"{host_url(guarded)}{PORTAL}/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("can't be used")
