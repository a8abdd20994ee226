"""Who may pay which invoices together, and that nobody else does."""

from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import payment_group
from .together_common import LIST, TogetherCase


@tagged("post_install", "-at_install")
class TestTogetherScope(TogetherCase):
    def test_documents_of_others_are_as_good_as_not_there(self):
        """L6: other customers', other companies', drafts, bills and what is made up."""
        foreign = self.make_invoice(self.eve)
        draft = self.make_invoice(post=False)
        sister = self.setup_other_company(name="Sister")
        elsewhere = self.make_invoice(
            company_id=sister["company"].id,
            journal_id=sister["default_journal_sale"].id,
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Bread",
                        "price_unit": 70,
                        "tax_ids": [Command.clear()],
                        "account_id": sister["default_account_revenue"].id,
                    }
                )
            ],
        )
        made_up = "u" * 22
        self.sign_in()
        _link, statement = self.open_statement()
        for base in (LIST, statement):
            for other in (foreign, draft, elsewhere, self.quote):
                with self.subTest(base, other=other):
                    page = self.choose(self.one, other, base=base)
                    self.assertIn("no longer open: 1", page.text)
                    if other.name not in {False, self.one.name}:
                        self.assertNotIn(other.name, page.text)
                    self.assertEqual(float(self.form_of(page)["amount"]), 100)
                    route = self.form_of(self.choose(self.one, base=base))["transaction-route"]
                    params = self.params_of(self.choose(self.one, base=base))
                    route += f"&item={self.ref_of(other)}"
                    self.assertEqual(self.call(route, params).status_code, 409)
                    self.assertFalse(self.transactions(self.one))
            page = self.visit(f"{base}/pay?item={made_up}&item=x&item=")
            self.assertEqual(page.status_code, 200)
            self.assertFalse(self.form_of(page))

    def test_credit_covers_all_only_where_all_is_listed(self):
        """Of three invoices, the one listed with the credit note is covered; the three aren't."""
        credit = self.make_credit(150)
        credit.line_ids.filtered("date_maturity").date_maturity = "2025-12-01"
        credit.invoice_date_due = "2025-12-01"
        words = "Your credit covers all open invoices"
        self.sign_in()
        with patch.object(payment_group, "MAX_TOGETHER", 2):
            page = self.visit(f"{LIST}/pay")
            self.assertEqual(self.shown(page), [credit.name, self.one.name])
            self.assertNotIn(words, page.text)
            self.assertNotIn("Covered by your credit", page.text)
            for move in self.two, self.three:
                self.register(move, 100)
            page = self.visit(f"{LIST}/pay")
            self.assertEqual(self.shown(page), [credit.name, self.one.name])
            self.assertIn(words, page.text)

    def test_a_seal_is_for_what_its_page_showed(self):
        """The browser decides nothing but how to pay."""
        self.sign_in()
        page = self.choose(self.one, self.two)
        params = self.params_of(page)
        for moves in (self.one, self.one | self.three, self.one | self.two | self.three):
            query = "&".join(f"item={self.ref_of(move)}" for move in moves)
            with self.subTest(moves=moves):
                answer = self.call(f"{LIST}/pay/transaction?{query}", params)
                self.assertEqual(answer.status_code, 409)
        self.assertEqual(self.call(f"{LIST}/pay/transaction", params).status_code, 400)
        _link, statement = self.open_statement()
        query = "&".join(f"item={self.ref_of(move)}" for move in self.one | self.two)
        answer = self.call(f"{statement}/pay/transaction?{query}", params)
        self.assertEqual(answer.status_code, 400, "another page's")
        self.assertFalse(self.transactions(self.one | self.two | self.three))

    def test_other_currencies_are_payments_of_their_own(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        other = self.make_invoice(currency_id=euro.id)
        self.sign_in()
        page = self.visit(f"{LIST}/pay")
        self.assertIn("one for each company and currency", page.text)
        self.assertEqual(page.text.count('<form method="get"'), 2)
        page = self.choose(self.one, self.two, other)
        self.assertFalse(self.form_of(page))
        self.assertEqual(len(self.offered(page)), 3, "of what was chosen")
        params = self.params_of(self.choose(self.one, self.two))
        query = "&".join(f"item={self.ref_of(move)}" for move in (self.one, self.two, other))
        answer = self.call(f"{LIST}/pay/transaction?{query}", params)
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(self.form_of(self.choose(other))["currency-id"], str(euro.id))

    def test_who_may_see_their_own_only_pays_their_own_only(self):
        self.account.own_documents = True
        self.sign_in()
        page = self.visit(f"{LIST}/pay")
        wanted = {self.ref_of(self.one), self.ref_of(self.two)}
        self.assertEqual({*self.offered(page)}, wanted)
        self.assertIn("no longer open: 1", self.choose(self.one, self.three).text)

    def test_one_of_several_that_are_paid_tells_nothing_of_the_others(self):
        """L6, L10: what they come to is known to who may see them all."""
        whole, own = "200.00", "100.00"
        self.sign_in()
        self.start(self.choose(self.one, self.three))
        payment = self.transactions(self.one)
        self.assertEqual(payment.amount, 200)
        self.simulate(payment, state="pending")
        self.assertIn(whole, self.visit(f"{LIST}/pay").text, "they chose both")
        self.become_stranger()
        link, _page = self.enter(self.one)
        outsider, _page = self.enter(self.one, email_to="adviser@tax.example.com")
        pages = [f"/finance/d/{one.ref}{way}" for one in (link, outsider)
                 for way in ("", "/pay", "/pay/result")]  # fmt: skip
        for page in pages:
            with self.subTest(page):
                self.assertNotIn(whole, self.visit(page).text)
        self.assertIn(own, self.visit(pages[1]).text)
        self.account.own_documents = True
        self.sign_in()
        self.assertNotIn(whole, self.visit(f"{LIST}/pay").text)
        self.assertNotIn(whole, self.visit(f"{LIST}/pay/result").text)
        self.simulate(payment)
        for page in [*pages, f"{LIST}/pay/result"]:
            with self.subTest(page, paid=True):
                text = self.visit(page).text
                self.assertNotIn(whole, text)
                self.assertNotIn(payment.reference, text)

    def test_l10_extra_recipients_are_not_asked_for_money(self):
        _link, base = self.open_statement(email_to="adviser@tax.example.com")
        self.assertNotIn('/pay"', self.visit(base).text)
        page = self.choose(self.one, base=base)
        self.assertIn("Only contacts of Bakery can pay", page.text)
        self.assertFalse(self.offered(page) or self.form_of(page))

    def test_the_link_of_one_invoice_takes_no_others_along(self):
        """L6: it opens its one document."""
        link, _page = self.enter(self.one)
        page = self.visit(f"/finance/d/{link.ref}/pay?item={self.ref_of(self.two)}")
        self.assertEqual(float(self.form_of(page)["amount"]), 100)
        self.start(page)
        self.assertEqual(self.transactions(self.one).invoice_ids, self.one)

    def test_a_link_that_ended_or_an_account_that_was_closed_pays_nothing(self):
        link, base = self.open_statement()
        page = self.choose(self.one, base=base)
        link._revoke("staff")
        self.assertEqual(self.start(page).status_code, 410)
        self.assertEqual(self.choose(self.one, base=base).status_code, 410)
        self.sign_in()
        page = self.choose(self.one)
        self.account.with_user(self.env.ref("base.user_admin"))._disable("staff")
        self.assertEqual(self.start(page).status_code, 403)
        self.assertIn("/login", self.choose(self.one).headers["Location"])
        self.assertFalse(self.transactions(self.one))

    def test_staff_who_look_as_the_customer_pay_nothing(self):
        boss = self.make_user(
            "boss", "account.group_account_manager", "base.group_partner_manager", password="boss"
        )
        self.sign_in()
        page = self.choose(self.one, self.two)
        self.authenticate(boss.login, "boss")
        self.press_signed_in(self.ada, "action_finance_portal_view_as")
        self.assertEqual(len(self.offered(self.visit(f"{LIST}/pay"))), 3)
        looked = self.choose(self.one, self.two)
        self.assertIn("Preview: only the customer can pay.", looked.text)
        self.assertFalse(self.form_of(looked))
        with mute_logger("odoo.addons.finance_portal.models.web.ir_http_failures"):
            self.assertEqual(self.start(page).status_code, 403)
            self.assertEqual(self.submit(looked, f"{LIST}/pay/again").status_code, 403)
        self.assertFalse(self.transactions(self.one))

    def test_staff_who_preview_a_statement_pay_nothing(self):
        boss = self.make_user("boss", "account.group_account_manager", password="boss")
        self.authenticate(boss.login, "boss")
        action = self.press_signed_in(self.statement, "action_finance_portal_preview")["result"]
        self.visit(action["url"])
        base = f"/finance/d/{self.ref_of(self.statement)}"
        page = self.choose(self.one, base=base)
        self.assertIn("Preview: only the customer can pay.", page.text)
        self.assertFalse(self.form_of(page))
        self.assertEqual(self.call(f"{base}/pay/transaction", {}).status_code, 403)

    def test_the_result_is_for_whoever_paid_here(self):
        self.sign_in()
        self.start(self.choose(self.one, self.two))
        self.simulate(self.transactions(self.one))
        self.assertIn("Payment received", self.visit(f"{LIST}/pay/result").text)
        self.become_stranger()
        self.sign_in()
        again = self.visit(f"{LIST}/pay/result").text
        self.assertIn("Payment received", again, "in another browser of theirs")
        self.become_stranger()
        self.sign_in(self.make_account(self.eve))
        nothing = self.visit(f"{LIST}/pay/result").text
        self.assertIn("No payment was started", nothing)
        self.assertNotIn("0 documents", nothing)
        self.assertEqual(self.visit(f"{LIST}/pay/receipt").status_code, 404)
