"""A person with accounts of two customers, for tests."""

from .portal_access_common import PortalAccessCase

ADDRESS, NEW = "ada@bakery.example.com", "eve.new@rival.example.com"


class SharedCase(PortalAccessCase):
    """Ada keeps the books of two customers: ``ada`` of one, and ``eve`` with the same address."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eve.email = ADDRESS
        cls.creator = cls.make_user("creator", "base.group_user", "base.group_partner_manager")

    def make_contact(self, name, parent, email):
        values = {"name": name, "parent_id": parent.id, "email": email}
        return self.env["res.partner"].create(values)

    def join(self):
        """Return both accounts, the second enabled after the password was chosen."""
        first = self.account_with_password()
        with self.mock_mail_gateway():
            second = self.Account._enable(self.eve)
        return first, second

    def both(self):
        """Yield ``(name, account, contact, other account)`` for each of two, each time anew."""
        for name in ("first", "second"):
            with self.subTest(account=name), self.env.cr.savepoint() as savepoint:
                first, second = self.join()
                pair = (first, second) if name == "first" else (second, first)
                yield name, pair[0], pair[0].partner_id, pair[1]
                self.env.flush_all()
                savepoint.rollback()
                self.env.invalidate_all(flush=False)
