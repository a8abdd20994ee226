"""Run Odoo's program without its habit of letting jobs wait: run by path, as Odoo itself would be.

Its scheduler makes itself "nice": on a machine that is busy with other tests, too, it gets a tenth
of the time that requests get, and what a test waits for comes minutes late.
"""

import os
import runpy
import sys

os.nice = lambda _increment: os.getpriority(os.PRIO_PROCESS, 0)
sys.argv = sys.argv[1:]
sys.path[0] = os.path.dirname(sys.argv[0])
runpy.run_path(sys.argv[0], run_name="__main__")
