"""What a customer may pay of a document now, and the seal under it. Imports no Odoo."""

from typing import NamedTuple


class Offer(NamedTuple):
    """One amount that a customer may pay now.

    ``key`` names it in the page's address, ``label`` is what the customer reads, ``amount`` is
    in the document's currency.
    """

    key: str
    label: str
    amount: float


class Seal(NamedTuple):
    """What a page offered, as its form posts it back.

    ``page`` is another text for each page that was shown, ``key`` and ``amount`` are the offer's
    (the amount as text), ``terms`` the fingerprint of what it was for, ``proof`` says that all
    of it is ours.
    """

    page: str
    key: str
    amount: str
    terms: str
    proof: str


def write_seal(seal):
    """Return a seal as one text.

    >>> write_seal(Seal("p4ge", "all", "100.00", "", "pr00f"))
    'p4ge.all.100_00..pr00f'
    """
    return ".".join(part.replace(".", "_") for part in seal)


def read_seal(text):
    """Return the :class:`Seal` that a text holds, ``None`` when it is no such text.

    >>> read_seal("p4ge.all.100_00..pr00f")
    Seal(page='p4ge', key='all', amount='100.00', terms='', proof='pr00f')
    >>> read_seal("p4ge.all") is read_seal(None) is read_seal("é.all.1..x") is None
    True
    """
    if not isinstance(text, str) or not text.isascii() or text.count(".") != 4:
        return None
    page, key, amount, terms, proof = text.split(".")
    return Seal(page, key, amount.replace("_", "."), terms, proof)
