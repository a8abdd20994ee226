"""Both parts of the emails that customers get, as a mail program reads them."""

import os
import re
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from e2e.toolbox import QUEUE_RACE, Guest, address
from e2e.visitor import html_of, link_in

pytestmark = pytest.mark.server_log(QUEUE_RACE)

ADDRESS = re.compile(r"https?://\S+/finance/i/[\w-]{43}")
# Where to put pictures of the emails, for whoever wants to look at them.
PICTURES = os.environ.get("FINANCE_PORTAL_PICTURES")


def parsed(message):
    """Return an email as it stood on the wire, read again."""
    return message_from_bytes(message.source, policy=policy.default)


@pytest.fixture
def sent(partner, invoice, send, inbox):
    """The email of an invoice that was sent by the dialog."""
    email = address("ada")
    move = invoice(partner=partner(name="Ada Byrne", email=email, lang="en_US"), amount=2201.5)
    send(move)
    return inbox.wait_for(1, to=email)[-1]


def test_the_plain_text_says_the_same_and_its_address_works(sent, erp):
    message = parsed(sent)
    text = message.get_body(("plain",)).get_content()
    [found] = ADDRESS.findall(text)
    assert found == link_in(sent)
    assert Guest().get(found, allow_redirects=False).status_code == 303
    for words in ("Amount due", "2,201.50", "works for 24 hours"):
        assert text.count(words) >= 1 and words in html_of(message)
    assert "<" not in text and "\u200b" not in text
    assert "2,201.50" in message["Subject"] and "due" in message["Subject"]
    assert "Auto-Submitted" not in message  # a person sent it


def test_emails_nobody_wrote_say_that_they_are_automatic(world):
    message = parsed(world.mails["setup"])
    assert message["Auto-Submitted"] == "auto-generated"
    assert "OOF" in message["X-Auto-Response-Suppress"]
    assert "/finance/customer-portal/setup/" in message.get_body(("plain",)).get_content()


def test_it_reads_with_pictures_off_and_on_a_phone(sent, browser_page):
    for width, scheme in ((375, "light"), (375, "dark"), (700, "light")):
        page = browser_page(width=width, color_scheme=scheme)
        page.route("**/*", lambda route: route.abort())
        page.set_content(html_of(sent))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        sizes = page.eval_on_selector_all(
            ".fp-message p, .fp-message div",
            "nodes => nodes.map(node => parseFloat(getComputedStyle(node).fontSize))",
        )
        assert min(sizes) >= 16
        button = page.locator(".fp-button a").bounding_box()
        assert button["height"] >= 44
        assert width > 480 or button["width"] > 300
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"email_{width}_{scheme}.png", full_page=True)
