"""Nobody waits for a renderer behind somebody else's downloads (L13)."""

from contextlib import closing, contextmanager
from unittest.mock import patch

from odoo.sql_db import db_connect
from odoo.tests import BaseCase, tagged

from ..models.web import throttle
from ..tools.renderers import ANSWERS, DOCUMENTS, STATEMENTS, count_places, places_of
from .decision_common import DecisionCase

QUEUES = (ANSWERS, DOCUMENTS, STATEMENTS)
TAKE = "SELECT pg_advisory_xact_lock(hashtext('finance_portal_pdf'), %s)"


@tagged("post_install", "-at_install")
class TestPlaces(BaseCase):
    def test_one_worker_stays_free_for_the_styles_that_renderers_fetch(self):
        for workers in range(2, 20):
            with self.subTest(workers=workers):
                taken = {place for queue in QUEUES for place in places_of(queue, workers)}
                self.assertEqual(taken, set(range(count_places(workers))))
                self.assertLess(len(taken), workers)

    def test_answers_share_no_place_where_there_are_two(self):
        for workers in (0, *range(3, 20)):
            for queue in (DOCUMENTS, STATEMENTS):
                with self.subTest(workers=workers, queue=queue):
                    own = set(places_of(ANSWERS, workers))
                    self.assertTrue(own.isdisjoint(places_of(queue, workers)))

    def test_statements_and_documents_share_none_where_there_are_three(self):
        for workers in (0, *range(4, 20)):
            with self.subTest(workers=workers):
                self.assertNotEqual(places_of(DOCUMENTS, workers), places_of(STATEMENTS, workers))


@tagged("post_install", "-at_install")
class TestQueues(DecisionCase):
    """Each queue stands before a renderer of its own, as far as there are workers."""

    def setUp(self):
        super().setUp()
        self.patch(type(self.quote), "_finance_portal_is_pdf_ready", lambda _quote: False)

    @contextmanager
    def busy(self, *queues):
        """Have somebody else make PDFs at all places of some queues."""
        places = {
            place for queue in queues for place in places_of(queue, throttle.config["workers"])
        }
        with closing(db_connect(self.env.cr.dbname).cursor()) as somebody_else:
            for place in places:
                somebody_else.execute(TAKE, [place])
            yield
            somebody_else.rollback()

    @contextmanager
    def workers(self, count):
        """Have the server so many workers; what requests inside took is given back after."""
        # In tests, requests share a transaction, to whose end they would keep their places.
        before = self.env.cr.savepoint()
        with patch.object(throttle, "config", {"workers": count}):
            yield
        self.env.invalidate_all(flush=False)
        before.close(rollback=True)

    def test_an_answer_never_waits_behind_downloads(self):
        for workers in (0, 3, 4):
            for kind, state in (("accept", "sale"), ("decline", "cancel")):
                with (
                    self.subTest(workers=workers, kind=kind),
                    self.workers(workers),
                    self.busy(DOCUMENTS, STATEMENTS),
                ):
                    _link, page = self.open_quote()
                    self.assertEqual(self.visit(f"{page.url}/pdf").status_code, 503)
                    self.assertEqual(self.answer(page, kind).status_code, 200)
                    self.assertEqual(self.quote.state, state)

    def test_a_download_never_waits_behind_answers(self):
        for workers in (0, 3, 4):
            with self.subTest(workers=workers), self.workers(workers), self.busy(ANSWERS):
                _link, page = self.open_quote()
                self.assertEqual(self.visit(f"{page.url}/pdf").status_code, 200)
                answer = self.answer(page)
                self.assertEqual(answer.status_code, 503)
                self.assertStrictHeaders(answer)
                self.assertEqual(self.quote.state, "sent")

    def test_documents_do_not_wait_behind_statements(self):
        for workers in (0, 4):
            with self.subTest(workers=workers), self.workers(workers), self.busy(STATEMENTS):
                _link, page = self.open_quote()
                self.assertEqual(self.visit(f"{page.url}/pdf").status_code, 200)

    def test_where_there_is_one_renderer_answers_are_next(self):
        """Whoever was sent away comes before all downloads, for a moment."""
        Throttle, reserved = self.env["finance.portal.throttle"], throttle.RESERVED
        with self.workers(2):
            _link, page = self.open_quote()
            with self.busy(ANSWERS), patch.object(type(Throttle), "_count") as count:
                count.return_value = (1, 0)
                self.assertEqual(self.answer(page).status_code, 503)
            self.assertIn(reserved, [call.args[:2] for call in count.call_args_list])
            # In tests, what a refused request counted is undone with it.
            now = throttle.time.time()
            later = now + 2 * throttle.RENDERER_SECONDS
            Throttle._count(*reserved, now, throttle.RENDERER_SECONDS)
            with patch.object(throttle.time, "time", lambda: now):
                self.assertEqual(self.visit(f"{page.url}/pdf").status_code, 503)
            with patch.object(throttle.time, "time", lambda: later):
                self.assertEqual(self.visit(f"{page.url}/pdf").status_code, 200)
            self.assertEqual(self.answer(page).status_code, 200)
            self.assertEqual(self.quote.state, "sale")
