"""What the setup check asks of the network: only what is configured, and never for long.

Nothing here knows a database, so that it may go on in a thread nobody waits for any longer.
"""

import smtplib
import ssl
from concurrent.futures import Future
from threading import Thread
from typing import NamedTuple

import requests

try:
    import dns.exception
    import dns.resolver
except ImportError:
    dns = None

SECONDS = 5  # for each answer
LIMIT = 8  # for all that one check asks


class CannotAsk(Exception):
    """What would be needed to ask isn't installed."""


class Answer(NamedTuple):
    """What came back from an address."""

    status: int
    content: bytes
    location: str


def within(seconds, ask, *arguments):
    """Return ``ask(*arguments)``.

    Looking up a name has no time limit of its own, and a slow server may send a byte now and
    then; so it is done in a thread.

    :raise TimeoutError: it takes longer than so many seconds
    """
    outcome = Future()

    def run():
        try:
            outcome.set_result(ask(*arguments))
        except Exception as error:
            outcome.set_exception(error)

    Thread(target=run, daemon=True).start()
    return outcome.result(seconds)


def fetch(url, size):
    """Return the :class:`Answer` of an address, with at most so many bytes; follow nothing."""
    with requests.Session() as session:
        # Neither a proxy nor a password that the machine keeps for this host.
        session.trust_env = False
        options = {"timeout": SECONDS, "allow_redirects": False, "stream": True}
        with session.get(url, **options) as answer:
            content = answer.raw.read(size, decode_content=True)
            return Answer(answer.status_code, content, answer.headers.get("Location", ""))


def greet(host, port, encryption, login=None):
    """Connect to a mail server, and sign in if ``login`` has ``(user, password)``; send nothing.

    :param encryption: as in ``smtp_encryption`` of ``ir.mail_server``
    :raise OSError, smtplib.SMTPException: it doesn't work
    """
    context = ssl.create_default_context()
    if not encryption.endswith("_strict"):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if encryption.startswith("ssl"):
        connection = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        connection = smtplib.SMTP(host, port, timeout=SECONDS)
    with connection:
        if encryption.startswith("starttls"):
            connection.starttls(context=context)
        connection.ehlo_or_helo_if_needed()
        if login:
            connection.login(*login)


def lookup_texts(name):
    """Return the TXT records of a name; ``None`` if there is neither this name nor one below it.

    :raise CannotAsk: ``dnspython`` isn't installed
    :raise TimeoutError: no name server answered
    """
    if dns is None:
        raise CannotAsk
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS, search=False)
    except dns.resolver.NXDOMAIN:
        return None
    except dns.resolver.NoAnswer:
        return []
    except dns.exception.DNSException as error:
        raise TimeoutError from error
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
