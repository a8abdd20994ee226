from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.convert import convert_file

from odoo.addons.finance_portal.tests.broken_common import BROKEN, BrokenTextCase

from .common import TimeCase

APPROVER = "hr_timesheet.group_hr_timesheet_approver"


@tagged("post_install", "-at_install")
class TestTimeRequest(TimeCase):
    """What staff do: choose entries, ask, take back; and what they cannot do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Request = cls.env["finance.portal.time.request"]
        cls.Entry = cls.env["account.analytic.line"]
        cls.approver = cls.make_user("approver", APPROVER)
        cls.worker = cls.make_user("worker", "hr_timesheet.group_hr_timesheet_user")
        cls.free = cls.make_entry(1, date="2026-08-10") | cls.make_entry(2, date="2026-08-12")

    # === CHOOSING ENTRIES === #

    def test_from_the_list_of_timesheets(self):
        action = self.free.with_user(self.approver).action_finance_ask_approval()
        request = self.Request.browse(action["res_id"])
        self.assertRecordValues(
            request,
            [
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "user_id": self.approver.id,
                    "state": "draft",
                    "hours": 3,
                    "line_ids": self.free.ids,
                }
            ],
        )
        self.assertEqual(f"{request.date_from} {request.date_to}", "2026-08-10 2026-08-12")
        self.assertRegex(request.name, r"^TIME/\d{4}/\d{4}$")
        self.assertEqual(self.approvals(self.free), [False, False], "nobody is asked yet")

    def test_entries_of_one_customer_that_are_free(self):
        nobodys = self.make_entry(project=self.make_project("Own", self.env["res.partner"]))
        for entries, words in (
            (self.free | self.make_entry(project=self.rival_project), "several customers"),
            (nobodys, "no customer: Own"),
            (self.free | self.entries[0], f"is already in {self.request.name}"),
        ):
            with self.subTest(words=words), self.assertRaisesRegex(UserError, words):
                entries.action_finance_ask_approval()
        self.free[0].action_finance_ask_approval()
        with self.assertRaisesRegex(UserError, "already"):
            self.free[0].action_finance_ask_approval()

    def test_remedy_names_a_project_that_the_user_may_not_open(self):
        """Administrators of timesheets read entries of private projects, not the projects."""
        boss = self.make_user("boss", "hr_timesheet.group_timesheet_manager", lang="en_US")
        project = self.make_project("Own", self.env["res.partner"], privacy_visibility="followers")
        entry = self.make_entry(project=project)
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "no customer: Own"):
            entry.with_user(boss).action_finance_ask_approval()

    def test_from_customer_and_period(self):
        other = self.make_project("Garden", self.customer)
        outside = self.make_entry(date="2026-08-20")
        elsewhere = self.make_entry(date="2026-08-11", project=other)
        self.make_entry(date="2026-08-11", project=self.rival_project)
        form = Form(self.Request.with_user(self.approver))
        form.partner_id = self.ada
        form.date_from, form.date_to = "2026-08-01", "2026-08-14"
        form.project_ids.add(self.project)
        request = form.save()
        request.action_get_entries()
        self.assertEqual(request.line_ids, self.free)
        request.project_ids = False
        request.action_get_entries()
        self.assertEqual(request.line_ids, self.free | elsewhere)
        with self.assertRaisesRegex(UserError, "no more entries for Bakery from Aug 1, 2026"):
            request.action_get_entries()
        self.assertFalse(outside.finance_time_request_id)
        elsewhere.with_user(self.approver).action_finance_leave_request()
        self.assertEqual(request.line_ids, self.free)
        self.assertEqual(request.hours, 3)

    def test_rejected_entries_can_be_asked_about_again(self):
        request = self.make_request(self.ada, self.free)
        self.free.sudo().finance_approval = "rejected"
        request.sudo().state = "rejected"
        again = self.Request._start(self.free)
        self.assertEqual(again.line_ids, self.free)
        self.assertEqual(self.approvals(self.free), [False, False])

    # === ASKING === #

    def test_sending_asks(self):
        request = self.make_request(self.ada, self.free, sent=False)
        self.assertEqual(request.state, "draft")
        action = request.with_user(self.approver).action_finance_portal_send()
        wizard = (
            self.env["mail.compose.message"]
            .with_user(self.approver)
            .with_context(**action["context"])
            .create({})
        )
        self.assertTrue(wizard.finance_secure)
        self.assertEqual(wizard.partner_ids, self.ada)
        self.assertEqual(len(wizard.attachment_ids), 1)
        with self.mock_mail_gateway():
            wizard.action_send_mail()
            self.env.flush_all()
            self.cr.postcommit.run()
        self.assertEqual((request.state, self.approvals(self.free)), ("sent", ["waiting"] * 2))
        body = self.sent[self.ada.email]
        self.assertIn("<bdi>3:00</bdi>", body)
        self.assertIn("Review and Approve", body)
        self.assertNoNativeTrace(body)
        (token,) = self.tokens_in(body)
        self.assertEqual(self.link_of(token, "t").res_id, request.id)

    def test_a_dialog_that_is_discarded_asks_nobody(self):
        request = self.make_request(self.ada, self.free, sent=False)
        action = request.action_finance_portal_send()
        self.env["mail.compose.message"].with_context(**action["context"]).create({})
        self.assertEqual((request.state, self.approvals(self.free)), ("draft", [False] * 2))

    def test_what_cannot_be_sent(self):
        empty = self.Request.create({"partner_id": self.ada.id})
        with self.assertRaisesRegex(UserError, "has no entries"):
            empty.action_finance_portal_send()
        empty.action_cancel()
        with self.assertRaisesRegex(UserError, "is cancelled"):
            empty.action_finance_portal_send()

    def test_several_are_sent_at_once(self):
        drafts = self.make_request(self.ada, self.free[0], sent=False)
        drafts |= self.make_request(self.ben, self.free[1], sent=False)
        with self.mock_mail_gateway():
            drafts._finance_portal_send()
            self.env.flush_all()
            self.cr.postcommit.run()
        self.assertEqual(drafts.mapped("state"), ["sent", "sent"])
        self.assertEqual({*self.sent}, {self.ada.email, self.ben.email})

    # === TAKING BACK === #

    def test_cancelling_frees_the_entries(self):
        _link, token = self.issue(self.request)
        self.request.with_user(self.approver).action_cancel()
        self.assertEqual(self.request.state, "cancelled")
        self.assertEqual(self.approvals(), [False] * 3)
        self.assertFalse(self.entries.finance_time_request_id)
        self.become_stranger()
        with mute_logger("odoo.addons.finance_portal.models.web.ir_http_failures"):
            self.assertEqual(self.visit(f"/finance/t/{token}").status_code, 410)

    def test_answered_ones_stay(self):
        self.answer(self.open_request()[1])
        for change in (
            self.request.action_cancel,
            self.request.unlink,
            self.entries[0].action_finance_leave_request,
            lambda: self.request._add(self.free),
            lambda: self.request.write({"partner_id": self.eve.id}),
            lambda: self.request.write({"date_from": "2020-01-01"}),
            self.request.action_get_entries,
        ):
            with self.assertRaisesRegex(UserError, "answered or cancelled"):
                change()
        self.assertEqual(self.request.line_ids, self.entries)

    def test_deleting_frees_the_entries(self):
        self.request.unlink()
        self.assertEqual(self.approvals(), [False] * 3)
        self.assertTrue(self.entries.exists())

    def test_waiting_entries_may_still_be_corrected_or_deleted(self):
        first, *_others = self.entries
        first.with_user(self.approver).write({"unit_amount": 1, "name": "Sketches"})
        self.assertEqual(self.request.hours, 7.25)
        first.with_user(self.approver).unlink()
        self.assertEqual(self.request.hours, 6.25)

    def test_l4_entries_do_not_follow_to_another_customer(self):
        self.request.partner_id = self.eve
        self.assertFalse(self.request.line_ids)
        self.assertEqual(self.approvals(), [False] * 3)

    def test_l4_a_contact_who_leaves_takes_no_hours_along(self):
        _link, token = self.issue(self.request)
        answered = self.make_request(self.ada, self.free)
        self.answer(self.open_request(answered)[1])
        self.ada.parent_id = self.rival
        both, Scope = self.request | answered, self.env["finance.portal.scope"]
        for customer, seen in ((self.customer, both), (self.rival, both.browse())):
            found = self.Request.search(
                Scope._get_domain(self.Request._name, customer, self.company)
            )
            self.assertEqual(found & both, seen)
        self.become_stranger()
        with mute_logger("odoo.addons.finance_portal.models.web.ir_http_failures"):
            self.assertEqual(self.visit(f"/finance/t/{token}").status_code, 410)
        self.assertEqual(self.request._finance_portal_get_default_recipient(), self.customer)
        action = self.request.action_finance_portal_send()
        wizard = self.env["mail.compose.message"].with_context(**action["context"]).create({})
        self.assertEqual(wizard.partner_ids, self.customer)

    # === NOBODY APPROVES BUT THE CUSTOMER === #

    def test_nobody_writes_an_approval(self):
        entry, admin = self.entries[0], self.env.ref("base.user_admin")
        for user in (self.worker, self.approver, admin):
            own = entry.with_user(user).with_context(allowed_company_ids=self.company.ids)
            for vals in (
                {"finance_approval": "approved"},
                {"finance_time_request_id": False},
                {"finance_rejection": "No"},
            ):
                with self.subTest(user=user.login, vals=vals), self.assertRaises(AccessError):
                    own.write(vals)
        for user in (self.approver, admin):
            request = self.request.with_user(user)
            for vals in (
                {"state": "approved"},
                {"name": "TIME/1"},
                {"customer_id": self.rival.id},
                {"hours": 99},
            ):
                with self.subTest(user=user.login, vals=vals), self.assertRaises(AccessError):
                    request.write(vals)
        self.assertEqual(entry.finance_approval, "waiting")

    def test_nobody_makes_an_approved_entry(self):
        forged = {"finance_approval": "approved", "finance_time_request_id": self.request.id}
        context = {f"default_{name}": value for name, value in forged.items()}
        values = {
            "name": "Work",
            "employee_id": self.nina.id,
            "project_id": self.project.id,
            "unit_amount": 1,
        }
        Entry = self.Entry.with_user(self.approver)
        entries = Entry.create({**values, **forged}) | Entry.with_context(**context).create(values)
        # Hours of public holidays, which Odoo enters for whoever approves them.
        entries |= Entry.sudo().with_context(**context).create(values)
        entries |= self.entries[0].with_user(self.approver).copy()
        entries |= self.project.with_user(self.env.user).copy().timesheet_ids
        self.assertEqual({*self.approvals(entries)}, {False})
        self.assertFalse(entries.finance_time_request_id)
        request = self.Request.with_user(self.approver).create(
            {"partner_id": self.ada.id, "state": "approved", "name": "Mine"}
        )
        forged = {"state": "approved", "customer_id": self.rival.id, "hours": 99}
        context = {f"default_{name}": value for name, value in forged.items()}
        other = request.with_context(**context).create({"partner_id": self.ada.id})
        for draft in request, other:
            self.assertRecordValues(
                draft, [{"state": "draft", "customer_id": self.customer.id, "hours": 0}]
            )
        self.assertRegex(request.name, "^TIME/")

    def test_a_context_asks_nobody(self):
        draft = self.make_request(self.ada, self.free, sent=False).with_user(self.worker)
        with self.assertRaises(AccessError):
            # As Odoo's route for messages posts them: with all rights.
            draft.sudo().with_context(finance_portal_send=True).message_post(body="Hello")
        self.assertEqual((draft.sudo().state, self.approvals(self.free)), ("draft", [False] * 2))

    def test_entries_come_in_by_the_buttons_alone(self):
        request = self.make_request(self.ada, self.free, sent=False).with_user(self.approver)
        for command in (
            Command.link(self.entries[0].id),
            Command.set([]),
            Command.update(self.free[0].id, {"finance_approval": "approved"}),
        ):
            with self.assertRaises(AccessError):
                request.write({"line_ids": [command]})
                self.env.flush_all()
        self.assertEqual(request.line_ids, self.free)

    # === RIGHTS === #

    def test_who_may_read_and_write(self):
        billing = self.make_user("billing", "account.group_account_invoice")
        seller = self.make_user("seller", "sales_team.group_sale_manager")
        rights = {
            user.login: [
                self.request.with_user(user).has_access(mode) for mode in ("read", "write")
            ]
            for user in (self.approver, self.worker, billing, seller)
        }
        self.assertEqual(
            rights,
            {
                "approver": [True, True],
                "worker": [False, False],
                "billing": [True, False],
                "seller": [False, False],
            },
        )
        self.assertEqual(Form(self.request.with_user(billing)).name, self.request.name)
        self.assertTrue(self.approver.has_group("finance_portal.group_finance_portal_user"))

    def test_hours_of_private_projects_are_for_their_followers(self):
        self.project.privacy_visibility = "followers"
        request = self.request.with_user(self.approver)
        self.assertFalse(request.has_access("read"))
        self.project.message_subscribe(self.approver.partner_id.ids)
        self.env.invalidate_all()
        self.assertTrue(request.has_access("read"))

    def test_own_companies_only(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.approver.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertFalse(self.request.with_user(self.approver).has_access("read"))

    def test_workers_see_what_the_customer_said(self):
        self.nina.user_id = self.worker
        own = self.entries[0].with_user(self.worker)
        views = own.get_views([(False, "list"), (False, "form")])["views"]
        self.assertIn("finance_approval", views["list"]["arch"])
        self.assertNotIn("finance_time_request_id", views["form"]["arch"])
        self.assertNotIn("action_finance_ask_approval", views["list"]["arch"])
        self.assertEqual(own.read(["finance_approval"])[0]["finance_approval"], "waiting")
        with self.assertRaises(AccessError):
            own.action_finance_ask_approval()

    def test_l6_managed_customers_read_nothing_over_rpc(self):
        user = self.account.user_id
        for records in (self.request, self.entries):
            self.assertFalse(records.with_user(user).has_access("read"))
        # Also where Odoo lets portal users read timesheets, as with shared projects.
        self.env.ref("hr_timesheet.access_account_analytic_line_portal_user").active = True
        found = self.Entry.with_user(user).search([])
        self.assertEqual(found, self.entries)

    def test_days_in_the_email_name_their_month(self):
        """Nobody abroad takes 08/03 for the third of August, or the other way round."""
        template = self.env.ref("finance_portal_timesheet.mail_template_time_request")
        (period,) = self.request._finance_portal_get_mail_hero()["notes"]
        subject = template._render_field("subject", self.request.ids)[self.request.id]
        for text in (subject, period):
            with self.subTest(text):
                self.assertIn("Aug 3, 2026", text)
                self.assertIn("Aug 4, 2026", text)

    def test_days_in_the_email_name_their_month_in_every_language(self):
        # As it is installed, whatever this database was made of.
        path = "data/mail_template_data.xml"
        convert_file(self.env, "finance_portal_timesheet", path, {}, "init", noupdate=True)
        template = self.env.ref("finance_portal_timesheet.mail_template_time_request")
        for lang in ("en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "nl_NL", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
            for field in ("subject", "body_html"):
                # The words that are translated, with the text that brings the days.
                source = template.with_context(lang="en_US")[field]
                engine = "qweb" if field == "body_html" else "inline_template"
                text = template.with_context(lang=lang)._render_template(
                    source, template.model, self.request.ids, engine=engine
                )[self.request.id]
                with self.subTest(field=field, lang=lang):
                    self.assertNotRegex(text, r"\d{1,4}[./]\s?\d{1,2}[./]\s?\d{2,4}")


@tagged("post_install", "-at_install")
class TestBrokenTimeTemplate(BrokenTextCase, TimeCase):
    @mute_logger(
        "odoo.addons.mail.models.mail_render_mixin",
        "odoo.addons.finance_portal.models.mail.mail_template",
    )
    def test_an_error_in_the_template_is_named(self):
        self.speak_spanish(self.ada, self.customer)
        template = self.request._finance_portal_get_mail_template()
        for field in BROKEN:
            self.break_template(template, field)
            with self.subTest(field=field):
                self.assertEqual(
                    [*self.request._finance_portal_get_text_obstacles()], [self.request]
                )
                action = self.request._finance_portal_get_composer_action(template)
                Composer = self.env["mail.compose.message"].with_context(**action["context"])
                self.assertIn("Spanish", Composer.create({}).finance_template_problem)
