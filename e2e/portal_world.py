"""Two customers, everything that can be shared with them, and a session for every role."""

import json
import re
from dataclasses import dataclass, field

from e2e import extensions
from e2e.portal_setup import PASSWORD, SETUP
from e2e.toolbox import Guest, Shared, share
from e2e.visitor import html_of, link_in

PORTAL = "/finance/customer-portal"

ACCOUNT_LINK = re.compile(r"/finance/customer-portal/setup/([A-Za-z0-9_-]{43})")
FIELDS = {
    name: re.compile(rf'name="{name}"[^>]*?value="([^"]+)"') for name in ("csrf_token", "seen")
}


@dataclass
class World:
    """What was set up; see ``SETUP`` for the keys of the dictionaries."""

    server: object
    found: dict
    link: Shared
    quote_link: Shared
    spare: Shared
    setup: str
    mails: dict
    links: dict = field(default_factory=dict)  # what extensions mail, by its name
    roles: dict = field(default_factory=dict)

    def fill(self, path: str) -> str:
        """Return the address that a path of the table stands for: all of it is Ada's."""
        return path.format(**self.addresses)

    @property
    def addresses(self) -> dict:
        ada, refs = self.found["documents"]["ada"], self.found["refs"]["ada"]
        return {
            **{key: value for key, value in ada.items() if key.endswith("_token")},
            **{f"{kind}_id": value for kind, value in ada.items()},
            **refs,
            "bens": self.found["refs"]["ben"]["invoice"],
            "beas": self.found["refs"]["bea"]["invoice"],
            "link": self.link.ref,
            "quote_link": self.quote_link.ref,
            "spare_link": self.spare.ref,
            **{name: shared.ref for name, shared in self.links.items()},
            **{f"{name}_token": shared.token for name, shared in self.links.items()},
            "token": self.spare.token,
            "setup_token": self.setup,
            "unknown": "n" * 43,
            "unknown_account": "n" * 22,
            "decision": self.server.psql("SELECT max(id) FROM finance_portal_decision")[0][0],
            "contact": self.found["partners"]["ada"],
        }

    def shown_in(self, answer) -> str:
        """Return the word for whose documents an answer shows; nobody's is an empty one."""
        # Not ``answer.text``: it guesses the encoding of a ZIP file, and sometimes wrong.
        text = answer.content.decode(answer.encoding or "utf-8", "replace")
        text += re.sub(r"\W", "_", answer.headers.get("Content-Disposition", ""))
        if any(secret in text for secret in self.found["secret"]):
            return "staff"
        owners = {
            owner
            for owner, names in self.found["names"].items()
            if any(name in text or re.sub(r"\W", "_", name) in text for name in names)
        }
        return self.word_for(owners)

    @staticmethod
    def word_for(owners: set) -> str:
        """Return the word for what belongs to some owners."""
        if owners == {"any"} or ("bea" in owners and len(owners) > 1):
            return "all"
        return "A" if "ada" in owners else WORDS["".join(owners)]

    def fingerprint(self) -> dict:
        """Return a digest of each table that customers could change something in."""
        tables = (
            "account_move", "account_move_line", "account_payment", "sale_order",
            "sale_order_line", "res_partner", "res_users", "mail_message", "ir_attachment",
            "finance_portal_link", "finance_portal_decision", "finance_portal_account",
            "finance_portal_login",
            "finance_portal_file", "finance_portal_note", "finance_portal_batch",
            "finance_portal_enabling",
            "finance_portal_issued_statement",
            *extensions.joined("TABLES"),
        )  # fmt: skip
        # Wrong passwords are counted. The first user is Odoo itself: its jobs mail what was asked
        # for, with files, and whoever first asks for a page has its scripts bundled.
        digests = " UNION ALL ".join(
            f"SELECT '{table}', md5(string_agg((to_jsonb(t) - '{{failures,locked_until}}'::text[])"
            f"::text, '' ORDER BY id)) FROM {table} t WHERE (create_uid <> 1 OR"
            f" '{table}' NOT IN ('mail_message', 'finance_portal_link', 'ir_attachment'))"
            for table in tables
        )
        return dict(self.server.psql(digests))


class Person(Guest):
    """The browser of one role: follows no redirect by itself, and knows its CSRF token."""

    def __init__(self, server, name: str):
        super().__init__()
        self.server, self.name = server, name
        self._tokens = {}  # by session

    def call(self, method: str, path: str, **options):
        """Make one request without following redirects."""
        return self.request(method, self.server.url + path, allow_redirects=False, **options)

    def token(self) -> str:
        """Return the CSRF token of this session's forms."""
        session = self.cookies.get("session_id")
        if not session or session not in self._tokens:
            page = self.call("GET", "/finance/d/nowhere")
            session = self.cookies.get("session_id")
            self._tokens[session] = FIELDS["csrf_token"].search(page.text).group(1)
        return self._tokens[session]

    def rpc(self, model: str, method: str, *args, **kwargs):
        """Call a method as the web client does; return the whole answer."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        body = {"jsonrpc": "2.0", "method": "call", "params": params}
        return self.call("POST", f"/web/dataset/call_kw/{model}/{method}", json=body)

    def sign_in(self, login: str) -> "Person":
        """Sign in by the form for customers, or by Odoo's for everybody else."""
        managed = self.name in MANAGED
        path = f"{PORTAL}/login" if managed else "/web/login"
        token = FIELDS["csrf_token"].search(self.call("GET", path).text).group(1)
        name = "email" if managed else "login"
        data = {"csrf_token": token, name: login, "password": PASSWORD}
        answer = self.call("POST", path, data=data)
        assert answer.status_code == 303, f"{login} cannot sign in: {answer.text[:400]}"
        return self


def send(server, inbox, move: int, email: str) -> Shared:
    """Send an invoice by the Send dialog, with its official PDF."""
    context = {"active_model": "account.move", "active_ids": [move]}
    wizard = server.rpc("account.move.send.wizard", "create", [{"move_id": move}], context=context)
    server.rpc("account.move.send.wizard", "action_send_and_print", wizard)
    message = inbox.wait_for(1, to=email)[-1]
    [(link, ref, contact, customer)] = server.psql(
        "SELECT id, ref, partner_id, customer_id FROM finance_portal_link"
        " WHERE res_model = 'account.move' AND res_id = %s", move
    )  # fmt: skip
    return Shared(move, contact, customer, email, link_in(message), link, ref)


def decline(shared: Shared) -> None:
    """Answer a quote through its link."""
    guest = Guest()
    page = guest.get(shared.url)
    form = {name: pattern.search(page.text).group(1) for name, pattern in FIELDS.items()}
    answer = guest.post(f"{page.url}/decline", data=form, allow_redirects=False)
    assert answer.status_code == 303, answer.text


def build(server, inbox) -> World:
    """Set up the world and sign everybody in."""
    output = server.shell(SETUP)
    found = json.loads(re.search(r"FOUND(.*)", output).group(1))
    ada, email = found["partners"]["ada"], found["logins"]["ada"]
    documents = found["documents"]["ada"]
    invoice = send(server, inbox, documents["invoice"], email)
    quote, spare, answered = (
        share(server, inbox, documents[kind], ada, email, model=model)
        for kind, model in (
            ("quote", "sale.order"), ("invoice", "account.move"), ("answered", "sale.order")
        )
    )  # fmt: skip
    decline(answered)
    mails = {
        "invoice": inbox.to(email)[0],
        "setup": inbox.wait_for(1, to=found["dora"])[-1],
    }
    setup = ACCOUNT_LINK.search(html_of(mails["setup"])).group(1)
    world = World(server, found, invoice, quote, spare, setup, mails)
    world.links = {
        name: share(server, inbox, documents[kind], ada, email, model=model)
        for name, (model, kind) in extensions.merged("LINKS").items()
    }
    close(world)
    return world


def close(world: World) -> None:
    """Disable Cleo's account while she is signed in."""
    cleo = world.roles["gone"] = Person(world.server, "gone")
    cleo.sign_in(world.found["logins"]["cleo"])
    assert cleo.call("GET", PORTAL).status_code == 200
    account = world.found["rows"]["finance.portal.account"]["cleo"]
    contact = world.found["partners"]["cleo"]
    world.server.rpc("res.partner", "action_finance_portal_disable", [contact])
    assert world.server.psql(
        "SELECT disabled_at FROM finance_portal_account WHERE id = %s", *account
    )


def enter(world: World) -> None:
    """Begin a new session for everybody but Cleo, who cannot sign in any more."""
    for key in ("ada", "ben", "bea"):  # whose wrong passwords may have locked them
        contact = world.found["partners"][key]
        world.server.rpc("res.partner", "action_finance_portal_unlock", [contact])
    for name, key in ROLES.items():
        if name == "gone":
            continue
        world.roles[name] = Person(world.server, name)
        if key:
            world.roles[name].sign_in(world.found["logins"][key])
    for shared in (world.link, world.quote_link, *world.links.values()):
        assert world.roles["link"].get(shared.url).status_code == 200
    ada = world.found["partners"]["ada"]
    answer = world.roles["as-A"].rpc("res.partner", "action_finance_portal_view_as", [ada])
    assert "result" in answer.json(), answer.text


# Whose documents a page shows. Ada sees Ben's as well.
WORDS = {"": "", "ben": "own", "bea": "B", "cleo": "A", "nat": "A"}

MANAGED = ("A", "own", "B", "gone")

# Who signs in for which column of the table.
ROLES = {
    "anon": None,
    "link": None,
    "A": "ada",
    "own": "ben",
    "B": "bea",
    "gone": "cleo",
    "nat": "nat",
    "plain": "nobody",
    "user": "user",
    "mgr": "manager",
    "as-A": "manager",
}
