"""What our layout shows in an email with a list of documents. Imports no Odoo."""

from dataclasses import dataclass

from .mail_content import MailContent, MailItem


@dataclass(frozen=True)
class ListItem(MailItem):
    """A document in a list, and which one it is, for when the email leaves."""

    document: tuple = ()  # (model, id)


@dataclass(frozen=True)
class ListContent(MailContent):
    """An email with a list of documents, which may be empty."""
