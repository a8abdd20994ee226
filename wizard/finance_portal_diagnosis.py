from odoo import api, fields, models

from ..const import MANAGER


class FinancePortalDiagnosis(models.TransientModel):
    """Why can't they get in? Each cause in a sentence, with the button that helps."""

    _name = "finance.portal.diagnosis"
    _description = "Why can't they get in?"

    partner_id = fields.Many2one("res.partner", required=True, readonly=True)
    # As the user, not as the system: a contact of another company is none of their business.
    name = fields.Char(compute="_compute_name", compute_sudo=False)
    advice = fields.Text("What to Tell Them", readonly=True)
    finding_ids = fields.One2many("finance.portal.diagnosis.finding", "dialog_id", readonly=True)
    is_manager = fields.Boolean(compute="_compute_is_manager")

    @api.depends("partner_id.name")
    def _compute_name(self):
        for dialog in self:
            dialog.name = dialog.partner_id._finance_portal_get_name()

    def _compute_is_manager(self):
        self.is_manager = self.env.user.has_group(MANAGER)

    @api.model
    def _make(self, partner):
        """Return the dialog about a contact, with what was found out now."""
        findings = partner._finance_portal_find_causes()
        blocked = any(finding.blocks for finding in findings)
        address = partner._finance_portal_choose_address(partner._finance_portal_get_account())
        return self.create(
            {
                "partner_id": partner.id,
                "advice": False if blocked else partner._finance_portal_get_advice(),
                "finding_ids": [
                    fields.Command.create(
                        {
                            "code": finding.code,
                            "text": finding.text,
                            "remedy": finding.remedy,
                            "blocks": finding.blocks,
                            "address": address,
                            "customer": partner.commercial_partner_id.id,
                        }
                    )
                    for finding in findings
                ],
            }
        )


class FinancePortalDiagnosisFinding(models.TransientModel):
    """One cause, and the button that does something about it."""

    _name = "finance.portal.diagnosis.finding"
    _description = "What Keeps a Customer Out"
    _order = "blocks desc, id"

    dialog_id = fields.Many2one("finance.portal.diagnosis", required=True, ondelete="cascade")
    code = fields.Char(required=True, readonly=True)
    text = fields.Char(required=True, readonly=True)
    blocks = fields.Boolean(readonly=True)
    address = fields.Char(readonly=True, help="The address that Confirm Address confirms.")
    # A plain number, not a relation: its name may be none of the manager's business.
    customer = fields.Integer(readonly=True, help="The customer that Manage Here is for.")
    remedy = fields.Selection(
        [
            ("open", "Open Contact"),
            ("enable", "Enable Portal Access"),
            ("reopen", "Enable Again"),
            ("adopt", "Manage Here"),
            ("resend", "Resend Setup Link"),
            ("reset", "Send Password Reset"),
            ("unlock", "Unlock"),
            ("confirm", "Confirm Address"),
            ("own_documents", "Show All Documents"),
            ("set_up", "Open Setup Check"),
        ],
        readonly=True,
    )

    def action_remedy(self):
        """Do what helps; what the user may do is checked there."""
        self.ensure_one()
        partner = self.dialog_id.partner_id.with_context(
            finance_portal_seen_address=self.address, finance_portal_seen_customer=self.customer
        )
        actions = {
            "open": partner._finance_portal_open_contact,
            "enable": partner.action_finance_portal_enable,
            "reopen": partner.action_finance_portal_reopen,
            "adopt": partner.action_finance_portal_adopt,
            "resend": partner.action_finance_portal_resend_setup,
            "reset": partner.action_finance_portal_reset,
            "unlock": partner.action_finance_portal_unlock,
            "confirm": partner.action_finance_portal_confirm,
            "own_documents": partner.action_finance_portal_all_documents,
            "set_up": self._open_setup_check,
        }
        action = actions[self.remedy]()
        if not isinstance(action, dict):
            return {"type": "ir.actions.act_window_close"}
        if action["type"] == "ir.actions.client":
            # The form behind the dialog shows itself anew when the dialog closes.
            action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action

    def _open_setup_check(self):
        return self.env["ir.actions.actions"]._for_xml_id(
            "finance_portal.finance_portal_setup_check_action"
        )
