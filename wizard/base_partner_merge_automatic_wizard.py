from odoo import models
from odoo.exceptions import UserError

from ..models.access.res_partner import MERGING, MERGING_KEY
from ..models.contacts.contact_change import ContactChange


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Close the links and accounts that the merge takes away from their contacts.

        Odoo re-points recipients, customers and documents by SQL. A link whose mailed
        address is not the surviving contact's is treated as after a change of address; it
        stays alive only while its document and its recipient belong to one customer. Of two
        contacts with accounts, neither is merged.

        :raise UserError: naming the remedy
        """
        partners = self.env["res.partner"].browse(partner_ids)
        self._finance_portal_check_accounts(partners)
        self._finance_portal_check_banks(partners)
        change = ContactChange(partners)
        files = self.env["finance.portal.file"]._of(partners)
        authors = partners._finance_portal_get_authors()
        # sudo: whoever may merge contacts need not see the field
        must_sign_in = "required" in partners.sudo().mapped("finance_portal_sign_in")
        self._finance_portal_leave_documents(partners, dst_partner, change.customers)
        self.env["finance.portal.enabling.line"]._prepare_merge(partners)
        result = super()._merge(partner_ids, dst_partner=dst_partner, extra_checks=extra_checks)
        self.env.invalidate_all()
        partners._finance_portal_remember_merged(authors)
        change.follow(documents_stay=False)  # seen to before Odoo re-pointed them
        files._follow_to(partners.exists())
        if must_sign_in:
            # sudo: a manager decided it for one of them, and merging them undoes no decision
            partners.exists().sudo().finance_portal_sign_in = "required"
        return result

    def _finance_portal_check_banks(self, partners):
        """Raise when this would bring one of our companies another bank account to be paid at.

        :raise AccessError: naming who can merge these contacts
        """
        # sudo: whoever may merge contacts need not see their accounts
        if partners.sudo().with_context(active_test=False).bank_ids:
            partners._finance_portal_check_bank_rights()

    def _finance_portal_leave_documents(self, partners, survivor, customers):
        """Keep documents with their customer when a contact of it is merged into another one's.

        As when the contact moves; those of a customer who is merged itself go along.

        :param survivor: which of the contacts stays, if that was chosen
        :param dict customers: the customer of each contact (sudo), and of all below them
        """
        if not survivor or survivor not in partners:
            survivor = self._get_ordered_partner(partners.ids)[-1:]
        # sudo: its customer may belong to a company that the user doesn't work for
        own = survivor.sudo().commercial_partner_id
        for customer in {*customers.values()} - customers.keys() - {own}:
            gone = [contact for contact, before in customers.items() if before == customer]
            self.env["finance.portal.document"]._finance_portal_leave_behind(
                customer.concat(*gone) - customer, customer
            )

    def _update_values(self, src_partners, dst_partner):
        """Keep what was decided about one of the contacts, whoever merges them."""
        merging = dst_partner.with_context(**{MERGING_KEY: MERGING})
        return super()._update_values(src_partners, merging)

    def _finance_portal_check_accounts(self, partners):
        """Raise when several of these contacts have accounts: only one row could stay.

        Odoo itself merges no two contacts with users; who shares a sign-in has none.

        :raise UserError: naming the remedy
        """
        # sudo: whoever may merge contacts need not see accounts
        accounts = self.env["finance.portal.account"].sudo()
        accounts = accounts.search([("partner_id", "in", partners.ids)])
        if len(accounts) > 1:
            raise UserError(
                self.env._(
                    "%s can't be merged: each has a customer portal account. Disable all but one,"
                    " and archive those contacts instead.",
                    ", ".join(accounts.partner_id.mapped("display_name")),
                )
            )
