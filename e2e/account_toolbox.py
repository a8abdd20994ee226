"""Customers with accounts for end-to-end tests, and a browser without a screen that signs in."""

import re
from dataclasses import dataclass

from e2e.toolbox import Guest, address
from e2e.visitor import html_of

PORTAL = "/finance/customer-portal"
PASSWORD = "seven green bicycles"
KEY_LINK = re.compile(r"https?://[^\s\"'<>]+/finance/customer-portal/(?:setup|reset|stop)/([\w-]+)")


@dataclass
class Customer:
    """A contact whose account was enabled, and the setup link that was mailed."""

    server: object
    partner: int
    email: str
    account: int
    url: str

    @property
    def token(self) -> str:
        return self.url.rsplit("/", 1)[1]

    def staff(self, action: str) -> None:
        """Press a button of the Portal Access tab: "disable", "reset", "unlock"…"""
        self.server.rpc("res.partner", f"action_finance_portal_{action}", [self.partner])

    def facts(self, *names: str) -> tuple:
        """Return columns of the account, or of what it signs in with."""
        [row] = self.server.psql(
            f"SELECT {', '.join(names)} FROM finance_portal_account account"
            " JOIN finance_portal_login login ON login.id = login_id WHERE account.id = %s",
            self.account,
        )
        return row

    def events(self, *kinds: str) -> list[tuple]:
        """Return ``(kind, reason)`` of what happened, oldest first."""
        return self.server.psql(
            "SELECT kind, reason FROM finance_portal_event"
            " WHERE account_id = %s AND kind = ANY(%s) ORDER BY id", self.account, list(kinds)
        )  # fmt: skip

    def age_account_links(self, **interval: int) -> None:
        """Make the mailed links older than they are."""
        self.server.psql(
            "UPDATE finance_portal_account_link"
            " SET issued_at = issued_at - make_interval(mins => %s, secs => %s),"
            " expires_at = expires_at - make_interval(mins => %s, secs => %s)"
            " WHERE account_id = %s",
            *[interval.get(unit, 0) for unit in ("minutes", "seconds")] * 2,
            self.account,
        )


def key_link_in(message) -> str:
    """Return the one setup or reset link of an email."""
    (link,) = {match.group(0) for match in KEY_LINK.finditer(html_of(message))}
    return link


def new_customer(erp, inbox, partner, **values) -> Customer:
    """Enable an account for a new contact, as staff do, and read the email."""
    email = address("customer")
    contact = partner(server=erp, name="Ada Harbour", email=email, lang="en_US", **values)
    [dialog] = erp.rpc("finance.portal.enable", "create", [{"partner_id": contact}])
    erp.rpc("finance.portal.enable", "action_enable", [dialog])
    message = inbox.wait_for(1, to=email)[-1]
    [(account,)] = erp.psql("SELECT id FROM finance_portal_account WHERE partner_id = %s", contact)
    return Customer(erp, contact, email, account, key_link_in(message))


def set_up(customer: Customer, password: str = PASSWORD) -> "AccountGuest":
    """Choose a password with the mailed link; return the browser, which is signed in."""
    guest = AccountGuest(customer.server)
    assert guest.get(customer.url).status_code == 200
    assert guest.fill_in("/setup", password=password).status_code == 303
    return guest


class AccountGuest(Guest):
    """A visitor who fills in the forms of the portal, each on the page it stands on."""

    def __init__(self, server, **options):
        super().__init__(**options)
        self.server = server

    def fill_in(self, path: str, *, at: str | None = None, **fields):
        """Post the form of a page with these fields."""
        return self.post_form(path, self.csrf(f"{self.server.url}{PORTAL}{at or path}"), **fields)

    def post_form(self, path: str, csrf: str, **fields):
        """Post fields without a look at the page."""
        return self.post(
            f"{self.server.url}{PORTAL}{path}",
            data={"csrf_token": csrf, **fields},
            allow_redirects=False,
        )

    def sign_in(self, email: str, password: str = PASSWORD, **fields):
        """Fill in the sign-in page."""
        return self.fill_in("/login", email=email, password=password, **fields)

    def is_in(self) -> bool:
        """Tell whether the portal lets this browser in."""
        answer = self.get(f"{self.server.url}{PORTAL}", allow_redirects=False)
        assert answer.status_code in {200, 303}, answer.status_code
        return answer.status_code == 200
