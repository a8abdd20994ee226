from odoo import api, fields, models
from odoo.exceptions import UserError

MAX_CONTACTS = 5000


class FinancePortalEnableMany(models.TransientModel):
    """Ask before several contacts get accounts: who does, who can't and why."""

    _name = "finance.portal.enable.many"
    _description = "Enable Portal Access for Several Contacts"
    _inherit = ["finance.portal.address.warning", "finance.portal.doubt.warning"]

    res_ids = fields.Json("Contacts")
    # What the manager is shown: nobody gets an account who is another one by now.
    seen = fields.Json(
        "Shown Contacts", compute="_compute_seen", compute_sudo=False, store=True, readonly=False
    )
    own_documents = fields.Boolean(
        "Only Their Own Documents",
        help="Shows each contact only documents that name them, not their colleagues' documents.",
    )
    obstacles = fields.Json(compute="_compute_obstacles")
    ready = fields.Html("Get an Account", compute="_compute_obstacles", sanitize=False)
    ready_count = fields.Integer("To Enable", compute="_compute_obstacles")
    native_count = fields.Integer("With Odoo's Own Portal", compute="_compute_obstacles")
    problems = fields.Html("Can't Get One", compute="_compute_obstacles", sanitize=False)
    problem_count = fields.Integer("Skipped", compute="_compute_obstacles")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("finance_portal_natives"):
            values["res_ids"] = self._find_natives().ids
        return values

    @api.model
    def _find_natives(self):
        """Return the contacts with a login to Odoo's own portal and no account.

        :raise AccessError: the user is no manager; programs may ask for defaults, too
        """
        self.env["res.partner"]._finance_portal_check_manager_group()
        # sudo: only who has a login; which contacts the user may see is decided below
        users = self.env["res.users"].sudo().search(
            [
                ("all_group_ids", "in", self.env.ref("base.group_portal").ids),
                ("group_ids", "not in", self._get_own_group().ids),
            ]
        )  # fmt: skip
        found = self.env["res.partner"].search([("id", "in", users.partner_id.ids)])
        return (found - found._finance_portal_get_account().partner_id)[:MAX_CONTACTS]

    @api.model
    def _get_own_group(self):
        return self.env.ref("finance_portal.group_finance_portal_account")

    @api.depends("res_ids")
    def _compute_seen(self):
        for wizard in self:
            wizard.seen = {str(one.id): self._describe(one) for one in wizard._get_contacts()}

    @api.model
    def _describe(self, contact):
        """Return what makes an account somebody else's: its address, and whose documents."""
        return [contact.email_normalized or "", contact.commercial_partner_id.id]

    @api.depends("res_ids")
    def _compute_obstacles(self):
        for wizard in self:
            contacts = wizard._get_contacts()
            obstacles = contacts._finance_portal_get_enable_obstacles()
            ready = contacts.filtered(lambda one, found=obstacles: one not in found)
            users = self.env["finance.portal.account"]._get_users_of(ready)
            wizard.obstacles = {str(one.id): reason for one, reason in obstacles.items()}
            wizard.ready = self._list(
                f"{one.display_name}: {one.email_normalized}" for one in ready
            )
            wizard.ready_count, wizard.native_count = len(ready), len(users.partner_id)
            wizard.problems = self._list(
                reason
                if reason.startswith(one._finance_portal_get_name())
                else f"{one.display_name}: {reason}"
                for one, reason in obstacles.items()
            )
            wizard.problem_count = len(obstacles)

    @api.model
    def _finance_portal_get_vouched_fields(self):
        return ["obstacles"]

    def _finance_portal_get_vouched(self):
        obstacles = self.obstacles or {}
        return self._get_contacts().filtered(lambda one: str(one.id) not in obstacles)

    def _get_contacts(self):
        """Return the chosen contacts, with the user's own rights.

        :raise UserError: there are too many
        """
        self.env["res.partner"]._finance_portal_check_manager_group()
        contacts = self.env["res.partner"].browse(self.res_ids or []).exists()
        contacts.check_access("read")
        if len(contacts) > MAX_CONTACTS:
            raise UserError(
                self.env._(
                    "Choose at most %s contacts, enable them, then choose the next ones.",
                    MAX_CONTACTS,
                )
            )
        return contacts

    # === ACTION METHODS === #

    def action_enable(self):
        """Start enabling, and show how it goes."""
        self.ensure_one()
        contacts, seen = self._get_contacts(), self.seen or {}
        changed = {
            str(one.id): one._finance_portal_describe_changed(one.display_name)
            for one in contacts
            if seen.get(str(one.id)) != self._describe(one)
        }
        obstacles = {**changed, **(self.obstacles or {})}
        if len(obstacles) == len(contacts):
            raise UserError(self.env._("None of these contacts can get an account."))
        rows = [one._finance_portal_prepare_line(obstacles.get(str(one.id))) for one in contacts]
        runs = self.env["finance.portal.enabling"]._start("enable", rows, self.own_documents)
        return runs._get_open_action()
