"""What a visitor's browser remembers: the links it was let in through, and our forms.

Each is a cookie of its own, and none is in the session. A session is one file, which every
request writes whole: of links opened at the same moment, all but one would be lost.

A grant names a link by its public reference and never holds a token. It opens nothing by
itself: the resolver checks the link behind it on every request.
"""

import re

from odoo.http import request
from odoo.tools import consteq, hmac

from ..const import FORM_KEY, VISIT_KEY
from ..tools.secure_token import is_ref, new_ref

# More than anybody reads in a week, and still short enough for every web server.
MAX_GRANTS = 50
# As long as Odoo keeps a session. A link ends long before, and its page then says so.
KEPT_SECONDS = 7 * 24 * 3600
PROOF_LENGTH = 32  # hexadecimal digits, 128 bits

# Followed by the reference of a link, or by what a mailed account link is for.
GRANT_COOKIE = "finance_portal_grant_"
# Followed by the key of a form that visitors without a session use, such as the sign-in form.
FORM_COOKIE = "finance_portal_form_"
SET_BY_PAGES = {"session_id"}  # by Odoo
_REF = "[A-Za-z0-9_-]{22}"
_GRANT_VALUE = re.compile(rf"({_REF}(?:~{_REF})?)\.([0-9a-f]{{{PROOF_LENGTH}}})")


def give(link):
    """Let this visitor in to ``link``, for as long as it lives.

    :return: the identifier of this visit
    """
    visit = new_ref()
    first = get_first_visit(link.ref) or visit
    for name in _names(GRANT_COOKIE)[: -MAX_GRANTS + 1]:  # browsers send the oldest first
        _erase(name)
    _keep(link.ref, f"{visit}~{first}")
    return visit


def get(ref):
    """Return the grant for a public reference, or ``None``.

    A grant that ended still counts as one: the link behind it is over as well, and the
    resolver then says so.
    """
    visit, _mark, first = ((_read(ref) if is_ref(ref) else None) or "").partition("~")
    return {"visit": visit, "first_visit": first} if visit else None


def get_refs():
    """Return the references of the links through which this browser was let in."""
    refs = (name.removeprefix(GRANT_COOKIE) for name in _names(GRANT_COOKIE))
    return {ref for ref in refs if get(ref)}


def get_visit(ref):
    """Return the identifier of the visit: of the click on a link, or of the sign-in."""
    grant = get(ref)
    return grant["visit"] if grant else request.session.get(VISIT_KEY)


def get_first_visit(ref):
    """Return the visit in which this browser first opened the link, or ``None``."""
    return (get(ref) or {}).get("first_visit")


def forget(ref):
    """Forget the grant for a public reference."""
    _erase(GRANT_COOKIE + ref)


def forget_all():
    """Forget all grants of this browser."""
    for name in _names(GRANT_COOKIE):
        _erase(name)


def begin_visit():
    """Begin the visit of a customer who just signed in, with a new key for forms."""
    request.session[VISIT_KEY] = new_ref()
    # Forms that were open before prove nothing any more.
    request.session[FORM_KEY] = new_ref()


# === ACCOUNT LINKS === #


def give_account_link(link):
    """Let this visitor choose a password with ``link``."""
    _keep(link.purpose, link.ref)


def get_account_link(purpose):
    """Return the reference of the last setup or reset link opened here, or ``None``."""
    return _read(purpose)


# === FORMS OF VISITORS === #


def start_form():
    """Return the key of this browser's forms, which a cookie of its own keeps.

    A browser that opens two such pages at the same moment gets two keys. Both stay valid.
    """
    if keys := get_form_keys():
        return keys[0]
    name = FORM_COOKIE + new_ref()
    _set(name, "1")
    return _get_form_key(name)


def get_form_keys():
    """Return the keys of forms that this browser may send without being signed in."""
    return [_get_form_key(name) for name in _names(FORM_COOKIE)[:MAX_GRANTS]]


def get_link_form_keys(ref):
    """Return the keys of the forms of a link's page that this browser may send."""
    return [f"link {ref}"] if get(ref) else []


def _get_form_key(name):
    # Whoever names a cookie after a link's reference gets no form of that link.
    return f"visitor {name.removeprefix(FORM_COOKIE)}"


# === COOKIES === #


def has_cookies():
    """Return whether the browser keeps our cookies: any page of ours sets one."""
    return any(
        name in SET_BY_PAGES or name.startswith((GRANT_COOKIE, FORM_COOKIE))
        for name in request.httprequest.cookies
    )


def _names(prefix):
    return [name for name in request.httprequest.cookies if name.startswith(prefix)]


def _keep(name, value):
    _set(GRANT_COOKIE + name, f"{value}.{_prove(name, value)}")


def _read(name):
    """Return what a cookie of ours keeps, ``None`` if we didn't write it."""
    text = request.httprequest.cookies.get(GRANT_COOKIE + name, "")
    value = _GRANT_VALUE.fullmatch(text)
    return value[1] if value and consteq(value[2], _prove(name, value[1])) else None


def _prove(name, value):
    # sudo: to read the database secret
    return hmac(request.env(su=True), "finance_portal.grant", (name, value))[:PROOF_LENGTH]


def _set(name, value, seconds=KEPT_SECONDS):
    request.future_response.set_cookie(
        name,
        value,
        max_age=seconds,
        expires=None,
        secure=request.httprequest.scheme == "https",
        httponly=True,
        # Sent when a link in an email is clicked, never with a form of another site.
        samesite="Lax",
    )


def _erase(name):
    _set(name, "", seconds=0)
