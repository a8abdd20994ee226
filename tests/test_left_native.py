"""Whoever uses Odoo's own portal sees, and answers, nothing that stayed with another customer (L4).

Odoo shows the documents of a contact to the company that the contact is with now.
"""

import base64

from odoo.tests import tagged

from .http_common import FinancePortalHttpCase
from .test_files_mail import PIXEL

PASSWORD = "native!!!"


@tagged("post_install", "-at_install")
class TestLeftNative(FinancePortalHttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = ("base.group_portal",)
        cls.leaver = cls.make_user("leaver", *groups, partner_id=cls.ada.id, password=PASSWORD)
        cls.other = cls.make_user("other", *groups, partner_id=cls.eve.id, password=PASSWORD)

    def make_each_kind(self):
        """Return documents of every kind that stays with its customer."""
        documents = [self.make_quote(self.ada, require_signature=True), self.make_payment()]
        kind = self.registry["finance.portal.kept.customer.mixin"]
        kinds = {
            name
            for name, model in self.registry.items()
            if issubclass(model, kind) and not model._abstract
        }
        self.assertEqual(kinds, {document._name for document in documents})
        return documents

    def leave(self):
        self.ada.parent_id = self.rival
        self.env.flush_all()
        self.env.invalidate_all()

    def is_seen_by(self, user, document):
        """Return whether the record rules let somebody see a document."""
        Rule = self.env["ir.rule"].with_user(user)
        domain = Rule._compute_domain(document._name, "read")
        return bool(document.sudo().filtered_domain(domain))

    def test_nobody_there_sees_what_stayed(self):
        for document in self.make_each_kind():
            with self.subTest(document._name):
                self.assertTrue(self.is_seen_by(self.leaver, document))
                self.assertTrue(self.is_seen_by(self.env.user, document))
                self.leave()
                for user in (self.leaver, self.other):
                    self.assertFalse(self.is_seen_by(user, document), user.login)
                self.assertTrue(self.is_seen_by(self.env.user, document))
                self.ada.parent_id = self.customer

    def test_what_they_get_since_is_theirs(self):
        self.leave()
        quote = self.make_quote(self.ada)
        for user in (self.leaver, self.other):
            self.assertTrue(quote.with_user(user).has_access("read"))
            self.assertTrue(quote.order_line.with_user(user).has_access("read"))

    def test_nobody_there_accepts_for_the_customer(self):
        quote = self.make_quote(self.ada, require_signature=True)
        self.leave()
        for user in (self.leaver, self.other):
            self.authenticate(user.login, PASSWORD)
            with self.subTest(user.login):
                self.make_jsonrpc_request(
                    f"/my/orders/{quote.id}/accept",
                    {"name": "Eve", "signature": base64.b64encode(PIXEL).decode()},
                )
                self.env.invalidate_all()
                self.assertEqual(quote.state, "sent")
                self.assertFalse(quote.signed_by)
                self.assertFalse(quote.order_line.with_user(user).has_access("read"))
