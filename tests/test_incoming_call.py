"""No call makes records with all rights by passing an email to Odoo, whoever it says it comes from."""

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .received_mail_common import ReceivedCase

RAW = "From: {}\nTo: nobody@example.com\nSubject: Billing\nMessage-Id: <{}@elsewhere>\n\nHello"


@tagged("post_install", "-at_install")
class TestIncomingCall(ReceivedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_user("clerk", "account.group_account_invoice")

    def hand_in(self, user, values=None):
        """Have a user's program hand in an email of an accountant's; return the new contact."""
        Thread = self.env["mail.thread"].with_user(user).with_env(self.env(user=user.id, su=False))
        raw = RAW.format(self.clerk.email, f"{user.id}.{bool(values)}")
        kwargs = {"custom_values": values} if values else {}
        with self.mock_mail_gateway():
            number = call_kw(Thread, "message_process", ["res.partner", raw], kwargs)
        return self.env["res.partner"].browse(number)

    def test_only_administrators_say_what_is_made_of_it(self):
        """Else anybody adds a billing address below any customer, as one of our accountants."""
        values = {"parent_id": self.customer.id, "type": "invoice"}
        for login, group in (("native", "base.group_portal"), ("employee", "base.group_user")):
            user = self.make_user(login, group)
            with self.subTest(login), self.assertRaisesRegex(AccessError, "can pass"):
                self.hand_in(user, values)
        admin = self.make_user("admin2", "base.group_system")
        self.assertEqual(self.hand_in(admin, values).parent_id, self.customer)

    def test_a_mail_server_hands_in_emails_as_some_colleague(self):
        user = self.make_user("mailgate", "base.group_user")
        self.assertTrue(self.hand_in(user))

    def test_no_customer_hands_in_any(self):
        user = self.make_user("native", "base.group_portal")
        with self.assertRaisesRegex(AccessError, "can pass"):
            self.hand_in(user)
