from odoo import api, models
from odoo.fields import Domain


class FinancePortalDocument(models.AbstractModel):
    """Whom a document names, and whether they still belong to its customer.

    A contact who moves to another customer leaves the documents behind: what the system mails about
    them by itself goes to the customer, and money for them is the customer's.
    """

    _inherit = "finance.portal.document"

    def _finance_portal_get_default_recipient(self):
        """Return the contact who gets it by default; the customer itself once that contact left."""
        contact, customer = self.partner_id, self._finance_portal_get_customer()
        stays = contact.email and not self._finance_portal_was_left_by(contact)
        return contact if stays else customer

    def _finance_portal_was_left_by(self, contact):
        """Return whether whom it names left its customer, for the one that a contact belongs to."""
        customer = self._finance_portal_get_customer()
        now_with = self.partner_id.commercial_partner_id
        is_left = customer not in (now_with, contact)
        return is_left and contact.commercial_partner_id == now_with

    def _finance_portal_get_addressee(self, contact):
        """Return whose name and address stand for a contact's; the customer's once they left.

        Names and addresses are those of today: a contact's is the address of the company that they
        are with.
        """
        is_left = self._finance_portal_was_left_by(contact)
        return self._finance_portal_get_customer() if is_left else contact

    def _finance_portal_find_address(self, addressee, kind):
        """Return the contact who has an addressee's address of a kind, such as "invoice".

        None whom the document's company may not use: another one keeps that contact to itself.

        :param addressee: as of :meth:`_finance_portal_get_addressee` (sudo)
        """
        found = addressee.browse(addressee.address_get([kind])[kind])
        owner, company = found.company_id, self._finance_portal_get_company()
        # sudo: the companies above one that the user works for
        return found if not owner or owner in company.sudo().parent_ids else addressee

    # === WHOSE IT STAYS === #

    @api.model
    def _finance_portal_get_unstayed_domain(self, customer):
        """Return the domain of what didn't stay with another customer than this one."""
        return Domain.TRUE

    @api.model
    def _finance_portal_leave_behind(self, contacts, customer):
        """Have documents of every kind stay with ``customer``, whose contacts these were."""
        self.env.flush_all()
        for name in self._finance_portal_get_models():
            self.env[name]._finance_portal_keep_customer(contacts, customer)
        # What record rules were made of: which contacts a customer has.
        self.env.registry.clear_cache()

    @api.model
    def _finance_portal_keep_customer(self, contacts, customer):
        """Write down, where nothing else tells, that documents stay with ``customer``."""
