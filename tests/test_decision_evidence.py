import io
import json
import zipfile
from contextlib import contextmanager
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.file_names import safe_name
from .decision_common import PDF, DecisionCase, drawn


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

    def test_the_printed_page_tells_what_was_accepted_and_how_it_came_about(self):
        link, page = self.open_quote()
        self.answer(page)
        total = self.quote._finance_portal_money(100)
        report = "finance_portal.report_decision"
        Report = self.env["ir.actions.report"].sudo()
        # What was accepted, not what became of the order since.
        self.quote.order_line.write({"price_unit": 70})
        html, _type = Report._render_qweb_html(report, self.decisions().ids)
        text = html.decode()
        for words in ("What was accepted", "Timeline", total.split("\xa0")[0]):
            self.assertIn(words, text)
        story = self.decisions()._get_story()
        self.assertEqual(story.link_id, link)
        kinds = story.mapped("kind")
        self.assertEqual((kinds[0], kinds[-1]), ("sent", "accepted"))
        self.assertIn("opened", kinds)
        dates = story.mapped("date")
        self.assertEqual(dates, sorted(dates))
        for _time in range(60):
            self.Event._record("opened", access=link)
        self.assertEqual(self.decisions()._get_story(), story, "what came later is no part of it")

    def unpacked(self, decision):
        """Return ``{name: content}`` of a decision's evidence."""
        self.env.invalidate_all()
        _name, content = decision._get_evidence()
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    @contextmanager
    def tampered(self, decision, field, content):
        """Change a kept file on the disk, as whoever runs the server can; ``None`` deletes it."""
        self.env.flush_all()
        # sudo: the file behind a field is the system's
        Attachment = self.env["ir.attachment"].sudo()
        domain = [("res_model", "=", decision._name), ("res_field", "=", field)]
        file = Attachment.search([*domain, ("res_id", "=", decision.id)])
        path = Path(file._full_path(file.store_fname))
        kept = path.read_bytes()
        path.unlink()
        if content is not None:
            path.write_bytes(content)
        with mute_logger("odoo.addons.base.models.ir_attachment"):
            yield
        path.unlink(missing_ok=True)
        path.write_bytes(kept)

    def keep(self, name="Quotation.pdf", quote=None, **values):
        """Return a refusal of a quote with a PDF of this name."""
        quote = self.quote if quote is None else quote
        link, _page = self.open_quote(quote)
        terms = quote._finance_portal_get_terms()
        return self.Decision._keep(link, "declined", terms, (name, PDF), values)

    def test_evidence_that_was_altered_on_disk_says_so_everywhere(self):
        decision = self.keep(signature=drawn().partition(",")[2], signature_kind="drawn")
        self.assertFalse(decision.evidence_problem)
        self.assertNotIn("READ ME FIRST.txt", self.unpacked(decision))
        files = {"pdf": ("Quotation.pdf", "PDF"), "signature": ("signature.png", "signature")}
        for field, (name, word) in files.items():
            for content in (b"%PDF-forged", None):
                changed = self.tampered(decision, field, content)
                with self.subTest(field=field, content=content), changed:
                    parts = self.unpacked(decision)
                    self.assertIn(f"The {word} that is kept", decision.evidence_problem)
                    self.assertNotIn(name, parts)
                    self.assertEqual(parts.get(f"ALTERED-{name}"), content)
                    self.assertIn(f"The {word}", parts["READ ME FIRST.txt"].decode())
                    facts = json.loads(parts[f"{self.quote.name}-declined.json"])
                    self.assertEqual(facts["altered_since"], [field])

    def test_no_name_in_the_evidence_leaves_its_folder(self):
        for name in ("..\\..\\evil.pdf", "../../evil.pdf", "C:\\evil.pdf", "a/b.pdf", "nul.pdf"):
            with self.subTest(name=name):
                quote = self.make_quote(user_id=self.seller.id, name=name.removesuffix(".pdf"))
                parts = self.unpacked(self.keep(name, quote))
                self.assertEqual([one for one in parts if one != safe_name(one)], [])
                self.assertIn(PDF, parts.values())

    def test_a_pdf_named_as_the_printed_page_replaces_nothing(self):
        self.assertEqual(len(self.unpacked(self.keep(f"{self.quote.name}-declined.pdf"))), 3)

    def test_evidence_is_for_staff_who_may_read_the_quote(self):
        _link, page = self.open_quote()
        self.answer(page)
        self.make_user("other", "sales_team.group_sale_salesman")
        self.authenticate("other", "other")
        path = f"/finance_portal/decision/{self.decisions().id}/evidence"
        with mute_logger("odoo.http"):
            answer = self.visit(path)
        self.assertEqual(answer.status_code, 403)
