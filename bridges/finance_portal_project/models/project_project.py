from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import ormcache

from .project_task import CANCELLED, DONE

TEMPLATE = "finance_portal_project.mail_template_project"


class ProjectProject(models.Model):
    _name = "project.project"
    # The mixin first: what it says about links comes before what Odoo says.
    _inherit = ["finance.portal.document", "project.project"]

    finance_shared_with_id = fields.Many2one(
        "res.partner",
        "Shared With",
        index="btree_not_null",
        tracking=True,
        readonly=True,
        copy=False,
        help="The customer the project was sent to. Another customer sees nothing of it"
        " until you send it to them.",
    )
    finance_shared_on = fields.Date(
        "Shared On", compute="_compute_finance_shared_on", store=True, copy=False
    )
    finance_shared = fields.Boolean(
        "Shared with the customer",
        compute="_compute_finance_shared",
        inverse="_inverse_finance_shared",
        help="Send to Customer turns this on. Turn it off to close all links to the project and"
        " remove it from the customer's portal.",
    )
    finance_show_milestones = fields.Boolean("Show milestones", default=True)
    finance_show_assignees = fields.Boolean("Show assignees")
    finance_show_hours = fields.Boolean("Show hours")
    finance_keeps_hours = fields.Boolean("Records Hours", compute="_compute_finance_keeps_hours")
    finance_task_ids = fields.One2many(
        "project.task",
        "project_id",
        "Project Tasks",
        domain=[("has_template_ancestor", "=", False)],
        copy=False,
    )
    finance_task_count = fields.Integer(
        "Tasks Shown to the Customer", compute="_compute_finance_progress", compute_sudo=True
    )
    finance_task_done_count = fields.Integer(
        "Shown Tasks Done", compute="_compute_finance_progress", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("finance_shared_with_id")
    def _compute_finance_shared_on(self):
        for project in self:
            shared = project.finance_shared_with_id
            project.finance_shared_on = shared and fields.Date.context_today(project)

    @api.depends("finance_shared_with_id", "partner_id.commercial_partner_id")
    def _compute_finance_shared(self):
        for project in self:
            customer = project._finance_portal_get_customer()
            project.finance_shared = bool(customer) and project.finance_shared_with_id == customer

    def _inverse_finance_shared(self):
        shared = self.filtered("finance_shared")
        shared._finance_portal_check_state()
        shared._finance_portal_share()
        (self - shared).finance_shared_with_id = False

    def _compute_finance_keeps_hours(self):
        for project in self:
            project.finance_keeps_hours = project._finance_portal_keeps_hours()

    @api.depends("tasks.finance_shared", "tasks.active", "tasks.state")
    def _compute_finance_progress(self):
        Task = self.env["project.task"]
        shown = Domain("project_id", "in", self.ids) & Task._finance_portal_get_shown_domain()
        counts = Task._read_group(
            shown & Domain("state", "!=", CANCELLED), ["project_id", "state"], ["__count"]
        )
        for project in self:
            own = {state: count for owner, state, count in counts if owner == project}
            project.finance_task_count = sum(own.values())
            project.finance_task_done_count = own.get(DONE, 0)

    # === VIEWS === #

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Put what the customer sees on top of the Sharing tab; have one button for a preview."""
        arch, view = super()._get_view(view_id, view_type, **options)
        for button in arch.xpath("//button[@name='action_customer_preview']"):
            # It leads to Odoo's page; an app that not every business has brings it.
            button.getparent().remove(button)
        page = arch.find(".//page[@name='finance_sharing']") if view_type == "form" else None
        if page is not None:
            xmlid = "finance_portal_project.project_project_view_form_sharing"
            # sudo: views are public to whoever may open the form
            own = self.env.ref(xmlid).sudo()
            for part in reversed(own._get_combined_arch()):
                page.insert(0, part)
        return arch, view

    # === ACTION METHODS === #

    def action_finance_portal_send(self):
        """Open the dialog that mails the customer a link to the project, and so shares it."""
        self.ensure_one()
        self.check_access("write")
        self._finance_portal_check_state()
        return self._finance_portal_get_composer_action(self._finance_portal_get_mail_template())

    def _finance_portal_get_mail_template(self):
        template = self.env.ref(TEMPLATE, raise_if_not_found=False)
        return template or super()._finance_portal_get_mail_template()

    def _finance_portal_get_send_action(self):
        return self.action_finance_portal_send()

    def action_finance_portal_show_open_tasks(self):
        """Show the customer every task that is open, except those of other customers.

        Staff may show these one by one, where they see whose they are.
        """
        self.ensure_one()
        customer = self._finance_portal_get_customer()
        # sudo: whose a task is, also of a contact that another company keeps to itself
        others = self.finance_task_ids.sudo().filtered(
            lambda task: task.partner_id and task.partner_id.commercial_partner_id != customer
        )
        shown = self.finance_task_ids - others
        shown.filtered(lambda task: not task.is_closed).finance_shared = True

    def action_finance_portal_hide_tasks(self):
        """Show the customer no task."""
        self.ensure_one()
        self.finance_task_ids.finance_shared = False

    # === SHARING === #

    def message_post(self, *args, **kwargs):
        """Share the project as its email leaves, just as a quote becomes a sent one."""
        # sudo(False): Odoo posts with all rights what portal users write, in a context that
        # their browser may add to.
        if self.env.context.get("finance_portal_send") and self.sudo(False).has_access("write"):
            self._finance_portal_check_state()
            self._finance_portal_share()
        return super().message_post(*args, **kwargs)

    def _finance_portal_share(self):
        """Let the customer see it: the one it has now, and no other it may get."""
        for project in self:
            customer = project._finance_portal_get_customer()
            if project.finance_shared_with_id != customer:
                project.finance_shared_with_id = customer

    # === FINANCE PORTAL DOCUMENT === #

    def _finance_portal_is_kind(self):
        return not self.is_template

    def _finance_portal_is_shareable(self):
        """Return whether the customer may see it: staff shared it with just this customer."""
        return self.active and not self.is_template and self.finance_shared

    @api.model
    def _finance_portal_get_shareable_domain(self):
        return (
            Domain("active", "=", True)
            & Domain("is_template", "=", False)
            & Domain("finance_shared_with_id", "!=", False)
        )

    @api.model
    def _finance_portal_get_customer_domain(self, customer, contacts=None):
        own = super()._finance_portal_get_customer_domain(customer, contacts)
        return own & Domain("finance_shared_with_id", "=", customer.id)

    def _finance_portal_get_company(self):
        """Return its company; one that all companies share goes by its manager's."""
        # sudo: asked on behalf of visitors, who can read neither users nor companies
        project = self.sudo()
        company = project.company_id or project.user_id.company_id
        first = company.browse(self._finance_portal_get_first_company())
        return (company or first).with_env(self.env)

    @api.model
    @ormcache()
    def _finance_portal_get_first_company(self):
        """Return the id of the first company; Odoo clears caches when one comes, goes or stops."""
        # sudo: asked on behalf of visitors, who can read neither users nor companies. The context
        # is not part of the cache's key, so it may have no say.
        companies = self.env["res.company"].sudo().with_context(active_test=True)
        return companies.search([], order="id", limit=1).id

    @api.model
    def _finance_portal_get_companies_domain(self, companies):
        shared = Domain("user_id.company_id", "in", companies.ids)
        if self._finance_portal_get_first_company() in companies.ids:
            shared |= Domain("user_id", "=", False)
        own = super()._finance_portal_get_companies_domain(companies)
        return own | (Domain("company_id", "=", False) & shared)

    def _finance_portal_get_state_obstacle(self):
        if self.is_template:
            return self.env._(
                "%s is a template. Create a project from it, then send that.", self.display_name
            )
        if not self.active:
            return self.env._("%s is archived. Unarchive it, then send it.", self.display_name)
        if self.partner_id:
            return ""
        # With Sales, a project has a customer only while it is billable.
        if "allow_billable" in self._fields and not self.allow_billable:
            return self.env._(
                "%s has no customer. Open its settings, tick Billable and choose the customer"
                " there, then send it.",
                self.display_name,
            )
        return self.env._("%s has no customer. Choose one, then send it.", self.display_name)

    def _finance_portal_has_pdf(self):
        return False

    def _finance_portal_get_template(self):
        return "finance_portal_project.project_project_page"

    def _finance_portal_get_kind_name(self):
        return self.env._("Project")

    def _finance_portal_get_view_words(self):
        return self.env._("View Project")

    @api.model
    def _finance_portal_get_own_form(self):
        return "project.edit_project"

    @api.model
    def _finance_portal_get_plural(self):
        return self.env._("Projects")

    def _finance_portal_get_section(self):
        return "projects"

    def _finance_portal_get_title(self):
        return self.env._("Project %(name)s", name=self.name)

    def _finance_portal_get_prefix(self):
        return "p"

    def _finance_portal_get_responsible(self):
        return self.user_id

    def _finance_portal_watched_fields(self):
        return {"active", "is_template", "partner_id", "company_id", "finance_shared_with_id"}
