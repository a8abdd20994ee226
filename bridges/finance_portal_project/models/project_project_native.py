from odoo import models

from odoo.addons.finance_portal.tools.secure_token import PLACEHOLDER


class ProjectProject(models.Model):
    """What the ERP's own project sharing keeps: people who sign in to work on the tasks."""

    _inherit = "project.project"

    def _finance_portal_get_groups(self, message, msg_vals, title=None):
        """Bring no secure link to who is invited to sign in, see the ERP's sharing dialog."""
        if self.env.context.get("finance_portal_plain"):
            return []
        return super()._finance_portal_get_groups(message, msg_vals, title)

    def _finance_portal_personalize(self, body, partner, mail, address=None):
        """Leave those who sign in the plain address, which opens for who may read the project.

        So does an email about a project that no customer sees.
        """
        works_on_it = partner and partner in self.collaborator_ids.partner_id
        if PLACEHOLDER in body or (self._finance_portal_is_shareable() and not works_on_it):
            return super()._finance_portal_personalize(body, partner, mail, address)
        plain = f"{self.get_base_url()}/mail/view?model={self._name}&res_id={self.id}"
        return self._finance_portal_close_native_links(body, plain)
