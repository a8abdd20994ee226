"""Parts of the triggers by which the database itself refuses changes."""

from odoo.tools import SQL

# The moment by the database's own clock (UTC, whole seconds), as the ORM stores moments.
NOW = SQL("date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC')")
# Which database this is. Odoo makes a new one when it copies a database.
DATABASE_UUID = SQL("(SELECT value FROM ir_config_parameter WHERE key = 'database.uuid')")


def stored_columns(model, *, but):
    """Return the names of all columns of a model's table that a guard keeps as they are.

    :param but: columns that may change, beside those the ORM keeps for itself
    """
    names = {name for name, field in model._fields.items() if field.store and field.column_type}
    return sorted(names - {*but, "create_uid", "write_uid", "write_date"})


def columns_of(row, names):
    """Return a list of columns of a trigger's row, such as ``NEW."a", NEW."b"``.

    :param str row: ``NEW`` or ``OLD``
    :param names: column names
    """
    record = {"NEW": SQL("NEW"), "OLD": SQL("OLD")}[row]
    return SQL(", ").join(SQL("%s.%s", record, SQL.identifier(name)) for name in names)
