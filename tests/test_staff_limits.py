"""What staff may not do with customers' accounts, whatever they may do in Odoo."""

import re
from contextlib import suppress
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tests import tagged
from odoo.tools import mute_logger

from .account_link_common import AccountLinkCase
from .test_company_boundary import CompanyCase

CHOSEN = "a password that staff chose"


@tagged("post_install", "-at_install")
class TestNobodyElsesPassword(AccountLinkCase):
    """SPEC 7: staff choose no customer's password, whatever they may do in Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.make_user("admin2", "base.group_system", "base.group_partner_manager")
        cls.other = cls.make_user("x", "base.group_portal")

    def ways(self, account):
        """Yield ``(name, function)`` for each way that Odoo gives an administrator."""
        user = account.user_id.with_user(self.admin)
        line = {"user_id": user.id, "user_login": user.login, "new_passwd": CHOSEN}
        wizard = user.env["change.password.wizard"].with_context(
            active_model="res.users", active_ids=user.ids
        )
        command = Command.update(user.id, {"password": CHOSEN})
        yield "field", lambda: user.write({"password": CHOSEN})
        yield "along with others", lambda: (user + self.other).write({"password": CHOSEN})
        dialog = wizard.create({"user_ids": [Command.create(line)]})
        yield "dialog", dialog.change_password_button
        yield "contact", lambda: self.ada.with_user(self.admin).write({"user_ids": [command]})
        if user.active:  # Odoo's import finds no other
            yield "import", lambda: user.load([".id", "password"], [[str(user.id), CHOSEN]])

    def password_of(self, user):
        self.env.flush_all()
        self.env.cr.execute("SELECT password FROM res_users WHERE id = %s", [user.id])
        return self.env.cr.fetchone()[0]

    def test_no_way_of_odoos_sets_the_password_of_an_account(self):
        account = self.account_with_password()
        for closed in (False, True):
            if closed:
                account._disable("staff")
            for name, way in self.ways(account):
                before = self.password_of(account.user_id)
                with self.subTest(way=name, closed=closed):
                    # Odoo writes users within a contact as whoever began the transaction.
                    began = patch.object(
                        self.env.transaction, "default_env", self.env(user=self.admin)
                    )
                    try:
                        with began, self.env.cr.savepoint():
                            result = way()
                    except UserError as error:
                        result = str(error)
                    self.assertEqual(self.password_of(account.user_id), before)
                    if name == "import":
                        self.assertFalse(result["ids"])
                    else:
                        self.assertIn("Only Ada can choose this password", result)

    def test_other_users_are_odoos_to_decide(self):
        before = self.password_of(self.other)
        self.other.with_user(self.admin).write({"password": CHOSEN})
        self.assertNotEqual(self.password_of(self.other), before)


@tagged("post_install", "-at_install")
class TestSignUpOfContacts(AccountLinkCase):
    """L11: nobody gets Odoo's sign-up token of a contact, which opens Odoo's own portal as them."""

    def test_no_method_that_programs_may_call_tells_it(self):
        self.env["ir.config_parameter"].set_param("auth_signup.invitation_scope", "b2c")
        employee = self.make_user("employee", "base.group_user")
        tokens = self.ben.sudo().signup_get_auth_param()[self.ben.id]
        self.assertIn("auth_signup_token", tokens, "Odoo's own emails still get it")
        asked = set()
        for record in (self.ben.with_user(employee), employee.with_user(employee)):
            for name in dir(type(record)):
                if "signup" not in name or not callable(getattr(type(record), name)):
                    continue
                asked.add(name)
                with self.subTest(method=name), suppress(AccessError, TypeError):
                    told = get_public_method(record, name)(record)
                    self.assertFalse(re.search(r"token|[\w-]{40}", str(told)))
        self.assertIn("signup_get_auth_param", asked)


@tagged("post_install", "-at_install")
class TestDialogsOfOthers(CompanyCase):
    """SPEC 13, company boundary: a contact of another company is none of their business."""

    def test_no_dialog_tells_of_what_is_another_companys(self):
        """Each of our dialogs, opened about a record that its user may not read."""
        self.account_of("A")
        link, _token = self.issue()
        (self.customer | self.ada).company_id = self.company
        hidden = {"res.partner": self.ada, "finance.portal.link": link}
        env = self.env(user=self.managers["B"])
        asked = 0
        for name, model in self.env.registry.items():
            if not (name.startswith("finance.portal.") and model._transient):
                continue
            for field in model._fields.values():
                record = field.type == "many2one" and hidden.get(field.comodel_name)
                for text in model._fields.values() if record else ():
                    if text == field and record._name == "res.partner":
                        continue  # Odoo itself tells the name of whatever a record points to
                    for question in self.questions(env[name], field.name, record.id, text.name):
                        with self.subTest(dialog=name, about=field.name, field=text.name):
                            asked += text.type in ("char", "text")
                            self.assertTellsNothing(question, "ada", "bakery", "inv/")
        self.assertGreater(asked, 20)

    def questions(self, dialog, about, record_id, field):
        """Yield functions that ask a dialog for a field, as a browser and as a program do."""
        values = {about: record_id}
        yield lambda: dialog.create(values).read([field])
        named = {"fields": {"display_name": {}}} if field == about else {}
        yield lambda: dialog.onchange(values, [about], {field: named})
        yield lambda: dialog.with_context(**{f"default_{about}": record_id}).onchange(
            {}, [], {about: {}, field: {}}
        )

    def assertTellsNothing(self, question, *secrets):
        self.env.flush_all()
        self.env.invalidate_all()
        told = ""
        before = self.env.cr.savepoint()
        with suppress(AccessError), mute_logger("odoo.addons.base.models.ir_rule"):
            told = str(question()).lower()
        self.env.invalidate_all(flush=False)
        before.close(rollback=True)
        for secret in secrets:
            self.assertNotIn(secret, told)
