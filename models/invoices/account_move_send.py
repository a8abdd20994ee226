import logging

from odoo import SUPERUSER_ID, api, models

from ...const import USER

_logger = logging.getLogger(__name__)


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _get_move_constraints(self, move):
        """Name the remedy when a customer document cannot be sent yet."""
        constraints = super()._get_move_constraints(move)
        if "not_posted" in constraints and move._finance_portal_is_kind():
            constraints["not_posted"] = move._finance_portal_get_state_obstacle()
        return constraints

    @api.model
    def _get_alerts(self, moves, moves_data):
        """Name who has no email address, and what to do about it."""
        alerts = super()._get_alerts(moves, moves_data)
        if missing := alerts.get("account_missing_email"):
            mailed = moves.filtered(lambda move: "email" in moves_data[move]["sending_methods"])
            partners = (
                mailed.partner_id if len(moves) > 1 else moves_data[moves]["mail_partner_ids"]
            )
            names = ", ".join(
                partners.filtered(lambda partner: not partner.email).mapped("display_name")
            )
            missing["message"] = moves._finance_portal_get_unreachable_note(names)
        elif nobody := self._finance_portal_get_nobody_note(moves, moves_data):
            alerts["finance_portal_nobody"] = {"level": "danger", "message": nobody}
        return alerts

    @api.model
    def _finance_portal_get_nobody_note(self, moves, moves_data):
        """Return that one invoice would be mailed to nobody, and the remedy, or an empty text.

        Odoo would then write no email, and mark the invoice as sent.
        """
        by_program = self.env.context.get("finance_portal_by_program")
        if by_program or len(moves) != 1 or not moves._finance_portal_is_kind():
            return ""
        chosen = moves_data[moves]
        recipients = chosen["mail_partner_ids"]
        if "email" not in chosen["sending_methods"] or recipients.filtered("active"):
            return ""
        # A dialog lists no archived contacts.
        archived = (recipients | moves.partner_id).filtered(
            lambda one: one.email and not one.active
        )
        if archived:
            return moves._finance_portal_get_archived_note(archived)
        return moves._finance_portal_get_unreachable_note(moves.partner_id.display_name)

    @api.model
    def _hook_if_errors(self, moves_data, allow_raising=True):
        """Hand the reasons to a batch, which lists them."""
        errors = self.env.context.get("finance_portal_errors")
        if errors is not None:
            errors.update(
                {
                    move.id: self._format_error_text(data["error"])
                    for move, data in moves_data.items()
                }
            )
        return super()._hook_if_errors(moves_data, allow_raising=allow_raising)

    @api.model
    def _hook_if_success(self, moves_data, from_cron=False):
        """Send invoices that no user sends, such as those of Point of Sale, as the system.

        Odoo runs this with sudo, as the visitor or cashier who made the request. They choose no
        recipient and write no text, so the email counts as the system's own. Messages that
        people post never come here.
        """
        # Odoo marks an invoice as sent while it makes the PDF; a customer may have been first.
        moves = self.env["account.move"].concat(*moves_data)
        moves.filtered(
            lambda move: move.invoice_pdf_report_id and not move.is_move_sent
        ).is_move_sent = True
        if not self.env.su or self.env.user.has_group(USER):
            return super()._hook_if_success(moves_data, from_cron=from_cron)
        system = self.with_user(SUPERUSER_ID)
        own = {move.with_user(SUPERUSER_ID): data for move, data in moves_data.items()}
        return super(AccountMoveSend, system)._hook_if_success(own, from_cron=from_cron)

    @api.model
    def _get_default_pdf_report_id(self, move):
        """Print an invoice with no report for other records: it would print the one of the same id.

        Whoever may change contacts chooses the report of a customer's invoices, and a customer's
        download prints with all rights. Odoo itself only looks at it when it sends.
        """
        report = super()._get_default_pdf_report_id(move)
        # sudo: which records a report is for is no secret
        if report.sudo().model == move._name:
            return report
        _logger.warning("%s not printed with %s, which is for other records", move, report)
        return self.env.ref("account.account_invoices")

    @api.model
    def _get_default_mail_body(self, move, mail_template, mail_lang):
        """Write no texts for invoices that are only counted."""
        if self.env.context.get("finance_portal_count_only"):
            return ""
        return super()._get_default_mail_body(move, mail_template, mail_lang)

    @api.model
    def _get_default_mail_subject(self, move, mail_template, mail_lang):
        """Write no texts for invoices that are only counted."""
        if self.env.context.get("finance_portal_count_only"):
            return ""
        return super()._get_default_mail_subject(move, mail_template, mail_lang)

    @api.model
    def _get_default_mail_template_id(self, move):
        """Remember the template of each invoice of a batch, which asks several times.

        A batch brings a dict for that: ``{("template", invoice id): template id}``, and the
        recipients, see ``_get_default_mail_partner_ids``.
        """
        known = self.env.context.get("finance_portal_known_defaults")
        if known is None:
            return super()._get_default_mail_template_id(move)
        key = ("template", move.id)
        if key not in known:
            known[key] = super()._get_default_mail_template_id(move).id
        return self.env["mail.template"].browse(known[key])

    @api.model
    def _get_default_mail_partner_ids(self, move, mail_template, mail_lang):
        """Address the customer itself when the contact on the invoice has no email address.

        A batch asks for each invoice three times, and remembers them:
        ``{("recipients", invoice id, template id, language): contacts' ids}``.
        """
        known = self.env.context.get("finance_portal_known_defaults")
        key = ("recipients", move.id, mail_template.id, mail_lang)
        if known is not None and key in known:
            return self.env["res.partner"].with_company(move.company_id).browse(known[key])
        partners = super()._get_default_mail_partner_ids(move, mail_template, mail_lang)
        if not any(partners.mapped("email")) and move._finance_portal_is_kind():
            partners = move._finance_portal_get_default_recipient().filtered("email") or partners
        if known is not None:
            known[key] = partners.ids
        return partners
