"""The table of lines on a document page, as text.

Imports no Odoo, so that it can be read and tested alone.
"""

CELLS = ("quantity", "unit", "price", "discount", "taxes", "amount", "tag", "option")
# So long that a row of six columns no longer fits in the page's one column.
WIDE_AMOUNT = 16


def make_row(kind, name, **cells):
    """Return one row: ``kind``, ``name`` (first line), ``detail`` (the rest), and cells.

    Cells are text, empty where nothing is to be shown: ``quantity``, ``unit``, ``price``,
    ``discount``, ``taxes``, ``amount``, ``tag`` (a word beside the name) and ``option`` (the
    form field for the quantity, where the customer may choose it).

    >>> row = make_row("product", "Desk\\nOak, two drawers", price="9.00", taxes=None)
    >>> row["name"], row["detail"], row["price"], row["taxes"], row["tag"]
    ('Desk', 'Oak, two drawers', '9.00', '', '')
    """
    title, _newline, detail = (name or "").strip().partition("\n")
    return {
        "kind": kind,
        "name": title,
        "detail": detail.strip(),
        **{cell: cells.get(cell) or "" for cell in CELLS},
    }


def make_table(rows):
    """Return the lines as the document page draws them.

    :param list rows: what :func:`make_row` returned
    :return: dict of ``rows``, ``has_discount``, ``has_taxes`` and ``is_wide`` (too wide for
        columns)

    >>> table = make_table([make_row("product", "Desk", amount="1,234,567,890.00", taxes="19%")])
    >>> table["has_discount"], table["has_taxes"], table["is_wide"]
    (False, True, False)
    >>> make_table([])["is_wide"]
    False
    """
    longest = max((len(row[key]) for row in rows for key in ("price", "amount")), default=0)
    return {
        "rows": rows,
        "has_discount": any(row["discount"] for row in rows),
        "has_taxes": any(row["taxes"] for row in rows),
        "is_wide": longest > WIDE_AMOUNT,
    }
