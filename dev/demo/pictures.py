"""Take the pictures of the store pages and of the docs, from a demo company of their own."""

import base64
import io
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from ..platform import databases, postgres
from ..platform.bootstrap import find_headless
from ..platform.console import say, step
from ..platform.inbox import Inbox, html_of
from ..platform.odoo import Site
from ..platform.paths import ROOT, folder_of
from ..platform.runs import run_folder
from ..platform.server import Server
from . import inbox_page, run, sending

OWN, DOCS = ROOT / "static" / "description", ROOT / "docs" / "images"
PHONE, DESK = {"width": 375, "height": 760}, {"width": 1120, "height": 700}
TALL = {"width": 1280, "height": 1140}  # what happened with an invoice is below its links
COVER, EMAIL = {"width": 1120, "height": 560}, {"width": 600, "height": 400}
MAX_EMAILS, GAP = 5, 12
# One that calls itself headless is taken for the machine it is.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0"
LINK = re.compile(r"https?://[^\s\"'<>]+/(?:finance/[ipt]|q|finance/customer-portal/setup)/[\w-]+")
PASSWORD = "seven green bicycles"
# As many as a page has, letters' edges included, and how often they are chosen again: the first
# choice is by area alone.
COLOURS, ROUNDS = 96, 3
PATIENCE = 60_000

FRAME = """
<body style="margin:0;background:#eef2f1;display:flex;gap:28px;align-items:center;
 justify-content:center;height:560px;overflow:hidden">
<img src="%s" style="height:520px;border:8px solid #1c2321;border-radius:26px">
<img src="%s" style="height:480px;border:1px solid #c6cfcd;border-radius:6px"></body>
"""


def main(_arguments: list[str]) -> None:
    """Start a demo of its own, take all pictures, and drop it."""
    folder = run_folder("pictures")
    with postgres.cluster() as cluster:
        databases.ensure_template(cluster)
        site = Site(cluster, databases.name_for("pictures"), folder)
        inbox = Inbox().start()
        site.smtp_port = inbox.port
        server = Server(site)
        try:
            run.create(site)
            with step("Starting Odoo"):
                server.start()
            sending.send_samples(server, inbox)
            with step("Taking pictures"), _browser() as new_page:
                _take_all(server, inbox, new_page)
        finally:
            server.stop()
            inbox.stop()
            databases.drop(cluster, site.database)
            shutil.rmtree(folder, ignore_errors=True)
    say("Look at them: git status shows which ones changed.")


@contextmanager
def _browser() -> Iterator:
    """Yield a function that opens a page of a browser of its own, of some size."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=find_headless(), args=["--no-sandbox", "--hide-scrollbars"]
        )

        def new_page(size: dict) -> Page:
            context = chromium.new_context(
                viewport=size, locale="en-GB", user_agent=AGENT, reduced_motion="reduce"
            )
            context.set_default_timeout(PATIENCE)
            return context.new_page()

        yield new_page
        chromium.close()


def _take_all(server: Server, inbox: Inbox, new_page) -> None:
    """Go through the demo as its customers and its staff, and keep what they see."""
    invoice = _send_english_invoice(server, inbox)
    _take_emails(inbox, new_page(EMAIL))
    _take_customer(inbox, new_page)
    _take_portal(server, inbox, new_page)
    _take_office(server, new_page(DESK), invoice)
    _take_cover(new_page(COVER))


def _send_english_invoice(server: Server, inbox: Inbox) -> int:
    """Send an open invoice to Ada Byrne; return its id."""
    domain = [
        ("partner_id.name", "=", "Harbour & Pine Ltd"), ("move_type", "=", "out_invoice"),
        ("payment_state", "=", "not_paid"), ("state", "=", "posted"),
    ]  # fmt: skip
    [invoice] = server.rpc("account.move", "search", domain, limit=1, order="id")
    before = len(inbox.messages)
    sending.INVOICE.send(server, [invoice])
    inbox.wait_for(before + 1)
    return invoice


def _take_emails(inbox: Inbox, page: Page) -> None:
    """Put the emails of the samples beside each other, each at half its size."""
    numbers = [n for n, one in enumerate(inbox.messages, 1) if LINK.search(html_of(one))]
    server, shots = inbox_page.serve(inbox, 0), []
    for number in numbers[:MAX_EMAILS]:
        page.goto(f"http://127.0.0.1:{server.server_port}/{number}/body")
        shot = Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB")
        shots.append(shot.resize((shot.width // 2, shot.height // 2), Image.Resampling.LANCZOS))
    server.shutdown()
    width = sum(shot.width + GAP for shot in shots) - GAP
    picture = Image.new("RGB", (width, max(shot.height for shot in shots)), "white")
    for place, shot in enumerate(shots):
        picture.paste(shot, (place * (shot.width + GAP), 0))
    _write(picture, DOCS / "emails.png")


def _take_customer(inbox: Inbox, new_page) -> None:
    """Open what was mailed, as on a phone."""
    page = new_page(PHONE)
    page.goto(_newest_link(inbox, "/finance/i/"))
    expect(page.get_by_text("Amount due").first).to_be_visible()
    _keep(page, OWN / "document_phone.png", DOCS / "document_phone.png")
    page.get_by_text("Pay now").first.click()
    expect(page.locator("form[name=o_payment_form], #o_payment_form").first).to_be_visible()
    _keep(page, folder_of("finance_portal_payment") / "static" / "description" / "pay_phone.png")
    for mark, name, picture in (
        ("/q/", None, OWN / "quote_phone.png"),
        ("/finance/p/", "finance_portal_project", "project_phone.png"),
        ("/finance/t/", "finance_portal_timesheet", "time_phone.png"),
    ):
        page = new_page(PHONE)
        page.goto(_newest_link(inbox, mark))
        expect(page.locator("h1").first).to_be_visible()
        _keep(page, folder_of(name) / "static" / "description" / picture if name else picture)


def _take_portal(server: Server, inbox: Inbox, new_page) -> None:
    """Set up Ada Byrne's account with the mailed link, and look at the overview."""
    [ada] = server.rpc("res.partner", "search", [("email", "=", "ada@harbourpine.example")])
    before = len(inbox.messages)
    [dialog] = server.rpc("finance.portal.enable", "create", [{"partner_id": ada}])
    server.rpc("finance.portal.enable", "action_enable", [dialog])
    inbox.wait_for(before + 1)
    page = new_page(PHONE)
    page.goto(_newest_link(inbox, "/setup/"))
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page.get_by_text("Overdue").first).to_be_visible()
    _keep(page, OWN / "portal_phone.png", DOCS / "portal_phone.png")


def _take_office(server: Server, page: Page, invoice: int) -> None:
    """Sign in as staff; open the invoice, the overview and the setup check."""
    page.goto(f"{server.url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.locator(".oe_login_buttons button[type=submit]").click()
    page.wait_for_url(re.compile("/odoo"))
    page.set_viewport_size(TALL)
    page.goto(f"{server.url}/odoo/action-account.action_move_out_invoice_type/{invoice}")
    page.get_by_role("tab", name="Sharing").click()
    expect(page.locator("[name=finance_event_ids]").first).to_be_visible()
    _keep(page, OWN / "sharing_tab.png", DOCS / "sharing_tab.png")
    page.set_viewport_size(DESK)
    page.goto(f"{server.url}/odoo/sharing")
    expect(page.locator("[data-card=decisions]")).to_be_visible()
    _keep(page, OWN / "overview.png", DOCS / "overview.png")
    page.goto(f"{server.url}/odoo/sharing-setup")
    page.get_by_role("button", name="Run Checks").click()
    expect(page.locator("[data-check=log]")).to_be_visible()
    expect(page.locator(".o_loading_indicator")).to_have_count(0)
    _keep(page, OWN / "setup_check.png")


def _take_cover(page: Page) -> None:
    """Put two of the pictures beside each other: what customers see, and what staff see."""
    pictures = [_as_url(OWN / name) for name in ("document_phone.png", "sharing_tab.png")]
    page.set_content(FRAME % tuple(pictures))
    _keep(page, OWN / "main_screenshot.png")


def _newest_link(inbox: Inbox, mark: str) -> str:
    """Return the last link that was mailed in English, by a part of its path."""
    found = [
        link
        for message in inbox.messages
        if any("harbourpine" in rcpt for rcpt in message.rcpt) or mark != "/finance/i/"
        for link in LINK.findall(html_of(message))
        if mark in link
    ]
    return found[-1]


def _as_url(path: Path) -> str:
    return f"data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"


def _keep(page: Page, *targets: Path) -> None:
    """Write what a page shows."""
    page.evaluate("document.activeElement?.blur()")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    _write(picture, *targets)


def _write(picture: Image.Image, *targets: Path) -> None:
    """Write a picture with few colours, small ones such as a logo's among them."""
    for path in targets:
        path.parent.mkdir(parents=True, exist_ok=True)
        picture.quantize(COLOURS, kmeans=ROUNDS).save(path, optimize=True)
