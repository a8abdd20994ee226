"""Logins to Odoo's own portal: all of them become accounts here at once."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .enabling_common import EnablingCase


@tagged("post_install", "-at_install")
class TestMovingPortalUsersOver(EnablingCase):
    """Whom staff let in by Odoo's own dialog gets an account here, as by Manage Here."""

    def natives(self, user=None):
        dialogs = self.env["finance.portal.enable.many"].with_user(user or self.boss)
        return dialogs.with_context(finance_portal_natives=True).create({})

    def test_the_dialog_finds_them_all_and_nobody_else(self):
        before = self.natives()
        found = {*(before.res_ids or [])}
        native = self.native_user(self.many[0])
        signed_up = self.native_user(self.many[1])
        self.enable(self.many[2])
        self.native_user(self.make_contact("Old")).active = False
        theirs, other = self.make_contact("Theirs"), self.env["res.company"].create({"name": "Z"})
        self.env.user.company_ids = self.company
        self.native_user(theirs).write({"company_ids": other.ids, "company_id": other.id})
        theirs.write({"parent_id": False, "company_id": other.id})
        dialog = self.natives()
        self.assertEqual({*dialog.res_ids} - found, {*(native | signed_up).partner_id.ids})
        self.assertEqual(dialog.native_count, before.native_count + 2)

    def test_nobody_else_learns_who_they_are(self):
        """Not by asking for what the dialog begins with, either."""
        dialogs = self.env["finance.portal.enable.many"].with_user(self.clerk)
        with self.assertRaises(AccessError):
            dialogs.with_context(finance_portal_natives=True).default_get(["res_ids"])

    def test_what_becomes_of_the_password_is_as_for_one(self):
        """Pressed for one, and done for many: the same facts, whoever made the user."""
        outsider = self.make_user("visitor", "base.group_portal")
        facts = {}
        for way in ("one", "many"):
            for invited in (True, False):
                contact = self.make_contact(f"{way}{invited}")
                user = self.native_user(contact, login=contact.email)
                self.env.flush_all()
                if not invited:
                    self.env.cr.execute(
                        "UPDATE res_users SET create_uid = %s WHERE id = %s",
                        [outsider.id, user.id],
                    )
                    self.env.invalidate_all()
                before = self.password_hash(user)
                if way == "one":
                    with self.mock_mail_gateway():
                        self.as_boss(contact).action_finance_portal_adopt()
                        mailed = len(self._mails)
                else:
                    self.start(contact)
                    self.work_off()
                    mailed = len(self._mails)
                account = self.accounts_of(contact)
                facts[way, invited] = (
                    self.password_hash(user) == before,
                    account.adopted,
                    account.user_id == user,
                    user.login == contact.email,
                    account.mailed_link_ids.mapped("purpose"),
                    user.group_ids,
                    mailed,
                )
        self.assertEqual(facts["one", True][0], True)
        self.assertEqual(facts["one", False][0], False)
        for invited in (True, False):
            self.assertEqual(facts["many", invited], facts["one", invited])

    def test_it_is_offered_in_the_settings(self):
        arch = self.env["res.config.settings"].get_view(view_type="form")["arch"]
        action = self.env.ref("finance_portal.finance_portal_enable_natives_action")
        self.assertIn(f'name="{action.id}"', arch)
