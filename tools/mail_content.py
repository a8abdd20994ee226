"""What our layout shows around the message of an email. Imports no Odoo."""

import re
from dataclasses import dataclass

# The size in which Odoo's own templates write, too small for a phone.
SMALL_TEXT = re.compile(r"(<(?:p|div|li|span)\b[^>]{0,999}?\bfont-size:\s*)1[0-3](?:\.\d+)?px")

SPACES = re.compile(r"\s|&nbsp;")


@dataclass(frozen=True)
class MailItem:
    """One of several documents that an email is about, with a link of its own."""

    title: str
    amount: str
    facts: tuple  # sentences below it
    url: str
    words: str  # what the link says


@dataclass(frozen=True)
class MailContent:
    """What stands around the message. Our own code makes it: no request can send one.

    An email with an ``amount`` has its button above the message, others below it.
    """

    title: str = ""
    label: str = ""  # what the amount is
    amount: str = ""
    facts: tuple = ()  # sentences below the amount
    button: tuple = ()  # (address, words)
    items: tuple = ()  # of :class:`MailItem`, where there are several links instead of a button
    notes: tuple = ()  # small sentences below the button, or the items
    pay: str = ""  # how to pay, in one line
    preheader: str = ""  # what inboxes show beside the subject
    vat: str = ""  # the tax ID in the imprint, when not the company's usual one
    base_url: str = ""


def names_account(body, number):
    """Return whether a message names a bank account, however the number is spaced.

    >>> names_account("<p>to <b>DE89&nbsp;3704 0044</b></p>", "DE8937040044")
    True
    >>> names_account("<p>See below.</p>", "DE8937040044"), names_account("x", "")
    (False, False)
    """
    plain, wanted = (SPACES.sub("", str(text or "")) for text in (body, number))
    return bool(wanted) and wanted in plain


def enlarge(body):
    """Return a message in the size of the layout around it.

    >>> enlarge('<p style="margin: 0px; font-size: 13px;">Hello</p>')
    '<p style="margin: 0px; font-size: 16px;">Hello</p>'
    >>> enlarge('<p style="font-size: 24px">Hello</p>')
    '<p style="font-size: 24px">Hello</p>'
    """
    # type(): a body that is marked as safe HTML stays marked
    return type(body)(SMALL_TEXT.sub(r"\g<1>16px", str(body)))
