"""What a change of contacts did to a link: whether it opens, why not, and what was noted."""

from .common import FinancePortalCase

OLD, NEW = "ada@bakery.example.com", "ada.new@bakery.example.com"


class ContactCase(FinancePortalCase):
    """Helpers of the tests on changes of contacts."""

    def merge(self, source, target):
        """Merge contacts as Odoo's wizard does; ``target`` survives."""
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source + target).ids, target)
        self.env.flush_all()
        self.env.invalidate_all()

    def assertClosed(self, link, token, reason):
        """Assert that a link was closed for good, and that the activity says why."""
        self.env.flush_all()
        self.assertTrue(link.revoked_at, "closed at once, not when somebody clicks")
        self.assertEqual(link.revoke_reason, reason)
        self.assertDead(token)
        row = self.Event.search([("link_id", "=", link.id), ("kind", "=", "revoked")])
        self.assertEqual(row.mapped("reason"), [reason], "written down once")

    def assertOpen(self, link, token):
        """Assert that a link works, and that nothing was written down."""
        self.assertLive(token)
        self.assertFalse(link.revoked_at)
        self.assertFalse(self.Event.search([("link_id", "=", link.id), ("kind", "=", "revoked")]))
