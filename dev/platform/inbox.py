"""Receive mail by real SMTP on loopback and keep it, with faults on request."""

import asyncio
import contextlib
import html
import re
import threading
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.controller import Controller

from .ports import free_port

# How long something that is bound to happen may take: ended early by its happening, so a
# generous limit costs nothing and a busy machine fails no test.
PATIENCE = 90.0

LINK = re.compile(r'href="(https?://[^"]+)"')


class Inbox:
    """An SMTP server on loopback that keeps what it accepts.

    Messages are :class:`email.message.EmailMessage` objects with three more
    attributes: ``rcpt`` (envelope recipients), ``sender`` and ``source`` (the
    bytes as received).

    :param folder: where messages are kept as files; only in memory without it.
    """

    def __init__(self, port: int = 0, folder: Path | None = None):
        self.port = port
        self.messages: list[EmailMessage] = []
        self._folder = folder
        self._changed = threading.Condition()
        self._controller: Controller | None = None
        self._refusal = ""
        self._refusal_at = "rcpt"
        self._delay = 0.0
        self._hanging = False
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            for path in sorted(folder.glob("*.eml")):
                self.messages.append(_read(path.read_bytes()))

    # Life

    def start(self) -> "Inbox":
        """Listen; after the first time on the same port again."""
        # aiosmtpd connects to itself to see whether it listens: it needs a real port.
        if not self.port:
            self.port = free_port()
        self._controller = Controller(
            _Handler(self),
            hostname="127.0.0.1",
            port=self.port,
            data_size_limit=50_000_000,
            ready_timeout=PATIENCE,
        )
        self._controller.start()
        return self

    def stop(self) -> None:
        """Stop listening: connections are refused until :meth:`start`."""
        if self._controller:
            self._hanging = False
            self._controller.stop()
            self._controller = None

    @property
    def listening(self) -> bool:
        """Tell whether connections are taken."""
        return self._controller is not None

    # Faults

    def refuse(self, code: int = 550, at: str = "rcpt") -> None:
        """Answer every recipient (``at="rcpt"``) or message (``"data"``) with ``code``."""
        self._refusal, self._refusal_at = f"{code} Refused on request", at

    def delay(self, seconds: float) -> None:
        """Wait before accepting each message."""
        self._delay = seconds

    def hang(self) -> None:
        """Take messages but never answer, until :meth:`accept`."""
        self._hanging = True

    def accept(self) -> None:
        """Switch all faults off."""
        self._refusal, self._delay, self._hanging = "", 0.0, False

    # Reading

    def clear(self) -> None:
        """Forget all messages and switch all faults off."""
        with self._changed:
            self.messages.clear()
        self.accept()

    def to(self, address: str | None) -> list[EmailMessage]:
        """Return the messages whose envelope names ``address``, oldest first."""
        return [m for m in list(self.messages) if address is None or address in m.rcpt]

    def wait_for(self, n: int = 1, to: str | None = None, timeout: float = PATIENCE):
        """Return the messages for ``to`` as soon as there are ``n``.

        :raise AssertionError: when fewer arrive in ``timeout`` seconds.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.to(to)) >= n, timeout):
                got = [message.rcpt for message in self.messages]
                raise AssertionError(f"expected {n} messages for {to or 'anybody'}, got {got}")
            return self.to(to)

    # Called by the handler

    async def receive(self, envelope) -> str:
        """Keep one message, or misbehave as told; return the SMTP answer."""
        while self._hanging:
            await asyncio.sleep(0.05)
        if self._delay:
            await asyncio.sleep(self._delay)
        if self._refusal and self._refusal_at == "data":
            return self._refusal
        self._keep(envelope)
        return "250 OK"

    def _keep(self, envelope) -> None:
        source = (
            f"X-Envelope-From: {envelope.mail_from}\r\n"
            f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        ).encode() + envelope.original_content
        if self._folder:
            (self._folder / f"{time.time_ns()}.eml").write_bytes(source)
        with self._changed:
            self.messages.append(_read(source))
            self._changed.notify_all()

    def rcpt_answer(self) -> str:
        """Return the SMTP answer to a recipient."""
        return self._refusal if self._refusal and self._refusal_at == "rcpt" else "250 OK"


class _Handler:
    """Forward aiosmtpd's hooks to the inbox."""

    def __init__(self, inbox: Inbox):
        self._inbox = inbox

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        answer = self._inbox.rcpt_answer()
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, _server, _session, envelope):
        return await self._inbox.receive(envelope)


def _read(source: bytes) -> EmailMessage:
    """Parse a message and move our two envelope headers to attributes."""
    message = message_from_bytes(source, policy=policy.default)
    message.sender = message["X-Envelope-From"] or ""
    message.rcpt = [part.strip() for part in (message["X-Envelope-To"] or "").split(",")]
    del message["X-Envelope-From"], message["X-Envelope-To"]
    message.source = source.split(b"\r\n", 2)[2] if source.startswith(b"X-Envelope") else source
    return message


def html_of(message: EmailMessage) -> str:
    """Return a message's HTML body, or an empty text."""
    part = message.get_body(preferencelist=("html",))
    with contextlib.suppress(LookupError):
        return part.get_content() if part else ""
    return ""


def links_in(message: EmailMessage, containing: str = "") -> list[str]:
    """Return the addresses a message links to, each once, in their order."""
    found = map(html.unescape, LINK.findall(html_of(message)))
    return list(dict.fromkeys(link for link in found if containing in link))
