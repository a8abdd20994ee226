"""Nobody lets others see more than they may see themselves: who entered an address, and by what."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .address_common import NEW, AddressCase
from .test_still_open import StillOpenCase

FIELD = "finance_portal_address_by"

# What an account shows that is set up from a link's page, for each actor (a line) who says by a way
# (a column) that an address is a contact's.
TABLE = """
                     create import copy  quick form  write second company lead  merge taken moved planted default
manager              all    all    all   all   all   all   all    all     all   all   all   all   all     all
finance_user         all    all    all   all   all   all   all    all     all   all   all   all   all     all
auditor              all    all    all   all   all   all   all    all     all   all   all   all   all     all
system               all    all    all   all   all   all   all    all     all   all   all   all   all     all
contact_creator      own    own    own   own   own   own   own    own     own   own   own   own   own     own
salesperson          own    own    own   own   own   own   own    own     own   own   own   own   own     own
other_companys_boss  own    own    own   own   own   own   own    own     own   own   own   own   own     own
email_of_a_manager   own    own    own   own   own   own   own    own     own   own   own   own   own     own
creator_as_system    own    own    own   own   own   own   own    own     own   own   own   own   own     own
creator_as_manager   own    own    own   own   own   own   own    own     own   own   own   own   own     own
customer             none   none   none  none  refuse own  own    refuse  own   own   own   own   none    none
visitor              none   none   none  none  refuse own  own    refuse  own   own   own   own   none    none
visitor_as_manager   own    own    own   own   refuse own  own    refuse  own   own   own   own   own     own
"""  # noqa: E501


@tagged("post_install", "-at_install")
class TestVouching(AddressCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        creates = "base.group_partner_manager"
        cls.finance = cls.make_user("clerk", "account.group_account_invoice", creates)
        cls.auditor = cls.make_user("auditor", "account.group_account_readonly", creates)
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman", creates)
        cls.sister = cls.env["res.company"].create({"name": "Sister"})
        cls.env.user.company_ids = cls.company  # whoever makes a company works for it
        cls.other_boss = cls.make_user("other_boss", "account.group_account_manager", creates)
        cls.other_boss.write({"company_ids": cls.sister.ids, "company_id": cls.sister.id})
        buyer = cls.make_contact("Buyer")
        cls.buyer = cls.make_user("native", "base.group_portal", partner_id=buyer.id)

    def get_actors(self):
        """Return ``{actor: (user whose rights are used, user of the request)}``."""
        root, public = self.env.ref("base.user_root"), self.env.ref("base.public_user")
        return {
            "manager": (self.boss, self.boss),
            "finance_user": (self.finance, self.finance),
            "auditor": (self.auditor, None),
            "system": (root, None),
            "contact_creator": (self.creator, self.creator),
            "salesperson": (self.seller, None),
            "other_companys_boss": (self.other_boss, None),
            "email_of_a_manager": (self.boss, None),
            "creator_as_system": (root, self.creator),
            "creator_as_manager": (self.boss, self.creator),
            "customer": (self.buyer, self.buyer),
            "visitor": (public, public),
            "visitor_as_manager": (self.boss, public),
        }

    # === WAYS: each returns a contact of the customer who has the address === #

    def values(self, **more):
        return {"name": "New", "email": NEW, "parent_id": self.customer.id, **more}

    def by_create(self, Partner):
        return Partner.create(self.values())

    def by_import(self, Partner):
        rows = [["New", NEW, str(self.customer.id)]]
        result = Partner.load(["name", "email", "parent_id/.id"], rows)
        return Partner.browse(result["ids"])

    def by_copy(self, Partner):
        return Partner.browse(self.ben.id).copy({"email": NEW, "parent_id": self.customer.id})

    def by_quick(self, Partner):
        local = Partner.with_context(default_parent_id=self.customer.id)
        return Partner.browse(local.name_create(f"New <{NEW}>")[0])

    def by_form(self, Partner):
        Partner.browse(self.customer.id).child_ids = [Command.create({"name": "New", "email": NEW})]
        return Partner.search([("email", "=", NEW)])

    def by_write(self, Partner):
        self.ben.with_env(Partner.env).email = NEW
        return self.ben

    def by_second(self, Partner):
        self.ben.with_env(Partner.env).email = f"{self.ben.email}, {NEW}"
        return self.ben

    def by_company(self, Partner):
        Partner.browse(self.customer.id).child_ids = [Command.update(self.ben.id, {"email": NEW})]
        return self.ben

    def by_lead(self, Partner):
        """As apps do that keep an address in step with the contact's."""
        removed, entered = {"email": False}, {"email": NEW}
        self.ben.with_env(Partner.env).write(removed)
        self.ben.with_env(Partner.env).write(entered)
        return self.ben

    def by_merge(self, Partner):
        double = self.make_contact("Double", email=NEW)
        self.merge(Partner, double, self.ben)
        return self.ben

    def by_taken(self, Partner):
        """The survivor had no address."""
        self.ben.email = False
        return self.by_merge(Partner)

    def by_moved(self, Partner):
        stray = self.make_contact("Stray", parent=False, email=NEW)
        stray.with_env(Partner.env).parent_id = self.customer
        return stray

    def by_planted(self, Partner):
        """Somebody says that a colleague entered it, or nobody."""
        contact = Partner.create(self.values(**{FIELD: self.boss.id}))
        contact.write({FIELD: 0})
        contact.write({FIELD: self.boss.id, "name": "Newer"})
        return contact

    def by_default(self, Partner):
        """A default of their own says so, or the context of a call."""
        self.env["ir.default"].sudo().set(
            "res.partner", FIELD, self.boss.id, user_id=Partner.env.uid
        )
        return Partner.with_context(**{f"default_{FIELD}": self.boss.id}).create(self.values())

    def merge(self, Partner, source, target):
        wizard = Partner.env["base.partner.merge.automatic.wizard"]
        wizard._merge((source | target).ids, target.with_env(Partner.env))

    # === THE TABLE === #

    def test_the_table(self):
        head, *rows = TABLE.strip().splitlines()
        ways = head.split()
        for row in rows:
            actor, *expected = row.split()
            for way, shown in zip(ways, expected, strict=True):
                with self.subTest(actor=actor, way=way):
                    self.assertEqual(self.outcome(actor, way), shown)
        self.assertEqual({row.split()[0] for row in rows}, {*self.get_actors()})
        self.assertEqual({*ways}, {name[3:] for name in dir(self) if name.startswith("by_")})

    def outcome(self, actor, way):
        """Return what an account shows after an actor went a way; all is undone."""
        with self.env.cr.savepoint() as savepoint, self.mock_mail_gateway():
            with self.acting(actor, *self.get_actors()[actor]) as env:
                contact = self.go(way, env["res.partner"])
                self.env.flush_all()
            self.env.invalidate_all()
            result = self.decide(contact) if contact else "refuse"
            if way == "create" or actor in ("manager", "contact_creator"):
                self.assertEqual(self.describe(self.set_up(contact)), result)
            savepoint.rollback()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        return result

    def go(self, way, Partner):
        """Return the contact that comes of a way, as the test's user sees it; Odoo may refuse."""
        try:
            contact = getattr(self, f"by_{way}")(Partner)
        except AccessError:
            return None
        contact = contact.with_env(self.env)
        self.assertEqual(contact.commercial_partner_id, self.customer)
        return contact

    def decide(self, contact):
        """Return what an account will show, without setting one up: that takes its time."""
        if self.Account._is_added_by_outsider(contact):
            return "none"
        return "all" if self.Account._is_vouched_for(contact, self.company) else "own"

    def set_up(self, contact):
        """Press Set up an account on the page of a contact's link; return the account, if any."""
        link, _token = self.issue(partner=contact)
        self.Account._invite_by_link(link)
        return contact._finance_portal_get_account()

    def describe(self, account):
        """Return what an account shows; of one that is limited, the tab says why."""
        if not account:
            return "none"
        limit = account._describe_limit()
        self.assertEqual(bool(limit), account.own_documents)
        self.assertIs(account._is_open(), True)
        return "own" if account.own_documents else "all"

    # === WHAT COUNTS IS WHO IT IS NOW === #

    def entered_by(self, user, email=NEW):
        Partner = self.env["res.partner"].with_user(user)
        return Partner.create(self.values(email=email)).with_env(self.env)

    def is_vouched(self, contact, company=None):
        self.env.invalidate_all()
        return self.Account._is_vouched_for(contact, company or self.company)

    def test_who_left_or_was_deleted_vouches_for_nothing(self):
        ada, ben = self.entered_by(self.finance), self.entered_by(self.auditor)
        self.assertTrue(self.is_vouched(ada) and self.is_vouched(ben))
        self.finance.active = False
        self.auditor.unlink()
        self.assertFalse(self.is_vouched(ada) or self.is_vouched(ben))

    def test_the_word_of_several_counts_for_what_all_of_them_see(self):
        """Who entered an address, and who moved or merged the contact, may be of two companies."""
        both = self.make_user("both", "account.group_account_invoice", "base.group_partner_manager")
        both.company_ids = self.company | self.sister
        here, there = self.company, self.sister
        users = {self.finance: here, self.other_boss: there, both: here | there}
        for enterer, entered_for in users.items():
            for second, second_for in users.items():
                for way in ("moved", "merged"):
                    with self.subTest(entered=enterer.login, second=second.login, way=way):
                        contact = self.settled_by(enterer, second, way)
                        for company in here, there:
                            is_seen = company in entered_for & second_for
                            self.assertIs(self.is_vouched(contact, company), is_seen, company.name)

    def settled_by(self, enterer, second, way):
        """Return a contact of the customer whose address one enters, and another settles there."""
        stray = self.entered_by(enterer)
        if way == "moved":
            stray.parent_id = False
            stray.with_user(second).parent_id = self.customer
            return stray
        # Without an address, so nobody entered one.
        target = stray.create({"name": "Target", "parent_id": self.customer.id})
        # Odoo lets nobody else merge what has two addresses.
        self.merge(self.env["res.partner"].with_user(second).sudo(), stray, target)
        self.assertEqual(target.email, NEW)
        return target

    def test_who_deletes_the_contact_in_between_settles_those_below(self):
        """Head becomes a customer of their own, whose documents Low's account would show."""
        between = self.make_contact("Department")
        low = self.make_contact("Low", parent=self.make_contact("Head", parent=between))
        self.assertTrue(self.is_vouched(low))
        self.as_creator(between).unlink()
        self.assertFalse(self.is_vouched(low))

    def test_existing_contacts_are_trusted_and_addresses_that_stay_are_not_entered(self):
        self.env.cr.execute("UPDATE res_partner SET finance_portal_address_by = NULL")
        self.assertTrue(self.is_vouched(self.ben))
        mine = self.as_creator(self.ben)
        mine.write({"email": "BEN@bakery.example.com", "name": "Benjamin"})
        mine.email = "Ben <ben@bakery.example.com>"
        self.assertTrue(self.is_vouched(self.ben))

    def test_who_sees_more_now_widens_nothing_by_themselves(self):
        contact = self.entered_by(self.creator)
        account = self.set_up(contact)
        self.creator.group_ids += self.env.ref("account.group_account_manager")
        self.assertTrue(self.is_vouched(contact))
        self.set_up(contact)
        self.assertTrue(account.own_documents)

    def test_another_companys_link_shows_only_own_documents(self):
        """The manager who opened the account doesn't see that company's."""
        account = self.Account.with_user(self.boss)._enable(self.ben).with_env(self.env).sudo()
        self.assertFalse(account.own_documents)
        self.Account.sudo()._invite(self.ben, "/", self.ben.email, self.company)
        self.assertFalse(account.own_documents)
        self.Account.sudo()._invite(self.ben, "/", self.ben.email, self.sister)
        self.assertTrue(account.own_documents)

    def test_a_manager_who_confirms_vouches(self):
        for way in ("enable", "confirm", "show"):
            contact = self.entered_by(self.creator, f"{way}@new.example.com")
            mine = contact.with_user(self.boss)
            with self.subTest(way=way), self.mock_mail_gateway():
                self.assertFalse(self.is_vouched(contact))
                if way == "enable":
                    self.Account.with_user(self.boss)._enable(mine)
                elif way == "show":
                    self.set_up(contact)
                    mine.action_finance_portal_all_documents()
                    self.assertFalse(contact._finance_portal_get_account().own_documents)
                else:
                    account = self.set_up(contact)
                    self.as_creator(contact).email = "other@new.example.com"
                    mine.action_finance_portal_confirm()
                    self.assertTrue(account.own_documents, "no account is widened by itself")
                self.assertTrue(self.is_vouched(contact))

    def test_the_tab_says_why_and_managers_get_a_to_do(self):
        contact = self.entered_by(self.creator)
        self.set_up(contact)
        mine = contact.with_user(self.boss)
        for text in (self.creator.name, "uncheck Only Their Own Documents"):
            self.assertIn(text, mine.finance_portal_companies)
        self.assertTrue(contact.activity_ids)
        for to_do in contact.activity_ids:
            self.assertIn(self.creator.name, to_do.note)
        mine.action_finance_portal_all_documents()
        self.env.invalidate_all()
        self.assertFalse(mine.finance_portal_companies)
        self.assertFalse(contact.activity_ids)

    def test_statements_choose_no_address_that_nobody_vouches_for(self):
        contact = self.entered_by(self.creator)
        contact.type = "invoice"
        self.assertEqual(self.customer._finance_portal_get_statement_contact(), self.customer)
        contact.with_user(self.boss).email = "new2@bakery.example.com"
        self.assertEqual(self.customer._finance_portal_get_statement_contact(), contact)

    def test_nobody_reads_or_writes_who_it_was(self):
        contact = self.entered_by(self.creator)
        for user in (self.creator, self.boss):
            with self.assertRaises(AccessError):
                contact.with_user(user).read([FIELD])
        contact.with_user(self.creator).write({FIELD: 0})
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.creator).with_context(
                **{f"default_{FIELD}": self.boss.id}
            ).create(self.values())
        self.assertFalse(self.is_vouched(contact))

    def test_nobody_says_that_an_address_reads_as_another_one(self):
        """Managers, programs and jobs confirm what Odoo keeps as the address in one spelling."""
        evil = {"email_normalized": "thief@example.com"}
        context = {f"default_{name}": value for name, value in evil.items()}
        field = self.env["ir.model.fields"]._get("res.partner", "email_normalized")
        Mine = self.env["res.partner"].with_user(self.creator)
        ways = {
            "write": lambda: self.as_creator(self.ben).write(evil) and self.ben,
            "with an address": lambda: (
                self.as_creator(self.ben).write({**evil, "name": "Ben"}) and self.ben
            ),
            "of the customer": lambda: (
                Mine.browse(self.customer.id).write(
                    {"child_ids": [Command.update(self.ben.id, evil)]}
                )
                and self.ben
            ),
            "create": lambda: Mine.create(self.values(**evil)),
            "context": lambda: Mine.with_context(**context).create(self.values()),
            "own default": lambda: Mine.create(self.values(name="Newest")),
        }
        for way, go in ways.items():
            if way == "own default":
                self.env["ir.default"].with_user(self.creator).sudo().create(
                    {
                        "field_id": field.id,
                        "json_value": '"thief@example.com"',
                        "user_id": self.creator.id,
                    }
                )
            with self.subTest(way):
                contact = go().with_env(self.env)
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(contact.email_normalized, contact.email)
                with self.mock_mail_gateway(), self.env.cr.savepoint() as savepoint:
                    account = self.Account.with_user(self.boss)._enable(
                        contact.with_user(self.boss)
                    )
                    self.assertEqual(account.email, contact.email)
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_customers_of_the_shop_are_their_own(self):
        """Who made themselves a customer sees what they ordered, as far as nobody moved them."""
        public = self.env.ref("base.public_user")
        with self.acting("visitor", public, public) as env:
            buyer = env["res.partner"].create({"name": "Buyer", "email": NEW})
            buyer.email = "typo@new.example.com"
        self.assertTrue(self.is_vouched(buyer.with_env(self.env)))
        self.as_creator(buyer.with_env(self.env)).email = NEW
        self.assertFalse(self.is_vouched(buyer.with_env(self.env)))


@tagged("post_install", "-at_install")
class TestStillOpenVouching(StillOpenCase):
    """The customer itself, whose address was entered by somebody who may not see all."""

    def test_only_what_names_or_was_mailed_to_the_customer(self):
        creator = self.make_user("creator", "base.group_user", "base.group_partner_manager")
        mailed, own = self.make_invoice(self.ben), self.make_invoice(self.customer)
        self.customer.with_user(creator).email = "office2@bakery.example.com"
        self.assertEqual(set(self.asked(mailed, self.customer)), {mailed, own})
        self.customer.email = "office3@bakery.example.com"
        found, _more = self.env["finance.portal.still.open"]._find(
            self.customer, self.company, self.customer.email
        )
        self.assertEqual({one.document for one in found}, {mailed, own, self.invoice})
