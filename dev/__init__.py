"""Developer tooling: fetch, run, test and check the addon on a real Odoo.

Start with ``__main__``, the list of commands. Each package says what it is for; ``platform``
uses none of the others, and ``demo``, ``suite`` and ``bench`` use it, not each other (but for
the logo that the benchmark borrows from the demo).
"""
