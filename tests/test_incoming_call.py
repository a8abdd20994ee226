"""No call makes records with all rights by passing an email to Odoo, whoever that names."""

from odoo.exceptions import AccessError
from odoo.service.model import call_kw
from odoo.tests import tagged

from .received_mail_common import ReceivedCase

BOX, NOBODY = "contacts@box.example.com", "nobody@example.com"
RAW = "From: {}\nTo: {}\nSubject: Billing\nMessage-Id: <{}@elsewhere>\n\nHello"


@tagged("post_install", "-at_install")
class TestIncomingCall(ReceivedCase):
    """There is a mailbox for contacts, so that the script for mail servers reaches a contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_user("clerk", "account.group_account_invoice")
        name, _at, domain = BOX.partition("@")
        alias = cls.env["mail.alias"].create(
            {
                "alias_name": name,
                "alias_domain_id": cls.env["mail.alias.domain"].create({"name": domain}).id,
                "alias_model_id": cls.env["ir.model"]._get_id("res.partner"),
            }
        )
        cls.env.flush_all()
        alias.alias_status = "valid"  # as after a first email; only an administrator's may be it

    def hand_in(self, user, *args, model=False, to=BOX, context=None, **kwargs):
        """Have a user's program hand in an email of an accountant's; return the new contact."""
        Thread = self.env["mail.thread"].with_user(user).with_env(self.env(user=user.id, su=False))
        type(self).number += 1
        raw = RAW.format(self.clerk.email, to, self.number)
        kwargs = {**kwargs, **({"context": context} if context else {})}
        with self.mock_mail_gateway():
            number = call_kw(Thread, "message_process", [model, raw, *args], kwargs)
        return self.env["res.partner"].browse(number)

    def ways(self):
        """Yield ``(args, kwargs)`` of each way to say which record takes an email."""
        values = {"parent_id": self.customer.id, "type": "invoice"}
        model = {"model": "res.partner"}
        yield (), model
        yield (values,), model
        yield (), {**model, "custom_values": values}
        yield (), {**model, "thread_id": self.ada.id}
        yield (None, False, False, self.ada.id), model
        yield (None, False, False, self.ada.id), {}

    def test_only_administrators_say_what_is_made_of_it(self):
        """Else anybody adds a billing address below any customer, as one of our accountants."""
        for login, group in (("native", "base.group_portal"), ("employee", "base.group_user")):
            user = self.make_user(login, group)
            for args, kwargs in self.ways():
                with (
                    self.subTest(login, args=args, kwargs=kwargs),
                    self.assertRaisesRegex(AccessError, "can pass"),
                ):
                    self.hand_in(user, *args, to=NOBODY, **kwargs)
        admin = self.make_user("admin2", "base.group_system")
        values = {"parent_id": self.customer.id, "type": "invoice"}
        made = self.hand_in(admin, values, model="res.partner", to=NOBODY)
        self.assertEqual(made.parent_id, self.customer)

    def test_nor_does_their_context(self):
        """Odoo takes what is left out from the defaults that come with the call."""
        user = self.make_user("employee", "base.group_user")
        context = {"default_parent_id": self.customer.id, "default_type": "invoice"}
        made = self.hand_in(user, context=context)
        self.assertEqual(
            (made.name, made.parent_id, made.type), ("Billing", made.browse(), "contact")
        )

    def test_a_mail_server_hands_in_emails_as_some_colleague(self):
        """As Odoo's script does, or with files left out."""
        user = self.make_user("mailgate", "base.group_user")
        for args in ((), (None, False, True)):
            with self.subTest(args=args):
                self.assertEqual(self.hand_in(user, *args).name, "Billing")

    def test_no_customer_hands_in_any(self):
        user = self.make_user("native", "base.group_portal")
        with self.assertRaisesRegex(AccessError, "can pass"):
            self.hand_in(user)
