"""Customers with an account, made for one section of the benchmark and signed in."""

import json
import re
from pathlib import Path

import requests

from ..platform.server import Server, shell
from .meter import fetch, visitor

PORTAL = "/finance/customer-portal"
CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def load(server: Server, wanted: dict[str, dict]) -> dict[str, dict]:
    """Create customers of our company, see ``customers_data.py``; return the facts of each."""
    data = str(Path(__file__).with_name("customers_data.py"))
    [(ours,)] = server.psql("SELECT min(id) FROM res_company")
    code = f"import runpy\nrunpy.run_path({data!r})['load'](env, {ours!r}, {wanted!r})\n"
    return json.loads(shell(server.site, code).splitlines()[-1])


def sign_in(server: Server, path: str, password: str, **names: str) -> requests.Session:
    """Return a visitor who signed in by the form of a page."""
    session = visitor()
    url = server.url + path
    [token] = CSRF.findall(session.get(url).text)[:1]
    data = {"csrf_token": token, "password": password, **names}
    answer = session.post(url, data=data, allow_redirects=False)
    if answer.status_code != 303:
        raise RuntimeError(f"signing in at {path} answered {answer.status_code}")
    return session


def enter_portal(server: Server, customer: dict) -> requests.Session:
    """Return a customer who signed in to the portal."""
    return sign_in(server, f"{PORTAL}/login", customer["password"], email=customer["email"])


def enter(server: Server, link: str) -> tuple[requests.Session, str]:
    """Return a visitor who was let in by a link, and the page's address."""
    session = visitor()
    # Without the question whether this browser keeps cookies.
    location = fetch(session, link, 303).headers["Location"].partition("?")[0]
    return session, location if "://" in location else f"{server.url}{location}"
