"""A company to try things out with: ``make demo``, and what looks into its database.

``data``, ``documents``, ``quotes`` and one file for each bridge fill the database, in an Odoo
shell; ``sending`` and the files named after it send the first documents.
"""
