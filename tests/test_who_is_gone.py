"""Section 7: what staff read of an account, once the user who did something was deleted."""

import re

from odoo import fields
from odoo.tests import tagged

from ..tools.secure_token import new_ref
from .portal_access_common import PortalAccessCase

OLD, NEW = "ada@bakery.example.com", "new@bakery.example.com"


@tagged("post_install", "-at_install")
class TestWhoIsGone(PortalAccessCase):
    def setUp(self):
        super().setUp()
        self.account = self.account_with_password()

    def set_address(self, address):
        """Change the contact's address past all that would follow."""
        self.env.cr.execute(
            "UPDATE res_partner SET email = %(it)s, email_normalized = %(it)s WHERE id = %(id)s",
            {"it": address or None, "id": self.ada.id},
        )
        self.env.invalidate_all()

    def bring_about(self, *marks, address=OLD, unreviewed=False):
        """Have the leaver change the address to another, or close the account, or both."""
        self.leaver = self.make_user(
            f"leaver{new_ref().lower()}", "base.group_user", name="Zoe Quist"
        )
        values = {"closed_unreviewed": unreviewed}
        for mark in ("disabled", "suspended"):
            is_so = mark in marks
            values[f"{mark}_at"] = fields.Datetime.now() if is_so else False
            values[f"{mark}_by_id"] = self.leaver.id if is_so else False
        self.account.write(values)
        self.env.flush_all()
        self.set_address(address)

    def read_all(self):
        """Return the sentences that staff read, of the tab and of Why can't they get in?."""
        self.env.invalidate_all()
        account = self.account.with_user(self.boss)
        finding = self.ada.with_user(self.boss)._finance_portal_find_closed(account)
        return [account.status, finding.text]

    def test_no_sentence_names_a_user_who_was_deleted(self):
        self.enterContext(self.mock_mail_gateway())
        ways = {
            "disabled": lambda: self.bring_about("disabled"),
            "disabled, changed": lambda: self.bring_about("suspended", "disabled", address=NEW),
            "changed": lambda: self.bring_about("suspended", address=NEW),
            "changed back": lambda: self.bring_about("suspended"),
            "removed": lambda: self.bring_about("suspended", address=False),
        }
        ways |= {
            f"closed, {name}": lambda address=address: self.bring_about(
                "suspended", "disabled", address=address, unreviewed=True
            )
            for name, address in (("changed", NEW), ("changed back", OLD), ("removed", False))
        }
        named = 0
        for name, way in ways.items():
            with self.subTest(name):
                way()
                before = self.read_all()
                self.leaver.sudo().unlink()
                after = self.read_all()
                self.assertNotIn("Zoe Quist", str(after))
                for text, now in zip(before, after, strict=True):
                    self.assertEqual(re.sub("[Aa] deleted user", "Zoe Quist", now), text)
                    self.assertNotRegex(now, r"(^|\. )a deleted user")
                    self.assertNotRegex(now, r"[^.] A deleted user")
                    named += "Zoe Quist" in text
        self.assertGreaterEqual(named, 2 * 6, "most of them do name somebody")
