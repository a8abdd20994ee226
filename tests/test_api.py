"""What other programs may call: the same rights as the buttons, plain values, and no secret."""

import inspect
import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..const import MANAGER
from ..models.api.api import USER
from .common import FinancePortalCase

NEEDS_MANAGER = {"revoke", "enable_account", "disable_account", "reset_account"}


@tagged("post_install", "-at_install")
class TestApi(FinancePortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.api = cls.env["finance.portal.api"]
        cls.people = {
            "plain": cls.make_user("api-plain", "base.group_user"),
            "user": cls.make_user("api-user", "base.group_user", USER),
        }

    def methods(self):
        """Return all public methods, with arguments of the right kinds."""
        documents = {"res_model": "account.move", "res_ids": self.invoice.ids}
        contact = {"partner_id": self.ada.id}
        arguments = {
            "get_sending": {"batch_ids": [1]},
            "get_statement": {**contact, "date_from": "2026-01-01", "date_to": "2026-12-31"},
            **dict.fromkeys(("send", "list_links", "list_events", "revoke"), documents),
            **dict.fromkeys(
                ("get_account", "enable_account", "disable_account", "reset_account"), contact
            ),
        }
        own = {
            name
            for cls in type(self.api).mro()
            if cls.__module__.startswith("odoo.addons.finance_portal")
            for name in vars(cls)
            if not name.startswith("_")
        }
        self.assertEqual(own, set(arguments), "a method without arguments to try it with")
        return arguments

    @mute_logger("odoo.http")
    def test_nobody_without_the_group_calls_any(self):
        for name, arguments in self.methods().items():
            for person, user in self.people.items():
                if person == "user" and name not in NEEDS_MANAGER:
                    continue
                with self.subTest(method=name, person=person), self.assertRaises(AccessError):
                    getattr(self.api.with_user(user), name)(**arguments)

    def test_a_manager_in_name_only_does_nothing_to_what_they_cannot_read(self):
        """The group opens no document that the rules keep from its user."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env, login="api-elsewhere", groups=f"base.group_user,{MANAGER}",
            company_id=other.id, company_ids=[(6, 0, other.ids)],
        )  # fmt: skip
        for name in ("send", "list_links", "list_events", "revoke"):
            with self.subTest(method=name), self.assertRaises(AccessError):
                getattr(self.api.with_user(user), name)("account.move", self.invoice.ids)

    def test_salespeople_are_told_no_balances(self):
        """What a customer owes is for those who may read statements, whatever way they ask."""
        days = {"date_from": "2026-01-01", "date_to": "2099-12-31"}
        seller = self.make_user("api-seller", "sales_team.group_sale_salesman_all_leads")
        self.assertTrue(seller.has_group(USER))
        with mute_logger("odoo.addons.base.models.ir_model"), self.assertRaises(AccessError):
            self.api.with_user(seller).get_statement(self.ada.id, **days)
        for group in ("account.group_account_invoice", "account.group_account_readonly"):
            biller = self.make_user(f"api-{group[-8:]}", group, USER)
            self.assertTrue(self.api.with_user(biller).get_statement(self.ada.id, **days))

    def test_what_is_no_value_of_the_right_kind_is_refused_in_a_sentence(self):
        for bad in (None, [], "1", 1, ["1"], [0], [-1], [True], [1.0], {"id": 1}, [[1]]):
            with self.subTest(ids=bad), self.assertRaises(ValidationError):
                self.api.list_links("account.move", bad)
        for model in (None, 5, ["account.move"], "res.partner", "res.users", "no.model", ""):
            with self.subTest(model=model), self.assertRaises(UserError):
                self.api.list_links(model, [1])
        with self.assertRaises(UserError):
            self.api.list_links("account.move", [2**31 - 1])
        for days in (
            ("2026-13-01", "2026-12-31"),
            ("x", "y"),
            (5, 6),
            ("2026-02-01", "2026-01-01"),
        ):
            with self.subTest(days=days), self.assertRaises(ValidationError):
                self.api.get_statement(self.ada.id, *days)

    def test_no_answer_holds_a_secret(self):
        link, token = self.issue()
        answers = [
            self.api.list_links("account.move", self.invoice.ids),
            self.api.list_events("account.move", self.invoice.ids),
        ]
        text = json.dumps(answers)
        self.assertIn(f'"id": {link.id}', text)
        for secret in (token, link.sudo().token_hash, link.ref):
            self.assertNotIn(secret, text)

    def test_every_answer_is_plain(self):
        """JSON as it is: no record, no moment, no tuple that a program would have to guess."""
        self.issue()
        for name in ("get_account", "enable_account", "reset_account", "disable_account"):
            with self.subTest(method=name):
                found = getattr(self.api, name)(self.ada.id)
                self.assertEqual(json.loads(json.dumps(found)), found)
        found = self.api.get_statement(self.ada.id, "2026-01-01", "2099-12-31")
        self.assertEqual(json.loads(json.dumps(found)), found)

    def test_amounts_have_the_decimals_of_their_currency(self):
        """As ``docs/api.md`` says: "1250.00", and "0.00" where nothing is open."""
        self.make_invoice(invoice_date="2026-03-01", invoice_date_due="2026-03-31")
        found = self.api.get_statement(self.ada.id, "2026-01-01", "2026-12-31")
        for part in found:
            amounts = [part["opening"], part["closing"], *part["ageing"].values()]
            with self.subTest(part=part):
                for amount in amounts:
                    self.assertRegex(amount, r"^-?\d+\.\d\d$")
        self.assertTrue(found)

    def test_accounts_open_and_close(self):
        self.assertEqual(self.api.get_account(self.ada.id)["state"], "none")
        self.assertEqual(self.api.enable_account(self.ada.id)["state"], "invited")
        self.assertEqual(self.api.disable_account(self.ada.id)["state"], "disabled")

    def test_who_is_limited_to_their_own_documents_stays_so_unless_told_otherwise(self):
        self.api.enable_account(self.ada.id, own_documents=True)
        account = self.ada._finance_portal_get_account()
        self.assertTrue(account.own_documents)
        for again in ("open", "closed"):
            with self.subTest(again):
                if again == "closed":
                    self.api.disable_account(self.ada.id)
                self.assertEqual(self.api.enable_account(self.ada.id)["state"], "invited")
                self.assertTrue(account.own_documents)
        self.api.enable_account(self.ada.id, own_documents=False)
        self.assertFalse(account.own_documents)
        self.api.enable_account(self.ben.id)
        self.assertFalse(self.ben._finance_portal_get_account().own_documents, "a new one")

    def test_an_account_of_another_company_is_told_to_nobody_else(self):
        self.api.enable_account(self.ada.id)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env, login="api-neighbor", groups=f"base.group_user,{USER}",
            company_id=other.id, company_ids=[(6, 0, other.ids)],
        )  # fmt: skip
        self.assertFalse(self.ada.company_id, "a contact of all companies")
        found = self.api.with_user(user).get_account(self.ada.id)
        self.assertEqual((found["state"], found["email"]), ("none", ""))

    def test_sent_twice_is_sent_once(self):
        first = self.api.send("account.move", self.invoice.ids)
        self.assertEqual(len(first["batch_ids"]), 1)
        again = self.api.send("account.move", self.invoice.ids)
        [line] = self.api.get_sending(again["batch_ids"])
        self.assertEqual(line["state"], "skipped")
        self.assertIn("already", line["reason"].lower())

    def test_every_method_says_what_it_takes_and_returns(self):
        for name in self.methods():
            with self.subTest(method=name):
                text = inspect.getdoc(getattr(type(self.api), name))
                self.assertIn(":return:", text)
