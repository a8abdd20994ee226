"""L7: real browsers, one without and one with a person, and what staff are told."""

from e2e.toolbox import mailed_just_now, mailed_long_ago, new_shared, until


def _verdicts(erp, link, kind):
    return erp.psql(
        "SELECT verdict, reason FROM finance_portal_event"
        " WHERE link_id = %s AND kind = %s ORDER BY id", link, kind
    )  # fmt: skip


def _look(page, url):
    """Open a link and stay until the page's own script has spoken up."""
    with page.expect_response("**/seen") as seen:
        page.goto(url)
    assert seen.value.status == 204


def test_l7_gateways_browser_does_not_count_and_staff_hear_of_the_person(  # noqa: PLR0917  # fixtures
    erp, inbox, partner, invoice, browser, browser_page
):
    [admin] = erp.rpc("res.users", "search", [("login", "=", "admin")])
    erp.rpc("res.users", "write", [admin], {"email": "owner@example.com"})
    [(company,)] = erp.psql("SELECT company_id FROM res_users WHERE id = %s", admin)
    erp.rpc("res.company", "write", [company], {"finance_portal_notify_view": "responsible"})
    try:
        shared = new_shared(erp, inbox, partner, invoice, invoice_user_id=admin)
        gateway = browser_page(user_agent=f"Mozilla/5.0 (X11) HeadlessChrome/{browser.version}")
        _look(gateway, shared.url)
        assert _verdicts(erp, shared.link, "opened") == [("scanner", "driven")]
        assert _verdicts(erp, shared.link, "viewed") == []

        mailed_long_ago(erp, shared.link)
        for _click in range(2):
            _look(browser_page(), shared.url)
        until(lambda: len(_verdicts(erp, shared.link, "viewed")) == 2)
        assert set(_verdicts(erp, shared.link, "viewed")) == {("person", "acted")}

        (notice,) = inbox.wait_for(1, to="owner@example.com")
        assert notice["Subject"].startswith("Ada Harbour opened Invoice")
        text = notice.get_body(("html",)).get_content()
        assert "/finance/" not in text
        assert "access_token" not in text
    finally:
        erp.rpc("res.company", "write", [company], {"finance_portal_notify_view": "nobody"})


def test_l7_a_touch_counts_where_the_pages_own_signal_does_not(
    erp, inbox, partner, invoice, browser_page
):
    """A gateway looked at the link from another network right before a fast reader did."""
    shared = new_shared(erp, inbox, partner, invoice)
    # What other tests opened from here just now would look like a burst.
    erp.psql(
        "SET LOCAL finance_portal.retention = 'on';"
        "UPDATE finance_portal_event SET date = date - interval '1 minute'"
    )

    def be_fast(route):
        """However long the page took to load, and the test to come here."""
        mailed_just_now(erp, shared.link, seconds=8)
        erp.psql(
            "INSERT INTO finance_portal_event"
            " (date, kind, link_id, email, company_id, ip, verdict, reason)"
            " SELECT now() at time zone 'UTC', 'opened', id, email, company_id, '203.0.113.9',"
            " 'scanner', 'too_soon' FROM finance_portal_link WHERE id = %s",
            shared.link,
        )
        route.continue_()

    page = browser_page()
    page.route("**/seen", be_fast)
    _look(page, shared.url)
    assert _verdicts(erp, shared.link, "viewed") == []
    with page.expect_response("**/seen") as seen:
        page.mouse.click(5, 5)
    assert seen.value.status == 204
    assert _verdicts(erp, shared.link, "viewed") == [("person", "acted")]
