"""Staff decide what a customer sees of a project; nothing that happens to it decides for them."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.finance_portal.failures import LinkGone
from odoo.addons.finance_portal.tests.broken_common import BROKEN, BrokenTextCase

from .common import ProjectCase

OWN_TEMPLATE = """
    <div>
        <a t-att-href="object.get_base_url() + object.get_portal_url()">portal</a>
        <a t-att-href="object._get_share_url(redirect=True)">share</a>
        <t t-set="pid" t-value="object.partner_id.id"/>
        <a t-att-href="object._get_share_url(redirect=True, signup_partner=True, pid=pid)">all</a>
        <t t-set="token" t-value="object.access_token"/>
        <a t-att-href="'/my/projects/%s?access_token=%s' % (object.id, token)">by hand</a>
    </div>
"""


@tagged("post_install", "-at_install")
class TestProjectSharing(ProjectCase):
    def send(self, project=None, **values):
        """Press Send to Customer and Send; what the mail server got is in ``sent``."""
        action = (project or self.project).action_finance_portal_send()
        composer = self.env[action["res_model"]].with_context(**action["context"]).create(values)
        with self.mock_mail_gateway():
            composer.action_send_mail()
            self.env.flush_all()
            self.cr.postcommit.run()
        return composer

    def portal_user(self, partner):
        """Return the user of a contact who uses Odoo's own portal."""
        user = self.make_user(f"native.{partner.name.lower()}", "base.group_portal")
        user.partner_id.write({"parent_id": partner.commercial_partner_id.id})
        return user

    # === SENDING SHARES === #

    def test_project_is_shared_by_sending_it(self):
        self.assertFalse(self.project._finance_portal_is_shareable())
        self.cr.precommit.run()
        composer = self.send()
        self.assertTrue(composer.finance_secure)
        self.assertTrue(self.project.finance_shared)
        self.assertEqual(self.project.finance_shared_with_id, self.customer)
        token = self.token_mailed_to(self.ada)
        self.assertTrue(self.link_of(token, "p"))
        self.assertIn("/finance/p/", self.sent[self.ada.email])
        self.cr.precommit.run()
        tracked = self.project.message_ids.tracking_value_ids.field_id.mapped("name")
        self.assertIn("finance_shared_with_id", tracked)

    def test_opening_the_dialog_shares_nothing(self):
        self.project.action_finance_portal_send()
        self.project.message_post(body="A note")
        self.assertFalse(self.project.finance_shared)

    def test_what_stands_against_sending_names_the_remedy(self):
        template, gone, nobodys = (self.make_project() for _number in range(3))
        template.is_template = True
        gone.active = False
        nobodys.partner_id = False
        for project, remedy in (
            (template, "is a template. Create a project from it, then send that."),
            (gone, "is archived. Unarchive it, then send it."),
            (nobodys, "has no customer. "),
        ):
            with self.subTest(remedy=remedy), self.assertRaisesRegex(UserError, remedy):
                project.action_finance_portal_send()
            self.assertIn(remedy, project._finance_portal_get_send_obstacle())

    def test_many_at_once(self):
        projects = self.make_project(self.ben) | self.make_project(self.eve)
        for project in projects:
            project._finance_portal_send()
        self.assertEqual(projects.mapped("finance_shared_with_id"), self.customer | self.rival)

    def test_switching_it_off_closes_the_links(self):
        self.send()
        token = self.token_mailed_to(self.ada)
        with Form(self.project) as form:
            form.finance_shared = False
        with self.assertRaises(LinkGone):
            self.link_of(token, "p")

    def test_context_of_a_portal_users_browser_shares_nothing(self):
        """Odoo posts with all rights what a portal user writes, in the browser's context."""
        user = self.portal_user(self.ada)
        self.project.message_subscribe(partner_ids=user.partner_id.ids)
        project = self.project.with_user(user).sudo().with_context(finance_portal_send=True)
        project.message_post(body="Hello")
        self.assertFalse(self.project.finance_shared)

    def test_project_without_a_customer_cannot_be_switched_on(self):
        project = self.make_project()
        project.partner_id = False
        with self.assertRaisesRegex(UserError, "has no customer. "):
            project.finance_shared = True

    def test_remedy_for_a_missing_customer_names_what_hides_the_field(self):
        """With Sales, the settings of a project ask for a customer once it is billable."""
        project = self.make_project()
        project.partner_id = False
        if "allow_billable" in project._fields:
            project.allow_billable = False
            remedy = "tick Billable and choose the customer"
            self.assertIn(remedy, project._finance_portal_get_send_obstacle())
            project.allow_billable = True
        remedy = "Choose one, then send it."
        self.assertIn(remedy, project._finance_portal_get_send_obstacle())

    def test_note_and_file_of_a_project_that_all_companies_share(self):
        project = self.make_project(share=True, company_id=False)
        file = self.env["ir.attachment"].create(
            {"name": "plan.txt", "raw": b"plan", "res_model": project._name, "res_id": project.id}
        )
        project.write({"finance_note": "Look!", "finance_file_ids": [Command.set(file.ids)]})
        values = project.sudo()._finance_portal_get_extra_values()
        self.assertEqual(values["company_note"], "Look!")
        self.assertEqual([one["name"] for one in values["files"]], ["plan.txt"])

    # === WHOSE IT IS === #

    def test_another_customer_sees_nothing_before_it_is_sent_to_them(self):
        self.project.finance_shared = True
        self.project.partner_id = self.eve
        self.assertFalse(self.project.finance_shared)
        self.assertFalse(self.project._finance_portal_is_shareable())
        Scope = self.env["finance.portal.scope"]
        for customer in (self.customer, self.rival):
            domain = Scope._get_domain("project.project", customer, self.company)
            self.assertNotIn(self.project, self.project.search(domain))

    def test_copy_is_not_shared(self):
        self.project.finance_shared = True
        self.make_task("Roof")
        copy = self.project.copy()
        self.assertFalse(copy.finance_shared)
        self.assertEqual(copy.task_ids.mapped("finance_shared"), [False])

    def test_company_of_a_project_that_all_share(self):
        other = self._create_company(name="Other Branch")
        manager = self.make_user("chief", "project.group_project_manager")
        manager.write({"company_ids": [Command.link(other.id)], "company_id": other.id})
        project = self.make_project(company_id=False, user_id=manager.id)
        self.assertEqual(project._finance_portal_get_company(), other)
        domain_of = self.project._finance_portal_get_companies_domain
        self.assertTrue(project.filtered_domain(domain_of(other)))
        self.assertFalse(project.filtered_domain(domain_of(self.company)))
        project.user_id = False
        first = self.env["res.company"].search([], order="id", limit=1)
        self.assertEqual(project._finance_portal_get_company(), first)
        self.assertTrue(project.filtered_domain(domain_of(first)))
        self.assertFalse(project.filtered_domain(domain_of(other)))
        project.company_id = self.company
        self.assertTrue(project.filtered_domain(domain_of(self.company)))
        self.assertFalse(project.filtered_domain(domain_of(first)))
        self.assertEqual(project._finance_portal_get_company(), self.company)

    # === TASKS === #

    def test_tasks_are_hidden_unless_somebody_shows_them(self):
        task = self.env["project.task"].create({"name": "Roof", "project_id": self.project.id})
        self.assertFalse(task.finance_shared)
        mailed = self.env["project.task"].message_new(
            {"subject": "From a customer", "from": self.ada.email, "email_from": self.ada.email},
            {"project_id": self.project.id},
        )
        self.assertFalse(mailed.finance_shared)

    def test_task_that_moves_to_another_project_is_not_shown_there(self):
        other = self.make_project(self.eve, share=True)
        task = self.make_task("Roof")
        child = self.make_task("Tiles", parent_id=task.id)
        task.project_id = other
        self.assertEqual(child.project_id, other, "sub-tasks follow")
        self.assertEqual((task | child).mapped("finance_shared"), [False, False])
        self.assertFalse(other.finance_task_count)
        child.parent_id = self.make_task("House")
        self.assertEqual(child.project_id, self.project)
        self.assertTrue(child.finance_shared, "it is back where it was shown")

    def test_task_stays_shown_while_it_stays_in_its_project(self):
        task, house = self.make_task("Roof"), self.make_task("House")
        task.parent_id = house
        task.write({"project_id": self.project.id, "name": "Roof and gutter"})
        self.assertTrue(task.finance_shared)

    def test_buttons_show_all_open_tasks_or_none(self):
        roof, hidden = self.make_task("Roof"), self.make_task("Floor", shown=False)
        done = self.make_task("Walls", shown=False, state="1_done")
        self.project.action_finance_portal_show_open_tasks()
        tasks = roof | hidden | done
        self.assertEqual(tasks.mapped("finance_shared"), [True, True, False])
        self.assertEqual(self.project.finance_task_count, 2)
        self.project.action_finance_portal_hide_tasks()
        self.assertEqual(tasks.mapped("finance_shared"), [False, False, False])

    def test_all_open_tasks_are_those_of_this_customer(self):
        """A project's tasks may name other customers, whose names and work are no matter of it."""
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        theirs = self.make_task("Their roof", shown=False, partner_id=stranger.id)
        own = self.make_task("Roof", shown=False, partner_id=self.ada.id)
        internal = self.make_task("Insurance", shown=False, partner_id=False)
        self.project.action_finance_portal_show_open_tasks()
        self.assertEqual((theirs | own | internal).filtered("finance_shared"), own | internal)
        theirs.finance_shared = True
        self.project.action_finance_portal_show_open_tasks()
        self.assertTrue(theirs.finance_shared, "somebody decided that")

    def test_templates_of_tasks_are_no_tasks(self):
        template = self.make_task("Template", is_template=True)
        self.assertNotIn(template, self.project.finance_task_ids)
        self.assertFalse(self.project.finance_task_count)

    # === WHO DECIDES === #

    def test_who_works_with_projects_shows_tasks_and_a_manager_sends(self):
        worker = self.make_user("worker", "project.group_project_user")
        manager = self.make_user("chief", "project.group_project_manager")
        task = self.make_task("Roof", shown=False)
        task.with_user(worker).finance_shared = True
        self.assertTrue(task.finance_shared)
        with self.assertRaises(AccessError):
            self.project.with_user(worker).action_finance_portal_hide_tasks()
            self.project.with_user(worker).finance_shared = True
        self.project.with_user(manager).action_finance_portal_show_open_tasks()
        self.project.with_user(manager).finance_shared = True
        self.assertEqual(self.project.finance_shared_with_id, self.customer)
        self.assertFalse(self.project.with_user(worker)._finance_portal_get_state_obstacle())
        obstacle = self.project.with_user(worker)._finance_portal_get_send_obstacle()
        self.assertIn("permission to send this document", obstacle)

    def test_collaborator_of_odoos_own_sharing_shows_no_task(self):
        user = self.portal_user(self.ada)
        self.project.collaborator_ids = [Command.create({"partner_id": user.partner_id.id})]
        task = self.make_task("Roof", shown=False)
        task.message_subscribe(partner_ids=user.partner_id.ids)
        theirs = task.with_user(user)
        theirs.name = "Roof, please"
        for values in ({"finance_shared": True}, {"finance_shown_in_id": self.project.id}):
            with self.assertRaises(AccessError):
                theirs.write(values)
        Task = self.env["project.task"].with_user(user)
        with self.assertRaises(AccessError):
            Task.with_context(default_finance_shared=True).create(
                {"name": "Own", "project_id": self.project.id}
            )
        self.assertFalse(task.finance_shared)

    # === ODOO'S OWN SHARING === #

    def share_natively(self, partner, mode="read"):
        """Press Share Project in Odoo's own dialog."""
        context = {"active_model": "project.project", "active_id": self.project.id}
        wizard = self.env["project.share.wizard"].with_context(**context).create(
            {
                "res_model": "project.project",
                "res_id": self.project.id,
                "collaborator_ids": [
                    Command.create(
                        {
                            "partner_id": partner.id,
                            "access_mode": mode,
                            "send_invitation": True,
                        }
                    )
                ],
            }
        )
        with self.mock_mail_gateway():
            wizard.action_share_record()
            self.env.flush_all()
            self.cr.postcommit.run()
        return wizard

    def test_l11_dialog_of_odoo_offers_no_permanent_link(self):
        context = {"active_model": "project.project", "active_id": self.project.id}
        wizard = self.env["project.share.wizard"].with_context(**context).new({})
        values = wizard.default_get(["share_link"])
        self.assertFalse(values.get("share_link"))
        self.assertFalse(self.project.access_token)

    def test_l11_who_has_a_login_is_invited_with_a_plain_address(self):
        user = self.portal_user(self.ada)
        for shared in (False, True):
            with self.subTest(shared=shared):
                self.project.finance_shared = shared
                for mode in ("edit", "read"):
                    self.share_natively(user.partner_id, mode)
                    body = self.sent[user.email]
                    self.assertNotRegex(body, "access_token|hash=|pid=")
                    if not shared or mode == "edit":
                        self.assertIn("/mail/view?model=project.project", body)
                        self.assertFalse(self.tokens_in(body))

    def test_l11_followers_with_a_login_keep_their_button(self):
        """While no customer sees the project: afterwards it brings them the secure link."""
        user = self.portal_user(self.ada)
        self.project.message_subscribe(partner_ids=(user.partner_id | self.ben).ids)
        for shared in (False, True):
            self.project.finance_shared = shared
            with self.mock_mail_gateway():
                self.project.message_post(
                    body="News", message_type="comment", subtype_xmlid="mail.mt_comment"
                )
                self.env.flush_all()
                self.cr.postcommit.run()
            for email in (user.email, self.ben.email):
                body = self.sent[email]
                self.assertNotRegex(body, "access_token|hash=|pid=")
                self.assertEqual(len(self.tokens_in(body)), int(shared))
                is_plain = not shared and email == user.email
                self.assertEqual("View Project" in body, shared or is_plain)
                self.assertEqual("/mail/view?model=project.project" in body, is_plain)

    def test_l11_addresses_in_templates_of_the_companys_own(self):
        """The secure link while the project is shared, a plain address while it is not."""
        self.company.finance_portal_close_native = False
        native = self.project._portal_ensure_token()
        self.company.finance_portal_close_native = True
        template = self.env["mail.template"].create(
            {
                "name": "Own",
                "model_id": self.env["ir.model"]._get_id("project.project"),
                "subject": "Own",
                "partner_to": "{{ object.partner_id.id }}",
                "body_html": OWN_TEMPLATE,
            }
        )
        for shared in (False, True):
            self.project.finance_shared = shared
            with self.mock_mail_gateway():
                template.send_mail(self.project.id, force_send=True)
            body = self.sent[self.ada.email]
            self.assertNotIn(native, body)
            self.assertNotRegex(body, r"access_token=|hash=|pid=|signup|/my/projects")
            self.assertEqual(body.count("/finance/p/"), 4 if shared else 0)
            self.assertEqual(body.count("/mail/view?model=project.project"), 0 if shared else 4)

    def test_l11_an_old_link_to_the_project_lets_nobody_write_on_its_tasks(self):
        self.company.finance_portal_close_native = False
        self.project._portal_ensure_token()
        proof = {"hash": self.project._sign_token(self.ada.id), "pid": self.ada.id}
        task = self.env["project.task"].create({"name": "Paint", "project_id": self.project.id})
        tasks = task.browse().with_user(self.env.ref("base.public_user"))
        self.assertTrue(tasks._get_thread_with_access(task.id, **proof))
        self.company.finance_portal_close_native = True
        self.assertFalse(tasks._get_thread_with_access(task.id, **proof))

    def test_l11_setting_off_restores_odoos_own_links(self):
        self.company.finance_portal_close_native = False
        self.project.finance_shared = True
        user = self.portal_user(self.ada)
        wizard = self.share_natively(user.partner_id)
        self.assertIn("access_token=", wizard.share_link)
        self.assertIn("access_token=", self.sent[user.email])
        self.assertFalse(self.tokens_in(self.sent[user.email]))

    def test_who_has_no_login_takes_send_to_customer(self):
        with self.assertRaisesRegex(UserError, "Use Send to Customer first"):
            self.share_natively(self.ben)
        self.send()
        self.share_natively(self.ben)
        self.assertTrue(self.link_of(self.token_mailed_to(self.ben), "p"))
        self.assertNoNativeTrace(self.sent[self.ben.email])


@tagged("post_install", "-at_install")
class TestBrokenProjectTemplate(BrokenTextCase, ProjectCase):
    @mute_logger(
        "odoo.addons.mail.models.mail_render_mixin",
        "odoo.addons.finance_portal.models.mail.mail_template",
    )
    def test_an_error_in_the_template_is_named(self):
        self.speak_spanish(self.ada, self.customer)
        template = self.project._finance_portal_get_mail_template()
        for field in BROKEN:
            self.break_template(template, field)
            with self.subTest(field=field):
                self.assertEqual(
                    [*self.project._finance_portal_get_text_obstacles()], [self.project]
                )
                action = self.project._finance_portal_get_composer_action(template)
                Composer = self.env["mail.compose.message"].with_context(**action["context"])
                self.assertIn("Spanish", Composer.create({}).finance_template_problem)
