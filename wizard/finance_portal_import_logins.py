import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.people_file import MAX_BYTES, MAX_ROWS, BadFile, read_people


class FinancePortalImportLogins(models.TransientModel):
    """Ask before people of another program's list get accounts: what becomes of each row."""

    _name = "finance.portal.import.logins"
    _description = "Import Accounts from CSV"
    _inherit = ["finance.portal.address.warning", "finance.portal.doubt.warning"]

    file = fields.Binary("CSV File", attachment=False)
    file_name = fields.Char()
    create_contacts = fields.Boolean("Create Missing Contacts")
    may_create = fields.Boolean(compute="_compute_may_create")
    own_documents = fields.Boolean(
        "Only Their Own Documents",
        help="Shows each contact only documents that name them, not their colleagues' documents.",
    )
    # What the manager is shown, as in ``finance.portal.enable.many``.
    seen = fields.Json(
        "Shown Contacts", compute="_compute_seen", compute_sudo=False, store=True, readonly=False
    )
    bad_file = fields.Char("Why It Can't Be Read", compute="_compute_report")
    ready = fields.Html("Get an Account", compute="_compute_report", sanitize=False)
    ready_count = fields.Integer("To Enable", compute="_compute_report")
    problems = fields.Html("Can't Get One", compute="_compute_report", sanitize=False)
    problem_count = fields.Integer("Skipped", compute="_compute_report")

    def _compute_may_create(self):
        self.may_create = self.env["res.partner"].has_access("create")

    @api.depends("file", "create_contacts")
    def _compute_seen(self):
        for wizard in self:
            try:
                rows = wizard._prepare_rows()
            except BadFile:
                rows = {}
            wizard.seen = {number: self._describe(row) for number, row in rows.items()}

    @api.model
    def _describe(self, row):
        """Return which contact a row leads to, and whose documents it shows."""
        return [row["partner_id"], row["customer_id"]]

    @api.depends("file", "create_contacts")
    def _compute_report(self):
        for wizard in self:
            try:
                verdicts, wizard.bad_file = wizard._review(), False
            except BadFile as error:
                verdicts, wizard.bad_file = {}, wizard._describe_bad_file(error)
            ready = [one for one in verdicts.items() if not one[1].obstacle]
            rest = [one for one in verdicts.items() if one[1].obstacle]
            wizard.ready = wizard._list(wizard._describe_row(*one) for one in ready)
            wizard.problems = wizard._list(wizard._describe_row(*one) for one in rest)
            wizard.ready_count, wizard.problem_count = len(ready), len(rest)

    @api.model
    def _finance_portal_get_vouched_fields(self):
        return ["file", "create_contacts"]

    def _finance_portal_get_vouched(self):
        """Return the contacts found; the manager enters the others."""
        nobody = self.env["res.partner"]
        try:
            verdicts = self._review().values()
        except BadFile:
            return nobody
        return nobody.union(*(one.contact for one in verdicts if not one.obstacle))

    def _review(self):
        """Return ``{person: verdict}`` of the rows of the file, none where there is no file.

        :raise BadFile: it can't be read
        """
        self.env["res.partner"]._finance_portal_check_manager_group()
        content = self.with_context(bin_size=False).file
        if not content:
            return {}
        try:
            data = base64.b64decode(content)
        except ValueError as error:  # sent by a program
            raise BadFile("damaged") from error
        people = read_people(data)
        return self.env["finance.portal.enabling"]._review(people, self.create_contacts)

    def _prepare_rows(self):
        """Return what a run writes down about each row, by the row's number.

        :raise BadFile: the file can't be read
        """
        prepare = self.env["finance.portal.enabling"]._prepare_row
        return {str(one.row): prepare(one, verdict) for one, verdict in self._review().items()}

    @api.model
    def _describe_row(self, person, verdict):
        """Return in a sentence what becomes of a row."""
        values = {"row": person.row, "name": person.name or person.email, "address": person.email}
        if verdict.obstacle:
            return self.env._("Row %(row)s, %(name)s: %(why)s", why=verdict.obstacle, **values)
        if verdict.contact:
            values["name"] = verdict.contact.display_name
            return self.env._("Row %(row)s, %(name)s: %(address)s", **values)
        if verdict.customer:
            customer = verdict.customer.display_name
            return self.env._(
                "Row %(row)s, %(name)s: %(address)s, new contact of %(customer)s",
                customer=customer,
                **values,
            )
        return self.env._("Row %(row)s, %(name)s: %(address)s, new contact", **values)

    @api.model
    def _describe_bad_file(self, error):
        """Return in a sentence why a file can't be used, and what helps."""
        sentences = {
            "empty": self.env._("The file has no rows below its headings."),
            "large": self.env._("The file is larger than %s MB. Split it.", MAX_BYTES // 1_000_000),
            "workbook": self.env._(
                "This is a workbook. Save it as CSV first, then choose that file."
            ),
            "binary": self.env._(
                "This isn't a CSV file. Export the list as CSV, then choose that file."
            ),
            "encoding": self.env._("The text can't be read. Save the file as CSV in UTF-8."),
            "damaged": self.env._("The file is damaged. Export it again."),
            "columns": self.env._(
                "There's no column called \"Email\". Rename the column that holds the email"
                " addresses. Columns found: %s",
                error.detail,
            ),
            "rows": self.env._(
                "The file has %(count)s rows. Split it into files of at most %(most)s rows.",
                count=error.detail,
                most=MAX_ROWS,
            ),
        }
        return sentences[error.code]

    # === ACTION METHODS === #

    def action_import(self):
        """Start enabling, and show how it goes."""
        self.ensure_one()
        try:
            rows = self._prepare_rows()
        except BadFile as error:
            raise UserError(self._describe_bad_file(error)) from error
        seen, describe = self.seen or {}, self.env["res.partner"]._finance_portal_describe_changed
        for number, row in rows.items():
            if row["state"] == "waiting" and seen.get(number) != self._describe(row):
                row.update(state="skipped", reason=describe(row["name"]))
        if all(row["state"] == "skipped" for row in rows.values()):
            raise UserError(self.env._("None of these contacts can get an account."))
        Run = self.env["finance.portal.enabling"]
        return Run._start("enable", [*rows.values()], self.own_documents)._get_open_action()
