class ContactChange:
    """What follows when contacts are moved, archived, deleted, merged, or get another address.

    Made before that, it notes what there is; whoever changes them then calls :meth:`follow`.
    """

    def __init__(self, partners, is_move=True):
        """Note the contacts' customers, accounts and links.

        :param bool is_move: whether they may leave their customer, and all below them with them
        """
        self.env = partners.env
        # sudo: the rules hold for every user's change
        self.partners = partners.sudo().with_context(active_test=False)
        self.customers = self._get_customers() if is_move else {}
        Account, Link = self.env["finance.portal.account"], self.env["finance.portal.link"]
        self.accounts = Account._find_followed(partners, contacts_too=is_move)
        self.addresses = self.accounts._get_addresses()
        self.links = Link._find_live_of(partners, contacts_too=is_move)
        # A document may follow its contact to another customer, so away from other recipients.
        own = self.partners.commercial_partner_id if is_move else self._concat()
        self.links_of_documents = Link._find_live_in(own)

    def _get_customers(self):
        """Return ``{contact: customer}`` (sudo) of the contacts and of all below them."""
        contacts = self.partners.search([("id", "child_of", self.partners.ids)])
        return {contact: contact.commercial_partner_id for contact in contacts}

    def follow(self, documents_stay=True):
        """Close what the contacts lost, for good, and remember who moved them.

        :param bool documents_stay: whether to have documents stay with a customer who is left
        """
        existing = self._concat(*self.customers, *self.customers.values()).exists()
        known = {*existing.ids}
        left = {
            contact: customer
            for contact, customer in self.customers.items()
            if contact.id in known and contact.commercial_partner_id != customer
        }
        self._concat(*left)._finance_portal_remember_moved()
        if documents_stay:
            self._leave_documents(left, existing)
        self.accounts._follow_contacts(self.addresses)
        self.links._close_for_recipients()
        self.links_of_documents._close_for_documents()

    def _leave_documents(self, left, existing):
        """Keep documents with their customer when the contact goes to another one.

        Those of a customer who becomes a contact of another one go along: they are nobody
        else's. So do those of a customer who is deleted.

        :param dict left: the customer that each contact left
        :param existing: the contacts and customers who are still there
        """
        for customer in existing & self._concat(*left.values()):
            if customer.commercial_partner_id == customer:
                gone = self._concat(*(one for one, before in left.items() if before == customer))
                self.env["finance.portal.document"]._finance_portal_leave_behind(gone, customer)

    def _concat(self, *contacts):
        return self.partners.browse().concat(*contacts)
