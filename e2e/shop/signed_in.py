"""A customer with an account of ours in the shop, and a second company's website."""

from contextlib import contextmanager

from e2e.account_toolbox import AccountGuest, new_customer, set_up
from e2e.shop.shopper import Shopper


class Member(Shopper, AccountGuest):
    """A browser in which a customer signed in to our portal, and that goes shopping."""

    def __init__(self, erp):
        AccountGuest.__init__(self, erp)
        self.erp = erp
        self.chosen = None

    def steps(self, path: str, most: int = 10) -> list:
        """Return the answers on the way to where an address leads; a loop fails the test."""
        answers = [self.get(f"{self.erp.url}{path}", allow_redirects=False)]
        while (target := answers[-1].headers.get("Location")) and answers[-1].is_redirect:
            assert len(answers) <= most, [answer.url for answer in answers]
            url = target if "://" in target else f"{self.erp.url}{target}"
            if not url.startswith(self.erp.url):
                break  # another server's: none of ours
            answers.append(self.get(url, allow_redirects=False))
        return answers

    def end_of(self, path: str):
        """Return where an address leads, without the page's query."""
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
    """Set what customers' accounts open, in all companies, for a while."""
    companies = shop.rpc("res.company", "search", [])
    shop.rpc("res.company", "write", companies, {"finance_portal_account_reach": value})
    try:
        yield
    finally:
        shop.rpc("res.company", "write", companies, {"finance_portal_account_reach": False})


@contextmanager
def second_website(shop):
    """Have the server's address be that of a second company's website, for a while."""
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
    """Set fields of the first website for a while."""
    names = list(values)
    [site] = shop.rpc("website", "search", [], limit=1)
    [before] = shop.rpc("website", "read", [site], names)
    shop.rpc("website", "write", [site], values)
    try:
        yield site
    finally:
        shop.rpc("website", "write", [site], {name: before[name] for name in names})
