"""What our layout shows in an email with a list of documents. Imports no Odoo."""

from dataclasses import dataclass

from .mail_content import MailContent, MailItem


@dataclass(frozen=True)
class ListItem(MailItem):
    """A document in a list, and which one it is, for when the email leaves.

    >>> item = ListItem("Invoice 7", "10.00", (), "/finance/i/", "View it", ("account.move", 7))
    >>> item.title, item.document
    ('Invoice 7', ('account.move', 7))
    """

    document: tuple = ()  # (model, id)


@dataclass(frozen=True)
class ListContent(MailContent):
    """An email with a list of documents, which may be empty."""
