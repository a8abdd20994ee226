from odoo import models

from odoo.addons.finance_portal.tools.secure_token import PLACEHOLDER


class ProjectProject(models.Model):
    """What Odoo's own project sharing keeps: the way in for people who sign in."""

    _inherit = "project.project"

    def _finance_portal_get_plain_url(self):
        """Return the address that opens for who signs in and may read the project."""
        return f"{self.get_base_url()}/mail/view?model={self._name}&res_id={self.id}"

    def _notify_get_recipients_groups(self, message, model_description, msg_vals=False):
        """Leave the button to those with a login to Odoo while no customer sees it."""
        groups = super()._notify_get_recipients_groups(
            message, model_description, msg_vals=msg_vals
        )
        if (
            len(self) != 1
            or not self._finance_portal_native_closed()
            or self._finance_portal_is_shareable()
            or self.privacy_visibility not in ("invited_users", "portal")
        ):
            return groups
        title = self._finance_portal_get_view_words()
        button = {"url": self._finance_portal_get_plain_url(), "title": title}
        for name, _accepts, data in groups:
            if name == "portal":
                data.update(has_button_access=True, button_access=button)
        return groups

    def _finance_portal_get_groups(self, message, msg_vals, title=None):
        """Bring no secure link to who is invited to sign in, see Odoo's sharing dialog."""
        if self.env.context.get("finance_portal_plain"):
            return []
        return super()._finance_portal_get_groups(message, msg_vals, title)

    def _finance_portal_prepare_body(self, body, partner, mail, address=None):
        """Leave those who sign in the plain address, which opens for who may read the project.

        So does an email about a project that no customer sees.
        """
        works_on_it = partner and partner in self.collaborator_ids.partner_id
        if PLACEHOLDER in body or (self._finance_portal_is_shareable() and not works_on_it):
            return super()._finance_portal_prepare_body(body, partner, mail, address)
        plain = self._finance_portal_get_plain_url()
        return self._finance_portal_close_native_links(body, plain), "", partner
