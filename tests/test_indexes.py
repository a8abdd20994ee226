"""Every list on a record is read by an index, and never costs a look at the whole table."""

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

# The columns of all indexes of a table. One that leaves rows out counts only if these have no value
# in its column.
INDEXES = """
    SELECT array_agg(a.attname::text ORDER BY key.place)
    FROM pg_index i
    CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS key(number, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.number
    WHERE i.indrelid = %s::regclass AND i.indisvalid
    GROUP BY i.indexrelid, i.indpred, i.indrelid
    HAVING i.indpred IS NULL
        OR pg_get_expr(i.indpred, i.indrelid) = format('(%%I IS NOT NULL)', min(a.attname))
"""


@tagged("post_install", "-at_install")
class TestIndexes(TransactionCase):
    def our_lists(self):
        """Yield the lists of all models that are found by a stored column of ours, and it."""
        for model in self.env.registry.values():
            for field in model._fields.values():
                if field.type != "one2many" or not field.inverse_name:
                    continue
                other = self.env[field.comodel_name]
                inverse = other._fields[field.inverse_name].base_field
                ours = any(name.startswith("finance_portal") for name in inverse._modules)
                table = other._auto and not other._abstract and not other._transient
                if ours and table and inverse.store and inverse.column_type:
                    yield field, inverse

    def test_every_list_is_read_by_an_index(self):
        """A reference to any model is always searched together with the model's name."""
        lists = list(self.our_lists())
        self.assertTrue(lists)
        for field, inverse in lists:
            named = inverse.type == "many2one_reference"
            wanted = [*([inverse.model_field] if named else []), inverse.name]
            table = self.env[inverse.model_name]._table
            found = [columns for (columns,) in self.env.execute_query(SQL(INDEXES, table))]
            with self.subTest(list=str(field)):
                starts = [columns[: len(wanted)] for columns in found]
                self.assertIn(wanted, starts, f"{table} needs an index on {', '.join(wanted)}")
