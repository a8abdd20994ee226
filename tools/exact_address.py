"""Name the one address that an email is for. Imports no Odoo."""


class ExactAddress(str):
    """An address that our own code chose. No request can send one, only a plain text.

    >>> ExactAddress("ada@bakery.example") == "ada@bakery.example"
    True
    """

    __slots__ = ()
