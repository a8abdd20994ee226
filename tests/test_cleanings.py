"""Odoo's daily cleaning deletes what is old in batches: none holds the database for long."""

import inspect
import itertools
import sys
import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.base.models.ir_autovacuum import is_autovacuum

from ..tools.rate_window import window_start
from .account_link_common import AccountLinkCase

OLD = timedelta(days=500)
ROWS, LIMIT = 3, 2


@tagged("post_install", "-at_install")
class TestCleanings(AccountLinkCase):
    def setUp(self):
        super().setUp()
        # One time for all rows, each a step older: a clock that goes on would make two alike.
        self.now, self.numbers = fields.Datetime.now(), itertools.count()

    def list_cleanings(self):
        """Yield ``(model, method, the module it is written in)`` of each cleaning of ours."""
        for model in self.env.values():
            for name, method in inspect.getmembers(type(model), is_autovacuum):
                module = inspect.unwrap(method).__module__
                if module.startswith("odoo.addons.finance_portal") and not model._abstract:
                    yield model.sudo(), name, sys.modules[module]

    def make_old(self, model, name):
        """Return a row for a cleaning to delete: without a maker, a new cleaning fails here."""
        makers = {
            ("finance.portal.account.link", "_gc_links"): self.make_account_link,
            ("finance.portal.batch", "_gc_runs"): self.make_run,
            ("finance.portal.enabling", "_gc_runs"): self.make_run,
            ("finance.portal.issued.statement", "_gc_drafts"): self.make_draft,
            ("finance.portal.pdf", "_gc_statements"): self.make_pdf,
            ("finance.portal.statement.run", "_gc_runs"): self.make_statement_run,
            ("finance.portal.throttle", "_gc_throttle"): self.make_counter,
        }
        self.assertIn((model._name, name), makers)
        return makers[model._name, name](model)

    def age(self, record, column):
        record.flush_recordset()
        column = SQL.identifier(column)
        table = SQL.identifier(record._table)
        self.env.cr.execute(
            SQL("UPDATE %s SET %s = %s - %s WHERE id = %s", table, column, column, OLD, record.id)
        )
        return record

    def make_account_link(self, model):
        account = self.ada._finance_portal_get_account() or self.account_with_password()
        values = model._prepare(account, "reset", False, False)
        return model.create({**values, "requested_at": fields.Datetime.now() - OLD})

    def make_run(self, model):
        values = {"kind": "enable"} if "kind" in model._fields else {}
        return self.age(model._store(self.company, [], name="Old", **values), "create_date")

    def make_draft(self, model):
        return self.age(model.create({"partner_id": self.ada.id}), "write_date")

    def make_pdf(self, model):
        return model.create(
            {
                "res_model": "finance.portal.statement",
                "res_id": self.ada.id,
                "version": str(model.search_count([])),
                "lang": "en_US",
                "company_id": self.company.id,
                "filename": "old.pdf",
                "sha256": "0",
                "current_at": fields.Datetime.now() - OLD,
            }
        )

    def make_statement_run(self, model):
        day = self.now.date() - OLD - timedelta(days=next(self.numbers))
        return model.create({"company_id": self.company.id, "date": day, "last_customer": 0})

    def make_counter(self, model):
        start = int((self.now - OLD).timestamp()) - next(self.numbers)
        values = {"bucket": "viewing", "address": "203.0.113.7", "window_start": start, "hits": 1}
        return model.create(values)

    def test_each_deletes_a_batch_and_says_whether_more_remains(self):
        cleanings = list(self.list_cleanings())
        self.assertGreaterEqual(len(cleanings), 7)
        for model, name, module in cleanings:
            with self.subTest(model=model._name, cleaning=name):
                while getattr(model, name)()[0]:
                    pass  # what the database has already
                rows = model.union(*(self.make_old(model, name) for _number in range(ROWS)))
                self.env.flush_all()
                with patch.object(module, "GC_BATCH", LIMIT):
                    self.assertEqual(getattr(model, name)(), (LIMIT, True))
                    self.env.invalidate_all()
                    self.assertEqual(len(rows.exists()), ROWS - LIMIT)
                    self.assertEqual(getattr(model, name)(), (ROWS - LIMIT, False))
                    self.env.invalidate_all()
                    self.assertFalse(rows.exists())

    def test_a_counter_is_kept_while_it_counts(self):
        """Also in the longest window that may be set, and the one after, where it counts less."""
        Throttle = self.env["finance.portal.throttle"].sudo()
        set_param = self.env["ir.config_parameter"].set_param
        set_param("finance_portal.throttle.viewing", "5/604800")
        limit, seconds = Throttle._limit_of("viewing")
        self.assertEqual((limit, seconds), (5, 24 * 60 * 60), "a window is at most a day")
        before = window_start(time.time(), seconds) - seconds
        values = {"bucket": "viewing", "address": "203.0.113.7", "hits": 1}
        counter = Throttle.create({**values, "window_start": before})
        Throttle._gc_throttle()
        self.env.invalidate_all()
        self.assertTrue(counter.exists())
