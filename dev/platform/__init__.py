"""What every command stands on: Odoo, PostgreSQL, databases, servers, ports and mail.

``bootstrap`` and what it imports (``console``, ``debian``, ``interpreter``, ``paths``) need nothing
but Python's standard library: they run before the virtual environment exists.
"""
