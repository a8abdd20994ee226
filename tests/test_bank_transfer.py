"""How to pay by bank transfer: what is shown, copied and scanned (section 5)."""

from unittest.mock import patch

from lxml import html as lxml_html

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .page_common import InvoicePageCase

IBAN = "DE89370400440532013000"
TRANSFER = "odoo.addons.finance_portal.models.documents.bank_transfer"


@tagged("post_install", "-at_install")
class TestBankTransfer(InvoicePageCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR")
        cls.bank = cls.make_bank(IBAN)

    @classmethod
    def make_bank(cls, number):
        bank = cls.env["res.bank"].create({"name": "Our Bank", "bic": "COBADEFFXXX"})
        return cls.env["res.partner.bank"].create(
            {
                "acc_number": number,
                "partner_id": cls.company.partner_id.id,
                "acc_holder_name": "Baker & Sons",
                "bank_id": bank.id,
            }
        )

    def make_open(self, *lines, **values):
        values = {"partner_bank_id": self.bank.id, "currency_id": self.euro.id, **values}
        return self.make(*lines, **values)

    def scanned(self, move):
        """Return the lines of the QR code's content, as the page asks for the code."""
        with patch(f"{TRANSFER}.qr_path", return_value=(45, "M0 0z")) as qr_path:
            self.values(move)
        return qr_path.call_args.args[0].split("\n") if qr_path.called else []

    def rows(self, move):
        return {row["label"]: row for row in self.values(move)["pay"]["rows"]}

    def test_iban_is_shown_in_groups_of_four_and_copied_as_one(self):
        row = self.rows(self.make_open())["IBAN"]
        self.assertEqual(row["groups"], ["DE89", "3704", "0044", "0532", "0130", "00"])
        self.assertEqual(row["copied"], IBAN)

    def test_the_amount_is_copied_as_banks_forms_take_it(self):
        german = self.env["res.lang"]._activate_lang("de_DE")
        invoice = self.make_open(self.line(5390.7))
        pay = self.values(invoice, lang=german.code)["pay"]
        self.assertEqual(pay["rows"][0]["copied"], "5390,70")

    def test_the_amount_is_what_is_due_next(self):
        """One truth about money: with installments, not all is asked for at once."""
        parts = [
            Command.create({"value": "percent", "value_amount": percent, "nb_days": days})
            for percent, days in ((30, 0), (70, 10))
        ]
        term = self.env["account.payment.term"].create({"name": "Two", "line_ids": parts})
        invoice = self.make_open(invoice_payment_term_id=term.id)
        self.assertEqual(self.rows(invoice)["Amount"]["value"], self.money(30, self.euro))
        self.assertIn("EUR30.0", "".join(self.scanned(invoice)))

    def test_sepa_code_holds_what_the_page_says_and_no_secret(self):
        """EPC069-12; also L11: a code is read by any app, so nothing secret is in it."""
        invoice = self.make_open(self.line(1617.21))
        invoice.access_token = "0b3e58f1-native-token"
        content = self.scanned(invoice)
        self.assertEqual(content[:4], ["BCD", "002", "1", "SCT"])
        self.assertEqual(content[4:8], ["COBADEFFXXX", "Baker & Sons", IBAN, "EUR1617.21"])
        self.assertEqual(content[10], invoice.payment_reference)
        self.assertNotIn("native-token", "".join(content))
        self.assertNotIn("http", "".join(content))

    def test_no_code_where_banks_take_none(self):
        other = self.make_bank("1234567890")
        abroad = self.make_bank("SA0380000000608010167519")
        for case, values in (
            ("another currency", {"currency_id": self.company.currency_id.id}),
            ("no IBAN", {"partner_bank_id": other.id}),
            ("outside SEPA", {"partner_bank_id": abroad.id}),
            ("no account", {"partner_bank_id": False}),
        ):
            with self.subTest(case):
                invoice = self.make_open(**values)
                pay = self.values(invoice)["pay"]
                self.assertFalse(pay and pay["code"])

    def test_the_code_that_odoo_makes_is_the_one_shown(self):
        """Such as the Swiss QR-bill, whose app isn't installed here."""
        with self.odoo_code(value="SPC\n0200\n1", mask="ch_cross"):
            invoice = self.make_open()
            self.assertEqual(self.scanned(invoice), ["SPC", "0200", "1"])
            self.assertEqual(len(self.values(invoice)["pay"]["code"]["cross"]), 3)

    def test_what_odoo_cannot_draw_leaves_the_page_standing(self):
        invoice = self.make_open()
        for error in (UserError("no"), KeyError("x"), TypeError("x"), AttributeError("x")):
            with self.subTest(error=error), self.odoo_code(error=error):
                pay = self.values(invoice)["pay"]
                self.assertIsNone(pay["code"])
                self.assertIn("IBAN", [row["label"] for row in pay["rows"]])

    def odoo_code(self, error=None, **params):
        """Let Odoo know a way to draw a code, or fail at it."""

        def get_params(_bank, **_values):
            if error:
                raise error
            return params

        return patch.multiple(
            type(self.bank),
            _build_qr_code_vals=lambda *_args: {"qr_method": "any"},
            _get_qr_code_generation_params=get_params,
        )

    def test_of_several_accounts_it_is_the_newest_invoices(self):
        """Whichever is due last."""
        new_bank = self.make_bank("DE02120300000000202051")
        self.make_open(days=40)
        self.make_open(days=10, partner_bank_id=new_bank.id)
        Statement = self.env["finance.portal.statement"]
        parts = Statement._get_open_items(self.customer, self.company, limit=10)
        [pay] = Statement._get_pays(parts, self.customer)
        self.assertIn(new_bank.acc_number, [row["copied"] for row in pay["rows"]])

    def pays_of(self, *moves):
        """Return how to pay some open invoices, as their own pages and a statement say it."""
        Statement = self.env["finance.portal.statement"]
        parts = Statement._get_open_items(self.customer, self.company, limit=10)
        return [
            *(self.values(move)["pay"] for move in moves),
            *Statement._get_pays(parts, self.customer),
        ]

    def test_nobody_is_asked_to_pay_to_an_account_that_was_deleted(self):
        """Odoo archives it instead, and posts no invoice with it; those of before name it still."""
        invoice = self.make_open()
        self.bank.unlink()
        self.assertTrue(self.bank.exists(), "archived")
        for pay in self.pays_of(invoice):
            self.assertNotIn(IBAN, str(pay))
            self.assertIsNone(pay["code"])
            self.assertIn("is no longer in use", pay["note"])
        self.assertIn("is no longer in use", self.render(invoice))
        hero = invoice._finance_portal_get_mail_hero()
        self.assertIn("is no longer in use", hero["pay"])
        self.assertFalse(hero["account"])

    def test_of_several_accounts_it_is_the_newest_that_is_in_use(self):
        old, new_bank = self.make_open(), self.make_bank("DE02120300000000202051")
        newer = self.make_open(partner_bank_id=new_bank.id)
        new_bank.active = False
        kept, gone, together = self.pays_of(old, newer)
        self.assertIn("is no longer in use", gone["note"])
        for pay in (kept, together):
            self.assertIn(IBAN, [row["copied"] for row in pay["rows"]])
            self.assertFalse(pay["note"])

    def test_buttons_are_hidden_until_a_script_shows_them(self):
        page = lxml_html.fromstring(self.render(self.make_open()))
        buttons = page.xpath("//section[@id='pay']//button")
        self.assertEqual(len(buttons), 4)
        for button in buttons:
            self.assertEqual(button.get("type"), "button")
            self.assertIsNotNone(button.get("hidden"))
        self.assertTrue(page.xpath("//script[contains(@src, 'copy.js')]"))
        self.assertTrue(page.xpath("//section[@id='pay']//*[name()='svg']"))
