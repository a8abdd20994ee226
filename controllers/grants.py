"""The visitor's session remembers which links it was let in through, and for how long.

A grant names a link by its public reference and never holds a token. It opens nothing by
itself: the resolver checks the link behind it on every request.
"""

from odoo.http import request

from ..const import GRANTS_KEY, VISIT_KEY
from ..tools.secure_token import new_ref

MAX_GRANTS = 50


def give(link):
    """Let this visitor in to ``link``, for as long as it lives.

    :return: the identifier of this visit
    """
    session, visit = request.session, new_ref()
    grants = dict(session.get(GRANTS_KEY, {}))
    # Staff see the document anyway, and work in many windows at once.
    is_staff = request.env.user._is_internal()
    if link.ref not in grants and not is_staff and not session.is_new:
        # Nobody who planted their session in the visitor's browser shall share the grant.
        session.should_rotate = True
    request.env["finance.portal.page"]._start_forms()
    grants.pop(link.ref, None)
    session[GRANTS_KEY] = dict(list(grants.items())[-MAX_GRANTS:]) | {link.ref: {"visit": visit}}
    return visit


def begin_visit():
    """Begin the visit of a customer who just signed in."""
    request.session[VISIT_KEY] = new_ref()


def get(ref):
    """Return the grant for a public reference, or ``None``.

    A grant that ended still counts as one: the link behind it is over as well, and the
    resolver then says so.
    """
    return request.session.get(GRANTS_KEY, {}).get(ref)


def get_visit(ref):
    """Return the identifier of the visit: of the click on a link, or of the sign-in."""
    grant = get(ref)
    return grant["visit"] if grant else request.session.get(VISIT_KEY)


def forget(ref):
    """Forget the grant for a public reference."""
    request.session[GRANTS_KEY] = {
        other: grant
        for other, grant in request.session.get(GRANTS_KEY, {}).items()
        if other != ref
    }
