from odoo import Command, models

from ...const import PREVIEW_CONTEXT

# What sending writes on an invoice: nothing that amounts are worked out from.
MARKS = {"is_move_sent", "message_main_attachment_id", "sending_data"}


class AccountMove(models.Model):
    """Send to Customer for several invoices: always by ``account.move.send``."""

    _inherit = "account.move"

    def write(self, vals):
        """Leave the amounts alone when a batch only leaves its marks.

        Odoo works all of them out again, which takes longer than the rest of sending.
        """
        sends_many = {"finance_portal_batch", "finance_portal_count_only"} & self.env.context.keys()
        if not sends_many or not vals.keys() <= MARKS:
            return super().write(vals)
        marked = self.with_context(skip_invoice_sync=True, check_move_validity=False)
        return super(AccountMove, marked).write(vals)

    def action_send_and_print(self):
        """Open our dialog for several invoices, so that there is one way to send many."""
        if len(self) > 1 and all(move._finance_portal_is_kind() for move in self):
            return self.action_finance_portal_send_many()
        return super().action_send_and_print()

    def action_finance_portal_download(self):
        """Open the dialog that downloads these invoices in one file."""
        dialog = self.env["finance.portal.download"]._start(self)
        return {
            "name": self.env._("Download Invoices"),
            "type": "ir.actions.act_window",
            "res_model": dialog._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
        }

    def _compute_is_being_sent(self):
        """Also count invoices that wait in one of our batches."""
        result = super()._compute_is_being_sent()
        rest = self.filtered(lambda move: not move.is_being_sent)
        # sudo: whoever sees the invoice may know that it is being sent
        waiting = self.env["finance.portal.batch.line"].sudo()._read_group(
            [("state", "=", "waiting"), ("res_model", "=", self._name), ("res_id", "in", rest.ids)],
            ["res_id"],
        )  # fmt: skip
        self.browse(res_id for (res_id,) in waiting).is_being_sent = True
        return result

    # === FINANCE PORTAL DOCUMENT === #

    def _finance_portal_get_send_action(self):
        return self.action_invoice_sent()

    def _finance_portal_get_send_methods(self):
        """Return the ways this invoice goes to its customer by default, such as "email"."""
        return self.env["account.move.send"]._get_default_sending_methods(self)

    def _finance_portal_get_address_obstacle(self):
        """Require an address only for sending methods that use one, unlike Peppol or post."""
        if "email" not in self._finance_portal_get_send_methods():
            return ""
        reachable = self._finance_portal_get_send_recipients().filtered("email_normalized")
        if reachable.filtered("active"):
            return ""
        if reachable:
            return self._finance_portal_get_archived_note(reachable)
        return super()._finance_portal_get_address_obstacle() or self.env._(
            "This email has no recipients. Check the recipients in the email template."
        )

    def _finance_portal_get_send_recipients(self):
        Send = self.env["account.move.send"]
        template = Send._get_default_mail_template_id(self)
        lang = Send._get_default_mail_lang(self, template)
        return Send._get_default_mail_partner_ids(self, template, lang)

    def _finance_portal_describe_recipients(self):
        labels = dict(self.env["res.partner"]._fields["invoice_sending_method"].selection)
        methods = self._finance_portal_get_send_methods()
        ways = [labels.get(method, method) for method in sorted(methods - {"email", "manual"})]
        if "email" in methods:
            ways.insert(0, super()._finance_portal_describe_recipients())
        return ", ".join(ways)

    def _finance_portal_goes_by_email(self):
        return "email" in self._finance_portal_get_send_methods()

    def _finance_portal_get_mail_template(self):
        return self.env["account.move.send"]._get_default_mail_template_id(self)

    def _finance_portal_filter_sent_before(self):
        return self.filtered("is_move_sent")

    def _finance_portal_write_emails(self):
        """Write the email with Odoo's default settings, and make no PDF for it."""
        move = self.with_context(**PREVIEW_CONTEXT, finance_portal_batch=True)
        Send = move.env["account.move.send"]
        data = Send._get_default_sending_settings(
            move, sending_methods={"email"}, mail_attachments_widget=[]
        )
        Send._send_mails({move: {**data, "mail_attachments_widget": []}})

    def _finance_portal_send(self):
        """Send as Odoo's own job does: all PDFs at once, errors of one stop only that one."""
        errors = {}
        self.mapped("finance_waiting")  # each email would ask for its own
        Send = self.env["account.move.send"].with_context(finance_portal_errors=errors)
        Send._generate_and_send_invoices(self, allow_raising=False)
        outcome = {
            move.id: (
                "skipped",
                self.env._(
                    "%s gets invoices manually. The PDF is ready on the invoice.",
                    move.partner_id.display_name,
                ),
            )
            for move in self
            if move._finance_portal_get_send_methods() == {"manual"}
        }
        return outcome | {res_id: ("failed", text) for res_id, text in errors.items()}

    def _finance_portal_get_batch_wizard(self):
        """Return Odoo's dialog for several invoices, filled in but never shown."""
        counting = self.env["account.move.send.batch.wizard"].with_context(
            finance_portal_count_only=True
        )
        return counting.create({"move_ids": [Command.set(self.ids)]})

    def _finance_portal_get_send_notes(self):
        if len(self) < 2:  # Odoo's dialog for several does not bear one
            return super()._finance_portal_get_send_notes()
        wizard = self._finance_portal_get_batch_wizard()
        alerts = dict(wizard.alerts or {})
        # Who has no address is among the obstacles already.
        alerts.pop("account_missing_email", None)
        return {"alerts": alerts, "summary": wizard.summary_data}

    def _finance_portal_check_before_send(self):
        """Press Send in Odoo's dialog for the checks of all addons, then take over its work."""
        if len(self) < 2:
            return super()._finance_portal_check_before_send()
        action = self._finance_portal_get_batch_wizard().action_send_and_print()
        if not all(move.sending_data for move in self):
            return action
        self.with_context(finance_portal_batch=True).sending_data = False
        return None
