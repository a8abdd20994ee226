"""Write an email as plain text, for those who read it so. Imports no Odoo."""

import re

from lxml import etree, html

SKIPPED = {"head", "script", "style", "title"}
# With an empty line around them, or just on lines of their own.
PARAGRAPHS = {"h1", "h2", "h3", "hr", "ol", "p", "table", "ul"}
LINES = {"div", "li", "tr"}
LINE_END = "\0"  # an end of line that makes no empty one
BREAKS = re.compile(r"[ \0\n]*[\0\n][ \0\n]*")
HIDDEN = re.compile(r"display:\s*none")
WEB = re.compile("https?://")
# What isolates a text of another direction; plain text needs no help with that.
ISOLATES = re.compile("[\u2066-\u2069]")


def to_text(markup):
    """Return the text of an email, each link with its address behind it, without pictures.

    >>> to_text('<p>Hello <b>Ada</b>,</p><p>see <a href="https://a.example/1">it</a>.</p>')
    'Hello Ada,\\n\\nsee it: https://a.example/1 .'
    >>> to_text('<div style="display: none">Peek</div><table><tr><td>1</td><td>2</td></tr></table>')
    '1 2'
    >>> to_text('<div>One<br>two</div><div><a href="https://a.example/">a.example</a></div>')
    'One\\ntwo\\na.example'
    >>> to_text(" ")
    ''
    """
    if not str(markup).strip():
        return ""
    parts = []
    _walk(html.document_fromstring(str(markup)), parts)
    # Whoever copies an account number from a text wants plain spaces.
    text = re.sub(r"[ \xa0]+", " ", ISOLATES.sub("", "".join(parts)))
    return BREAKS.sub(lambda found: "\n" * min(max(found[0].count("\n"), 1), 2), text).strip()


def _walk(node, parts):
    """Append the text of a node and of what follows it up to the next tag."""
    if isinstance(node.tag, str) and not _is_hidden(node):
        around = "\n\n" if node.tag in PARAGRAPHS else LINE_END if node.tag in LINES else ""
        parts += [around, "- " if node.tag == "li" else "", _squeeze(node.text)]
        for child in node:
            _walk(child, parts)
        after = {"br": "\n", "td": " ", "th": " "}.get(node.tag, around)
        parts += [_get_address(node), after]
    elif isinstance(node.tag, str):
        parts.append(" ")  # what is hidden makes one word of nothing
    parts.append(_squeeze(node.tail))


def _is_hidden(node):
    return node.tag in SKIPPED or HIDDEN.search(node.get("style") or "")


def _squeeze(text):
    """Return text as HTML means it: a line break in the source is a space."""
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _get_address(node):
    """Return what a link adds to its words: the address, unless they are the address."""
    address = node.get("href") or ""
    if node.tag != "a" or not WEB.match(address):
        return ""
    words = etree.tostring(node, method="text", encoding="unicode", with_tail=False).strip()
    is_same = WEB.sub("", words).rstrip("/") == WEB.sub("", address).rstrip("/")
    return "" if is_same else f": {address} "
