"""The portal's lists: complete, in scope, searched literally, at a constant price."""

import re
from datetime import timedelta
from urllib.parse import quote

from odoo import Command, fields
from odoo.tests import tagged

from .portal_common import PORTAL, PortalCase

HOSTILE = [
    "page=-1", f"page={10**30}", "show=drop", "sort=name%3Bdelete", "q=%00", "q=%25", "q=_",
    "q=%5C", f"q={'x' * 5000}", "q=%ED%A0%80", "q=%F0%9F%A6%8A", "q=a&q=b", "after=1",
    "before=%27%20OR%201", f"after={'A' * 22}", f"before={'A' * 22}", "show=&sort=&q=&after=",
    "self=1", "lang=xx", "at=-5", "at=%D9%A3", f"at={'9' * 99}", "at=x",
]  # fmt: skip


@tagged("post_install", "-at_install")
class TestPortalLists(PortalCase):
    def setUp(self):
        super().setUp()
        self.today = fields.Date.context_today(self.env.user)
        self.sign_in()

    def make_due(self, days, **values):
        """Return a posted invoice that is due ``days`` from today."""
        due = self.today + timedelta(days=days)
        values = {"invoice_payment_term_id": False, **values}
        return self.make_invoice(invoice_date_due=due, **values)

    # === WHAT IS IN A LIST === #

    def test_scope(self):
        """A list holds all that the customer may see, and nothing else."""
        colleagues = self.make_invoice(partner=self.ben)
        credit = self.make_invoice(move_type="out_refund")
        receipt = self.make_invoice(move_type="out_receipt")
        self.make_invoice(post=False)
        self.make_invoice(partner=self.eve)
        cancelled = self.make_invoice()
        cancelled.button_draft()
        cancelled.button_cancel()
        seen = (self.invoice, colleagues, credit, receipt)
        self.assertCountEqual(self.names(self.open("/invoices")), [one.name for one in seen])
        self.account.own_documents = True
        own = (self.invoice, credit, receipt)
        self.assertCountEqual(self.names(self.open("/invoices")), [one.name for one in own])

    def test_payments_of_own_documents(self):
        """Who is limited to own documents sees what paid them, and nothing of a colleague's."""
        theirs, both = self.make_invoice(partner=self.ben), self.make_invoice(partner=self.ben)
        own, third = self.make_invoice(), self.make_invoice()
        paid = self.pay(own)
        shared = self.pay(third | both, group_payment=True)
        others = self.pay(theirs)
        self.assertCountEqual(
            self.names(self.open("/payments")), (paid | shared | others).mapped("name")
        )
        self.account.own_documents = True
        for company in (self.customer, self.rival):
            self.ben.parent_id = company
            with self.subTest(company=company.name):
                self.assertEqual(self.names(self.open("/payments")), [paid.name])
                self.assertEqual(self.visit(self.path_of(paid)).status_code, 200)
                for payment in shared | others:
                    self.assertEqual(self.visit(self.path_of(payment)).status_code, 404)

    def test_payment_for_a_colleagues_draft(self):
        """Who is limited to own documents learns nothing of what isn't confirmed either."""
        theirs = self.make_invoice(partner=self.ben, post=False)
        both = [Command.set((self.invoice | theirs).ids)]
        payment = self.make_payment(self.customer, invoice_ids=both)
        self.assertEqual(self.names(self.open("/payments")), [payment.name])
        self.account.own_documents = True
        self.assertFalse(self.names(self.open("/payments")))

    def test_archived_contact(self):
        """What an archived colleague was sent stays the customer's."""
        theirs = self.make_invoice(partner=self.ben)
        quote_ = self.make_quote(partner=self.ben)
        payment = self.pay(theirs)
        self.ben.active = False
        self.assertIn(theirs.name, self.names(self.open("/invoices")))
        self.assertEqual(self.names(self.open("/quotes")), [quote_.name])
        self.assertEqual(self.names(self.open("/payments")), [payment.name])

    def test_other_company(self):
        """A document of another company says whose it is."""
        other = self._create_company(name="Other Branch")
        self.env.user.company_ids += other
        self.account._show_companies(self.company | other)
        self.make_invoice(company_id=other.id)
        page = self.open("/invoices")
        self.assertEqual(page.text.count("Other Branch"), 1)

    def test_states_as_on_the_page(self):
        """A list says how a document stands in the words of its page, and nothing twice."""
        paid, part = self.make_due(30), self.make_due(30)
        self.pay(paid)
        self.pay(part, amount=40.0)
        late = self.make_due(-3)
        turned = self.make_due(0)
        back = turned._reverse_moves([{"invoice_date": self.today}], cancel=True)
        credit = self.make_invoice(move_type="out_refund")
        valid = self.make_quote(validity_date=self.today + timedelta(days=5))
        expired = self.make_quote(validity_date=self.today - timedelta(days=5))
        order = self.make_quote()
        order.action_confirm()
        groups = {
            "/invoices": [paid, part, late, turned, back, credit],
            "/quotes": [valid, expired],
            "/orders": [order],
            "/payments": self.env["account.payment"].search([("partner_id", "=", self.ada.id)]),
        }
        for path, documents in groups.items():
            for document in documents:
                page = self.open(f"{path}?q={quote(document.name)}")
                row = page.text.split(self.path_of(document))[1].split("</tr>")[0]
                shown = self.states(self.visit(self.path_of(document)).text)
                self.assertTrue(shown)
                if document == valid:  # until when is a column
                    shown = [("warn", "Awaiting your answer")]
                self.assertEqual(self.states(row), shown, document.name)

    def test_answered_quotes(self):
        """An answered quote says so, and an accepted one is an order as well."""
        accepted, declined = self.make_quote(), self.make_quote()
        for order, kind in ((accepted, "accept"), (declined, "decline")):
            page = self.visit(self.path_of(order))
            seen = page.text.split('name="seen" value="')[1].split('"')[0]
            data = {"csrf_token": self.csrf_of(page), "seen": seen, "name": "Ada"}
            answer = self.visit(f"{self.path_of(order)}/{kind}", "POST", data=data)
            self.assertEqual(answer.status_code, 303)
        waiting = self.make_quote()
        self.assertEqual(self.names(self.open("/quotes?show=accepted")), [accepted.name])
        self.assertEqual(self.names(self.open("/quotes?show=declined")), [declined.name])
        self.assertEqual(self.names(self.open("/quotes?show=answer")), [waiting.name])
        self.assertEqual(self.names(self.open("/orders")), [accepted.name])
        waits = self.states(self.open("/quotes?show=answer").text)
        states = self.states(self.open("/quotes").text)
        self.assertCountEqual(states, [*waits, ("bad", "Declined"), ("good", "Accepted")])

    # === SEARCH, FILTERS, ORDERS === #

    def test_filters(self):
        paid, late, later = self.make_due(-5), self.make_due(-3), self.make_due(8)
        credit = self.make_invoice(move_type="out_refund")
        self.pay(paid)
        self.pay(self.invoice)
        expected = {
            "open": [late, later],
            "overdue": [late],
            "paid": [paid, self.invoice],
            "credit": [credit],
            "": [paid, late, later, credit, self.invoice],
        }
        for show, moves in expected.items():
            names = self.names(self.open(f"/invoices?show={show}"))
            self.assertCountEqual(names, [move.name for move in moves], show)

    def test_overdue_installment(self):
        """An invoice whose first installment is late is overdue, as its page and ageing say.

        The company's setting says whether the plan is printed, not whether money is due.
        """
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (1, 90)
                ],
            }
        )
        day, Statement = self.today - timedelta(days=10), self.env["finance.portal.statement"]
        self.invoice.line_ids.filtered("date_maturity").date_maturity = self.today
        for shown in (True, False):
            term.display_on_invoice = shown
            move = self.make_invoice(invoice_date=day, invoice_payment_term_id=term.id)
            page = self.open(f"/invoices?show=overdue&q={quote(move.name)}")
            self.assertEqual(self.names(page), [move.name])
            self.assertEqual(self.states(page.text), [("bad", "Overdue by 9 days")])
            names = self.names(self.open("/invoices?show=open&sort=due"))
            self.assertEqual(names[0], move.name)
            [balance] = Statement._get_open_balances(self.customer, self.company)
            self.assertEqual(balance["overdue"], 50)
            self.pay(move, 50)
            names = self.names(self.open("/invoices?show=overdue"))
            self.assertEqual(names, [], "the other half is due in 80 days")
            names = self.names(self.open("/invoices?show=open&sort=due"))
            self.assertEqual(names[-1], move.name)
            self.pay(move)

    def test_what_is_due_of_installments_is_told_unless_a_credit_covers_it(self):
        parts = [
            (0, 0, {"value": "percent", "value_amount": percent, "nb_days": days})
            for percent, days in ((40, 0), (60, 4000))
        ]
        term = self.env["account.payment.term"].create({"name": "Parts", "line_ids": parts})
        self.invoice.button_draft()
        self.make_invoice(invoice_payment_term_id=term.id)
        words = "40.00 was due by Jan 10, 2026"
        for path in ("", "/invoices"):
            self.assertIn(words, self.open(path).text)
        self.make_invoice(move_type="out_refund", **self.priced(100))
        for path in ("", "/invoices"):
            self.assertNotIn(words, self.open(path).text)

    def test_search(self):
        """The number and the customer's own reference are searched, as they were typed."""
        literal = self.make_invoice(ref="100%_off\\now")
        self.make_invoice(ref="100 Xoff")
        for search in ("100%", "%_o", "f\\n", literal.name, "100%_OFF"):
            names = self.names(self.open(f"/invoices?q={quote(search)}"))
            self.assertEqual(names, [literal.name], search)
        page = self.open("/invoices?q=nothing+like+this&show=paid")
        self.assertIn("No matches.", page.text)
        self.assertIn('value="nothing like this"', page.text)

    def test_sorts(self):
        small = self.make_due(5, invoice_date="2026-01-12", **self.priced(5))
        large = self.make_due(1, invoice_date="2026-01-02", **self.priced(5000))
        self.invoice.line_ids.filtered("date_maturity").date_maturity = "2030-01-01"
        expected = {
            "": [small, self.invoice, large],
            "oldest": [large, self.invoice, small],
            "amount": [large, self.invoice, small],
        }
        for sort, moves in expected.items():
            names = self.names(self.open(f"/invoices?sort={sort}"))
            self.assertEqual(names, [move.name for move in moves], sort)
        due = self.names(self.open("/invoices?sort=due"))
        self.assertLess(due.index(large.name), due.index(small.name))

    def test_nonsense_gets_a_sensible_page(self):
        for path in ("/invoices", "/payments", "/quotes", "/orders", "/files", "/statement"):
            for query in HOSTILE:
                page = self.visit(f"{PORTAL}{path}?{query}")
                self.assertEqual(page.status_code, 200, (path, query))

    def test_empty(self):
        """An empty list says what will appear in it."""
        self.sign_in(self.make_account(self.eve))
        for path, sentence in {
            "/invoices": "Your invoices, credit notes and receipts will appear here.",
            "/payments": "Payments that we received from you will appear here.",
            "/quotes": "Quotes that we send you will appear here",
            "/orders": "Your confirmed orders will appear here.",
        }.items():
            page = self.open(path)
            self.assertIn(sentence, page.text)
            self.assertNotIn('<form class="finder"', page.text)

    # === PAGES === #

    def test_pages(self):
        """Next and Previous lead through all documents, each shown once, also among equals."""
        self.make_invoices(44)
        everything = 45
        for sort in ("", "oldest", "due", "amount"):
            page, seen = self.open(f"/invoices?sort={sort}"), []
            self.assertIn("<bdi>45</bdi> documents", page.text)
            self.assertIsNone(self.step(page, "prev"))
            pages, places = [], []
            while page:
                pages.append(self.names(page))
                places += re.findall(r"\d+ to \d+ of \d+", page.text)
                seen += pages[-1]
                last, page = page, self.step(page, "next")
            self.assertEqual(places, ["1 to 20 of 45", "21 to 40 of 45", "41 to 45 of 45"])
            self.assertEqual([len(names) for names in pages], [20, 20, 5])
            self.assertEqual(len(set(seen)), everything)
            back = self.step(last, "prev")
            self.assertEqual(self.names(back), pages[1])
            first = self.step(back, "prev")
            self.assertEqual(self.names(first), pages[0])
            self.assertIn("1 to 20 of 45", first.text)
            self.assertIsNone(self.step(first, "prev"))

    def test_a_page_that_has_become_empty_shows_the_first_one(self):
        """As does going back to it, once the last document on it was answered or cancelled."""
        self.make_invoices(20)
        first = self.open("/invoices")
        last = self.step(first, "next")
        self.assertEqual(self.names(last), [self.invoice.name])
        self.invoice.button_draft()
        again = self.visit(last.request.path_url)
        self.assertEqual(self.names(again), self.names(first))
        self.assertNotIn("will appear here", again.text)

    def test_pages_by_a_day_that_may_be_missing(self):
        """Quotes without an end come last, and none is lost on the way there and back."""
        days = [5, None, 3, None, 4] * 9
        for day in days:
            valid = self.today + timedelta(days=day) if day else False
            self.make_quote(validity_date=valid, lines=[{"display_type": "line_note", "name": "x"}])
        self.env["sale.order"].search([("validity_date", "!=", False)]).flush_recordset()
        self.env.cr.execute(
            "UPDATE sale_order SET validity_date = NULL WHERE id IN %s",
            [tuple(self.env["sale.order"].search([], limit=18).ids)],
        )
        self.env.invalidate_all()
        page, pages = self.open("/quotes?sort=expiring"), []
        while page:
            pages.append(self.names(page))
            last, page = page, self.step(page, "next")
        self.assertEqual(len({name for names in pages for name in names}), 45)
        self.assertEqual(self.names(self.step(last, "prev")), pages[1])
        self.assertEqual(self.names(self.step(self.step(last, "prev"), "prev")), pages[0])

    def test_count_ends_somewhere(self):
        """Nobody counts beyond a thousand."""
        self.make_invoices(1001)
        self.assertIn("<bdi>1,000+</bdi> documents", self.open("/invoices").text)

    # === PRICE === #

    def count_queries(self, path):
        """Return how many queries a page takes once everything shared by requests is cached."""
        self.open(path)
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.open(path)
        return self.env.cr.sql_log_count - before

    def test_constant_queries(self):
        """A page takes no more queries for many documents than for a few."""
        paths = ("", "/invoices", "/invoices?sort=due&show=open&q=I", "/payments", "/quotes")
        paths += ("/orders", "/statement")
        for kind in ("out_refund", "out_receipt"):
            self.make_invoice(move_type=kind)
        self.make_some_of_each()
        one = {path: self.count_queries(path) for path in paths}
        for _number in range(7):
            self.make_some_of_each()
        page_full = {path: self.count_queries(path) for path in paths}
        for path in paths:
            self.assertLessEqual(page_full[path], one[path] + 3, path)
        # What autovacuum found here was empty: for it PostgreSQL plans Odoo's joins badly.
        self.env.cr.execute(
            "ANALYZE account_move, account_move_line, account_partial_reconcile, account_payment"
        )
        for _number in range(7):
            self.make_some_of_each()
        self.make_invoices(2000)
        for path in paths:
            self.assertLessEqual(self.count_queries(path), page_full[path], path)

    def test_overview_asks_once_what_several_parts_show(self):
        self.make_some_of_each()
        self.assertLessEqual(self.count_queries(""), 24)

    def make_some_of_each(self):
        """Make documents in the states that take the most to tell."""
        paid, part, turned = self.make_due(3), self.make_due(-3), self.make_due(5)
        self.pay(paid)
        self.pay(part, amount=30.0)
        turned._reverse_moves([{"invoice_date": self.today}], cancel=True)
        self.make_quote(validity_date=self.today + timedelta(days=4))
        order = self.make_quote()
        order.action_confirm()
        order._create_invoices().action_post()
