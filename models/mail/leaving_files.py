from typing import NamedTuple

LEAVING_KEY = "finance_portal_leaving_files"


class LeavingFiles(NamedTuple):
    """What Odoo's methods are told, in the context, of the files of an email that leaves.

    ``mail`` is the email, ``linked`` the files that its text names instead of having them attached,
    and ``attach_all`` says to attach all others, whatever their size. No request can put such a
    value there, only what JSON knows.
    """

    mail: object
    linked: object
    attach_all: bool = False


def get_leaving_files(env):
    """Return the :class:`LeavingFiles` in the context of an environment, or ``None``."""
    told = env.context.get(LEAVING_KEY)
    return told if isinstance(told, LeavingFiles) else None
