"""SPEC 13, who may say who a person is: by whom, by which way, and what becomes of the account."""

from types import SimpleNamespace
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models.accounts import account_identity
from ..models.accounts.account_identity import CONSEQUENCES
from .address_common import NEW, OLD, AddressCase

# What becomes of Ada's account, for each actor (a line) and way (a column).
TABLE = """
                     write   import  company user    form    merge   clear   login   moved  archived second  twin    stored
manager              confirm confirm confirm confirm confirm confirm suspend refuse  close  close    nothing nothing nothing
system               confirm confirm confirm confirm confirm confirm suspend refuse  close  close    nothing nothing nothing
contact_creator      suspend suspend suspend suspend suspend suspend suspend refuse  close  close    nothing nothing nothing
other_companys_boss  suspend suspend suspend suspend suspend suspend suspend refuse  close  close    nothing nothing nothing
finance_user         suspend suspend suspend suspend suspend suspend suspend refuse  close  close    nothing nothing nothing
erp_admin            suspend suspend suspend suspend suspend suspend suspend refuse  close  close    nothing nothing nothing
email_of_a_manager   suspend suspend suspend suspend suspend suspend suspend refuse  close  close    nothing nothing nothing
colleague            refuse  refuse  refuse  refuse  refuse  refuse  refuse  refuse  close  refuse   refuse  nothing nothing
customer_herself     refuse  refuse  refuse  refuse  refuse  refuse  refuse  refuse  refuse refuse   refuse  nothing nothing
visitor              refuse  refuse  refuse  refuse  refuse  refuse  refuse  refuse  close  refuse   refuse  nothing nothing
visitor_as_system    refuse  refuse  refuse  refuse  refuse  refuse  refuse  refuse  close  refuse   refuse  nothing nothing
visitor_as_manager   refuse  refuse  refuse  refuse  refuse  refuse  refuse  refuse  close  refuse   refuse  nothing nothing
creator_as_system    suspend suspend suspend suspend suspend suspend suspend refuse  close  close    nothing nothing nothing
manager_as_system    confirm confirm confirm confirm confirm confirm suspend refuse  close  close    nothing nothing nothing
"""  # noqa: E501


@tagged("post_install", "-at_install")
class TestWhoMaySay(AddressCase):
    """Walk over all actors and all ways."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.public = cls.env.ref("base.public_user")
        cls.root = cls.env.ref("base.user_root")
        cls.finance = cls.make_user(
            "clerk", "account.group_account_invoice", "base.group_partner_manager"
        )
        sister = cls.env["res.company"].create({"name": "Sister"})
        cls.env.user.company_ids = cls.company  # whoever makes a company works for it
        manager = ("account.group_account_manager", "base.group_partner_manager")
        cls.other_boss = cls.make_user("other_boss", *manager)
        cls.other_boss.write({"company_ids": sister.ids, "company_id": sister.id})
        cls.admin = cls.make_user("erp", "base.group_system")
        cls.colleague = cls.make_user("native", "base.group_portal", partner_id=cls.ben.id)

    def get_actors(self, account):
        """Return ``{actor: (user whose rights are used, user of the request)}``."""
        return {
            "manager": (self.boss, None),
            "system": (self.root, None),
            "contact_creator": (self.creator, self.creator),
            "other_companys_boss": (self.other_boss, None),
            "finance_user": (self.finance, None),
            "erp_admin": (self.admin, self.admin),
            "email_of_a_manager": (self.boss, None),
            "colleague": (self.colleague, self.colleague),
            "customer_herself": (account.user_id, account.user_id),
            "visitor": (self.public, self.public),
            "visitor_as_system": (self.root, self.public),
            "visitor_as_manager": (self.boss, self.public),
            "creator_as_system": (self.root, self.creator),
            "manager_as_system": (self.root, self.boss),
        }

    # === WAYS === #

    def by_write(self, env, account):
        env["res.partner"].browse(self.ada.id).email = NEW

    def by_import(self, env, account):
        result = env["res.partner"].load([".id", "email"], [[str(self.ada.id), NEW]])
        if not result["ids"]:
            raise UserError(result["messages"][0]["message"])

    def by_company(self, env, account):
        env["res.partner"].browse(self.customer.id).child_ids = [(1, self.ada.id, {"email": NEW})]

    def by_user(self, env, account):
        env["res.users"].browse(account.user_id.id).email = NEW

    def by_form(self, env, account):
        env["res.users"].browse(account.user_id.id).write({"login": NEW, "email": NEW})

    def by_merge(self, env, account):
        double = self.make_contact("Ada again", email=NEW)
        wizard = env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.ada | double).ids, env["res.partner"].browse(double.id))

    def by_clear(self, env, account):
        env["res.partner"].browse(self.ada.id).email = False

    def by_login(self, env, account):
        env["res.users"].browse(account.user_id.id).login = NEW

    def by_moved(self, env, account):
        env["res.partner"].browse(self.ada.id).parent_id = self.rival

    def by_archived(self, env, account):
        env["res.partner"].browse(self.ada.id).active = False

    def by_second(self, env, account):
        env["res.partner"].browse(self.ada.id).email = f"{OLD}, {NEW}"

    def by_twin(self, env, account):
        env["res.partner"].create({"name": "Twin", "email": OLD, "parent_id": self.rival.id})

    def by_stored(self, env, account):
        """The field that Odoo works out from the address, but lets people write."""
        env["res.partner"].browse(self.ada.id).email_normalized = NEW

    # === THE TABLE === #

    def outcome(self, actor, way, account):
        """Let an actor change it, and return what became of the account; all is undone."""
        user, visitor = self.get_actors(account)[actor]
        with (
            self.env.cr.savepoint() as savepoint,
            self.mock_mail_gateway(),
            self.acting(actor, user, visitor) as env,
        ):
            try:
                getattr(self, f"by_{way}")(env, account)
                self.env.flush_all()
                result = self.describe(account)
            except UserError:
                result = "refuse"
            told, sent = self.account_tokens_in(self.sent.get(OLD)), set(self.sent)
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertNotIn(NEW, sent, "the new address gets nothing")
        self.assertEqual(OLD in sent, result in ("confirm", "suspend"), "the old one is told")
        self.assertEqual(len(told), 1 if result == "suspend" else 0, "and can stop it")
        return result

    def describe(self, account):
        self.env.invalidate_all()
        version = account.session_version
        if reason := account._get_closed_reason():
            self.assertGreater(version, 0, "signed out everywhere")
            return "suspend" if reason == "suspended" else "close"
        self.assertEqual(account.email, account.user_id.login)
        return "nothing" if account.email == OLD else "confirm"

    def test_the_table(self):
        account = self.account_with_password()
        account.session_version = 0
        self.env.flush_all()
        head, *rows = TABLE.strip().splitlines()
        ways = head.split()
        for row in rows:
            actor, *expected = row.split()
            found = []
            for way, verdict in zip(ways, expected, strict=True):
                found.append(self.outcome(actor, way, account))
                with self.subTest(actor=actor, way=way):
                    self.assertEqual(found[-1], verdict)
        self.assertEqual({row.split()[0] for row in rows}, {*self.get_actors(account)})
        self.assertEqual({*ways}, {name[3:] for name in dir(self) if name.startswith("by_")})

    def test_every_actor_is_judged_for_every_change(self):
        account = self.account_with_password()
        actors = {verdict for row in CONSEQUENCES.values() for verdict in row}
        self.assertTrue(all(row.keys() == actors for row in CONSEQUENCES.values()))
        found = set()
        for name, (user, visitor) in self.get_actors(account).items():
            with self.acting(name, user, visitor) as env:
                found.add(env["finance.portal.account"]._get_actor())
        self.assertEqual(found, actors)

    def test_the_request_counts_where_the_transaction_does_not_tell_and_the_other_way_round(self):
        Account = self.Account.with_user(self.root)
        request = SimpleNamespace(env=self.env(user=self.creator.id))
        transaction = self.env.transaction
        with patch.object(transaction, "default_env", self.env(user=self.root.id)):
            self.assertEqual(Account._get_actor(), "system")
            with patch.object(account_identity, "request", request):
                self.assertEqual(Account._get_actor(), "staff")
        with patch.object(transaction, "default_env", request.env):
            self.assertEqual(Account._get_actor(), "staff")

    def test_what_is_written_past_odoo_opens_nothing_either(self):
        for table, column, record in (
            ("res_partner", "email", "partner_id"),
            ("res_users", "login", "user_id"),
        ):
            account = self.Account.search([("partner_id", "=", self.ada.id)])
            account = account or self.account_with_password()
            self.env.flush_all()
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute(
                    f"UPDATE {table} SET {column} = %s WHERE id = %s", [NEW, account[record].id]
                )
                self.env.invalidate_all()
                self.assertEqual(account._get_closed_reason(), "suspended")
                self.assertEqual(account._get_sign_in_obstacle(), "suspended")
                savepoint.rollback()
            self.env.invalidate_all()

    def test_an_incoming_email_counts_as_nobodys(self):
        """Odoo carries it out as the user whose address stands on it."""
        seen = []

        def message_update(record, message, update_vals=None):
            seen.append((record.env.user, record.env["finance.portal.account"]._get_actor()))
            return True

        email = (
            f"From: {self.boss.email}\nTo: x@company.test.example.com\nMessage-Id: <a@b>\n"
            "Subject: Change\n\nText"
        )
        thread = self.env["mail.thread"].with_user(self.root)
        route = [("res.partner", self.ada.id, None, self.boss.id, None)]
        with (
            patch.object(type(self.env["res.partner"]), "message_update", message_update),
            patch.object(type(thread), "message_route", lambda *_args, **_options: route),
        ):
            thread.message_process(False, email)
        self.assertEqual(seen, [(self.boss, "mail")])
