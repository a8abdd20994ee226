import logging

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

COMPOSER_LAYOUT = "mail.mail_notification_layout_with_responsible_signature"


class FinancePortalDocument(models.AbstractModel):
    """Send to Customer: what Odoo's dialogs for all kinds of documents share."""

    _inherit = "finance.portal.document"

    # === WHAT STANDS AGAINST IT === #

    def _finance_portal_get_send_obstacle(self):
        """Return why this document cannot be sent now and the remedy, or an empty text.

        :return: a sentence for staff, in their language
        :rtype: str
        """
        self.ensure_one()
        return (
            self._finance_portal_get_state_obstacle()
            or self._finance_portal_get_right_obstacle()
            or self._finance_portal_get_address_obstacle()
            or ""
        )

    def _finance_portal_get_state_obstacle(self):
        """Return why its state prevents sending it, with the remedy, or an empty text."""
        return ""

    def _finance_portal_get_address_obstacle(self):
        """Return that nobody can be reached by email, with the remedy, or an empty text."""
        recipient = self._finance_portal_get_default_recipient()
        if not recipient:
            return self.env._("%s has no customer. Choose one, then send it.", self.display_name)
        return self._finance_portal_get_contact_obstacle(
            recipient
        ) or self._finance_portal_get_system_obstacle(recipient)

    @api.model
    def _finance_portal_get_system_obstacle(self, contact):
        """Return why the system itself mails a contact nothing now; an empty text for staff.

        They see the address, and may choose another one.
        """
        Account = self.env["finance.portal.account"]
        if self.env.uid != SUPERUSER_ID or not Account._is_in_doubt(contact):
            return ""
        return Account._describe_in_doubt(contact)

    @api.model
    def _finance_portal_get_contact_obstacle(self, contact):
        """Return why a contact can't be reached by email, with the remedy, or an empty text."""
        if not contact.email_normalized:
            return self.env._(
                "%s has no email address. Open the contact and enter one.", contact.display_name
            )
        return "" if contact.active else self._finance_portal_get_archived_note(contact)

    @api.model
    def _finance_portal_get_archived_note(self, partners):
        """Return that Odoo mails these contacts nothing, with the remedy."""
        return self.env._(
            "%s is archived, so nobody would get it. Unarchive the contact, or choose another one.",
            ", ".join(partners.mapped("display_name")),
        )

    def _finance_portal_get_right_obstacle(self):
        """Return that the user may not send it, or an empty text."""
        if self.has_access("write") and self._finance_portal_may_be_sent_by(self.env.user):
            return ""
        return self._finance_portal_get_no_right_note()

    @api.model
    def _finance_portal_get_no_right_note(self):
        """Return that the user may not send a document, with the remedy."""
        return self.env._(
            "You don't have permission to send this document. Ask an administrator for access."
        )

    @api.model
    def _finance_portal_get_unreachable_note(self, names):
        """Return that these recipients have no address, with the remedy.

        :param str names: what they are called
        """
        return self.env._(
            "No email address: %(names)s. Open the contact and enter one, or choose someone else.",
            names=names,
        )

    def _finance_portal_check_state(self):
        """Raise if its state prevents sending it.

        :raise UserError: naming the remedy
        """
        for document in self:
            if obstacle := document._finance_portal_get_state_obstacle():
                raise UserError(obstacle)

    # === THE DIALOG === #

    def _finance_portal_get_composer_action(self, template):
        """Return Odoo's dialog for emails as Send to Customer.

        For kinds that have no Send dialog of their own in Odoo.

        :param template: the email template (``mail.template``) it begins with
        """
        self.ensure_one()
        action = {
            "name": self.env._("Send to Customer"),
            "type": "ir.actions.act_window",
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_composition_mode": "comment",
                "default_template_id": template.id,
                **self._finance_portal_get_composer_context(),
            },
        }
        return self._finance_portal_as_sending(action)

    def _finance_portal_get_composer_context(self):
        """Return the context that Odoo's email dialog needs for this document."""
        return {
            "default_model": self._name,
            "default_res_ids": self.ids,
            # The layout that invoices and orders have, for its button.
            "default_email_layout_xmlid": COMPOSER_LAYOUT,
            "email_notification_allow_footer": True,
            "force_email": True,
            "hide_mail_template_management_options": True,
        }

    @api.model
    def _finance_portal_as_sending(self, action):
        """Tell the dialog that ``action`` opens that it sends the document itself."""
        # Where the document layout is not chosen yet, Odoo asks for it first.
        dialog = action["context"].get("report_action") or action
        dialog["context"] = {**dialog["context"], "finance_portal_send": True}
        return action

    def message_post(self, *args, **kwargs):
        """Refuse to send a document that was cancelled while the dialog or an email waited."""
        if self.env.context.get("finance_portal_send"):
            self._finance_portal_check_state()
        return super().message_post(*args, **kwargs)

    def message_post_with_source(self, source_ref, **kwargs):
        """Say that nobody is there to write the text if the template has an error.

        Post nothing from a template for other records: it would tell what's in the one with the
        same id. Whoever may change an order can choose any template for its confirmation, which
        jobs, or a customer's answer, send with all rights.
        """
        template, _view = self._get_source_from_ref(source_ref)
        # sudo: which records a template is for is no secret
        if template and template.sudo().model != self._name:
            _logger.warning("Not posted on %s: %s is for other records", self, template)
            return self.env["mail.message"]
        documents = self.with_context(finance_portal_automatic=True)
        return super(FinancePortalDocument, documents).message_post_with_source(
            source_ref, **kwargs
        )

    def _finance_portal_will_share(self):
        """Return whether the email that the open dialog writes brings a secure link."""
        if not self._finance_portal_replaces_native():
            return False
        if self._finance_portal_is_shareable():
            return True
        # A draft quote, or a cart, becomes a sent one as its email leaves.
        return bool(
            self.env.context.get("finance_portal_send")
            and not self._finance_portal_get_state_obstacle()
        )

    @api.model
    def _finance_portal_get_replaced_actions(self):
        """Return external ids of Odoo's own actions that Send to Customer stands for."""
        return ()
