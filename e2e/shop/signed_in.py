"""A customer with a portal account in the shop, and a second company's website."""

from contextlib import contextmanager

from e2e.account_toolbox import AccountGuest, new_customer, set_up
from e2e.shop.shopper import Shopper


class Member(Shopper, AccountGuest):
    """A customer's browser, signed in to our portal, that goes shopping."""

    def __init__(self, erp):
        AccountGuest.__init__(self, erp)
        self.erp = erp
        self.chosen = None

    def steps(self, path: str, most: int = 10) -> list:
        """Return all responses while following redirects; a redirect loop fails the test."""
        answers = [self.get(f"{self.erp.url}{path}", allow_redirects=False)]
        while (target := answers[-1].headers.get("Location")) and answers[-1].is_redirect:
            assert len(answers) <= most, [answer.url for answer in answers]
            url = target if "://" in target else f"{self.erp.url}{target}"
            if not url.startswith(self.erp.url):
                break  # on another server
            answers.append(self.get(url, allow_redirects=False))
        return answers

    def end_of(self, path: str):
        """Return the final address after redirects, without its query."""
        answer = self.steps(path)[-1]
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.url.removeprefix(self.erp.url).partition("?")[0]


def new_member(shop, inbox, partner, **values):
    """Return a customer with an account, and the browser in which they are signed in."""
    customer = new_customer(shop, inbox, partner, **values)
    member = Member(shop)
    member.cookies.update(set_up(customer).cookies)
    assert member.is_in()
    return customer, member


@contextmanager
def reach(shop, value):
    """Temporarily set Customer Account Access in all companies."""
    companies = shop.rpc("res.company", "search", [])
    shop.rpc("res.company", "write", companies, {"finance_portal_account_reach": value})
    try:
        yield
    finally:
        shop.rpc("res.company", "write", companies, {"finance_portal_account_reach": False})


@contextmanager
def second_website(shop):
    """Temporarily make the server's address that of a second company's website."""
    sites = shop.rpc("website", "search", [("name", "=", "Second")])
    if not sites:
        [company] = shop.rpc("res.company", "create", [{"name": "Second Studio"}])
        sites = shop.rpc("website", "create", [{"name": "Second", "company_id": company}])
    shop.rpc("website", "write", sites, {"domain": shop.url})
    try:
        yield
    finally:
        shop.rpc("website", "write", sites, {"domain": False})


@contextmanager
def website(shop, **values):
    """Temporarily set fields of the first website."""
    names = list(values)
    [site] = shop.rpc("website", "search", [], limit=1)
    [before] = shop.rpc("website", "read", [site], names)
    shop.rpc("website", "write", [site], values)
    try:
        yield site
    finally:
        shop.rpc("website", "write", [site], {name: before[name] for name in names})
