"""Show an inbox in a browser: list, message, attachments; newest first."""

import html
import threading
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

from ..platform.inbox import Inbox, html_of

STYLE = """
:root { color-scheme: light dark; --line: #8884; --accent: #2f6f62; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; display: flex; height: 100vh; }
nav { width: 22rem; max-width: 40vw; overflow: auto; border-right: 1px solid var(--line); }
nav h1 { font-size: 1.1rem; margin: 1rem; }
nav a { display: block; padding: .7rem 1rem; border-top: 1px solid var(--line);
        color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav a[aria-current] { box-shadow: inset 4px 0 var(--accent); }
nav small, dl { opacity: .8; }
main { flex: 1; display: flex; flex-direction: column; min-width: 0; }
header { padding: 1rem; border-bottom: 1px solid var(--line); }
header h2 { margin: 0 0 .4rem; font-size: 1.2rem; }
header p { margin: 0; }
iframe { flex: 1; border: 0; background: #fff; }
.empty { margin: auto; opacity: .7; }
header h2, header p { overflow-wrap: anywhere; }
@media (max-width: 40rem) {
    body { flex-direction: column; }
    nav { width: auto; max-width: none; max-height: 30vh; border: 0;
          border-bottom: 1px solid var(--line); }
}
"""
# Asks every two seconds and loads the page again only when mail came in.
SCRIPT = """
const seen = document.body.dataset.count;
setInterval(async () => {
    const answer = await fetch("/count").catch(() => null);
    if (answer && (await answer.text()) !== seen) location.replace("/");
}, 2000);
"""
# Mail runs no script and cannot reach this page; its links open in a new tab.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"


def serve(inbox: Inbox, port: int) -> ThreadingHTTPServer:
    """Serve ``inbox`` on a loopback port in the background."""

    class Handler(_Handler):
        pass

    Handler.inbox = inbox
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class _Handler(BaseHTTPRequestHandler):
    """Answer ``/``, ``/count``, ``/<n>``, ``/<n>/body`` and ``/<n>/part/<i>``."""

    inbox: Inbox

    def do_GET(self):
        """Send the page the path names, or 404."""
        parts = [part for part in self.path.split("?")[0].split("/") if part]
        messages = list(self.inbox.messages)
        if parts == ["count"]:
            return self._send(str(len(messages)), "text/plain")
        number = len(messages) if not parts else int(parts[0]) if parts[0].isdigit() else -1
        if parts and not 0 < number <= len(messages):
            return self.send_error(404)
        message = messages[number - 1] if number else None
        if len(parts) <= 1:
            return self._send(_page(messages, number))
        if parts[1] == "body":
            return self._send(_body(message, number), policy=f"sandbox {SANDBOX}")
        return self._send_part(message, parts[-1])

    def _send_part(self, message: EmailMessage, index: str) -> None:
        """Send one part of a message under its own type and name."""
        parts = list(message.walk())
        if not index.isdigit() or int(index) >= len(parts):
            return self.send_error(404)
        part = parts[int(index)]
        content = part.get_payload(decode=True) or b""
        name = quote(part.get_filename() or "part")
        inline = part.get_content_type() in ("application/pdf", "image/png", "image/jpeg")
        disposition = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{name}"
        return self._send(content, part.get_content_type(), disposition=disposition)

    def _send(self, content, kind="text/html", policy="", disposition="") -> None:
        body = content if isinstance(content, bytes) else content.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        if policy:
            self.send_header("Content-Security-Policy", policy)
        if disposition:
            self.send_header("Content-Disposition", disposition)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        """Keep quiet: the terminal belongs to the demo's own lines."""


def _text(message: EmailMessage, header: str) -> str:
    return html.escape(str(message[header] or ""))


def _sent_at(message: EmailMessage) -> str:
    """Return when a message was sent, on this machine's clock."""
    moment = getattr(message["Date"], "datetime", None)
    return f"{moment.astimezone():%d %b, %H:%M}" if moment else ""


def _page(messages: list[EmailMessage], current: int) -> str:
    """Return the whole page with message ``current`` open."""
    rows = "".join(
        f'<a href="/{number}"{" aria-current=page" if number == current else ""}>'
        f"<strong>{_text(message, 'Subject')}</strong><br>"
        f"<small>{html.escape(', '.join(message.rcpt))}<br>{_sent_at(message)}</small></a>"
        for number, message in reversed(list(enumerate(messages, 1)))
    )
    if current:
        content = _message(messages[current - 1], current)
    else:
        content = '<p class="empty">No mail yet. It appears here by itself.</p>'
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Inbox ({len(messages)})'
        f'</title><meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
        f'<body data-count="{len(messages)}"><nav><h1>Inbox ({len(messages)})</h1>{rows}</nav>'
        f"<main>{content}</main><script>{SCRIPT}</script></body></html>"
    )


def _message(message: EmailMessage, number: int) -> str:
    """Return headers, attachments and the frame with the body."""
    files = " · ".join(
        f'<a href="/{number}/part/{index}">{html.escape(part.get_filename())}</a>'
        for index, part in enumerate(message.walk())
        if part.get_filename()
    )
    return (
        f"<header><h2>{_text(message, 'Subject')}</h2><p>From {_text(message, 'From')}</p>"
        f"<p>To {html.escape(', '.join(message.rcpt))}</p>"
        f"{f'<p>Attached: {files}</p>' if files else ''}</header>"
        f'<iframe sandbox="{SANDBOX}" src="/{number}/body" title="Message"></iframe>'
    )


def _body(message: EmailMessage, number: int) -> str:
    """Return the message's HTML, or its text, with embedded pictures resolved."""
    body = html_of(message)
    if not body:
        plain = message.get_body(preferencelist=("plain",))
        body = f"<pre>{html.escape(plain.get_content() if plain else '')}</pre>"
    for index, part in enumerate(message.walk()):
        if part["Content-ID"]:
            name = str(part["Content-ID"]).strip("<> ")
            body = body.replace(f"cid:{name}", f"/{number}/part/{index}")
    return f'<!doctype html><meta charset="utf-8"><base target="_blank">{body}'
