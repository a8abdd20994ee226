"""Say in a sentence which Python is needed. Runs on every Python that Odoo itself runs on."""

import sys

from odoo.exceptions import UserError

LEAST = (3, 11)

if sys.version_info < LEAST:
    # Odoo shows this one to whoever installs as it stands; no language is known yet.
    raise UserError(  # pylint: disable=translation-required
        "Finance Portal needs Python 3.11 or newer, but this Odoo runs on Python"
        f" {sys.version_info[0]}.{sys.version_info[1]}. Run Odoo on a newer version of Python,"
        " then install Finance Portal again."
    )
