"""SPEC 7 for many contacts: each gets an account and one email, or is listed with the reason."""

from unittest.mock import patch

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .enabling_common import EnablingCase

LOG = "odoo.addons.finance_portal.models.contacts.enabling_job"


@tagged("post_install", "-at_install")
class TestEnablingPreview(EnablingCase):
    def obstacles(self):
        """Return ``{contact: part of the reason}``, one of each kind of who gets no account."""
        portal_user = self.make_user("shopper", "base.group_portal")
        contacts = {
            "archived": self.make_contact("Gone", active=False),
            "nothing": self.make_contact("Mute"),
            "invalid": self.make_contact("Typo", email="not an address"),
            "staff": self.clerk.partner_id,
            "taken": self.make_contact("Double", email=self.clerk.login + "@x.example.com"),
            "account": self.ada,
            "vendor": self.make_contact("Mill", parent=False, supplier_rank=1),
            "ours": self.make_contact("Colleague", parent=self.company.partner_id),
            "outsider": self.make_contact("Stranger"),
            "same": self.make_contact("Twin", email=self.many[0].email.upper()),
            "company": self.make_contact("Far", parent=False),
        }
        contacts["nothing"].email = False
        self.clerk.login = contacts["taken"].email
        self.enable(self.ada)
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids = self.company
        contacts["company"].parent_id = self.make_contact("Theirs", parent=False)
        contacts["company"].parent_id.company_id = other
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_uid = %s WHERE id = %s",
            [portal_user.id, contacts["outsider"].id],
        )
        # As a database that was merged or imported may have it.
        self.env.cr.execute(
            "UPDATE res_partner SET company_id = NULL WHERE id = %s", [contacts["company"].id]
        )
        self.env.invalidate_all()
        reasons = {
            "archived": "is archived. Unarchive",
            "nothing": "no valid email address",
            "invalid": "no valid email address",
            "staff": "works in the back office",
            "taken": "already signs in with",
            "account": "Already has an account: Setup link sent to",
            "vendor": "is a vendor, not a customer",
            "ours": "belongs to your own company",
            "outsider": "was added by a customer",
            "same": "has the same address as Many0",
            "company": "companies that you don't work for",
        }
        return {contacts[kind]: reason for kind, reason in reasons.items()}

    def test_says_who_gets_an_account_and_who_cannot_and_why(self):
        expected = self.obstacles()
        contacts = self.many.concat(*expected)
        dialog = self.dialog(contacts)
        self.assertEqual((dialog.ready_count, dialog.problem_count), (3, len(expected)))
        for contact in self.many:
            self.assertIn(f"{contact.display_name}: {contact.email}", dialog.ready)
        for contact, reason in expected.items():
            with self.subTest(reason=reason):
                self.assertIn(reason, dialog.obstacles[str(contact.id)])
        runs = self.start(contacts)
        self.assertEqual(
            self.states(runs),
            dict.fromkeys(self.many, "waiting") | dict.fromkeys(expected, "skipped"),
        )
        self.work_off()
        self.assertEnabledOnce(self.many)
        self.assertFalse(self.accounts_of(self.env["res.partner"].concat(*expected) - self.ada))

    def test_the_button_on_the_form_decides_the_same_in_the_same_words(self):
        """Of what isn't about the selection, or about who looks at nobody in particular."""
        alone = ("vendor", "own company", "added by", "same address", "Already has")
        tried = 0
        for contact, reason in self.obstacles().items():
            if any(words in reason for words in alone):
                continue
            tried += 1
            single = contact.with_user(self.boss)
            found = self.env["finance.portal.account"].with_user(self.boss)._find_obstacles(single)
            with self.subTest(reason=reason):
                dialog = single.env["finance.portal.enable"]
                with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                    single._finance_portal_check_manager()
                    dialog.env["finance.portal.account"]._enable(single)
                self.assertEqual(str(caught.exception), found[single])
        self.assertEqual(tried, 6)

    def test_queries_do_not_grow_with_the_contacts(self):
        def queries(count):
            contacts = (
                self.env["res.partner"]
                .create(
                    [
                        {
                            "name": f"N{count}-{number}",
                            "email": f"n{number}@c{count}.example.com",
                            "child_ids": [
                                Command.create(
                                    {"name": "Child", "email": f"c{number}@c{count}.example.com"}
                                )
                            ],
                        }
                        for number in range(count)
                    ]
                )
                .child_ids
            )
            for contact in contacts[: count // 10]:
                self.native_user(contact)
            self.enable(contacts[-1])
            dialog = self.dialog(contacts)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(dialog.ready_count, count - 1)
            return self.env.cr.sql_log_count - before

        queries(10)
        few = queries(20)
        self.assertLess(queries(60), few + 4, "one for each portal user would be four more")

    def test_too_many_are_refused_with_a_number(self):
        module = "odoo.addons.finance_portal.wizard.finance_portal_enable_many.MAX_CONTACTS"
        with patch(module, 2), self.assertRaisesRegex(UserError, "at most 2 contacts"):
            self.dialog(self.many).ready_count  # noqa: B018

    def test_nobody_to_enable_starts_nothing(self):
        self.enable(self.ada)
        with self.assertRaisesRegex(UserError, "None of these"):
            self.start(self.ada)

    def test_the_list_offers_it_to_managers(self):
        for user, offered in ((self.boss, True), (self.clerk, False)):
            found = self.env["ir.actions.actions"].with_user(user).get_bindings("res.partner")
            names = [action["name"] for action in found.get("action", ())]
            self.assertEqual("Enable Portal Access" in names, offered)
        action = self.many.with_user(self.boss).action_finance_portal_enable_many()
        self.assertEqual(action["context"]["default_res_ids"], self.many.ids)


@tagged("post_install", "-at_install")
class TestEnablingJob(EnablingCase):
    def test_each_gets_an_account_and_one_email_however_often_the_job_runs(self):
        runs = self.start(self.many, own_documents=True)
        self.assertEqual(runs.state, "running")
        self.work_off()
        self.assertEqual(set(self.sent), {contact.email for contact in self.many})
        for contact in self.many:
            self.assertEqual(len(self.account_tokens_in(self.sent[contact.email])), 1)
        with self.mock_mail_gateway():
            self.run_job()
            self.run_job("mail.ir_cron_mail_scheduler_action")
        self.assertFalse(self._mails)
        self.assertEnabledOnce(self.many)
        self.assertEqual((runs.state, runs.done_count), ("done", 3))
        accounts = self.accounts_of(self.many)
        self.assertEqual(set(accounts.mapped("own_documents")), {True})
        rows = self.Event.search(
            [("account_id", "in", accounts.ids), ("kind", "=", "account_enabled")]
        )
        self.assertEqual((len(rows), rows.user_id), (3, self.boss))
        self.assertTrue(all(runs.line_ids.mapped("done_at")))
        line = runs.line_ids[0].with_user(self.boss)
        self.assertIn("Setup link sent to", line.status)

    def test_emails_leave_by_the_queue(self):
        """Which hands over many by one connection, in its own portions."""
        runs = self.start(self.many)
        with (
            self.mock_mail_gateway(),
            patch.object(type(self.env["mail.mail"]), "send_after_commit") as at_once,
        ):
            self.run_job()
            at_once.assert_not_called()
            self.assertFalse(self._mails)
            self.run_job("mail.ir_cron_mail_scheduler_action")
            self.assertEqual(len(self._mails), 3)
        self.assertEqual(runs.done_count, 3)

    def test_a_failure_of_one_is_listed_and_stops_nobody_else(self):
        guilty = self.many[1]
        enable = type(self.Account)._enable

        def explode(accounts, partner, email=None):
            account = enable(accounts, partner, email=email)
            if partner == guilty:
                raise ZeroDivisionError("secret detail")
            return account

        runs = self.start(self.many)
        with (
            patch.object(type(self.Account), "_enable", explode),
            self.assertLogs(LOG, "ERROR") as log,
        ):
            self.work_off()
        self.assertEqual(len(log.records), 1)
        self.assertEqual(runs.problem_line_ids.partner_id, guilty)
        self.assertIn("Something went wrong", runs.problem_line_ids.reason)
        self.assertEqual((runs.state, runs.failed_count), ("failures", 1))
        self.assertFalse(self.accounts_of(guilty))
        self.assertNotIn(guilty.email, self.sent)
        self.assertEnabledOnce(self.many - guilty)
        runs.with_user(self.boss).action_try_failed_again()
        self.work_off()
        self.assertEqual((runs.state, runs.done_count), ("done", 3))
        self.assertEnabledOnce(self.many)

    def test_a_contact_that_stops_the_server_does_so_three_times_at_most(self):
        runs = self.start(self.many)
        runs.line_ids[0].attempts = 3
        self.work_off()
        self.assertEqual([*self.states(runs).values()], ["failed", "done", "done"])
        self.assertIn("after 3 attempts", runs.line_ids[0].reason)

    def test_what_changed_meanwhile_counts(self):
        moved, enabled, deleted = self.many
        late = self.make_contact("Late")
        runs = self.start(self.many + late)
        moved.email = "elsewhere@bakery.example.com"
        self.enable(enabled)
        lines = {line.name: line for line in runs.line_ids}
        gone = lines[deleted.display_name]
        deleted.unlink()
        self.work_off()
        self.assertEqual([line.state for line in runs.line_ids], ["skipped"] * 3 + ["done"])
        self.assertIn("is no longer many0@", lines[moved.display_name].reason)
        self.assertFalse(self.accounts_of(moved), "nobody confirmed that address")
        self.assertIn("Already has an account", lines[enabled.display_name].reason)
        self.assertEqual(len(self.accounts_of(enabled).mailed_link_ids), 1)
        self.assertIn("was deleted", gone.reason)

    def test_who_waits_in_one_run_is_left_out_of_the_next(self):
        first, second = self.start(self.many[:2]), self.start(self.many)
        self.assertEqual([*self.states(second).values()].count("waiting"), 1)
        self.assertIn("already doing this", " ".join(self.reasons(second).values()))
        self.work_off()
        self.assertEqual((first.done_count, second.done_count), (2, 1))
        self.assertEnabledOnce(self.many)
        with self.refused_by_database(psycopg2.errors.UniqueViolation):
            waiting = self.start(self.ben).line_ids
            waiting.copy({"state": "waiting"})
            self.env.flush_all()

    def test_contacts_that_become_one_wait_once(self):
        """Odoo re-points both to one contact, and would refuse to merge them."""
        first, second, third = self.many
        runs = self.start(self.many)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((second + first).ids, first)
        self.env.invalidate_all()
        self.assertEqual(runs.line_ids.mapped("state"), ["waiting", "skipped", "waiting"])
        self.work_off()
        self.assertEqual(self.accounts_of(first + third).partner_id, first + third)

    def test_cancelled_contacts_are_left_alone(self):
        runs = self.start(self.many)
        runs.with_user(self.boss).action_cancel()
        self.work_off()
        self.assertEqual(runs.state, "cancelled")
        self.assertFalse(self.accounts_of(self.many))

    def test_old_runs_are_deleted_unless_they_wait(self):
        old = self.start(self.many)
        self.work_off()
        waiting = self.start(self.ben)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE finance_portal_enabling SET create_date = create_date - interval '2 years'"
        )
        self.env["finance.portal.enabling"]._gc_runs()
        self.assertEqual((old + waiting).exists(), waiting)


@tagged("post_install", "-at_install")
class TestEnablingAccess(EnablingCase):
    def test_it_is_for_managers_and_written_by_nobody(self):
        runs = self.start(self.many)
        outsiders = (
            self.clerk,
            self.make_user("nobody", "base.group_user"),
            self.make_user("portal", "base.group_portal"),
        )
        account, _token = self.enable(self.ada)
        muted = mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
        for user in outsiders:
            own, lines = runs.sudo(False).with_user(user), runs.line_ids.sudo(False).with_user(user)
            for action in (
                lambda own=own: own.read(["name"]),
                lambda lines=lines: lines.read(["name"]),
                own.action_cancel,
                own.action_open_accounts,
                own.action_try_failed_again,
                lines[0].action_open_contact,
                self.many.with_user(user).action_finance_portal_enable_many,
                account.sudo(False).with_user(user).action_remind,
                lambda user=user: self.dialog(self.many, user),
            ):
                with (
                    self.subTest(user=user.login, action=action),
                    muted,
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    action()
        for records in (runs, runs.line_ids):
            own = records.sudo(False).with_user(self.boss)
            for action in (
                lambda own=own: own.write({"user_id": self.boss.id}),
                own.unlink,
                lambda own=own: own.create({}),
            ):
                with muted, self.assertRaises(AccessError), self.env.cr.savepoint():
                    action()

    def test_rights_lost_while_it_waits_are_lost(self):
        runs = self.start(self.many)
        self.boss.group_ids = self.env.ref("base.group_user")
        with mute_logger("odoo.addons.base.models.ir_model"):
            self.work_off()
        self.assertEqual(set(self.states(runs).values()), {"failed"})
        self.assertFalse(self.accounts_of(self.many))

    def test_each_company_gets_a_run_of_its_own(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.boss.company_ids += other
        self.many[0].parent_id = False
        self.many[0].company_id = other
        companies = (self.company + other).ids
        context = {"allowed_company_ids": companies}
        dialog = self.dialog(self.many).with_context(**context)
        runs = self.runs_of(dialog.action_enable())
        self.assertEqual(runs.company_id, self.company + other)
        self.work_off()
        self.assertEqual(
            set(runs.line_ids.mapped("state")), {"done"}, runs.line_ids.mapped("reason")
        )
        foreigner = self.make_user("foreigner", "account.group_account_manager")
        foreigner.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        seen = self.env["finance.portal.enabling"].with_user(foreigner).search([])
        self.assertEqual(seen.company_id, other.with_user(foreigner))

    def test_a_job_that_is_switched_off_is_named(self):
        self.env.ref("finance_portal.ir_cron_enable").active = False
        with self.assertRaisesRegex(UserError, "turned off.*enable accounts"):
            self.start(self.many)
