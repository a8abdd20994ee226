"""Measure paying many invoices with one payment, beside paying few."""

import re
from functools import partial
from html import unescape
from urllib.parse import urlencode

from . import customers
from .memory import KILOBYTE
from .meter import compare, fetch
from .quotes import one_by_one
from .table import Row

FEW, MANY = 5, 50
ROUNDS, WARM_UP = 10, 2
HEAD = ("what", f"{MANY} invoices", f"{FEW} invoices", "ratio", "budget", "verdict", "queries")
LIST = f"{customers.PORTAL}/invoices/pay"
DATA = re.compile(r'data-([\w-]+)="([^"]*)"')
FORM = re.compile(r'<form id="o_payment_form"[^>]*>', re.DOTALL)


def measure(bench) -> None:
    """Open the page to pay on again and again, then start a payment of each set of invoices."""
    server, rounds = bench.server, ROUNDS + WARM_UP
    names = {"payfifty": MANY, "payfive": FEW}
    wanted = {
        name: {"invoices": count * rounds, "pays_online": True} for name, count in names.items()
    }
    facts = customers.load(server, wanted)
    pages, starts = [], []
    for name, count in names.items():
        customer = facts[name]
        session, refs = customers.enter_portal(server, customer), customer["refs"]
        sets = [refs[place : place + count] for place in range(0, len(refs), count)]
        urls = [server.url + f"{LIST}?" + urlencode([("item", one) for one in s]) for s in sets]
        pages.append(partial(fetch, session, urls[0]))
        starts.append(one_by_one([_prepare(server, session, url, customer) for url in urls]))
    many, few = compare(server, bench.options.requests, *pages)
    sizes = [len(page().content) / KILOBYTE for page in pages]
    many_starts, few_starts = compare(server, ROUNDS, *starts, warm_up=WARM_UP)
    queries = f"{many.queries} / {few.queries}"
    starting = f"{many_starts.queries} / {few_starts.queries}"
    bench.add(
        Row("page to pay together on, server time", many.server, few.server, queries=queries),
        Row("the same, size of the page", *sizes, unit="kB"),
        Row("starting the payment", many_starts.server, few_starts.server, queries=starting),
    )


def _prepare(server, session, url: str, customer: dict):
    """Open a page to pay on; return what presses Pay there."""
    text = fetch(session, url).text
    form = {name: unescape(value) for name, value in DATA.findall(FORM.search(text).group())}
    params = {
        "provider_id": customer["provider"],
        "payment_method_id": customer["method"],
        "token_id": None,
        "amount": float(form["amount"]),
        "flow": "direct",
        "tokenization_requested": False,
        "landing_route": form["landing-route"],
        "is_validation": False,
        "access_token": form["access-token"],
    }
    return partial(_start, session, server.url + form["transaction-route"], params)


def _start(session, url: str, params: dict) -> None:
    """Have a payment started; an answer without its number started none."""
    body = {"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}
    answer = session.post(url, json=body, timeout=120)
    if not answer.ok or not answer.json().get("result", {}).get("reference"):
        raise AssertionError(f"starting a payment answered {answer.status_code}: {answer.text}")
