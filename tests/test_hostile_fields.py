"""What visitors put into forms and addresses breaks nothing: no page answers with an error."""

import json

from odoo.tests import tagged
from odoo.tools import mute_logger

from .account_pages_common import PORTAL, AccountPagesCase
from .test_guard_walk import fill

# What our pages' forms and addresses name, those of apps that aren't everywhere among them.
FIELDS = (
    "address", "after", "again", "at", "before", "code", "current", "email", "entry_1",
    "everything", "from", "gesture", "item", "lang", "name", "next", "notice", "option_1", "part",
    "password", "q", "reason", "registration", "saved", "seen", "show", "signature",
    "signature_typed", "sort", "to", "webauthn_response", "why_1",
)  # fmt: skip
# What holds JSON, or much.
LARGE_FIELDS = ("registration", "seen", "signature", "webauthn_response")
DEEP = 20_000  # brackets, more than Python reads within one another
VALUES = {
    "zero": "a\0b",
    "no character": "\U0010ffff\ufffe",
    "invisible": "\u202e\u200b",
    "long": "ab " * 1000,
    "number": "1e999",
    "brackets": "[" * DEEP,
    "objects": '{"id":' * DEEP,
    "zero in JSON": json.dumps({"id": "a\0b", "rawId": "a\0b", "response": {}}),
    "half a character in JSON": '{"id": "\\ud800", "rawId": "\\ud800"}',
    "number in JSON": '{"id": 7}',
    "percent": "%00%ff%'",
}


@tagged("post_install", "-at_install")
class TestHostileFields(AccountPagesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.link, cls.token = cls.issue(cls.make_quote())
        set_param = cls.env["ir.config_parameter"].set_param
        for bucket in ("viewing", "recovery", "deciding", "signing_in", "rendering"):
            set_param(f"finance_portal.throttle.{bucket}", "1000000/60")
        cls.rules = [
            rule
            for rule in cls.env["ir.http"].routing_map().iter_rules()
            if rule.endpoint.routing.get("finance_portal")
            and not rule.rule.endswith(("/logout", "/sign-out-everywhere", "/end"))
        ]

    def become(self, actor):
        """Return the proof of the forms and the reference of a document that somebody has."""
        self.become_stranger()
        if actor == "link":
            page = self.visit(f"/q/{self.token}", follow=True)
            return self.csrf_of(page), self.link.ref
        if actor == "stranger":
            return self.csrf_of(self.visit(f"{PORTAL}/login")), "x"
        self.sign_in()
        ref = self.env["finance.portal.scope"]._make_ref(self.invoice)
        return self.csrf_of(self.visit(f"{PORTAL}/settings")), ref

    def make_form(self, value):
        """Return all fields with a value, the small ones with its beginning."""
        large = dict.fromkeys(LARGE_FIELDS, value)
        return {**dict.fromkeys(FIELDS, value[:300]), **large}

    def ask(self, rule, path, form):
        if "POST" in rule.methods:
            return self.visit(path, "POST", data=form)
        query = {name: value[:300] for name, value in form.items()}
        return self.url_open(path, params=query, allow_redirects=False)

    def test_no_page_breaks(self):
        self.account_with_password()
        self.enterContext(mute_logger("odoo.http", "werkzeug"))
        for actor in ("stranger", "link", "customer"):
            proof, ref = self.become(actor)
            for rule in self.rules:
                path = fill(rule.rule.replace("<string:ref>", ref))
                for name, value in VALUES.items():
                    with self.subTest(actor=actor, rule=rule.rule, value=name):
                        form = {**self.make_form(value), "csrf_token": proof}
                        answer = self.ask(rule, path, form)
                        self.assertLess(answer.status_code, 500)
