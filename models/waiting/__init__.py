"""What customers paid that waits for the bank, so that nobody asks for it twice.

Uses the rooms below it. Whoever tells what is open asks ``finance.portal.waiting``.
"""

from . import waiting
