"""What other programs call: a few methods that stay as they are, and metrics.

Uses every room. Others use nothing of it.
"""

from . import api, api_accounts, metrics
