"""What other programs call: a few methods that stay as they are.

Uses every room. Others use nothing of it.
"""

from . import api, api_accounts
