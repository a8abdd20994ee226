"""Who comes second starts over: settled by PostgreSQL, so tested with transactions of their own."""

from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.finance_portal.tests.transactions_common import TransactionsCase


@tagged("post_install", "-at_install")
class TestTimeConcurrency(TransactionsCase):
    """Answers to one request, and what staff do to its entries, never overlap."""

    def setUp(self):
        super().setUp()
        with self.transaction() as env:
            partner = env["res.partner"].create({"name": "Bakery", "email": "b@bakery.example.com"})
            project = env["project.project"].create({"name": "Shop", "partner_id": partner.id})
            worker = env["hr.employee"].create({"name": "Nina", "company_id": env.company.id})
            values = {"employee_id": worker.id, "project_id": project.id, "date": "2026-08-03"}
            entries = env["account.analytic.line"].create(
                # The third without hours: it changes no sum, and is to be noticed all the same.
                [{**values, "name": f"{hours}", "unit_amount": hours} for hours in (1, 2, 0)]
            )
            request = env["finance.portal.time.request"]._start(entries[:2])
            request._ask()
            self.request_id, self.link_ids = request.id, self.make_links(request, "t", partner).ids
            self.entry_ids, self.project_id = entries.ids, project.id
            self.addCleanup(self.remove, partner.id, worker.id, project.account_id.id)
            env.cr.commit()

    def remove(self, partner_id, worker_id, account_id):
        """Remove what other transactions had to see."""
        with self.transaction() as env:
            env["finance.portal.link"].browse(self.link_ids).unlink()
            env["finance.portal.time.request"].browse(self.request_id).exists().unlink()
            env["account.analytic.line"].browse(self.entry_ids).exists().unlink()
            env["project.project"].browse(self.project_id).unlink()
            env["account.analytic.account"].browse(account_id).exists().unlink()
            env["hr.employee"].browse(worker_id).unlink()
            env["res.partner"].browse(partner_id).unlink()
            env.cr.commit()

    def look(self, env, number=0):
        """Open the request as a visitor does; return it and the link."""
        link = env["finance.portal.link"].browse(self.link_ids[number])
        link._check_open()
        request = env["finance.portal.time.request"].browse(self.request_id)
        request._finance_portal_get_terms()
        return request, link

    def test_of_two_answers_the_second_starts_over(self):
        with self.transaction() as one, self.transaction() as two:
            first, second = self.look(one, 0), self.look(two, 1)
            first[0]._finance_portal_lock(first[1])
            one.cr.commit()
            self.assertStartsOver(*second)

    def test_an_answer_starts_over_when_staff_were_faster(self):
        def first(request):
            return request.line_ids[0]

        changes = {
            "hours": lambda request: first(request).write({"unit_amount": 2}),
            "text": lambda request: first(request).write({"name": "Other"}),
            "deleted": lambda request: first(request).unlink(),
            "taken out": lambda request: request._remove(first(request)),
            "taken in": lambda request: request._add(
                request.line_ids.browse(self.entry_ids[2])
            ),
            "renamed": lambda request: request.line_ids.project_id.write({"name": "Bar"}),
            "cancelled": lambda request: request.action_cancel(),
        }
        for name, change in changes.items():
            with (
                self.subTest(change=name),
                self.transaction() as staff,
                self.transaction() as visitor,
            ):
                request, link = self.look(visitor)
                change(self.look(staff)[0])
                staff.cr.commit()
                self.assertStartsOver(request, link)

    def test_staff_start_over_when_an_answer_was_faster(self):
        changes = {
            "hours": lambda request: request.line_ids.write({"unit_amount": 2}),
            "taken out": lambda request: request._remove(request.line_ids),
            "deleted": lambda request: request.line_ids.unlink(),
        }
        for name, change in changes.items():
            with (
                self.subTest(change=name),
                self.transaction() as visitor,
                self.transaction() as staff,
            ):
                request, link = self.look(visitor)
                changed, _link = self.look(staff)
                request._finance_portal_lock(link)
                request.line_ids.finance_approval = "approved"
                visitor.flush_all()
                visitor.cr.commit()
                with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                    change(changed)
                    staff.flush_all()
                request.line_ids.finance_approval = "waiting"
                visitor.flush_all()
                visitor.cr.commit()

    def test_staff_lock_a_request_before_its_entries_as_an_answer_does(self):
        """Otherwise each could wait for what the other has: a deadlock."""
        changes = {
            "UPDATE": lambda entries: entries.write({"unit_amount": 2}),
            "DELETE": lambda entries: entries.unlink(),
        }
        for verb, change in changes.items():
            with self.subTest(verb), self.transaction() as staff:
                request, _link = self.look(staff)
                execute = staff.cr.execute
                with patch.object(staff.cr, "execute", side_effect=execute) as ran:
                    change(request.line_ids)
                    staff.flush_all()
                asked = [call.args[0] for call in ran.call_args_list]
                queries = [str(getattr(query, "code", query)) for query in asked]
                table = '"finance_portal_time_request"'
                locked = [
                    place
                    for place, query in enumerate(queries)
                    if table in query and "FOR NO KEY UPDATE" in query
                ]
                changed = [
                    place
                    for place, query in enumerate(queries)
                    if verb in query.split() and '"account_analytic_line"' in query
                ]
                self.assertTrue(locked and changed, queries)
                self.assertLess(locked[0], changed[0], queries)

    def test_of_two_requests_one_gets_an_entry(self):
        with self.transaction() as one, self.transaction() as two:
            entries = [env["account.analytic.line"].browse(self.entry_ids[2]) for env in (one, two)]
            for entry in entries:
                self.assertTrue(entry._finance_portal_is_free())
            one["finance.portal.time.request"].browse(self.request_id)._add(entries[0])
            one.flush_all()
            one.cr.commit()
            with mute_logger("odoo.sql_db"), self.assertRaises(SerializationFailure):
                two["finance.portal.time.request"]._start(entries[1])
                two.flush_all()
