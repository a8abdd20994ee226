from odoo import models


class ProjectShareWizard(models.TransientModel):
    """Odoo's own sharing is for people who work on the tasks, with a login of theirs."""

    _inherit = "project.share.wizard"

    def _send_public_link(self, partners=None):
        """Mail those who work on the tasks the plain address: they sign in."""
        invited = self.partner_ids if partners is None else partners
        if invited - self.resource_ref.collaborator_ids.partner_id:
            return super()._send_public_link(partners)
        wizard = self.with_context(finance_portal_plain=True)
        return super(ProjectShareWizard, wizard)._send_public_link(partners)

    def _finance_portal_check(self):
        """Let who has a login in as Odoo does; everybody else takes a secure link."""
        if self.partner_ids.filtered(lambda partner: not partner.user_ids):
            return super()._finance_portal_check()
        return None
