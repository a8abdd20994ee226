"""L8: a browser opens several links at the same moment, as a mail program does."""

from playwright.sync_api import expect

from e2e.toolbox import new_shared

TABS = 5
GO = "address => { setTimeout(() => location.assign(address), 0); }"


def test_l8_links_opened_at_once_all_stay_open(erp, inbox, partner, invoice, browser_page):
    links = [new_shared(erp, inbox, partner, invoice) for _tab in range(TABS)]
    first = browser_page()
    pages = [first, *(first.context.new_page() for _tab in range(TABS - 1))]
    for page, link in zip(pages, links, strict=True):
        page.evaluate(GO, link.url)
    for page, link in zip(pages, links, strict=True):
        page.wait_for_url(f"{erp.url}/finance/d/{link.ref}")
    for page in pages:
        with page.expect_response("**/seen") as seen:
            page.reload()
        assert seen.value.status == 204
        expect(page.get_by_role("link", name="Download PDF")).to_be_visible()
