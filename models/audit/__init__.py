"""The append-only record of what happened, and whether a person or a machine did it.

Uses links, access. Every room writes here through `_record` of `finance.portal.activity`.
"""

from . import activity
from . import activity_visitor
