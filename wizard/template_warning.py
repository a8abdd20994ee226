from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty


class FinancePortalTemplateWarning(models.AbstractModel):
    """A dialog that mails a document says when its email template has an error.

    It opens all the same, and its user writes the text instead.
    """

    _name = "finance.portal.template.warning"
    _description = "Warning about an Error in an Email Template"

    finance_template_problem = fields.Char(
        "Error in the Template", compute="_compute_finance_template_problem"
    )

    def _compute_finance_template_problem(self):
        for dialog in self:
            document, template = dialog._finance_portal_get_templated()
            is_checked = document and template
            dialog.finance_template_problem = (
                template._finance_portal_get_problem(document) if is_checked else ""
            )

    def _finance_portal_get_templated(self):
        """Return ``(document, template)``; no document where the dialog mails none."""
        raise NotImplementedError

    def action_finance_portal_edit_template(self):
        """Open the email template, where its languages are."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mail.template",
            "res_id": self._finance_portal_get_templated()[1].id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _finance_portal_check_text(self):
        """Refuse to send a text that is missing because of an error in the template.

        :raise UserError: naming the remedy
        """
        for dialog in self:
            is_missing = not dialog.subject or is_html_empty(dialog.body)
            if is_missing and (problem := dialog.finance_template_problem):
                raise UserError(
                    self.env._("Write the subject and the message yourself. %s", problem)
                )
