"""Cut what a reply quotes out of its HTML. Imports no Odoo.

Odoo marks quotations as it cleans an email, by what mail programs put around them. Some put
nothing there but lines that introduce the original, so these are looked for as well. What is
cut is told by its form alone: nothing is searched for secrets.
"""

import re
from html import escape

from lxml import etree, html

# What Odoo marks (``tag_quote`` of its mail tools). The quotation that Odoo itself puts around a
# message one replies to stays; what that message quotes does not.
_QUOTES = (
    ".//*[(@data-o-mail-quote or @data-o-mail-quote-node or self::blockquote)"
    " and not(self::blockquote[parent::*[contains(@class, 'o_mail_reply_content')]])"
    " and not(descendant-or-self::*[contains(@class, 'o_mail_reply_con')])]"
)
_DROPPED = "finance-portal-dropped"
# So many lines as "From: ..., Sent: ..., To: ..., Subject: ..." introduce an original; the first
# names an address or is known to name the sender.
MIN_HEADERS = 3
_HEADER = re.compile(r"[*\s]*[^\W\d_][^:：\n<>]{0,30}[:：][*\s]*\S")
_SENDER = re.compile(
    r"[*\s]*(?:from|von|de|da|van|från|fra|od|feladó|lähettäjä|kimden|gönderen|από|от|від|من|מאת"
    r"|发件人|寄件者|差出人|보낸 사람)\s?[:：]|[^:：]{1,40}[:：].*[^\s@<>]@[^\s@<>]",
    re.IGNORECASE,
)
_RULE = re.compile(r"[\s>]*-{3,}\s?[^-\n]{3,60}\s?-{3,}\s*")
_QUOTED_LINE = re.compile(r"\s*>")
_BLOCKS = {
    "address", "blockquote", "br", "div", "dl", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p",
    "pre", "section", "table", "td", "tr", "ul",
}  # fmt: skip


def cut_quotes(body, introduced=0):
    r"""Return the HTML of an email without the original that it quotes.

    :param int introduced: how many introductions are Odoo's own and stay with what follows

    >>> cut_quotes('<p>Yes!</p><blockquote data-o-mail-quote="1">Our email</blockquote>')
    '<p>Yes!</p>'
    >>> cut_quotes("<p>Yes!</p><div><p><b>From:</b> Us</p><p>Sent: now</p><p>To: me</p></div>Hi")
    '<p>Yes!</p>'
    >>> cut_quotes("<pre>Yes!\n&gt; Our email\nBye</pre>")
    '<pre>Yes!\nBye</pre>'
    >>> cut_quotes("Yes!<br>----- Original Message -----<br>Our email")
    'Yes!<br>'
    >>> cut_quotes("<p>Name: Ada</p><p>Phone: 1</p><p>Room: 2</p>")
    '<p>Name: Ada</p><p>Phone: 1</p><p>Room: 2</p>'
    """
    if not body or not body.strip():
        return body
    root = html.fragment_fromstring(str(body), create_parent="div")
    for node in root.xpath(_QUOTES):
        node.tag = _DROPPED
    etree.strip_elements(root, _DROPPED, with_tail=False)
    introductions = _find_introductions(_read_lines(root))
    if len(introductions) > introduced:
        _cut_from(root, *introductions[introduced])
    _erase(line for line in _read_lines(root) if _QUOTED_LINE.match(line.text))
    inner = "".join(html.tostring(child, encoding="unicode") for child in root)
    # type(): a body that is marked as safe HTML stays marked; nothing was added to it
    return type(body)(escape(root.text or "", quote=False) + inner)


class _Line:
    """A line as a reader sees it, and the pieces of the document that it consists of."""

    def __init__(self):
        self.text, self.pieces = "", []

    def add(self, text, node, name, start):
        if text and (text.strip() or self.text):
            self.text += text
            self.pieces.append((node, name, start, start + len(text)))


def _erase(lines):
    """Take lines out of the document, with the line break before each.

    Every text is written once: somebody may send a hundred thousand lines.
    """
    texts = {}
    for line in lines:
        for node, name, start, end in line.pieces:
            texts.setdefault((node, name), []).append((start, end))
    for (node, name), spans in texts.items():
        text, kept, last = getattr(node, name), [], 0
        for start, end in spans:
            kept.append(text[last : start - (start > last and text[start - 1] == "\n")])
            last = end
        setattr(node, name, "".join((*kept, text[last:])))


def _read_lines(root):
    """Return the lines of a document that are not empty."""
    lines, plain = [_Line()], 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        is_block = node.tag in _BLOCKS
        if is_block:
            lines.append(_Line())
        plain += (node.tag == "pre") * (1 if event == "start" else -1)
        name = "text" if event == "start" else "tail"
        text = getattr(node, name) if node is not root or event == "start" else ""
        start = 0
        for number, piece in enumerate((text or "").split("\n") if plain else [text or ""]):
            if number:
                lines.append(_Line())
            lines[-1].add(piece, node, name, start)
            start += len(piece) + 1
    return [line for line in lines if line.pieces]


def _find_introductions(lines):
    """Return where the introductions of originals begin, as ``(node, name, offset)``."""
    found, number, after = [], 0, 0
    while number < len(lines):
        is_rule = bool(_RULE.fullmatch(lines[number].text))
        # Lines that were looked at before stay what they are.
        after = max(after, number + is_rule)
        while after < len(lines) and _HEADER.match(lines[after].text):
            after += 1
        headers = after - number
        if is_rule or (headers >= MIN_HEADERS and _SENDER.match(lines[number].text)):
            found.append(lines[number].pieces[0][:3])
            number = after
        else:
            number += 1
    return found


def _cut_from(root, node, name, offset):
    """Take out everything from a place in the document on."""
    setattr(node, name, getattr(node, name)[:offset])
    if name == "text":
        del node[:]
    first = node if name == "tail" else None
    while node is not root:
        parent = node.getparent()
        if node is not first:
            node.tail = None
        del parent[parent.index(node) + 1 :]
        if node is not first and not len(node) and not (node.text or "").strip():
            parent.remove(node)
        node = parent
