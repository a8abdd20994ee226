"""Work on many records that somebody chose together: a run of lines, which a job works off.

Uses web. Others inherit `finance.portal.bulk.run.mixin` and `finance.portal.bulk.line.mixin`, as
sending and contacts do, and say what a line is about and what is done for it.
"""

from . import bulk_run_mixin
from . import bulk_line_mixin
