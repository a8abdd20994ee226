from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..models.invoices.archive import MAX_BYTES, MAX_DOCUMENTS
from ..tools.file_names import safe_name


class FinancePortalDownload(models.TransientModel):
    """Download the invoices that were chosen in a list: says how much it is, before it begins."""

    _name = "finance.portal.download"
    _description = "Download Invoices"

    res_ids = fields.Json("Chosen Documents", readonly=True)
    document_count = fields.Integer("Documents", readonly=True)
    size = fields.Char("Approximate Size", readonly=True)
    unready_count = fields.Integer("PDFs not made yet", readonly=True)
    left_out_count = fields.Integer("Drafts and cancelled documents, left out", readonly=True)

    is_recorded = fields.Boolean(readonly=True, help="The activity says that it was downloaded.")

    # === ACTION METHODS === #

    def action_download(self):
        """Have the browser download them."""
        self.ensure_one()
        self._find_moves().check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/finance_portal/archive/{self.id}",
            "target": "download",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _start(self, moves):
        """Return the dialog about some invoices of a list.

        :raise AccessError: they don't use Finance Portal
        :raise UserError: when there is nothing to download, or too much
        """
        self.check_access("create")
        found = self._search_moves(moves.ids)
        Archives, Page = self.env["finance.portal.archive"], self.env["finance.portal.page"]
        months = Archives._get_months(Domain("id", "in", found.ids))
        if not months:
            raise UserError(
                self.env._("Choose confirmed invoices, credit notes or receipts of customers.")
            )
        if not Archives._fits(months):
            raise UserError(
                self.env._(
                    "At most %(count)s documents and %(size)s can be downloaded at once. Choose"
                    " fewer, for example those of one month.",
                    count=MAX_DOCUMENTS,
                    size=Page._format_size(MAX_BYTES),
                )
            )
        return self.create(
            {
                "res_ids": found.ids,
                "document_count": len(found),
                "size": Page._format_archive_size(sum(month.size for month in months)),
                "unready_count": sum(month.unready for month in months),
                "left_out_count": len(moves) - len(found),
            }
        )

    @api.model
    def _search_moves(self, ids):
        """Return the invoices among some that the user may read and customers could see."""
        Move = self.env["account.move"]
        shareable = Move._finance_portal_get_shareable_domain()
        return Move.search(shareable & Domain("id", "in", ids), order="invoice_date, id")

    def _find_moves(self):
        """Return the chosen invoices, as far as the user may see them now.

        A download is no call of the web client, which would say of which companies: it shows
        what the user may see in any of theirs.
        """
        companies = self.env.user._finance_portal_get_companies().filtered("active")
        dialog = self.with_context(allowed_company_ids=companies.ids)
        return dialog._search_moves(self.res_ids or [])

    @api.model
    def _find_own(self, dialog_id):
        """Return one of the user's own dialogs; empty for another one.

        :raise AccessError: they don't use Finance Portal
        """
        self.check_access("read")
        # sudo: whose dialog it is, is what is asked
        dialog = self.sudo().browse(dialog_id).exists()
        is_own = dialog.create_uid == self.env.user
        return dialog.with_env(self.env) if is_own else self.browse()

    def _get_archive(self):
        """Return the :class:`Archive` of the chosen invoices; ``None`` when none is left."""
        moves = self._find_moves()
        if not moves:
            return None
        lang = self.env["finance.portal.page"]._get_installed_lang(self.env.user.lang)
        dialog = self.with_context(lang=lang)
        days = [day for day in moves.mapped("invoice_date") if day]
        period = f" {min(days)} {max(days)}" if days else ""
        advice = dialog.env._(
            "These documents have no PDF yet. Odoo makes it when they are sent, or when the"
            " customer downloads it. Then download this file again."
        )
        # sudo: the files of what they may read
        moves = moves.with_env(dialog.env).sudo()
        filename = safe_name(f"{dialog.env._('Invoices')}{period}.zip")
        return dialog.env["finance.portal.archive"]._make(moves, filename, advice)

    def _record_download(self, filename, begins):
        """Write down who took the documents out of Odoo: one row, however many they are.

        :param bool begins: whether it is the begin, or the rest of a download that broke off
        """
        if begins or not self.is_recorded:
            self.is_recorded = True
            companies = self._find_moves().company_id
            self.env["finance.portal.event"]._record_staff("archive", companies, file_name=filename)
