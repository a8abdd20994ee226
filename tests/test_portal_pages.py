"""The portal's pages beside the lists: overview, documents, files, statement, and their frame."""

import re
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .portal_common import PORTAL, PortalCase

PAGES = ("", "/invoices", "/payments", "/quotes", "/orders", "/files", "/statement")


@tagged("post_install", "-at_install")
class TestPortalPages(PortalCase):
    def setUp(self):
        super().setUp()
        self.sign_in()
        self.today = fields.Date.context_today(self.env.user)

    def due(self, days, **values):
        day = self.today + timedelta(days=days)
        return self.make_invoice(invoice_date_due=day, invoice_payment_term_id=False, **values)

    def kinds(self, **domain):
        found = [(name, "=", value) for name, value in domain.items()]
        return self.Event.search(found, order="id").mapped("kind")

    def seal_of(self, page):
        return page.text.split('name="seen" value="')[1].split('"')[0]

    def answer(self, page, order, kind="accept", name="Ada"):
        data = {"csrf_token": self.csrf_of(page), "seen": self.seal_of(page), "name": name}
        return self.visit(f"{self.path_of(order)}/{kind}", "POST", data=data)

    # === PAYING === #

    def test_the_statement_says_how_to_pay_all_that_is_open(self):
        """By one transfer for each currency, whose reference names all documents."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        bank = self.env["res.partner.bank"].create(
            {"acc_number": "DE89370400440532013000", "partner_id": self.company.partner_id.id}
        )
        values = {"currency_id": euro.id, "partner_bank_id": bank.id}
        one, two = (self.due(number, **values) for number in range(2))
        page = self.open("/statement").text
        self.assertIn("200.00", page)
        self.assertIn(f"{one.name} {two.name}", page)
        self.assertIn("QR code", page)
        for number in range(10):
            self.due(number, **values)
        self.assertNotIn('class="pay"', self.open("/statement").text, "they don't fit")

    # === FRAME === #

    def test_strangers_are_asked_to_sign_in(self):
        self.become_stranger()
        for path in PAGES:
            for method in ("GET", "HEAD"):
                answer = self.visit(PORTAL + path, method)
                self.assertEqual(answer.status_code, 303, path)
                self.assertIn("/finance/customer-portal/login?next=", answer.headers["Location"])
                self.assertStrictHeaders(answer)

    def test_frame(self):
        """Each page names who is signed in, where they are, and the way out."""
        for path in PAGES:
            page = self.open(path)
            self.assertStrictHeaders(page)
            self.assertIn("<bdi>Ada</bdi><small>Bakery</small>", page.text)
            self.assertIn(f'action="{PORTAL}/logout"', page.text)
            current = re.findall(r'<a href="([^"]+)" aria-current="page">', page.text)
            self.assertEqual(current, [PORTAL + path] * 2, "once as a menu, once as a row")

    def test_head_and_forms(self):
        for path in PAGES:
            self.assertEqual(self.visit(PORTAL + path, "HEAD").status_code, 200)
            self.assertEqual(self.visit(PORTAL + path, "POST", data={}).status_code, 405)

    # === OVERVIEW === #

    def test_overview(self):
        late, soon = self.due(-4, **self.priced(30)), self.due(6, **self.priced(70))
        quote, expired = self.make_quote(), self.make_quote()
        expired.validity_date = self.today - timedelta(days=3)
        self.make_invoice(partner=self.eve, **self.priced(999))
        self.pay(self.invoice)
        page = self.open()
        amounts = re.findall(r'class="amount [^"]*"><bdi>([^<]+)<', page.text)
        self.assertEqual([text.replace("\xa0", " ") for text in amounts], ["$ 100.00"])
        self.assertIn("Overdue: <bdi>$\xa030.00</bdi>", page.text)
        self.assertEqual(self.names(page), [quote.name, late.name, soon.name])
        news = re.findall(r"<span>([\w ]+) <a[^>]*><bdi>([^<]+)</bdi>", page.text)
        self.assertIn(("New invoice", soon.name), news)
        self.assertIn("Payment received", [text for text, _name in news])
        self.assertIn('<svg class="chart"', page.text)
        self.assertNotRegex(page.text, r"\b999\b")

    def test_overview_by_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.due(-1, currency_id=euro.id, **self.priced(50))
        text = self.open().text.replace("\xa0", " ")
        for amount in ("$ 100.00", "50.00 €"):
            self.assertIn(f"<bdi>{amount}</bdi></p>", text)

    def test_overview_of_a_new_customer(self):
        self.sign_in(self.make_account(self.eve))
        page = self.open()
        self.assertIn("There's nothing here yet.", page.text)
        self.assertFalse(self.names(page))

    def test_overview_of_a_limited_contact(self):
        """Who is limited to own documents meets no amount and no news of colleagues."""
        self.due(5, partner=self.ben, **self.priced(777))
        self.account.own_documents = True
        text = self.open().text
        self.assertNotRegex(text, r"\b777\b")
        self.assertIn("<bdi>$\xa0100.00</bdi></p>", text)

    # === DOCUMENTS === #

    def test_document(self):
        """A document is the page behind its link, with the portal around it and a way back."""
        order = self.make_quote()
        order.action_confirm()
        documents = [self.invoice, self.pay(self.invoice), self.make_quote(), order]
        for document, section in zip(documents, PAGES[1:5], strict=True):
            page = self.visit(self.path_of(document))
            self.assertEqual(page.status_code, 200)
            self.assertIn(f'<p class="back"><a href="{PORTAL}{section}">', page.text)
            self.assertNotIn("This secure link", page.text)
            seen = self.submit(page, f"{self.path_of(document)}/seen")
            self.assertEqual(seen.status_code, 204)
        viewed = self.Event.search([("kind", "=", "viewed")])
        self.assertEqual(viewed.account_id, self.account)
        self.assertEqual(set(viewed.mapped("verdict")), {"person"})
        self.assertEqual(len(viewed), 4)

    def test_others_documents(self):
        """A document out of scope is none, whatever the reason."""
        draft, theirs = self.make_invoice(post=False), self.make_invoice(partner=self.eve)
        self.make_account(self.eve)
        gone = self.make_invoice()
        path_of_gone = self.path_of(gone)
        gone.button_draft()
        gone.unlink()
        for path in (self.path_of(draft), self.path_of(theirs), path_of_gone):
            for suffix in ("", "/pdf"):
                self.assertEqual(self.visit(path + suffix).status_code, 404)

    # === ANSWERS === #

    def test_answer(self):
        """An answer is kept with account and contact, and comes once."""
        order = self.make_quote()
        page = self.visit(self.path_of(order))
        self.assertEqual(self.answer(page, order).status_code, 303)
        decision = order.finance_decision_ids
        self.assertEqual(
            (order.state, decision.kind, decision.name, decision.partner_id, decision.email),
            ("sale", "accepted", "Ada", self.ada, "ada@bakery.example.com"),
        )
        row = self.Event.search([("kind", "=", "accepted")])
        self.assertEqual(
            (row.account_id, row.partner_id, row.verdict), (self.account, self.ada, "person")
        )
        self.assertIn("Accepted by Ada", self.visit(self.path_of(order)).text)

    def test_two_accounts_answer(self):
        """Whoever comes second sees the outcome; a form of the one serves nobody else."""
        order, bens = self.make_quote(), self.make_account(self.ben)
        adas_page = self.visit(self.path_of(order))
        self.become_stranger()
        self.sign_in(bens)
        bens_page = self.visit(self.path_of(order))
        data = {
            "csrf_token": self.csrf_of(bens_page), "seen": self.seal_of(adas_page), "name": "Ben",
        }  # fmt: skip
        stolen = self.visit(f"{self.path_of(order)}/accept", "POST", data=data)
        self.assertEqual((stolen.status_code, order.state), (400, "sent"))
        self.assertEqual(self.answer(bens_page, order, "decline").status_code, 303)
        self.become_stranger()
        self.sign_in()
        data = {
            "csrf_token": self.csrf_of(self.visit(self.path_of(self.invoice))),
            "seen": self.seal_of(adas_page), "name": "Ada",
        }  # fmt: skip
        late = self.visit(f"{self.path_of(order)}/accept", "POST", data=data, follow=False)
        self.assertEqual(late.status_code, 303)
        self.assertEqual(order.finance_decision_ids.mapped("kind"), ["declined"])
        self.assertIn("Declined on", self.visit(self.path_of(order)).text)

    def test_changed_meanwhile(self):
        order = self.make_quote()
        page = self.visit(self.path_of(order))
        order.order_line.price_unit = 120.0
        answer = self.answer(page, order)
        self.assertEqual((answer.status_code, order.state), (409, "sent"))
        self.assertIn("The quote changed while you were reading.", answer.text)
        self.assertIn("Sign out", answer.text)
        self.assertEqual(self.answer(answer, order).status_code, 303)
        self.assertEqual(order.state, "sale")

    # === FILES === #

    def attach(self, record, name="plan.html", show=True):
        attachment = self.env["ir.attachment"].create(
            {"name": name, "raw": b"<script>", "res_model": record._name, "res_id": record.id}
        )
        if show:
            self.env["finance.portal.file"]._show(record, attachment)
        return attachment

    def files(self, page):
        return re.findall(r'<a href="([^"]+)">\s*<bdi class="file-name">([^<]+)<', page.text)

    def test_files(self):
        """Files of the customer and of their documents are there, and nobody else's."""
        shared, own = self.attach(self.customer, "terms.pdf"), self.attach(self.invoice)
        self.attach(self.customer, "secret.pdf", show=False)
        self.attach(self.rival, "rival.pdf")
        self.attach(self.make_invoice(partner=self.eve), "theirs.pdf")
        self.attach(self.make_invoice(post=False), "draft.pdf")
        files = self.files(self.open("/files"))
        self.assertEqual([name for _path, name in files], [shared.name, own.name])
        for path, name in files:
            answer = self.visit(path)
            self.assertEqual((answer.status_code, answer.content), (200, b"<script>"))
            self.assertStrictHeaders(answer)
            self.assertIn("attachment", answer.headers["Content-Disposition"])
            self.assertIn("sandbox", answer.headers["Content-Security-Policy"])
            row = self.Event.search([("kind", "=", "file"), ("file_name", "=", name)])
            self.assertEqual((row.account_id, row.verdict), (self.account, "person"))
        self.visit(files[0][0], "HEAD")
        self.assertEqual(len(self.kinds(kind="file")), 2)

    def test_files_of_others(self):
        path = f"{PORTAL}/files/"
        self.attach(self.rival, "rival.pdf")
        ((ref, _file),) = self.env["finance.portal.file"]._get_shared_with(self.rival)
        for wrong in (ref, "A" * 22, "1", "%00"):
            self.assertEqual(self.visit(path + wrong).status_code, 404, wrong)

    def test_files_of_the_companies_that_the_account_shows(self):
        shared, own = self.attach(self.customer, "terms.pdf"), self.attach(self.invoice)
        files = self.files(self.open("/files"))
        self.assertEqual([name for _path, name in files], [shared.name, own.name])
        sister = self.env["res.company"].create({"name": "Sister"})
        self.account._show_companies(sister)
        self.assertEqual(self.files(self.open("/files")), [])
        for path, _name in files:
            self.assertEqual(self.visit(path).status_code, 404, path)
        self.env["finance.portal.file"]._of(self.customer).company_id = sister
        self.assertEqual([name for _path, name in self.files(self.open("/files"))], [shared.name])

    def test_files_that_moved(self):
        """A file that went to another record is gone here."""
        moved, kept = self.attach(self.invoice, "moved.txt"), self.attach(self.invoice, "kept.txt")
        moved.res_id = self.make_invoice(partner=self.eve).id
        self.assertEqual([name for _path, name in self.files(self.open("/files"))], [kept.name])

    def test_files_of_a_limited_contact(self):
        self.attach(self.customer, "company.txt")
        self.attach(self.make_invoice(partner=self.ben), "bens.txt")
        self.attach(self.ada, "adas.txt")
        self.account.own_documents = True
        names = [name for _path, name in self.files(self.open("/files"))]
        self.assertEqual(names, ["adas.txt"])

    def test_pages_of_files(self):
        for number in range(25):
            self.attach(self.invoice, f"{number}.txt")
        page = self.open("/files")
        names = [name for _path, name in self.files(page)]
        following = self.step(page, "next")
        names += [name for _path, name in self.files(following)]
        self.assertEqual(names, [f"{number}.txt" for number in reversed(range(25))])
        self.assertIn("Newest files", following.text)
        self.assertIsNone(self.step(following, "next"))

    def test_constant_queries_of_files(self):
        """A page takes no more queries for files of many documents than of a few."""

        def count():
            self.open("/files")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.open("/files")
            return self.env.cr.sql_log_count - before

        for _number in range(2):
            self.attach(self.make_invoice())
        few = count()
        for _number in range(7):
            self.attach(self.make_invoice())
        self.assertEqual(count(), few)

    # === STATEMENT === #

    def test_statement(self):
        """Rows lead to their documents; the file is a download that staff see."""
        page = self.open("/statement?from=2026-01-01&to=2026-12-31")
        self.assertIn(f'<a href="{self.path_of(self.invoice)}">', page.text)
        answer = self.visit(f"{PORTAL}/statement/csv?from=2026-01-01&to=2026-12-31")
        self.assertEqual(answer.status_code, 200)
        self.assertIn(self.invoice.name, answer.text)
        self.assertStrictHeaders(answer)
        self.assertIn("attachment", answer.headers["Content-Disposition"])
        row = self.Event.search([("kind", "=", "statement")])
        self.assertEqual((row.account_id, row.verdict), (self.account, "person"))
        self.visit(f"{PORTAL}/statement/csv", "HEAD")
        self.assertEqual(self.kinds(kind="statement"), ["statement"])

    def test_statement_of_nonsense(self):
        answer = self.visit(f"{PORTAL}/statement?from=yesterday&to=x")
        self.assertIn("a valid date.", answer.text)

    def test_files_that_come_with_a_question(self):
        """A browser sends none; a script's are no argument of a page, and no error either."""
        names = dict.fromkeys(("from", "to", "q", "after", "show", "notice"), ("x.txt", b"x"))
        for path in ("/statement", "/statement/csv", "/files", "/invoices", "/settings"):
            with self.subTest(path=path):
                answer = self.url_open(f"{PORTAL}{path}", files=names, method="GET")
                self.assertEqual(answer.status_code, 200, answer.text)

    def test_statement_of_a_limited_contact(self):
        """Who sees part of the documents gets no balance: no way there, and a clear page."""
        self.account.own_documents = True
        self.assertNotIn(f"{PORTAL}/statement", self.open().text)
        page = self.open("/statement")
        self.assertIn("but you can only see your own", page.text)
        self.assertNotIn(self.invoice.name, page.text)
        for form in ("pdf", "csv"):
            answer = self.visit(f"{PORTAL}/statement/{form}")
            self.assertEqual(answer.status_code, 422)
        self.assertFalse(self.kinds(kind="statement"))

    # === LANGUAGE === #

    def test_right_to_left(self):
        """A page is in the contact's language and reads in its direction."""
        self.env["res.lang"]._activate_lang("ar_001")
        self.ada.lang = "ar_001"
        self.make_quote(order_line=[Command.clear()])
        for path in PAGES:
            self.assertIn('<html lang="ar-001" dir="rtl">', self.open(path).text)
