import io
import json
import zipfile

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .decision_common import PDF, DecisionCase


@tagged("post_install", "-at_install")
class TestDecisionEvidence(DecisionCase):
    """What is kept of an answer: for good, and for staff who may read the quote."""

    def test_evidence_cannot_be_changed(self):
        _link, page = self.open_quote()
        self.answer(page)
        decision = self.decisions()
        for sql in (
            "UPDATE finance_portal_decision SET name = 'Mallory'",
            "UPDATE finance_portal_decision SET pdf_sha256 = ''",
            "DELETE FROM finance_portal_decision",
            "TRUNCATE finance_portal_decision",
        ):
            with self.refused_by_database():
                self.env.cr.execute(sql)
        manager = self.make_user("boss", "finance_portal.group_finance_portal_manager")
        with self.assertRaises(AccessError):
            decision.with_user(manager).write({"name": "Mallory"})
        with self.assertRaises(AccessError):
            decision.with_user(manager).unlink()

    def test_staff_download_the_evidence_as_one_file(self):
        _link, page = self.open_quote()
        self.answer(page)
        decision = self.decisions()
        path = f"/finance_portal/decision/{decision.id}/evidence"
        self.become_stranger()
        self.assertIn("/web/login", self.visit(path, follow=True).url)
        self.authenticate("seller", "seller")
        answer = self.visit(path)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            self.assertEqual(archive.read("Quotation.pdf"), PDF)
            stem = f"{self.quote.name}-accepted"
            facts = json.loads(archive.read(f"{stem}.json"))
            self.assertTrue(archive.read(f"{stem}.pdf"))
        self.assertEqual(facts["pdf"]["sha256"], decision.pdf_sha256)
        self.assertEqual(facts["terms"]["head"]["total"], "100.00")
        self.assertNotIn("token", json.dumps(facts))

    def test_evidence_is_for_staff_who_may_read_the_quote(self):
        _link, page = self.open_quote()
        self.answer(page)
        self.make_user("other", "sales_team.group_sale_salesman")
        self.authenticate("other", "other")
        path = f"/finance_portal/decision/{self.decisions().id}/evidence"
        with mute_logger("odoo.http"):
            answer = self.visit(path)
        self.assertEqual(answer.status_code, 403)
