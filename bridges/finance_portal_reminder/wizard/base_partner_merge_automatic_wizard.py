from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Leave one planned reminder of what becomes one recipient, and plan anew.

        Odoo re-points all of them by SQL: two of a kind would stop the merge.
        """
        partners = self.env["res.partner"].browse(partner_ids)
        self.env["finance.portal.reminder"]._prepare_merge(partners)
        return super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
