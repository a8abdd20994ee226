import re

from odoo import models

# What nobody reads of an email's HTML: comments, styles, and tags with their attributes. It never
# looks further than to the next tag twice, so that nonsense doesn't keep us busy.
NOT_SHOWN = (
    r"(?s:<!--.*?(?:-->|\Z)|<(?:style|script|title)\b.*?(?:</(?:style|script|title)>|\Z))"
    r"|<[a-z/!](?:[^<>\"']|\"[^\"]*\"|'[^']*')*>"
)
# How Odoo's address of any record begins that it puts in emails.
MAIL_VIEW = "/mail/view?"
# What may follow the document's number: no full stop that ends the sentence.
REST_OF_ADDRESS = r"(?:/[\w/-]*)?(?:\?(?:[\w%.=~+-]|&amp;|&(?![a-z]+;))*[\w%=~+-])?(?:#[\w-]+)?"

# What ends a word in the HTML and in every plain text that is made of it.
_SPACE = re.compile(r"[ \t\n\xa0]|&nbsp;")
_ENDS_WORD = re.compile(r"</?(?:p|div|br|tr|li)\b|</t[dh]\b", re.IGNORECASE)
# What makes a word an address, or something that mail programs take for one.
_OF_AN_ADDRESS = re.compile(r"[./\\@\u3002\uff0e\uff61]")


def _sub_shown(pattern, body, replace):
    """Return ``body`` with each address replaced that is no part of another one.

    Mail programs make a link of a word, whatever tags stand within, and a link to somebody
    else's server takes everything along that follows in the same word.

    :param pattern: matches an address, as such a group, or what nobody sees
    """
    parts, end, linked = [], 0, False
    for match in pattern.finditer(body):
        before = body[end : match.start()]
        *spaced, word = _SPACE.split(before)
        linked = (linked and not spaced) or bool(_OF_AN_ADDRESS.search(word))
        parts += [before, replace() if match["address"] and not linked else match[0]]
        linked = bool(match["address"]) or (linked and not _ENDS_WORD.match(match[0]))
        end = match.end()
    return "".join([*parts, body[end:]])


class FinancePortalDocument(models.AbstractModel):
    """Odoo's own addresses of a document in the text of an email, which become its secure link."""

    _inherit = "finance.portal.document"

    def _finance_portal_close_native_links(self, body, url):
        """Return ``body`` with Odoo's own links to this document replaced by ``url``.

        Templates that a company wrote itself may hold such a link; this is the last place
        where it can be caught. Only whole links to this server are replaced, never a picture
        or a part of another address: nothing but a click may use up what stands there.
        """
        if not self._finance_portal_native_closed():
            return body
        # sudo: the token is looked for in order to take it out
        token = self.sudo()._finance_portal_get_native_token()
        if not self._finance_portal_may_hold_native(body, "access_token=", token):
            return body
        paths = [
            # An attachment too large for the email is replaced by its own permanent address.
            r"/web/(?:content|image)/\d[^\"]*\baccess_token=",
            *self._finance_portal_get_native_patterns(),
        ]
        if token:
            paths.append(r"/[^\"]*" + re.escape(token))
        server = f"(?:{re.escape(self.get_base_url())})?"
        link = re.compile(rf"(<a\b[^>]*\shref=)\"{server}(?:{'|'.join(paths)})[^\"]*\"")
        closed = link.sub(lambda match: f'{match[1]}"{url}"', str(body))
        if token:
            # Written out as text, or in a picture's address: the bare address is left.
            closed = re.sub(rf"[?&](?:amp;)?access_token={token}[^\s\"'<>]*", "", closed)
            closed = closed.replace(token, "")
        # type(): a body that is marked as safe HTML stays marked
        return type(body)(closed)

    def _finance_portal_may_hold_native(self, body, *texts):
        """Return whether one of Odoo's addresses of this document may be in a text.

        Most emails hold none, and a closer look takes long: its pattern differs for each document.

        :param texts: others, each of which is enough
        """
        told = str(body).lower()
        wanted = (MAIL_VIEW, self._finance_portal_get_native_path(), *texts)
        return any(text.lower() in told for text in wanted if text)

    def _finance_portal_get_native_path(self):
        """Return the path of Odoo's own page of this document, or an empty text without one."""
        path = self.access_url if "access_url" in self._fields else ""
        return path if path.startswith("/") else ""

    def _finance_portal_get_native_patterns(self):
        """Return regular expressions that match how Odoo's addresses of this document begin."""
        patterns = [
            # No longer than such an address is: an email of a customer shall not keep us busy.
            rf"{re.escape(MAIL_VIEW)}[^\"\s<>]{{0,999}}\bmodel={re.escape(self._name)}&(?:amp;)?"
            rf"[^\"\s<>]{{0,999}}\bres_id={self.id}(?!\d)",
        ]
        if path := self._finance_portal_get_native_path():
            patterns.append(re.escape(path) + r"(?![\w-])")
        return patterns

    def _finance_portal_sub_shown_address(self, body, replace):
        """Return ``body`` with Odoo's address of this document, where people read it, replaced.

        Only whole addresses on this server, and only in what is shown: in an attribute, a comment
        or a part of another address, something else than a click might use up what stands there.

        :param replace: called for each address, returns what to put there
        """
        closed = self._finance_portal_native_closed()
        if not closed or not self._finance_portal_may_hold_native(body):
            return body
        server = re.escape(self.get_base_url())
        patterns = "|".join(self._finance_portal_get_native_patterns())
        shown = re.compile(
            rf"{NOT_SHOWN}|(?<![\w/=?&%:#.-])(?P<address>{server}(?:{patterns}){REST_OF_ADDRESS})",
            re.IGNORECASE,
        )
        # type(): a body that is marked as safe HTML stays marked
        return type(body)(_sub_shown(shown, str(body), replace))
