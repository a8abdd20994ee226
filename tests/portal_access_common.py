"""The Portal Access tab for tests: who looks at it, and how its buttons are pressed."""

from .account_link_common import PASSWORD, AccountLinkCase

MANAGER, USER = "account.group_account_manager", "account.group_account_invoice"


class PortalAccessCase(AccountLinkCase):
    """Accounts, a manager (``boss``) who may change contacts, and a ``clerk`` who may not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = cls.make_user("boss", MANAGER, "base.group_partner_manager")
        cls.clerk = cls.make_user("clerk", USER)

    def native_user(self, partner=None, login=None, group="base.group_portal"):
        """Return a user of a contact, by default of ``ben``, as Odoo's own dialog makes one."""
        partner = partner or self.ben
        return (
            self.env["res.users"]
            .sudo()
            .with_context(no_reset_password=True)
            .create(
                {
                    "partner_id": partner.id,
                    "login": login or partner.email,
                    "password": PASSWORD,
                    "company_id": self.company.id,
                    "company_ids": self.company.ids,
                    "group_ids": self.env.ref(group).ids,
                }
            )
        )

    def as_boss(self, partner=None):
        return (partner or self.ada).with_user(self.boss)

    def tab(self, partner=None, user=None):
        """Return ``{name: (state, sentence)}`` as the tab shows it."""
        partner = (partner or self.customer).with_user(user or self.boss)
        self.env.invalidate_all()
        return {
            contact.name: (contact.finance_portal_access, contact.finance_portal_status)
            for contact in partner.finance_portal_contact_ids
        }

    def press(self, button, partner=None):
        """Press a button of the tab as the manager; what is mailed stands in ``sent``."""
        with self.mock_mail_gateway():
            return getattr(self.as_boss(partner), f"action_finance_portal_{button}")()
