"""What bridges add to the tests that look at everything: who gets what, and can all read it.

A bridge's folder may hold a file ``extension.py`` with any of

- ``SETUP``: code that adds to ``found``, run in the shell behind the first part of ``SETUP`` in
  ``portal_setup.py``
- ``LINKS``: ``{name: (model, kind)}`` of documents of Ada's that are mailed to her; the reference
  of the link is ``{name}`` in addresses, its token ``{name_token}``
- ``ADDRESSES``, ``ODOO_ADDRESSES``, ``LAST``, ``MODELS``, ``METHODS``: tables as those in
  ``authorization_table.py`` and ``authorization_methods.py``, with a first row of their own
- ``DIALOGS`` and ``TABLES``: sets, of models whose rows come and go, and of tables that nobody
  without the right may change
- ``EMAILS``: functions of a server, its inbox and a factory of invoices, each of which returns an
  email that a customer gets
- ``PAGES`` and ``ANSWERS``: as in ``test_accessibility.py``; ``FAULTS_OF_ODOO``: beginnings of
  what axe says of markup that is Odoo's own
"""

import importlib

from dev.suite import extensions


def modules() -> list:
    """Return the extensions of the bridges that are installed."""
    return [
        importlib.import_module(f"e2e.{folder.name}.extension")
        for folder in extensions.folders()
        if (folder / "extension.py").exists()
    ]


def parts(name: str) -> list:
    """Return what the extensions call ``name``."""
    return [getattr(module, name) for module in modules() if hasattr(module, name)]


def merged(name: str) -> dict:
    """Return the dictionaries that the extensions call ``name`` as one."""
    return {key: value for part in parts(name) for key, value in part.items()}


def joined(name: str) -> list:
    """Return what is in the lists or sets that the extensions call ``name``."""
    return [entry for part in parts(name) for entry in part]
