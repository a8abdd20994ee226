from odoo import api, fields, models

MAX_CHOICES = 80


class ResPartner(models.Model):
    """Files that staff share with a customer directly, without a document."""

    _inherit = "res.partner"

    finance_portal_file_ids = fields.Many2many(
        "ir.attachment",
        string="Files the Customer Sees",
        compute="_compute_finance_portal_files",
        inverse="_inverse_finance_portal_files",
        copy=False,
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_file_choice_ids = fields.Many2many(
        "ir.attachment",
        string="Files of the Contact",
        compute="_compute_finance_portal_files",
        groups="finance_portal.group_finance_portal_user",
    )
    finance_portal_new_file_ids = fields.Many2many(
        "ir.attachment",
        string="Share New Files",
        compute="_compute_finance_portal_new_files",
        inverse="_inverse_finance_portal_files",
        copy=False,
        groups="finance_portal.group_finance_portal_user",
    )

    # === COMPUTE METHODS === #

    @api.depends_context("uid", "su")
    def _compute_finance_portal_files(self):
        File = self.env["finance.portal.file"]
        for partner in self:
            origin = partner._origin
            shown = [file.id for _ref, file in File._get_shared_with(origin)]
            choices = origin._finance_portal_get_file_choices(shown)
            partner.finance_portal_file_choice_ids = choices
            partner.finance_portal_file_ids = choices.filtered(
                lambda file, shown=shown: file.id in shown
            )

    def _compute_finance_portal_new_files(self):
        """Offer an empty place to upload to; what was uploaded is then one of the choices."""
        self.finance_portal_new_file_ids = False

    def _inverse_finance_portal_files(self):
        # One method for both fields: what is uploaded while ticks change stays shown.
        for partner in self:
            ticked = partner.finance_portal_file_ids | partner.finance_portal_new_file_ids
            self.env["finance.portal.file"]._tick(partner, ticked)
        self.invalidate_recordset(
            [
                "finance_portal_file_ids",
                "finance_portal_file_choice_ids",
                "finance_portal_new_file_ids",
            ]
        )

    def _finance_portal_get_file_choices(self, shown):
        """Return the files of the contact that its user may tick, newest first.

        :param shown: the ids of those that the customer sees already
        """
        files = self.env["ir.attachment"]._finance_portal_of(self._name, self.id)
        newest = files.sorted("id", reverse=True)
        offered = newest[:MAX_CHOICES] | newest.filtered(lambda file: file.id in shown)
        return offered.with_env(self.env)._filtered_access("read")
