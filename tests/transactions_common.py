"""Several transactions at once, as workers have them, for what PostgreSQL settles."""

from contextlib import closing, contextmanager

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name

from ..tools.secure_token import new_token


class TransactionsCase(BaseCase):
    """Tests that commit: each removes what the other transactions had to see."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())

    @contextmanager
    def transaction(self):
        """Yield an environment with a transaction of its own, which is rolled back at the end."""
        with closing(self.registry.cursor()) as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})
            cr.rollback()

    def make_links(self, document, prefix, partner):
        """Return two links to a document, as two emails would have brought them."""
        vals = {
            "res_model": document._name,
            "res_id": document.id,
            "prefix": prefix,
            "partner_id": partner.id,
            "customer_id": partner.id,
            "company_id": document.company_id.id,
        }
        return document.env["finance.portal.link"]._create_with_tokens(
            [vals, vals], [new_token(), new_token()]
        )

    def assertStartsOver(self, document, link):
        """Assert that an answer is not taken on the grounds of what was read before."""
        with self.assertRaises(SerializationFailure):
            document._finance_portal_lock(link)
