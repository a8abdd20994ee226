"""What the customer gets: one email in the one layout, with a secure link to each invoice."""

from odoo.tests import tagged
from odoo.tools.misc import formatLang

from odoo.addons.finance_portal.tests.mail_layout_common import MailLayoutRules
from odoo.addons.finance_portal.tools.secure_token import PLACEHOLDER

from .common import ReminderCase


@tagged("post_install", "-at_install")
class TestReminderEmail(ReminderCase, MailLayoutRules):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.vat = "IE1234567FA"
        cls.company.logo = False

    def mail_to(self, partner):
        (mail,) = [mail for mail in self._mails if partner.email in str(mail["email_to"])]
        return mail

    def test_several_invoices_each_with_a_link_of_its_own(self):
        """L2, L6: one token for each invoice and recipient; until it leaves, only placeholders."""
        first, second = self.bill(9), self.bill(7, amount=50)
        row = self.come_due()
        self.run_job()
        stored = self.env["mail.mail"].search([("mail_message_id", "=", row.mail_message_id.id)])
        self.assertEqual(str(stored.body_html).count(PLACEHOLDER), 2)
        self.assertOnlyPlaceholder(stored.body_html)
        self.assertFalse(self.tokens_in(row.mail_message_id.body))
        self.run_queue()
        mail = self.mail_to(self.ada)
        tokens = self.tokens_in(mail["body"])
        self.assertEqual({self.link_of(token).res_id for token in tokens}, {first.id, second.id})
        links = [self.link_of(token) for token in tokens]
        self.assertEqual({link.partner_id for link in links}, {self.ada})
        self.assertEqual({link.delivery_state for link in links}, {"sent"})
        for token in tokens:
            self.assertIn(token, mail["body_alternative"], "the plain text has it, too")

    def test_it_wears_the_layout_and_lists_what_is_open(self):
        first, second = self.bill(9), self.bill(7, amount=50)
        self.remind()
        mail = self.mail_to(self.ada)
        tree, preheader = self.assertWearsLayout(mail, self.company)
        text = " ".join(tree.text_content().split())
        for said in ("2 open invoices", "Amount due", first.name, second.name, "Due date"):
            self.assertIn(said, text)
        for amount in (150, 100, 50):
            money = formatLang(self.env, amount, currency_obj=first.currency_id)
            self.assertIn(money, tree.text_content())
        self.assertEqual(text.count("works for 24 hours"), 1)
        self.assertEqual(
            [link.text_content() for link in tree.xpath("//a[@class='fp-link']")],
            [f"View Invoice {move.name}" for move in (first, second)],
        )
        self.assertLess(text.index(first.name), text.index(second.name), "the oldest first")
        self.assertIn("2 open invoices", mail["subject"])
        self.assertIn("150.00", preheader)
        for payment in (first.payment_reference, second.payment_reference):
            self.assertIn(payment, text)

    def test_one_invoice_stands_there_as_in_any_email_about_it(self):
        move = self.bill(7)
        self.remind()
        mail = self.mail_to(self.ada)
        tree, _preheader = self.assertWearsLayout(mail, self.company)
        self.assertHasSecureButton(mail, tree)
        self.assertIn(move.name, mail["subject"])
        self.assertNoNativeTrace(mail["body"])

    def test_an_address_without_a_name_is_greeted_by_its_customers(self):
        self.ada.write({"type": "invoice", "name": False})
        self.bill(7)
        self.remind()
        tree, _preheader = self.assertWearsLayout(self.mail_to(self.ada), self.company)
        self.assertIn("Hello Bakery,", tree.text_content())

    def test_a_part_payment_is_told(self):
        move = self.bill(7)
        context = {"active_model": "account.move", "active_ids": move.ids}
        register = self.env["account.payment.register"].with_context(**context)
        register.create({"amount": 40})._create_payments()
        self.assertEqual(self.plan_of(move).amount, 60)
        self.remind()
        text = self.mail_to(self.ada)["body_alternative"]
        self.assertIn("60.00", text)
        self.assertIn("of $ 100.00 paid", text)

    def test_each_address_of_a_contact_gets_its_own_links(self):
        """L2: one address, one email, a token for each document."""
        self.ada.email = "ada@bakery.example.com, office@ada.example.com"
        moves = self.bill(9) | self.bill(7)
        self.remind()
        tokens = [self.tokens_in(body) for body in self.sent.values()]
        self.assertEqual(len(tokens), 2)
        self.assertFalse(tokens[0] & tokens[1])
        for some in tokens:
            self.assertEqual({self.link_of(token).res_id for token in some}, set(moves.ids))

    def test_in_the_customers_language(self):
        template = self.step("friendly").template_id
        template.with_context(lang="de_DE").write(
            {
                "subject": "Erinnerung von {{ object.company_id.name }}",
                "body_html": "<p>Guten Tag <t t-out='object.partner_id.name'/></p>",
            }
        )
        self.ada.lang = "de_DE"
        self.bill(9)
        self.bill(7)
        self.remind()
        mail = self.mail_to(self.ada)
        self.assertEqual(mail["subject"], f"Erinnerung von {self.company.name}")
        self.assertIn("Guten Tag Ada", mail["body"])
        self.assertIn('lang="de', mail["body"])
        self.assertIn("100,00", mail["body"])

    def test_an_invoice_that_was_cancelled_meanwhile_brings_no_link(self):
        """L4: what waits in the queue opens nothing that isn't shared any more."""
        kept, cancelled = self.bill(9), self.bill(7)
        self.come_due()
        self.run_job()
        cancelled.button_draft()
        self.run_queue()
        (token,) = self.tokens_in(self.sent[self.ada.email])
        self.assertEqual(self.link_of(token).res_id, kept.id)

    def test_an_invoice_whose_links_staff_revoked_meanwhile_brings_none(self):
        """L9: also where no attempt has made a link yet that could be revoked.

        The email leaves for the others, whichever of them it is.
        """
        for revoked_days, partner in ((7, self.ada), (9, self.eve)):
            with self.subTest(revoked=revoked_days):
                moves = {days: self.bill(days, partner=partner) for days in (9, 7)}
                self.come_due()
                self.run_job()
                moves.pop(revoked_days).action_finance_portal_revoke_all()
                self.run_queue()
                (token,) = self.tokens_in(self.sent[partner.email])
                [kept] = moves.values()
                self.assertEqual(self.link_of(token).res_id, kept.id)

    def test_a_template_that_is_made_for_other_records_later_tells_of_none(self):
        """The job renders it with all rights, and would take the record of the same id."""
        move = self.bill(7)
        template = self.plan_of(move).step_id.template_id
        template.flush_recordset()
        # Past Odoo's check of the text, which is for reminders.
        self.env.cr.execute(
            "UPDATE mail_template SET model_id = %s, model = 'res.partner' WHERE id = %s",
            [self.env["ir.model"]._get_id("res.partner"), template.id],
        )
        self.env.invalidate_all()
        row = self.plan_of(move)
        self.assertEqual((row.state, row.subject), ("held", ""))
        self.assertIn("made for reminders", row.reason)
        self.remind()
        self.assertFalse(self.sent)
