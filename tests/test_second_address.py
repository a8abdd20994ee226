"""Who adds an address beside a confirmed one: it shows no more than they may see themselves."""

from odoo.tests import tagged

from .test_still_open import StillOpenCase

FIRST, SECOND = "ada@bakery.example.com", "second@new.example.com"
BOTH = f"{FIRST}, {SECOND}"


@tagged("post_install", "-at_install")
class TestSecondAddress(StillOpenCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        creates = "base.group_partner_manager"
        cls.creator = cls.make_user("creator", "base.group_user", creates)
        cls.boss = cls.make_user("boss", "account.group_account_manager", creates)
        cls.bens = cls.make_invoice(cls.ben)
        cls.own = cls.make_invoice(cls.customer)
        cls.customer.email = cls.ada.email = False
        cls.Account = cls.env["finance.portal.account"]

    def found(self, contact, address):
        """Return which documents are listed for who asks at an address of a contact."""
        self.env.invalidate_all()
        found, _more = self.env["finance.portal.still.open"]._find(contact, self.company, address)
        return {one.document for one in found}

    def prepare(self, contact, adds, with_account):
        """Give a contact an address that a manager confirms, then have a user add another."""
        contact.with_user(self.boss).email = FIRST
        if with_account:
            self.make_account(contact)
        contact.with_user(adds).email = BOTH

    def test_everything_open_is_for_who_reads_the_confirmed_address(self):
        everything = self.invoice | self.bens | self.own
        person, firm = {self.invoice}, {self.own}
        for contact, with_account, adds, expected in (
            (self.ada, True, self.creator, ({*everything}, person)),
            (self.ada, True, self.boss, ({*everything}, person)),
            (self.ada, False, self.boss, (person, person)),
            (self.customer, True, self.creator, ({*everything}, firm)),
            (self.customer, True, self.boss, ({*everything}, {*everything})),
            (self.customer, False, self.creator, (firm, firm)),
            (self.customer, False, self.boss, ({*everything}, {*everything})),
        ):
            with (
                self.subTest(contact=contact.name, account=with_account, adds=adds.login),
                self.env.cr.savepoint() as savepoint,
            ):
                self.prepare(contact, adds, with_account)
                for address, documents in zip((FIRST, SECOND), expected, strict=True):
                    self.assertEqual(self.found(contact, address), documents, address)
                self.assertEqual(self.found(contact, f"Ada <{FIRST}>"), expected[0])
                self.assertEqual(self.found(contact, BOTH), expected[1], "the least of both")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_what_is_mailed_to_the_second_address(self):
        """The whole way: a link that went there, and its page's button."""
        self.prepare(self.ada, self.creator, with_account=True)
        with self.mock_mail_gateway():
            self.invoice._finance_portal_mail_link(self.ada, SECOND)
        [(path, token)] = self.paths_in(self.sent[SECOND])
        self.ask(self.Link._resolve_token(token, path).ref)
        self.assertEqual(list(self.sent), [SECOND])
        self.env.flush_all()
        found = [self.Link._resolve_token(*way[::-1]) for way in self.paths_in(self.sent[SECOND])]
        self.assertEqual([link._get_document() for link in found], [self.invoice])

    def test_whoever_entered_an_address_that_stays_still_counts(self):
        """Nobody vouches for what a colleague added by confirming, or adding, another one."""
        third = "third@new.example.com"
        ways = {
            "adds": lambda: contact.write({"email": f"{BOTH}, {third}"}),
            "confirms": lambda: self.Account.with_user(self.boss)._enable(contact, FIRST),
            "replaces": lambda: contact.write({"email": third}),
            "confirms the only one": lambda: (
                contact.write({"email": third})
                and self.Account.with_user(self.boss)._enable(contact)
            ),
        }
        for way, go in ways.items():
            with self.subTest(way), self.env.cr.savepoint() as savepoint:
                self.prepare(self.ada, self.creator, with_account=False)
                contact = self.ada.with_user(self.boss)
                with self.mock_mail_gateway():
                    go()
                is_vouched = self.Account._is_vouched_for(self.ada, self.company)
                self.assertIs(is_vouched, way in ("replaces", "confirms the only one"))
                savepoint.rollback()
            self.env.invalidate_all()
