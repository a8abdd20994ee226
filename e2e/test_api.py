"""docs/api.md: its examples run with curl, and answer as it says."""

import json
import re
import subprocess

import pytest

from dev.platform.paths import ROOT
from e2e.toolbox import QUEUE_RACE, empty_mail_queue, until

pytestmark = pytest.mark.server_log(QUEUE_RACE)

PAGE = (ROOT / "docs" / "api.md").read_text()
EXAMPLE = re.compile(r"```sh\n(curl .*?)```\n\n```json\n(.*?)\n```", re.DOTALL)
EXAMPLES = {
    re.search(r"finance\.portal\.api/(\w+)", command)[1]: (command, json.loads(answer))
    for command, answer in EXAMPLE.findall(PAGE)
}
NEW_KEY = """
from datetime import datetime, timedelta
user = env.ref("base.user_admin")
key = env["res.users.apikeys"].with_user(user)._generate(
    "rpc", "a program", datetime.now() + timedelta(days=1)
)
env.cr.commit()
print("KEY" + key)
"""


@pytest.fixture(scope="module")
def key(erp):
    return re.search(r"KEY(\S+)", erp.shell(NEW_KEY))[1]


@pytest.fixture
def ask(erp, key):
    """Run an example of the page: ``ask(method, **variables)`` returns what it answers."""

    def run(method: str, **variables) -> object:
        command, _answer = EXAMPLES[method]
        values = {name.upper(): str(value) for name, value in variables.items()}
        done = subprocess.run(
            ["bash", "-c", command],
            env={"ODOO": erp.url, "KEY": key, "PATH": "/usr/bin:/bin", "no_proxy": "*", **values},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return json.loads(done.stdout)

    return run


def same_form(found, told) -> bool:
    """Tell whether an answer has the names and types that the page shows."""
    if isinstance(told, dict):
        return found.keys() == told.keys() and all(same_form(found[k], told[k]) for k in told)
    if isinstance(told, list):
        return bool(found) and all(same_form(one, told[0]) for one in found)
    return type(found) is type(told)


def test_the_examples_of_documents(erp, inbox, partner, invoice, ask):
    contact = partner(email="api@example.com")
    move = invoice(partner=contact)
    answer = ask("send", invoice=move)
    assert same_form(answer, EXAMPLES["send"][1])
    assert answer["lifetime_hours"] == 24, "another lifetime was asked for"
    assert answer["notes"] == EXAMPLES["send"][1]["notes"]
    [batch] = answer["batch_ids"]

    def is_sent():
        found = ask("get_sending", batch=batch)
        assert same_form(found, EXAMPLES["get_sending"][1])
        return found[0]["state"] == "sent"

    until(is_sent)
    empty_mail_queue(erp)
    inbox.wait_for(1, to="api@example.com")
    links = ask("list_links", invoice=move)
    assert same_form(links, EXAMPLES["list_links"][1])
    assert [(link["res_id"], link["state"]) for link in links] == [(move, "live")]
    events = ask("list_events", invoice=move)
    assert same_form(events, EXAMPLES["list_events"][1])
    assert "sent" in {event["kind"] for event in events}
    assert ask("revoke", invoice=move) == {"closed": 1}
    assert ask("list_links", invoice=move)[0]["state"] == "closed"


def test_the_examples_of_customers(inbox, partner, invoice, ask):
    contact = partner(email="api-account@example.com")
    invoice(partner=contact)
    account = ask("enable_account", contact=contact)
    assert same_form(account, EXAMPLES["enable_account"][1])
    assert account["state"] == "invited"
    [section] = ask("get_statement", contact=contact)
    assert same_form(section, EXAMPLES["get_statement"][1][0])
    assert float(section["closing"]) == 100
