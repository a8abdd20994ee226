"""Find sentences of pages, emails and forms that are cut around a value.

Odoo's translators get the text of a template in pieces: every element with a value, a field or a
link ends one. "Here are your links at", the company's name and "." can't be put into the order of
Japanese or Turkish. Such a sentence is made where its values are, as one text with named
placeholders; or it becomes a label with its value ("Goes to: ada@bakery.example.com").
"""

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

PLACES = ("data", "report", "static/src", "views", "wizard")
# What stays in the text around it, unless something in it is worked out.
MARKUP = {
    "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd",
    "mark", "q", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var",
    "wbr",
}  # fmt: skip
# What stands in a line of text, and so may be a part of its sentence.
INLINE = MARKUP | {"a", "field", "t"}
OUTPUTS = {"t-esc", "t-field", "t-out"}
UNREAD = {"script", "style"}
CLOSING = ".!?…:"

# ``(end of the file's name, text)``: what looks like a part of a sentence, and may stay.
ALLOWED = {
    # Staff edit these texts, and see the name where it stands, as in Odoo's own templates.
    ("mail_template_data.xml", "Hello"),
    # The word on the button, and beside it the page that is open.
    ("portal_frame_templates.xml", "Menu"),
}


def check(root: Path) -> list[str]:
    """Return a line for each text that goes on in, or after, an element with a value."""
    found = []
    for folder in (root, *sorted((root / "bridges").iterdir())):
        for place in PLACES:
            for path in sorted((folder / place).rglob("*.xml")):
                found += [
                    f"{path.relative_to(root)}:{line}: goes on around a value: {text!r}"
                    for line, text in parts_in(path.read_bytes())
                    if not any(path.name.endswith(end) and text == one for end, one in ALLOWED)
                ]
    return found


def parts_in(source: bytes) -> Iterator[tuple[int, str]]:
    """Yield the texts of a file that are a part of a sentence, each with its line.

    >>> list(parts_in(b'<p>Here are your links at <t t-out="name"/>.</p>'))
    [(1, 'Here are your links at')]
    >>> list(parts_in(b'<p><b t-out="name"/> sees it. <t t-out="more"/></p>'))
    [(1, 'sees it.')]
    >>> list(parts_in(b'<p>Press <b>Accept</b>. <t t-out="note"/> Due: <t t-out="day"/></p>'))
    []
    """
    for node in etree.fromstring(source).iter(etree.Element):
        if node.tag in UNREAD or _is_markup(node):
            continue
        for before, text, after in _pieces(node):
            if _goes_on(before, text, after):
                yield node.sourceline, text


def _pieces(node) -> Iterator[tuple]:
    """Yield the texts that a translator gets of an element, with what stands around each."""
    before, text = None, node.text or ""
    for child in node:
        if _is_markup(child):
            text += "".join(child.itertext()) + (child.tail or "")
            continue
        if isinstance(child.tag, str):  # else a comment
            yield before, " ".join(text.split()), child
            before, text = child, ""
        text += child.tail or ""
    yield before, " ".join(text.split()), None


def _is_markup(node) -> bool:
    """Return whether Odoo leaves an element in the text around it."""
    is_plain = not any(key.startswith("t-") for key in node.attrib)
    return node.tag in MARKUP and is_plain and all(map(_is_markup, node))


def _goes_on(before, text: str, after) -> bool:
    """Return whether a text with words in it begins or ends in the middle of a sentence."""
    if not any(map(str.isalpha, text)):
        return False
    follows = _is_inline(before) or (before is not None and before.tag == "button")
    return (follows and not text[0].isupper()) or (_is_inline(after) and text[-1] not in CLOSING)


def _is_inline(node) -> bool:
    """Return whether an element shows something within the line."""
    if node is None or node.tag not in INLINE or "t-set" in node.attrib:
        return False
    if node.tag != "t" or OUTPUTS & set(node.attrib):
        return True
    return bool((node.text or "").strip()) or any(map(_is_inline, node))
