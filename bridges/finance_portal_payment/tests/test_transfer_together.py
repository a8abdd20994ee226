"""One bank transfer for several invoices: Odoo finds each by its number in the reference."""

from odoo.tests import tagged

from .together_common import LIST, TogetherCase

IBAN, OTHER_IBAN = "DE89370400440532013000", "DE02120300000000202051"


@tagged("post_install", "-at_install")
class TestTransferTogether(TogetherCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 1.0)])
        cls.bank = cls.env["res.partner.bank"].create(
            {"acc_number": IBAN, "partner_id": cls.company.partner_id.id}
        )

    def make_many(self, count):
        values = {"currency_id": self.euro.id, "partner_bank_id": self.bank.id}
        return [self.make_invoice(**values) for _number in range(count)]

    def test_the_sum_and_all_numbers_are_shown_and_scanned(self):
        self.sign_in()
        one, two = self.make_many(2)
        page = self.choose(one, two).text
        self.assertIn('class="pay"', page)
        self.assertIn(f"{one.name} {two.name}", page)
        self.assertIn("200.00", page)
        self.assertIn("QR code", page)

    def test_of_several_accounts_it_is_the_newest_invoices(self):
        """Also where an older invoice names it as well; one without an account has no say."""
        self.sign_in()
        other = self.bank.copy({"acc_number": OTHER_IBAN})
        moves = self.make_many(4)
        moves[1].partner_bank_id, moves[3].partner_bank_id = other, False
        page = self.choose(*moves).text
        self.assertIn(IBAN, page)
        self.assertNotIn(OTHER_IBAN, page)

    def test_an_account_that_was_deleted_is_not_named(self):
        """Odoo archives it instead."""
        self.sign_in()
        other = self.bank.copy({"acc_number": OTHER_IBAN})
        one, two = self.make_many(2)
        two.partner_bank_id = other
        other.unlink()
        page = self.choose(one, two).text
        self.assertIn(IBAN, page)
        self.assertNotIn(OTHER_IBAN, page)
        self.bank.unlink()
        page = self.choose(one, two).text
        self.assertNotIn(IBAN, page)
        self.assertIn("is no longer in use", page)

    def test_no_transfer_whose_reference_names_some_only(self):
        self.sign_in()
        page = self.choose(*self.make_many(12))
        self.assertTrue(self.form_of(page))
        self.assertNotIn('class="pay"', page.text)

    def test_of_one_it_is_its_own_reference(self):
        self.sign_in()
        [one] = self.make_many(1)
        one.payment_reference = "RF18539007547034"
        self.assertIn("RF18539007547034", self.choose(one).text)

    def test_a_customer_without_providers_still_sees_where_to_transfer(self):
        self.sign_in()
        self.provider.state = "disabled"
        one, two = self.make_many(2)
        page = self.visit(f"{LIST}/pay?item={self.ref_of(one)}&item={self.ref_of(two)}")
        self.assertFalse(self.form_of(page))
        self.assertIn('class="pay"', page.text)
