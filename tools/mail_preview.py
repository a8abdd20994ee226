"""Turn an email as it would leave into one that is only looked at. Imports no Odoo."""

import base64
import hashlib
import re

from lxml import etree, html

# What the preheader is filled up with, so that inboxes don't go on with the text.
FILLER = re.compile("[\u034f\u200b\\s]+")
CONTENT_ID = re.compile(r"cid:([0-9a-f]{64})@finance-portal")
# Looks like a link where the email itself doesn't say how links look.
LINK_STYLE = "a:not([style]) { color: LinkText; text-decoration: underline; }"
HIDDEN = "display: none"


def read_preheader(body):
    """Return what inboxes show beside the subject, or an empty text.

    >>> read_preheader('<body><div style="display: none">12 due &#847;&#8203;</div>Hi</body>')
    '12 due'
    >>> read_preheader('<p>Hi</p>')
    ''
    """
    tree = html.document_fromstring(body or "<p/>")
    for part in tree.iterfind("./body/div"):
        if (part.get("style") or "").startswith(HIDDEN):
            return FILLER.sub(" ", part.text_content()).strip()
    return ""


def disarm(body, files=()):
    """Return an email whose links lead nowhere, with the pictures that it carries along.

    :param files: list of ``(name, content, type)``

    >>> disarm('<p><a href="https://example.com/x" style="color: red">View</a></p>')
    '<html><head><style>a:not([style]) { color: LinkText; text-decoration: underline; }</style>\
</head><body><p><a style="color: red">View</a></p></body></html>'
    """
    tree = html.document_fromstring(body or "<p/>")
    for link in tree.iter("a", "area"):
        link.attrib.pop("href", None)
    # A frame without scripts runs none; what would lead away from it goes all the same.
    etree.strip_elements(tree, "script", "base", "iframe", "object", "embed", with_tail=False)
    for meta in tree.xpath("//meta[@http-equiv='refresh' or @http-equiv='Refresh']"):
        meta.getparent().remove(meta)
    _show_pictures(tree, files)
    head = tree.find("./head")
    if head is None:
        head = etree.Element("head")
        tree.insert(0, head)
    style = etree.Element("style")
    style.text = LINK_STYLE
    head.insert(0, style)  # first, so that the email's own styles win
    return html.tostring(tree, encoding="unicode")


def _show_pictures(tree, files):
    """Put the pictures that travel with an email in the place of what stands for them."""
    carried = {
        hashlib.sha256(content).hexdigest(): (content, kind) for _name, content, kind in files
    }
    for picture in tree.iter("img"):
        found = CONTENT_ID.fullmatch(picture.get("src") or "")
        if found and found[1] in carried:
            content, kind = carried[found[1]]
            data = base64.b64encode(content).decode()
            picture.set("src", f"data:{kind};base64,{data}")
