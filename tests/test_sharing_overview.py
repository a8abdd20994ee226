"""The owner's morning: one page of numbers, each of which opens its list."""

import json
from ast import literal_eval
from datetime import timedelta
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.json import json_default

from ..models.sharing import overview
from .account_common import AccountCase
from .test_sharing_status import SharingCase


@tagged("post_install", "-at_install")
class TestSharingOverview(SharingCase, AccountCase):
    def setUp(self):
        super().setUp()
        self.env.user.group_ids += self.env.ref("finance_portal.group_finance_portal_manager")

    def cards(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return {card["key"]: card for card in self.env["finance.portal.overview"].get_cards()}

    def records(self, row):
        """Return what the list behind a number shows, as the client asks for it."""
        action = json.loads(json.dumps(row["action"], default=json_default))
        model = self.env[action["res_model"]].with_context(**action["context"])
        for view_id, view_type in action["views"]:
            model.get_view(view_id, view_type)
        return model.search(action["domain"])

    def added(self, key, before):
        """Return the records behind a card's numbers that were not there before."""
        rows = self.cards()[key]["rows"]
        for row in rows:
            self.assertEqual(row["count"], str(len(self.records(row))))
        now = {(one._name, one.id) for row in rows for one in self.records(row)}
        return now - before

    def shown(self, key):
        return self.added(key, set())

    def test_each_number_opens_what_it_counts(self):
        link = self.issue_ago(hours=30)
        quote, account = self.make_quote(), self.account
        self.issue_ago(quote, hours=1)
        keys = ("failed", "unopened", "unanswered", "asked", "accounts", "decisions")
        before = {key: self.shown(key) for key in keys}
        self.assertIn(("account.move", self.invoice.id), before["unopened"])
        self.assertIn(("sale.order", quote.id), before["unanswered"])
        self.bounce(link)
        self.assertEqual(self.added("failed", before["failed"]), {("account.move", link.res_id)})
        event = self.Event._record("access_requested", access=link)
        self.assertEqual(self.added("asked", before["asked"]), {(event._name, event.id)})
        account.sudo().locked_until = fields.Datetime.now() + timedelta(minutes=9)
        self.assertEqual(self.added("accounts", before["accounts"]), {(account._name, account.id)})
        link = self.issue_ago(quote, hours=1)
        decision = self.env["finance.portal.decision"]._keep(link, "declined", {}, None, {})
        self.assertEqual(
            self.added("decisions", before["decisions"]), {(decision._name, decision.id)}
        )
        self.assertNotIn(("sale.order", quote.id), self.shown("unanswered"))

    def test_the_newest_are_named_and_lead_to_what_they_name(self):
        self.issue_ago(hours=30)
        quote = self.make_quote()
        link = self.issue_ago(quote, hours=1)
        self.env["finance.portal.decision"]._keep(link, "declined", {}, None, {"reason": "No"})
        self.Event._record("access_requested", access=link)
        self.account.sudo().locked_until = fields.Datetime.now() + timedelta(minutes=9)
        many = [self.make_quote() for _number in range(4)]
        for one in many:
            self.issue_ago(one, hours=1)
        expected = {
            "unopened": (self.invoice, self.invoice.display_name, self.customer.name),
            "unanswered": (many[-1], many[-1].display_name, self.customer.name),
            "asked": (quote, quote.display_name, self.ada.name),
            "accounts": (self.account.partner_id, self.account.partner_id.name, None),
            "decisions": (quote, quote.display_name, self.customer.name),
        }
        cards = self.cards()
        for key, (record, title, who) in expected.items():
            items = {item["title"]: item for row in cards[key]["rows"] for item in row["items"]}
            with self.subTest(card=key):
                item = items[title]
                action = item["action"]
                self.assertEqual((action["res_model"], action["res_id"]), (record._name, record.id))
                if record._name != "res.partner":
                    arch = record.get_view(action["views"][0][0] or None, "form")["arch"]
                    self.assertIn("finance_sharing", arch)
                self.assertIn(who or "", item["who"])
                self.assertTrue(item["note"])
        [row] = [row for row in cards["unanswered"]["rows"] if row["label"] == "Quotes and orders"]
        self.assertEqual(len(row["items"]), 3)
        self.assertEqual(row["items"][0]["amount"], many[-1]._finance_portal_money(100))

    def test_the_newest_are_named_of_more_than_anybody_counts(self):
        quotes = [self.make_quote() for _number in range(9)]
        for quote in reversed(quotes):
            self.issue_ago(quote, hours=1)
        with patch.object(overview, "MAX_COUNT", 3):
            card = self.cards()["unanswered"]
        [row] = [row for row in card["rows"] if row["label"] == "Quotes and orders"]
        self.assertEqual(row["count"], "3+")
        names = [item["title"] for item in row["items"]]
        self.assertEqual(names, [one.display_name for one in reversed(quotes[-3:])])

    def test_a_statement_tells_its_balance(self):
        statement = self.env["finance.portal.issued.statement"].create({"partner_id": self.ada.id})
        statement._issue()
        self.issue_ago(statement, hours=30)
        rows = self.cards()["unopened"]["rows"]
        [item] = [item for row in rows for item in row["items"] if item["title"] == statement.name]
        self.assertTrue(item["amount"])
        self.assertEqual(item["amount"], statement.amount)

    def test_moments_name_their_month(self):
        """Nobody abroad takes 08/03 for the third of August, or the other way round."""
        moment = fields.Datetime.to_datetime("2026-08-03 12:00:00")
        for lang in ("en_US", "en_GB", "de_DE", "ar_001"):
            self.env["res.lang"]._activate_lang(lang)
            user = self.env.user.with_context(lang=lang)
            told = user._finance_portal_format_time(moment)
            self.assertNotRegex(told, r"\d{1,4}[./-]\s?\d{1,2}[./-]", lang)

    def test_however_many_wait_it_takes_the_same(self):
        for _number in range(4):
            self.issue_ago(self.make_invoice(), hours=30)
        self.cards()
        few = self.count_queries()
        for _number in range(6):
            self.issue_ago(self.make_invoice(), hours=30)
        self.assertEqual(self.count_queries(), few)

    def count_queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["finance.portal.overview"].get_cards()
        return self.env.cr.sql_log_count - before

    def test_an_account_whose_setup_link_expired(self):
        before = self.shown("accounts")
        self.account.set_up_at = False
        self.assertEqual(self.added("accounts", before), {(self.account._name, self.account.id)})

    def states_of_an_account(self):
        """Yield each state that an account can be in, and a function that brings it about."""
        account, now = self.account.sudo(), fields.Datetime.now()
        yield "active", lambda: account.write({"set_up_at": now})
        yield "locked", lambda: account.write({"locked_until": now + timedelta(minutes=9)})
        yield "invite_expired", lambda: account.write({"locked_until": False, "set_up_at": False})
        yield "invited", lambda: account._mail_account_link("setup")
        yield "invite_expired", account.mailed_link_ids._end
        yield "suspended", lambda: account.write({"set_up_at": now, "suspended_at": now})
        yield "disputed", lambda: account.write({"objected_at": now})
        yield "disabled", lambda: account.write({"disabled_at": now})

    def test_counted_are_the_states_that_need_help(self):
        """One rule: what the form calls a state is what the number counts."""
        Account = self.env["finance.portal.account"]
        view = Account.get_views([(False, "search")])["views"]["search"]["arch"]
        filters = {
            node.get("name"): node.get("domain") for node in etree.fromstring(view).iter("filter")
        }
        for state, cause in self.states_of_an_account():
            with self.subTest(state=state):
                with self.mock_mail_gateway():
                    cause()
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertEqual(self.account.state, state)
                domains = Account._get_help_domains()
                named = {"disputed": "suspended"}.get(state, state)
                for name, domain in domains.items():
                    found = Account.search(domain)
                    self.assertEqual(self.account in found, name == named, name)
                found = Account.search(literal_eval(filters["suspended"]))
                self.assertEqual(self.account in found, named == "suspended")

    def test_only_users_of_finance_portal_see_it(self):
        for groups in ("base.group_user", "base.group_portal"):
            user = self.make_user(f"other {groups}", groups)
            with self.assertRaises(AccessError):
                self.env["finance.portal.overview"].with_user(user).get_cards()

    def test_a_salesperson_sees_it_without_accounting(self):
        user = self.make_user("sales", "sales_team.group_sale_salesman")
        self.assertTrue(self.env["finance.portal.overview"].with_user(user).get_cards())

    def test_it_is_an_app_of_its_own_and_stands_nowhere_twice(self):
        menus = self.env["ir.ui.menu"].with_context(**{"ir.ui.menu.full_list": True}).search([])
        ids = menus.get_external_id()
        ours = menus.filtered(lambda menu: ids[menu.id].startswith("finance_portal."))
        root = self.env.ref("finance_portal.menu_finance_portal")
        self.assertFalse(root.parent_id)
        history = self.env.ref("finance_portal.menu_finance_portal_history")
        self.assertEqual(set((ours - root).parent_id), {root, history})
        self.assertLessEqual(len(root.child_id), 8, "they fit beside each other")
        actions = [menu.action for menu in ours - root]
        self.assertEqual(len(actions), len(set(actions)))
