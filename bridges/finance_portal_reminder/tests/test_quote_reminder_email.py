"""What the customer gets: one email with a link to each quote, and where the links lead."""

from odoo.tests import tagged

from odoo.addons.finance_portal.tests.http_common import FinancePortalHttpCase
from odoo.addons.finance_portal.tests.mail_layout_common import MailLayoutRules

from .common import JOB, QuoteReminderCase


@tagged("post_install", "-at_install")
class TestQuoteReminderEmail(QuoteReminderCase, MailLayoutRules, FinancePortalHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.vat = "IE1234567FA"
        cls.company.logo = False

    def run_job(self, xmlid=JOB):
        """Run a job where the registry is in test mode already."""
        self.env.ref(xmlid).method_direct_trigger()

    def mail_to(self, partner):
        (mail,) = [mail for mail in self._mails if partner.email in str(mail["email_to"])]
        return mail

    def test_each_link_opens_one_quote_to_answer(self):
        """L2, L6: one token for each quote; the page has Accept and Decline."""
        quotes = self.offer() | self.offer(1, 3)
        self.remind()
        mail = self.mail_to(self.ada)
        tokens = self.tokens_in(mail["body"])
        self.assertEqual(len(tokens), 2)
        opened = set()
        for token in tokens:
            self.become_stranger()
            page = self.visit(f"/q/{token}", follow=True)
            self.assertEqual(page.status_code, 200)
            self.assertIn("/accept", page.text)
            opened |= {quote for quote in quotes if quote.name in page.text}
        self.assertEqual(opened, set(quotes))

    def test_it_wears_the_layout_and_lists_the_quotes(self):
        first, second = self.offer(), self.offer(1, 3)
        self.remind()
        mail = self.mail_to(self.ada)
        tree, preheader = self.assertWearsLayout(mail, self.company)
        text = " ".join(tree.text_content().split())
        last = self.env["finance.portal.page"]._format_day(second.validity_date)
        valid, offer = f"Valid until {last}", "before our offer expires"
        for said in (first.name, second.name, "100.00", valid, offer):
            self.assertIn(said, text)
        self.assertNotIn("200.00", text, "nobody adds up quotes")
        self.assertIn("2 quotes waiting for your answer", mail["subject"])
        self.assertIn("2 quotes", preheader)
        self.assertEqual(
            [link.text_content() for link in tree.xpath("//a[@class='fp-link']")],
            [f"View {quote._finance_portal_get_title()}" for quote in (first, second)],
        )

    def test_one_quote_stands_there_as_in_any_email_about_it(self):
        quote = self.offer()
        self.remind()
        mail = self.mail_to(self.ada)
        tree, _preheader = self.assertWearsLayout(mail, self.company)
        self.assertHasSecureButton(mail, tree)
        self.assertIn(quote.name, mail["subject"])
        self.assertIn("here it is again", mail["body"])
        self.assertNoNativeTrace(mail["body"])
