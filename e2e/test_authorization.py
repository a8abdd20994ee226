"""Rules L5 and L6, and the accounts': every role gets what the table says, and nothing else."""

import re
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from e2e import authorization_table as table
from e2e.authorization_methods import ARGUMENTS
from e2e.toolbox import QUEUE_RACE, assert_plain_page, parameters

pytestmark = pytest.mark.server_log(
    QUEUE_RACE, r"WARNING odoo\.http: ", r"odoo\.addons\.base\.models\.ir_(rule|model)",
    # Odoo stumbles over what a program should not ask for; the answer is what counts.
    r"(?s)ERROR odoo\.http: Exception during request handling.*call_kw",
)  # fmt: skip
OWN = ("/finance/", "/q/")
REDIRECTS = {
    "login": r"/finance/customer-portal/login",
    "home": r"/finance/customer-portal",
    "setup": r"/finance/customer-portal/setup",
    "saved": r"/finance/customer-portal(/a/[\w-]{22})?/settings",
    "doc": r"/finance/d/[\w-]+(/\w+)?",
    "list": r"/finance/customer-portal/invoices(/\w+)?",
    "erp": r"/web/login",
    "my": r"/my",
    "back": r"/odoo.*",
    "mine": r"/my/invoices/\d+",
}
# A browser without the right gets no further than this.
REFUSED = {"400", "401", "403", "404", "405", "410", "login", "erp", "my", "home", "-"}
# What Odoo answers a program that has no right; anything else is a fault.
NO_RIGHT = {
    "odoo.exceptions.AccessError",
    "odoo.exceptions.AccessDenied",
    "odoo.http.SessionExpiredException",
    "werkzeug.exceptions.Forbidden",
    "werkzeug.exceptions.NotFound",
}
# Fits every address that takes JSON: what an address does not know it leaves out.
JSON = {
    "thread_model": "account.move", "thread_id": 0, "res_model": "account.move", "res_id": 0,
    "post_data": {"body": "I was here", "message_type": "comment"},
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _more_than_anybody_may_ask(erp):
    """Let each role try every form: their addresses are counted, and the tables are long."""
    with parameters(erp, deciding="1000/600", recovery="1000/600"):
        yield


def observe(world, answer) -> str:
    """Return the word of the table for an answer."""
    path, status = urlsplit(answer.request.url).path, answer.status_code
    if status in (301, 302, 303):
        target = urlsplit(answer.headers["Location"])
        if "notice=" in target.query and target.path.endswith("/login"):
            return "out"
        words = [word for word, pattern in REDIRECTS.items() if re.fullmatch(pattern, target.path)]
        return words[0] if words else f"->{target.path}"
    shown = world.shown_in(answer)
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    if is_json:
        content = answer.json()
        if "error" in content:
            if path.startswith(OWN):
                return f"{status}{shown}"
            kind = content["error"]["data"]["name"]
            return "-" if kind in NO_RIGHT and not shown else f"{kind}{shown}"
    if status < 300:
        return shown or ("ok" if status == 200 else str(status))
    if path.startswith(OWN) and not is_json:
        assert_plain_page(answer, status)
    return f"{status}{shown if status not in (409, 422) else ''}"


def request(world, person, method: str, path: str, token: str | None = None):
    """Make the request of a row; return the word of its answer."""
    options = {}
    if method == "JSON":
        invoice = world.found["documents"]["ada"]["invoice"]
        params = {**JSON, "thread_id": invoice, "res_id": invoice}
        options = {"json": {"jsonrpc": "2.0", "method": "call", "params": params}}
    elif method == "POST":
        options = {"data": {**table.FORM, **({"csrf_token": token} if token else {})}}
    method = "POST" if method == "JSON" else method
    return observe(world, person.call(method, world.fill(path), **options))


def compare(found: dict, expected: dict) -> None:
    """Fail with what differs from the table, by role."""
    different = {
        role: f"{found[role]} instead of {word}"
        for role, word in expected.items()
        if found[role] != word
    }
    assert not different


def walk(world, method, path, expected) -> dict:
    """Return what each role gets, by its name; check that refused requests change nothing."""
    found = {role: "+" for role, word in expected.items() if word == "+"}
    before = world.fingerprint()
    # Who is refused comes first: what the others may do changes something.
    order = sorted(expected.keys() - found.keys(), key=lambda role: expected[role] not in REFUSED)
    for role in order:
        person = world.roles[role]
        if before and expected[role] not in REFUSED:
            assert world.fingerprint() == before, "a refused request changed something"
            before = None
        if method != "POST":
            found[role] = request(world, person, method, path)
            continue
        if path.startswith(OWN):
            without = request(world, person, method, path)
            # Request access needs no proof: it only ever mails the address on file.
            needs_none = "/request-access" in path
            may = {expected[role]} if needs_none else {"400", expected[role]} & REFUSED
            assert without in may, f"{role} without CSRF: {without}"
        found[role] = request(world, person, method, path, person.token())
    assert before is None or world.fingerprint() == before, "a refused request changed something"
    return found


@pytest.mark.parametrize(("method", "path", "expected"), table.rows("ADDRESSES"))
def test_addresses_of_the_addon(world, method, path, expected):
    compare(walk(world, method, path, expected), expected)


@pytest.mark.parametrize(("method", "path", "expected"), table.rows("ODOO_ADDRESSES"))
def test_addresses_of_odoo(world, method, path, expected):
    compare(walk(world, method, path, expected), expected)


def test_every_address_has_a_row_and_every_row_an_address(world):
    rules = [Rule(rule, methods=methods, endpoint=rule) for rule, methods in world.found["routes"]]
    addresses = Map(rules).bind("localhost")
    missing = {(rule, method) for rule, methods in world.found["routes"] for method in methods}
    unknown = []
    for method, path, _expected in table.rows("ADDRESSES") + table.rows("LAST"):
        try:
            # What names an account is read before an address is matched.
            filled = re.sub(r"/a/[\w-]{22}(?=/|$)", "", urlsplit(world.fill(path)).path)
            rule, _values = addresses.match(filled, method)
        except (NotFound, MethodNotAllowed):
            unknown.append((method, path))
        else:
            missing.discard((rule, method))
    assert not missing, "no row in the table"
    assert not unknown, "no such address"


# === RPC === #


def ids_of(world, model: str) -> dict:
    """Return the ids of a model by whose they are; those nobody owns under "any"."""
    if model in table.dialogs():
        return {}
    rows = world.found["rows"].get(model)
    if rows:
        return {owner: set(ids) for owner, ids in rows.items()}
    name = model.replace(".", "_")
    columns = {
        column
        for (column,) in world.server.psql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s", name
        )
    }
    if not columns:
        return {}
    if {"res_model", "res_id"} <= columns:
        ada = world.found["documents"]["ada"]
        found = world.server.psql(
            f"SELECT id FROM {name} WHERE (res_model, res_id) IN (('account.move', %s),"
            " ('sale.order', %s), ('sale.order', %s))", ada["invoice"], ada["quote"],
            ada["answered"],
        )  # fmt: skip
        return {"ada": {number for (number,) in found}}
    return {"any": {number for (number,) in world.server.psql(f"SELECT id FROM {name}")}}


def read(world, person, model: str, known: dict) -> str:
    """Return the word for the rows that a role gets by searching."""
    answer = person.rpc(model, "search_read", [], ["id"])
    content = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
    if "result" not in content:
        kind = content.get("error", {}).get("data", {}).get("name")
        assert answer.status_code == 403 or kind in NO_RIGHT, answer.text[:500]
        for method in ("read", "search", "search_count", "web_search_read"):
            arguments = {"read": [1], "web_search_read": [[], {"id": {}}]}.get(method, [[]])
            assert '"result"' not in person.rpc(model, method, *arguments).text
        return "-"
    found = {row["id"] for row in content["result"]}
    owners = {owner for owner, ids in known.items() if ids & found}
    return world.word_for(owners) or "none"


def try_to_write(person, model: str, field: str, record: int) -> None:
    """Try everything that would change a record, and assert that each is refused."""
    for method, arguments in (
        ("write", ([record], {field: "changed"})),
        ("web_save", ([record], {field: "changed"}, {})),
        ("create", ([{field: "made"}],)),
        ("copy", ([record],)),
        ("unlink", ([record],)),
        ("message_post", ([record],)),
    ):
        answer = person.rpc(model, method, *arguments)
        if answer.status_code == 403:
            continue
        error = answer.json().get("error")
        assert error, f"{person.name} may {method}: {answer.text[:300]}"
        kind = error["data"]["name"]
        assert kind in NO_RIGHT or (method, kind) in table.ALSO_REFUSED, (
            person.name,
            method,
            error,
        )


@pytest.mark.parametrize(("model", "expected"), table.named_rows("MODELS"))
def test_models_over_rpc(world, model, expected):
    known, before = ids_of(world, model), world.fingerprint()
    record = max((max(ids) for ids in known.values() if ids), default=1)
    found = {}
    for role, word in expected.items():
        person = world.roles[role]
        found[role] = read(world, person, model, known) + ("+" if word.endswith("+") else "")
        if not word.endswith("+"):
            try_to_write(person, model, world.found["fields"][model], record)
    compare(found, expected)
    assert world.fingerprint() == before


@pytest.mark.parametrize(("name", "expected"), table.named_rows("METHODS"))
def test_methods_over_rpc(world, name, expected):
    model, method = name.rsplit(".", 1)
    known, before = ids_of(world, model), world.fingerprint()
    record = max((max(ids) for ids in known.values() if ids), default=1)
    found = {}
    for role, word in expected.items():
        if word == "+":
            found[role] = word  # may do it; what it does is tested where it is made
            continue
        answer = world.roles[role].rpc(model, method, *ARGUMENTS.get(name, ([record],)))
        refused = answer.status_code == 403 or "error" in answer.json()
        if refused and answer.status_code != 403:
            error = answer.json()["error"]
            kind = error["data"]["name"]
            assert kind in NO_RIGHT or (method, kind) in table.ALSO_REFUSED, (role, error)
        found[role] = "-" if refused else "opens" if "result" in answer.json() else "?"
    compare(found, expected)
    assert world.fingerprint() == before


def test_controllers_do_not_take_each_others_names(world):
    """Odoo makes one class of all controllers that extend the same one."""
    assert not world.found["clashes"]


def test_every_model_and_method_has_a_row(world):
    models = {name for name, _expected in table.named_rows("MODELS")}
    assert models >= set(world.found["models"])
    assert models <= set(world.found["fields"])
    methods = {name for name, _expected in table.named_rows("METHODS")}
    assert methods == set(world.found["methods"])


@pytest.mark.parametrize(("method", "path", "expected"), table.rows("LAST"))
def test_addresses_that_change_the_session(world, method, path, expected):
    compare(walk(world, method, path, expected), expected)
