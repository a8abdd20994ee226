"""What the system writes in somebody's name is the system's: no default of theirs counts.

Odoo fills in what the code leaves out from the defaults that users keep for themselves, for any
field, and from the context of a call. Also where the row is none that they may make.
"""

import json

from odoo import Command, fields
from odoo.models import MAGIC_COLUMNS
from odoo.tests import tagged

from ..failures import UnknownAccountLink
from ..tools.secure_token import hash_token, new_token
from .account_link_common import PASSWORD
from .portal_access_common import MANAGER, PortalAccessCase

# No email, to-do or link may hang on these, whoever puts them into a context.
SILENCING = {
    "active_test": False,
    "finance_portal_address": "nobody@example.com",
    "finance_portal_preview": True,
    "finance_portal_receipt": True,
    "mail_activity_automation_skip": True,
    "mail_activity_quick_update": True,
}


@tagged("post_install", "-at_install")
class TestSystemRecords(PortalAccessCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls.make_user("colleague", "base.group_user", "base.group_partner_manager")
        cls.secret = new_token()
        now = fields.Datetime.now()
        cls.key = {
            "token_hash": hash_token(cls.secret),
            "issued_at": fields.Datetime.to_string(now),
            "expires_at": fields.Datetime.to_string(fields.Datetime.add(now, minutes=60)),
        }

    def list_models(self):
        """Return the models of which nobody may make a record."""
        granted = self.env["ir.model.access"].search([("perm_create", "=", True)])
        makeable = set(granted.model_id.mapped("model"))
        found = [
            model
            for name, model in self.env.items()
            if name.startswith("finance.portal.") and model._auto and not model._abstract
            if not model._transient and name not in makeable
        ]
        self.assertGreaterEqual(len(found), 15)
        return found

    def keep_default(self, user, model, name, value):
        """Keep a default of a user's own, as Odoo lets everybody, for any field of any model."""
        self.env["ir.default"].with_user(user).create(
            {
                "field_id": self.env["ir.model.fields"]._get(model, name).id,
                "json_value": json.dumps(value),
                "user_id": user.id,
            }
        )

    def test_no_default_decides_about_what_nobody_may_make(self):
        values = {"char": "x", "datetime": "2001-01-01 00:00:00", "integer": 7, "boolean": True}
        for model in self.list_models():
            names = [name for name, one in model._fields.items() if one.type in values]
            defaults = {name: values[model._fields[name].type] for name in names}
            for name, value in defaults.items():
                self.keep_default(self.colleague, model._name, name, value)
            context = {f"default_{name}": defaults[name] for name in names}
            hostile = self.env(user=self.colleague.id, su=True, context=context)[model._name]
            with self.subTest(model=model._name):
                self.assertEqual(hostile.default_get(names), model.default_get(names))

    def test_no_default_decides_what_the_system_alone_writes_of_what_users_make(self):
        """Such as the key by which a scheduled statement is sent once, or whose it is."""
        seen = 0
        for name, model in self.env.items():
            if not name.startswith("finance.portal.") or not model._auto or model._transient:
                continue
            own = [
                field
                for field in model._fields.values()
                if field.store and field.column_type and field.name not in MAGIC_COLUMNS
                if field.readonly or field.groups == fields.NO_ACCESS
            ]
            samples = {"char": "x", "json": {"items": []}, "boolean": True, "integer": 7}
            samples |= {"date": "2001-01-01", "datetime": "2001-01-01 00:00:00", "float": 7.0}
            values = {
                field.name: field.get_values(self.env)[-1]
                if field.type == "selection"
                else self.rival.id
                if field.type == "many2one" and field.comodel_name == "res.partner"
                else samples.get(field.type)
                for field in own
            }
            values = {key: value for key, value in values.items() if value is not None}
            for key, value in values.items():
                self.keep_default(self.colleague, name, key, value)
            context = {f"default_{key}": value for key, value in values.items()}
            hostile = self.env(user=self.colleague.id, su=True, context=context)[name]
            with self.subTest(model=name):
                self.assertEqual(hostile.default_get([*values]), model.default_get([*values]))
            seen += bool(values)
        self.assertGreaterEqual(seen, 16)

    def test_nobodys_default_keeps_a_scheduled_statement_from_its_customer(self):
        Issued = self.env["finance.portal.issued.statement"]
        today = Issued._get_today(self.company)
        key = f"{self.company.id}/{self.customer.id}/{today}"
        for name, value in {"schedule_key": key, "customer_id": self.rival.id}.items():
            self.keep_default(self.clerk, Issued._name, name, value)
        blocking = Issued.with_user(self.clerk).create({"partner_id": self.ada.id}).sudo()
        self.assertEqual((blocking.schedule_key, blocking.customer_id), (False, self.customer))
        scheduled = Issued.with_company(self.company)._start_scheduled(
            {self.customer: self.ada}, today
        )
        self.assertEqual(scheduled.sudo().schedule_key, key)

    # === WHO OPENS AN ACCOUNT === #

    def assertNoKey(self, purpose):
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(UnknownAccountLink):
            self.AccountLink._resolve_token(purpose, self.secret)

    def ask_for_password(self, user, **context):
        users = self.env["res.users"].with_user(user).with_context(**context)
        with self.mock_mail_gateway():
            users.reset_password(self.ada.email)

    def test_nobody_keeps_the_secret_of_a_mailed_link_as_their_default(self):
        self.account_with_password()
        for name, value in self.key.items():
            self.keep_default(self.colleague, "finance.portal.account.link", name, value)
        self.ask_for_password(self.colleague, finance_portal_preview=True)
        self.assertNoKey("reset")

    def test_nobody_chooses_the_password_of_a_new_account(self):
        """SPEC 7: staff never choose or see a password."""
        self.keep_default(self.boss, "res.users", "password", PASSWORD)
        dialog = self.env["finance.portal.enable"].with_user(self.boss)
        dialog = dialog.create({"partner_id": self.ada.id})
        with self.mock_mail_gateway():
            dialog.action_enable()
        account = self.ada._finance_portal_get_account()
        self.assertFalse(self.password_hash(account.user_id))
        self.assertFalse(account.set_up_at)

    # === WHO IS TOLD === #

    def test_no_context_keeps_a_change_of_address_from_those_who_are_told(self):
        """SPEC 13: the old address is always told, and a manager has something to do."""
        account = self.account_with_password()
        self.ada.user_id = self.make_user("retired", MANAGER)
        self.ada.user_id.active = False
        ada = self.ada.with_user(self.colleague).with_context(**SILENCING)
        with self.mock_mail_gateway():
            ada.email = "thief@example.com"
        self.assertEqual(account._get_closed_reason(), "suspended")
        self.assertIn("ada@bakery.example.com", self.sent)
        self.assertTrue(self.account_tokens_in(self.sent["ada@bakery.example.com"]))
        to_do = self.env.ref("finance_portal.mail_activity_address")
        asked = self.ada.activity_ids.filtered(lambda one: one.activity_type_id == to_do).user_id
        self.assertTrue(asked)
        self.assertEqual(asked, asked.filtered("active"))

    def test_no_default_keeps_a_change_of_address_from_the_old_one(self):
        account = self.account_with_password()
        for name, value in {
            "finance_portal_address": "nobody@example.com",
            "scheduled_date": "2099-01-01 00:00:00",
        }.items():
            self.keep_default(self.colleague, "mail.mail", name, value)
        with self.mock_mail_gateway():
            self.ada.with_user(self.colleague).email = "thief@example.com"
        [link] = account.mailed_link_ids.filtered(lambda one: one.purpose == "stop")
        self.assertEqual(link.create_uid, self.colleague)
        self.assertTrue(self.account_tokens_in(self.sent.get("ada@bakery.example.com")))
        self.assertEqual(self.last_event(account).user_id, self.colleague)

    # === WHO SENDS === #

    def test_a_bulk_send_lists_what_was_chosen_in_the_name_of_who_chose_it(self):
        other, third = self.make_invoice(self.eve), self.make_invoice(self.ben)
        line = {
            "user_id": self.env.ref("base.user_admin").id,
            "company_id": self.company.id,
            "res_model": "account.move",
            "res_id": other.id,
            "state": "waiting",
        }
        self.keep_default(self.clerk, "finance.portal.batch", "line_ids", [Command.create(line)])
        wizard = self.env["finance.portal.send"].with_user(self.clerk)
        wizard = wizard.create({"res_model": "account.move", "res_ids": (self.invoice + third).ids})
        batches, _question = wizard._start()
        lines = batches.sudo().line_ids
        self.assertEqual(set(lines.mapped("res_id")), {self.invoice.id, third.id})
        self.assertEqual(lines.user_id, self.clerk)

    def test_nothing_of_others_is_sent_along(self):
        """Such as a file that whoever sends may not read."""
        secret = self.env["ir.attachment"].create({"name": "salaries.txt", "raw": b"secret"})
        link, _token = self.issue(email_to="x@example.com")
        self.assertFalse(secret.with_user(self.clerk).has_access("read"))
        for name, value in {
            "attachment_ids": [Command.set(secret.ids)],
            "email_cc": "y@example.com",
            "recipient_ids": [Command.set(self.eve.ids)],
        }.items():
            model = "mail.message" if name == "attachment_ids" else "mail.mail"
            self.keep_default(self.clerk, model, name, value)
        wizard = self.env["finance.portal.resend"].with_user(self.clerk)
        with self.mock_mail_gateway():
            wizard.create({"link_id": link.id}).action_send()
        self.assertEqual(set(self.sent), {"x@example.com"})
        names = [name for mail in self._mails for name, *_content in mail["attachments"]]
        self.assertNotIn("salaries.txt", names)
