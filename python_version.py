"""Refuse a Python that is too old. This file runs on every Python that Odoo supports."""

import sys

from odoo.exceptions import UserError

MIN = (3, 11)

# Odoo shows this as is to whoever installs the addon; the language isn't known yet.
TOO_OLD = (
    "Finance Portal needs Python 3.11 or newer, but this Odoo runs on Python"
    f" {sys.version_info[0]}.{sys.version_info[1]}. Run Odoo on a newer version of Python,"
    " then install Finance Portal again."
)

if sys.version_info < MIN:
    raise UserError(TOO_OLD)
