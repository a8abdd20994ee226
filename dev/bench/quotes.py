"""Measure a quote's page and the customer's answer beside Odoo's own."""

import base64
import io
import re
from collections.abc import Callable
from functools import partial

from PIL import Image, ImageDraw

from ..platform.inbox import links_in
from ..platform.server import Server
from .customers import enter
from .meter import compare, fetch, visitor
from .sites import WARM_UP, Sink, wait_while

FIELD = re.compile(r'name="(csrf_token|seen)"[^>]*?value="([^"]+)"')


def compose(server: Server, quotes: list[int], mode: str = "comment") -> None:
    """Press Send on one quote or on several, and Send in Odoo's dialog."""
    context = server.rpc("sale.order", "action_quotation_send", quotes)["context"]
    if mode == "mass_mail":
        [template] = server.rpc(
            "mail.template", "search", [("model", "=", "sale.order")], limit=1, order="id"
        )
        context = {**context, "default_template_id": template, "mark_so_as_sent": True}
    wizard = server.rpc("mail.compose.message", "create", [{}], context=context)
    server.rpc("mail.compose.message", "action_send_mail", wizard, context=context)


def share(server: Server, sink: Sink, quotes: list[int]) -> list[str]:
    """Send quotes one by one; return the links that were mailed."""
    links = []
    for quote in quotes:
        before = len(sink)
        compose(server, [quote])
        sink.wait_for(before + 1)
        (link,) = links_in(sink.last(), "/q/")
        links.append(link)
    return links


def measure_page(server: Server, link: str, native_url: str, count: int) -> list:
    """Ask for the page behind a link and for Odoo's page of an equal quote, in turn."""
    session, page = enter(server, link)
    native = visitor()
    return compare(server, count, lambda: fetch(session, page), lambda: fetch(native, native_url))


def measure_accept(server: Server, links: list[str], native: list[tuple[int, str]]) -> list:
    """Accept quotes on our page and over Odoo's own route, in turn; each answers once.

    :param native: id and permanent token of each quote of Odoo's side
    """
    signature = _draw()
    ours = one_by_one([_prepare(server, link, signature) for link in links])
    theirs = one_by_one([_prepare_native(server, *quote, signature) for quote in native])
    return compare(server, len(links) - WARM_UP, ours, theirs, warm_up=WARM_UP)


def one_by_one(actions: list[Callable]) -> Callable:
    """Return what does the next of ``actions`` each time it is called."""
    waiting = iter(actions)

    def act():
        next(waiting)()

    return act


def settle(server: Server) -> None:
    """Return when the confirmations of accepted orders are out, which a job of ours sends."""
    wait_while(
        server,
        "SELECT EXISTS (SELECT 1 FROM sale_order WHERE pending_email_template_id IS NOT NULL)"
        " OR EXISTS (SELECT 1 FROM mail_mail WHERE state = 'outgoing')",
        300,
    )


def _prepare(server: Server, link: str, signature: str):
    """Open a quote's page; return what presses Accept there."""
    session, page = enter(server, link)
    form = dict(FIELD.findall(fetch(session, page).text))
    form |= {"name": "Ada Byrne", "signature": f"data:image/png;base64,{signature}"}
    return partial(_accept, session, f"{page}/accept", form, page)


def _accept(session, url: str, form: dict, page: str) -> None:
    """Accept a quote; an answer that does not lead back to the page accepted nothing."""
    answer = session.post(url, data=form, allow_redirects=False, timeout=120)
    if answer.status_code != 303:
        raise AssertionError(f"accepting at {page} answered {answer.status_code}")


def _prepare_native(server: Server, quote: int, token: str, signature: str):
    """Open Odoo's page of a quote; return what presses Accept & Sign there."""
    session = visitor()
    fetch(session, f"{server.url}/my/orders/{quote}?access_token={token}")
    params = {"access_token": token, "name": "Ada Byrne", "signature": signature}
    body = {"jsonrpc": "2.0", "method": "call", "params": params}
    return partial(_accept_native, session, f"{server.url}/my/orders/{quote}/accept", body)


def _accept_native(session, url: str, body: dict) -> None:
    answer = session.post(url, json=body, timeout=120).json()
    if not answer.get("result", {}).get("force_refresh"):
        raise AssertionError(f"{url} answered {str(answer)[:300]}")


def _draw() -> str:
    """Return a signature as base64 of a picture, as the browser posts it."""
    picture = Image.new("RGBA", (400, 120), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(10, 100), (200, 20), (390, 100)], fill="black", width=4)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()
