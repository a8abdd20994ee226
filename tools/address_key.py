"""Compare email addresses as people type them. Imports no Odoo."""

import unicodedata


def address_key(address):
    """Return what two spellings of an address have in common: capitals, spaces and accents.

    Odoo keeps capitals of addresses with letters beyond ASCII, and a browser or a phone may type
    an accent as a character of its own. Not ``casefold``: it makes two addresses of "ss" and "ß".

    >>> address_key(" Ada@Bakery.Example ")
    'ada@bakery.example'
    >>> address_key("J\u00d6RG@bakery.example") == address_key("jo\u0308rg@Bakery.example")
    True
    >>> address_key("stra\u00dfe@b.example") == address_key("strasse@b.example")
    False
    >>> address_key(None)
    ''
    """
    return unicodedata.normalize("NFC", (address or "").strip()).lower()
