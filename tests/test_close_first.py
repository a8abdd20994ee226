"""SPEC 13, who may say who a person is: whoever closes an account first is asked about as well."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .account_link_common import PASSWORD
from .address_common import NEW, OLD, AddressCase


@tagged("post_install", "-at_install")
class TestCloseFirst(AddressCase):
    """Archiving or moving a contact closes its account; then its address is anybody's to change."""

    def setUp(self):
        super().setUp()
        self.account = self.account_with_password()
        self.mine = self.as_creator()

    # === WAYS === #

    def ways(self):
        """Yield ``(name, function that closes Ada's account and changes her address)``."""

        def archive():
            self.mine.active = False
            self.mine.active = True
            self.mine.email = NEW

        def archive_and_leave():
            self.mine.active = False
            self.mine.email = NEW

        def move():
            self.mine.parent_id = self.rival
            self.mine.parent_id = self.customer
            self.mine.email = NEW

        def merge():
            self.mine.active = False
            self.mine.active = True
            other = self.mine.create({"name": "Mal", "email": NEW, "parent_id": self.customer.id})
            Wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.creator).sudo()
            Wizard._merge((self.ada | other).ids, other.sudo())

        yield "archived", archive
        yield "stays archived", archive_and_leave
        yield "moved", move
        yield "merged", merge
        yield "archived at once", lambda: self.mine.write({"active": False, "email": NEW})
        yield "moved at once", lambda: self.mine.write({"parent_id": self.rival.id, "email": NEW})

    def contact(self):
        return self.account.partner_id

    def asked(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", self.contact().id),
                ("user_id", "=", self.boss.id),
            ]
        )

    def test_the_old_address_hears_of_it_and_managers_are_asked(self):
        for name, way in self.ways():
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                with self.mock_mail_gateway():
                    way()
                self.assertEqual({OLD, NEW} & {*self.sent}, {OLD})
                self.assertIn("a…@new.example.com", self.sent[OLD])
                self.assertIn(NEW, self.asked().note)
                self.assertEqual(self.account.state, "suspended")
                self.assertFalse(self.account._is_open())
                self.assertTrue(self.Account._is_in_doubt(self.contact()))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_whoever_reads_the_old_address_can_stop_it(self):
        with self.mock_mail_gateway():
            self.mine.active = False
            self.mine.email = NEW
        link = self.account.mailed_link_ids.filtered(lambda one: one.purpose == "stop")
        link._check_open()
        link._stop()
        self.assertEqual(self.account.state, "disputed")
        self.assertIn("wrong", self.asked().note)

    def test_changing_first_and_closing_then_is_no_way_either(self):
        with self.mock_mail_gateway():
            self.mine.email = NEW
            self.mine.active = False
        self.assertIn(NEW, self.asked().note)
        self.assertEqual(self.account.state, "suspended")

    # === WHAT IS NO CAUSE === #

    def test_who_leaves_is_archived_and_nobody_hears_of_it(self):
        with self.mock_mail_gateway():
            self.mine.active = False
            self.mine.active = True
            self.mine.write({"email": f"{OLD}, {NEW}", "name": "Ada B."})
        self.assertFalse(self.sent)
        self.assertFalse(self.asked())
        self.assertEqual(self.account.state, "disabled")
        self.assertFalse(self.Account._is_in_doubt(self.ada))

    def test_a_manager_who_closes_it_has_looked_at_it(self):
        mine = self.ada.with_user(self.boss)
        for name, close in (
            ("archived", lambda: mine.write({"active": False})),
            ("disabled", mine.action_finance_portal_disable),
            ("moved", lambda: mine.write({"parent_id": self.rival.id})),
            (
                "archived by somebody else, then disabled",
                lambda: self.mine.write({"active": False}) and self.account._disable("staff"),
            ),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                close()
                with self.mock_mail_gateway():
                    self.mine.email = NEW
                self.assertFalse(self.sent)
                self.assertFalse(self.asked())
                savepoint.rollback()
            self.env.invalidate_all()

    # === WHAT MANAGERS SEE === #

    def test_the_tab_says_that_the_account_is_closed(self):
        """And doesn't promise that whoever is asked about can sign in once that is answered."""
        with self.mock_mail_gateway():
            self.mine.active = False
            self.mine.email = NEW
        mine = self.ada.with_user(self.boss)
        self.assertEqual(
            (mine.finance_portal_access, mine.finance_portal_to_confirm), ("suspended",) * 2
        )
        self.assertTrue(mine.finance_portal_is_closed, "there's nothing left to disable")
        said = f"The account is closed. {self.creator.name} changed the address from {OLD} to {NEW}"
        self.assertEqual(mine.finance_portal_status[: len(said)], said)
        self.assertIn(said, self.asked().note)

    def test_what_was_disabled_while_it_waited_can_still_be_confirmed(self):
        """Else the system would never again mail that contact anything by itself."""
        mine = self.ada.with_user(self.boss)
        for disputed in (False, True):
            with self.subTest(disputed=disputed), self.mock_mail_gateway():
                self.mine.email = NEW
                if disputed:
                    self.account._take_objection(OLD)
                mine.action_finance_portal_disable()
                doubt = "disputed" if disputed else "suspended"
                self.assertEqual(
                    (mine.finance_portal_access, mine.finance_portal_to_confirm),
                    ("disabled", doubt),
                )
                self.assertIn(f"no emails to {NEW}", mine.finance_portal_status)
                mine.with_context(finance_portal_seen_address=NEW).action_finance_portal_confirm()
                self.env.invalidate_all()
                self.assertFalse(self.Account._is_in_doubt(self.ada))
                self.assertEqual(
                    (mine.finance_portal_access, mine.finance_portal_to_confirm),
                    ("disabled", False),
                )
                self.assertIsNone(self.Account._get_password_credential(OLD, PASSWORD))
                dialog = self.env["finance.portal.reopen"].with_user(self.boss)
                dialog.create({"partner_id": self.ada.id, "how": "password"}).action_reopen()
                mine.email = OLD

    # === THE ANSWER === #

    def test_a_manager_who_confirms_lets_nobody_in(self):
        with self.mock_mail_gateway():
            self.mine.active = False
            self.mine.active = True
            self.mine.email = NEW
        mine = self.ada.with_user(self.boss)
        seen = mine.with_context(finance_portal_seen_address=OLD)
        with self.assertRaisesRegex(UserError, "no longer"):
            seen.action_finance_portal_confirm()
        [cause] = [one for one in mine._finance_portal_find_causes() if one.remedy == "confirm"]
        self.assertEqual(cause.code, "suspended")
        with self.mock_mail_gateway():
            mine.with_context(finance_portal_seen_address=NEW).action_finance_portal_confirm()
        self.assertFalse(self.sent)
        self.assertFalse(self.asked())
        self.assertFalse(self.Account._is_in_doubt(self.ada))
        self.assertEqual((self.account.state, self.account.email), ("disabled", OLD))
        self.assertEqual(self.last_event(self.account).kind, "address_confirmed")
        self.assertIsNone(self.Account._get_password_credential(OLD, PASSWORD))
        with self.mock_mail_gateway():
            self.mine.email = "ada@third.example.com"
        self.assertFalse(self.sent, "the account has nothing to do with the contact any more")
        with self.assertRaisesRegex(UserError, "no address"):
            mine.action_finance_portal_confirm()

    def test_a_manager_who_changes_the_address_knows(self):
        self.mine.active = False
        with self.mock_mail_gateway():
            self.ada.with_user(self.boss).email = NEW
            self.mine.email = "ada@third.example.com"
        self.assertFalse(self.sent)
        self.assertFalse(self.Account._is_in_doubt(self.ada))

    def test_enabling_again_confirms(self):
        with self.mock_mail_gateway():
            self.mine.active = False
            self.mine.active = True
            self.mine.email = NEW
            dialog = self.env["finance.portal.reopen"].with_user(self.boss)
            dialog.create({"partner_id": self.ada.id, "how": "password"}).action_reopen()
        self.assertEqual((self.account.state, self.account.email), ("active", NEW))
        self.assertFalse(self.asked())
        with self.mock_mail_gateway():
            self.account._disable("staff")
            self.mine.email = OLD
        self.assertFalse(self.sent)
