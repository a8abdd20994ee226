"""Rule L13 for answers, and the one renderer that visitors share."""

from contextlib import closing

from odoo.sql_db import db_connect
from odoo.tests import tagged

from .decision_common import SEEN, DecisionCase


@tagged("post_install", "-at_install")
class TestDecisionLimits(DecisionCase):
    def test_l13_answers_have_a_limit_of_their_own(self):
        set_param = self.env["ir.config_parameter"].sudo().set_param
        set_param("finance_portal.throttle.deciding", "2/100000")
        _link, page = self.open_quote()
        data = {"csrf_token": self.csrf_of(page), "seen": SEEN.search(page.text).group(1)}
        # In tests, what a refused request counted is undone with it: these two are taken.
        kinds = ("options", "options", "accept")
        answers = [self.visit(f"{page.url}/{kind}", "POST", data=data) for kind in kinds]
        self.assertEqual([one.status_code for one in answers], [200, 200, 429])
        self.assertStrictHeaders(answers[-1])
        self.assertGreater(int(answers[-1].headers["Retry-After"]), 0)
        self.assertIn("One moment, please", answers[-1].text)
        self.assertEqual(self.visit(page.url).status_code, 200, "reading is counted apart")
        self.assertEqual(self.quote.state, "sent")

    def test_nobody_waits_for_the_renderer(self):
        self.patch(type(self.quote), "_finance_portal_is_pdf_ready", lambda _quote: False)
        _link, page = self.open_quote()
        with closing(db_connect(self.env.cr.dbname).cursor()) as somebody_else:
            somebody_else.execute(
                "SELECT pg_advisory_xact_lock(hashtext('finance_portal_pdf'), 1)"
            )
            answer = self.visit(f"{page.url}/pdf")
            somebody_else.rollback()
        self.assertEqual(answer.status_code, 503)
        self.assertStrictHeaders(answer)
        self.assertGreater(int(answer.headers["Retry-After"]), 0)
        self.assertIn("preparing your document", answer.text)
