"""What a visitor asks of a list in the portal, read from its address. Imports no Odoo."""

import re
from typing import NamedTuple
from urllib.parse import urlencode

from .entered import clean_line
from .secure_token import is_ref

MAX_SEARCHED = 100  # characters
AT = re.compile(r"[1-9][0-9]{0,6}")


class ListQuery(NamedTuple):
    """Which part of a list is wanted; whatever makes no sense counts as not said.

    ``show`` and ``sort`` are keys that the list knows. ``after`` and ``before`` are references
    of documents: the page begins behind the one, or ends in front of the other. ``at`` is the
    number of the first document on it, as far as the page before could tell.
    """

    show: str
    sort: str
    search: str = ""
    after: str = ""
    before: str = ""
    at: int = 0

    def address(self, path, **changes):
        """Return the address of the list with some wishes changed; what is usual is left out.

        >>> query = ListQuery("", "", "50% off", "", "")
        >>> query.address("/list", show="open")
        '/list?q=50%25+off&show=open'
        >>> ListQuery("", "").address("/list")
        '/list'
        """
        wishes = self._replace(**changes)._asdict()
        wishes = {"q": wishes.pop("search"), **wishes}
        text = urlencode({name: value for name, value in wishes.items() if value})
        return f"{path}?{text}" if text else path


def read_query(params, filters, sorts):
    """Return the :class:`ListQuery` in the parameters of an address.

    :param dict params: texts, as the visitor sent them
    :param filters: the keys of the list's filters, the usual one is ""
    :param sorts: the keys of its orders, the usual one is ""

    >>> read_query({"show": "open", "page": "-1", "q": " S0\\x00001 "}, {"", "open"}, {""})
    ListQuery(show='open', sort='', search='S0001', after='', before='', at=0)
    >>> read_query({"show": "drop", "sort": "x", "after": "1' OR 1"}, {""}, {""})
    ListQuery(show='', sort='', search='', after='', before='', at=0)
    >>> read_query({"after": "x", "at": "21"}, {""}, {""}).at
    0
    """

    def text(name):
        value = params.get(name)
        return value if isinstance(value, str) else ""

    def known(name, keys):
        return text(name) if text(name) in keys else ""

    after, before = (text(name) if is_ref(text(name)) else "" for name in ("after", "before"))
    return ListQuery(
        known("show", filters),
        known("sort", sorts),
        clean_line(text("q"), MAX_SEARCHED),
        after,
        "" if after else before,
        int(text("at")) if (after or before) and AT.fullmatch(text("at")) else 0,
    )
