"""SPEC 13, company boundary: who may act for a customer, and whose documents an account shows."""

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .portal_access_common import MANAGER, PortalAccessCase

# What becomes of Ada's account: the companies that it shows, "-" if it is closed and "?" if it is
# suspended; for accounts of A, of B and of both, each pressed by a manager of A, of B, of both
# and of neither.
ACCOUNTS = ("A", "B", "AB")
MANAGERS = ("A", "B", "AB", "C")
TABLE = """
reset        A  no A  no   no B  B  no   no no AB  no
unlock       A  no A  no   no B  B  no   no no AB  no
resend       A  no A  no   no B  B  no   no no AB  no
limit        A  no A  no   no B  B  no   no no AB  no
all_shown    A  no A  no   no B  B  no   no no AB  no
confirm      A  no A  no   no B  B  no   no no AB  no
diagnose     A  no A  no   no B  B  no   no no AB  no
view_as      A  no A  no   no B  B  no   no no AB  no
native_reset A  no A  no   no B  B  no   no no AB  no
reopen_open  A  no AB no   no B  AB no   no no AB  no
reopen_doubt A  no AB no   no B  AB no   no no AB  no
other_email  A  no AB no   no B  AB no   no no AB  no
enable       A  AB AB AC   AB B  AB BC   no no AB  ABC
show_ours    A  AB AB AC   AB B  AB BC   AB AB AB  ABC
disable      A- no A- no   no B- B- no   B  A  AB- no
reopen       A  B  AB C    A  B  AB C    A  B  AB  C
address      A  A? A  A?   B? B  B  B?   AB? AB? AB AB?
enable_many  A  A  A  A    B  B  B  B    AB AB AB  AB
remind       A  no A  no   no B  B  no   no no AB  no
"""


class CompanyCase(PortalAccessCase):
    """Companies A, B and C, and managers of A, of B, of both and of C."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Company = cls.env["res.company"]
        cls.sister, cls.third = Company.create([{"name": "Sister"}, {"name": "Third"}])
        cls.env.user.company_ids = cls.company  # whoever makes a company works for it
        cls.by_letter = {"A": cls.company, "B": cls.sister, "C": cls.third}
        cls.managers = {
            letters: cls.make_manager(f"boss-{letters}", cls.companies(letters))
            for letters in MANAGERS
        }

    @classmethod
    def companies(cls, letters):
        return cls.env["res.company"].concat(*(cls.by_letter[letter] for letter in letters))

    @classmethod
    def make_manager(cls, login, companies):
        user = cls.make_user(login, MANAGER, "base.group_partner_manager", name=login)
        user.write({"company_ids": companies.ids, "company_id": companies[0].id})
        return user

    def account_of(self, letters):
        """Return an account of Ada's, with a password, that shows the documents of companies."""
        account = self.account_with_password()
        account._show_companies(self.companies(letters))
        self.env.flush_all()
        return account

    def as_manager(self, letters, partner=None):
        return (partner or self.ada).with_user(self.managers[letters])

    def describe(self, account):
        """Return what became of an account, see ``TABLE``."""
        self.env.invalidate_all()
        letters = "".join(
            letter for letter, company in self.by_letter.items() if company in account.company_ids
        )
        reason = account._get_closed_reason()
        self.assertIn(account.company_id, account.company_ids)
        return letters + {None: "", "suspended": "?"}.get(reason, "-")


@tagged("post_install", "-at_install")
class TestCompanyBoundary(CompanyCase):
    # === ACTIONS: what is done to Ada's account by whom works with ``ada`` === #

    def do_reset(self, ada, account):
        ada.action_finance_portal_reset()

    def do_unlock(self, ada, account):
        ada.action_finance_portal_unlock()

    def do_resend(self, ada, account):
        account.set_up_at = False
        ada.action_finance_portal_resend_setup()

    def do_limit(self, ada, account):
        ada.action_finance_portal_own_documents()

    def do_all_shown(self, ada, account):
        ada.action_finance_portal_all_documents()

    def do_confirm(self, ada, account):
        account._suspend()
        ada.action_finance_portal_confirm()

    def do_diagnose(self, ada, account):
        ada.action_finance_portal_diagnose()

    def do_view_as(self, ada, account):
        try:
            ada.action_finance_portal_view_as()
        except UserError as error:
            if "in your browser" not in str(error):  # only that is missing here
                raise

    def do_native_reset(self, ada, account):
        account.user_id.with_user(ada.env.user).sudo()._finance_portal_mail_password_link()

    def do_reopen_open(self, ada, account):
        ada.env["finance.portal.reopen"].create({"partner_id": ada.id}).action_reopen()

    def do_reopen_doubt(self, ada, account):
        account._suspend()
        self.do_reopen_open(ada, account)

    def do_other_email(self, ada, account):
        values = {"partner_id": ada.id, "email": "thief@example.com"}
        ada.env["finance.portal.enable"].create(values).action_enable()

    def do_enable(self, ada, account):
        ada.env["finance.portal.enable"].create({"partner_id": ada.id}).action_enable()

    def do_show_ours(self, ada, account):
        ada.action_finance_portal_show_ours()

    def do_disable(self, ada, account):
        ada.action_finance_portal_disable()

    def do_reopen(self, ada, account):
        account._disable("staff")
        self.do_reopen_open(ada, account)

    def do_enable_many(self, ada, account):
        """Who has an account is left as they are, whose ever it is."""
        dialog = ada.env["finance.portal.enable.many"].create({"res_ids": ada.ids})
        self.assertEqual(dialog.problem_count, 1)

    def do_remind(self, ada, account):
        account.set_up_at = False
        self.env.flush_all()
        self.env.cr.execute("UPDATE finance_portal_account_link SET requested_at = '2026-01-01'")
        self.env.invalidate_all()
        row = ada._finance_portal_prepare_line(None)
        run = ada.env["finance.portal.enabling"]._start("remind", [row]).sudo()
        run.line_ids._work()
        self.assertEqual(run.line_ids.state, "done")

    def do_address(self, ada, account):
        ada.email = "ada@new.example.com"

    def outcome(self, action, account, letters, manager):
        """Let a manager do it to an account; return what became of it. All is undone."""
        with self.env.cr.savepoint() as savepoint, self.mock_mail_gateway():
            account._show_companies(self.companies(letters))
            try:
                getattr(self, f"do_{action}")(self.as_manager(manager), account)
                self.env.flush_all()
                result = self.describe(account)
            except AccessError as error:
                self.assertIn("companies that you don't work for", str(error))
                result = "no"
            savepoint.rollback()
        self.env.invalidate_all()
        return result

    def test_the_table(self):
        rows, account = [row.split() for row in TABLE.strip().splitlines()], self.account_of("A")
        for action, *expected in rows:
            cases = [(letters, manager) for letters in ACCOUNTS for manager in MANAGERS]
            for (letters, manager), result in zip(cases, expected, strict=True):
                with self.subTest(action=action, account=letters, manager=manager):
                    self.assertEqual(self.outcome(action, account, letters, manager), result)
        self.assertEqual({row[0] for row in rows}, self.get_tried())

    def get_tried(self):
        return {name[3:] for name in dir(self) if name.startswith("do_")}

    def test_every_button_about_an_account_is_in_the_table(self):
        """The next button fails here until it is."""
        elsewhere = {  # about documents, links and activity, which have companies of their own
            "revoke_old_links", "revoke_all", "open_links", "open_events", "send_statement",
            "adopt",  # see below
        }  # fmt: skip
        named = {
            "own_documents": "limit",
            "all_documents": "all_shown",
            "resend_setup": "resend",
        }
        buttons = {
            name.removeprefix("action_finance_portal_")
            for name in dir(type(self.ada))
            if name.startswith("action_finance_portal_")
        }
        needed = {named.get(one, one) for one in buttons - elsewhere}
        self.assertFalse(needed - self.get_tried())

    def test_whoever_is_no_manager_does_nothing_of_it(self):
        account = self.account_of("A")
        ada = self.ada.with_user(self.clerk)
        with self.assertRaisesRegex(AccessError, "Finance Portal manager"):
            ada.action_finance_portal_show_ours()
        ada.action_finance_portal_diagnose()  # looking is for all who work for the company
        account._show_companies(self.companies("AB"))
        with self.assertRaisesRegex(AccessError, "don't work for"):
            ada.action_finance_portal_diagnose()

    # === OPENING === #

    def test_an_account_shows_the_companies_of_whoever_opens_it(self):
        for letters, manager in self.managers.items():
            contact = self.make_contact(f"Of {letters}", email=f"{letters}@bakery.example.com")
            with self.mock_mail_gateway():
                account = self.Account.with_user(manager)._enable(contact)
            self.assertEqual(self.describe(account), letters)

    def test_odoo_itself_works_for_all_companies(self):
        with self.mock_mail_gateway():
            account = self.Account.with_user(SUPERUSER_ID)._enable(self.ada)
        every = self.env["res.company"].sudo().with_context(active_test=False).search([])
        self.assertEqual(account.company_ids, every)

    def test_an_invitation_by_a_link_is_for_its_company(self):
        self.company.finance_portal_offer_account = True
        link, _token = self.issue()
        Account = self.Account.with_user(self.managers["AB"])
        with self.mock_mail_gateway():
            Account._invite_by_link(link)
        account = self.ada._finance_portal_get_account()
        self.assertEqual(self.describe(account), "A")
        account._show_companies(self.sister)
        with self.mock_mail_gateway():
            Account._invite_by_link(link)
        self.assertEqual(self.describe(account), "AB", "not set up yet: asked for once more")

    def test_a_login_that_other_companies_opened_is_theirs_to_hand_over(self):
        self.native_user()
        for manager, result in (("B", "no"), ("C", "no"), ("A", "A"), ("AB", "AB")):
            with self.subTest(manager=manager), self.env.cr.savepoint() as savepoint:
                try:
                    with self.mock_mail_gateway():
                        self.as_manager(manager, self.ben).action_finance_portal_adopt()
                    found = self.describe(self.ben._finance_portal_get_account())
                except AccessError:
                    found = "no"
                self.assertEqual(found, result)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_customer_that_is_kept_to_a_company_is_its_own(self):
        self.customer.company_id = self.company
        self.ada.company_id = False
        with self.assertRaises(AccessError):
            self.as_manager("B").action_finance_portal_enable()
        self.assertTrue(self.as_manager("A").action_finance_portal_enable())
        self.assertTrue(self.as_manager("AB").action_finance_portal_enable())

    def test_an_archived_company_bars_nobody(self):
        self.account_of("AB")
        with self.mock_mail_gateway():
            with self.assertRaises(AccessError):
                self.as_manager("A").action_finance_portal_reset()
            self.managers["B"].active = self.managers["AB"].active = False
            self.env.cr.execute(
                "UPDATE res_company SET active = false WHERE id = %s", [self.sister.id]
            )
            self.env.invalidate_all()
            self.as_manager("A").action_finance_portal_reset()

    # === AGREEING AND TAKING AWAY === #

    def test_who_has_a_password_needs_no_email_to_see_more(self):
        account = self.account_of("A")
        with self.mock_mail_gateway():
            action = self.as_manager("B").action_finance_portal_show_ours()
        self.assertIn("your companies, too", action["params"]["message"])
        self.assertFalse(self._new_mails)
        rows = self.Event.sudo().search([("account_id", "=", account.id)], order="id")
        self.assertEqual(
            (rows[-1].kind, rows[-1].company_id), ("company_added", self.sister), "B sees it"
        )
        account._show_companies(self.company)
        account.set_up_at = False
        with self.mock_mail_gateway():
            self.as_manager("B").action_finance_portal_show_ours()
        self.assertTrue(self.account_tokens_in(self.sent[self.ada.email]))

    def test_taking_away_says_that_others_keep_it_open(self):
        account = self.account_of("AB")
        self.assertEqual(account.company_id, self.company)
        version = account.session_version
        action = self.as_manager("A").action_finance_portal_disable()
        self.assertIn("stays open for the others", action["params"]["message"])
        self.assertEqual(account.company_id, self.sister, "whose name stands in the next emails")
        self.assertEqual(account.session_version, version, "nobody is signed out")
        row = self.last_event(account)
        self.assertEqual((row.kind, row.company_id), ("company_removed", self.company))
        action = self.as_manager("B").action_finance_portal_disable()
        self.assertIn("can no longer sign in", action["params"]["message"])
        self.assertEqual(self.describe(account), "B-")

    def test_two_who_take_theirs_away_at_once_meet_at_the_row(self):
        """So that the second begins anew, and no account stays open that shows nothing."""
        self.account_of("AB")
        writes = []
        execute = type(self.env.cr).execute

        def spy(cursor, query, *args, **options):
            writes.append(str(getattr(query, "code", query)))
            return execute(cursor, query, *args, **options)

        self.patch(type(self.env.cr), "execute", spy)
        self.as_manager("B").action_finance_portal_disable()
        self.env.flush_all()
        self.assertTrue(any('UPDATE "finance_portal_account"' in one for one in writes))

    def test_limiting_is_not_slipped_in_by_enabling(self):
        account = self.account_of("A")
        dialog = self.env["finance.portal.enable"].with_user(self.managers["B"])
        with self.mock_mail_gateway(), self.assertRaises(AccessError), self.env.cr.savepoint():
            dialog.create({"partner_id": self.ada.id, "own_documents": True}).action_enable()
        account.own_documents = True
        with self.mock_mail_gateway():
            action = dialog.create({"partner_id": self.ada.id}).action_enable()
        self.assertIn("your companies, too", action["params"]["message"])
        self.assertTrue(account.own_documents, "as the other company wants it")

    # === WHO CAN === #

    def test_the_refusal_names_who_can(self):
        self.account_of("AB")
        with self.assertRaisesRegex(AccessError, "for all of them: boss-AB"):
            self.as_manager("A").action_finance_portal_reset()
        self.managers["AB"].active = False
        with self.assertRaisesRegex(AccessError, "Ask an administrator"):
            self.as_manager("A").action_finance_portal_reset()

    def test_managers_of_all_companies_are_asked_to_confirm_an_address(self):
        account = self.account_of("AB")
        self.assertEqual(account._find_managers(), self.managers["AB"])
        self.managers["AB"].active = False
        some = account._find_managers()
        self.assertTrue(some, "who can't confirm learns who has to be asked")
        self.assertNotIn(self.managers["C"], some)
