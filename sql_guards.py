"""Parts of the triggers by which the database itself refuses changes."""

from odoo.tools import SQL


def columns_of(row, names):
    """Return a list of columns of a trigger's row, such as ``NEW."a", NEW."b"``.

    :param str row: ``NEW`` or ``OLD``
    :param names: column names
    """
    record = {"NEW": SQL("NEW"), "OLD": SQL("OLD")}[row]
    return SQL(", ").join(SQL("%s.%s", record, SQL.identifier(name)) for name in names)
