"""Our pages respond the same with a website as without one.

The authorization table lists all pages for all roles; this tests those that only read.
"""

import pytest

from e2e import authorization_table as table
from e2e import extensions
from e2e.test_accessibility import ANSWERS, PAGES
from e2e.test_authorization import OWN, compare, pytestmark, walk  # noqa: F401
from e2e.toolbox import assert_plain_page, parameters

# Odoo's inactivity timeout, one of the shop's apps, installs these; without them their pages are
# missing, too.
THERE = {f"/finance/customer-portal/settings/{page}" for page in ("two-factor", "passkeys")}
LOOKS = [
    (method, path, {role: "ok" if path in THERE and word == "404" else word
                    for role, word in expected.items()})
    for method, path, expected in table.rows("ADDRESSES") if method == "GET"
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _more_than_anybody_may_ask(shop):
    """Request every page as each role."""
    with parameters(shop, deciding="1000/600", recovery="1000/600", rendering="1000/600"):
        yield


@pytest.mark.parametrize(("method", "path", "expected"), LOOKS)
def test_each_role_gets_what_the_table_says(world, method, path, expected):
    compare(walk(world, method, path, expected), expected)


@pytest.mark.parametrize(("role", "path"), PAGES + extensions.joined("PAGES"))
def test_pages_are_ours_and_not_the_websites(world, role, path):
    """No page uses the website's layout, and none fails."""
    person = world.roles[role]
    answer = person.get(world.server.url + world.fill(path))
    assert answer.status_code < 500
    assert "portal.css" in answer.text
    assert 'id="wrapwrap"' not in answer.text
    if answer.status_code >= 400:
        assert_plain_page(answer, answer.status_code)


@pytest.mark.parametrize(("role", "path"), ANSWERS + extensions.joined("ANSWERS"))
def test_answers_of_forms_are_ours(world, role, path):
    person = world.roles[role]
    answer = person.call("POST", world.fill(path), data={"csrf_token": person.token()})
    assert answer.status_code < 500
    assert 'id="wrapwrap"' not in answer.text
