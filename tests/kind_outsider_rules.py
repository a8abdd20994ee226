"""What Odoo's own ways tell of a document whom it is none of the business of, for any kind.

Part of ``kind_rules.py``.
"""

import inspect
from contextlib import closing, suppress

from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method
from odoo.tools import mute_logger

MUTED = (
    "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule",
    "odoo.addons.mail.models.mail_thread", "odoo.http", "odoo.models", "odoo.sql_db",
    "py.warnings",
)  # fmt: skip
TOKEN = "a-permanent-token-of-odoo"
# They take nothing, and would take the record away.
DESTRUCTIVE = {"unlink"}
# In the names of methods that lead somewhere.
LEADING = ("link", "preview", "share", "url")


class OutsiderRules:
    """Whoever may not read a document gets it neither printed nor by a method of Odoo's.

    What our code looks up with all rights stays in the transaction's cache, where Odoo no longer
    asks for rights.
    """

    allow_inherited_tests_method = True  # Odoo runs a class's own tests only, unless told

    def get_outsiders(self):
        """Return a user of Odoo's portal and, where they may not read it either, a colleague."""
        customer = self.make_user("signed.up", "base.group_portal", password="password")
        self.assertFalse(self.document.with_user(customer).has_access("read"))
        colleague = self.make_user("clerk", "base.group_user", password="password")
        is_open = self.document.with_user(colleague).has_access("read")
        return customer if is_open else customer | colleague

    def assertTellsNothing(self, text):
        for secret in (self.document.display_name, self.customer.name, TOKEN):
            self.assertNotIn(secret, text)

    def test_no_outsider_enters_the_address_of_whom_a_document_names(self):
        """Also where that contact was mailed no link so far, and where it has no address."""
        colleague = self.make_user("native", "base.group_portal", partner_id=self.ben.id)
        branch = self.make_contact("Branch", type="invoice")
        # sudo: as pages of Odoo's do for who is signed in
        mine = branch.with_user(colleague).sudo()
        mine.email = "office@bakery.example.com"  # nothing names it so far
        for document in self.name_contact(branch):
            for address in (False, "branch@bakery.example.com"):
                branch.email = address
                with self.subTest(address=address), self.assertRaises(UserError):
                    mine.email = "thief@example.com"
                self.env.invalidate_all()
                self.assertEqual(branch.email, address)
            self.delete(document)  # each is enough

    def test_whoever_left_the_customer_is_mailed_nothing_by_default(self):
        """What names them stays with the customer, and so do reminders and links on request."""
        self.ada.parent_id = self.rival
        self.env.invalidate_all()
        customer = self.document._finance_portal_get_customer()
        recipient = self.document._finance_portal_get_default_recipient()
        self.assertEqual(recipient.commercial_partner_id, customer)
        subject = {"res_model": self.document._name, "res_id": self.document.id}
        asked = self.env["finance.portal.access.request"].sudo().create(subject)
        with self.mock_mail_gateway():
            asked._answer()
        self.assertNotIn(self.ada.email, [*self.sent])
        is_shared = self.document._finance_portal_is_shareable()
        self.assertEqual(self.customer.email in self.sent, is_shared)

    def test_nobody_prints_what_they_may_not_read(self):
        reports = self.env["ir.actions.report"].search(
            [("model", "=", self.document._name), ("report_type", "in", ("qweb-pdf", "qweb-html"))]
        )
        for user in self.get_outsiders():
            self.authenticate(user.login, "password")
            for report in reports:
                path = f"/report/html/{report.report_name}/{self.document.id}"
                with self.subTest(user=user.login, report=report.report_name), mute_logger(*MUTED):
                    self.assertTellsNothing(self.visit(path).text)
                    printed = self.ask(
                        lambda report=report, user=user: (
                            report.with_user(user)
                            .with_context(lang="en_US")
                            ._render_qweb_html(report.report_name, self.document.ids)
                        )
                    )
                    self.assertTellsNothing(printed)

    def test_no_method_tells_a_permanent_link_to_whom_the_document_is_none_of(self):
        """Whether the company keeps such links closed or not."""
        asked = set()
        if "access_token" in self.document._fields:
            self.document.access_token = TOKEN
        for user in self.get_outsiders():
            for closed in (True, False):
                self.company.finance_portal_close_native = closed
                record = self.document.with_user(user)
                for name in self.list_methods(record):
                    with self.subTest(user=user.login, closed=closed, method=name):
                        told = self.ask(lambda name=name, record=record: getattr(record, name)())
                        self.assertNotIn(TOKEN, told)
                        if any(word in name for word in LEADING):
                            # Some of them look up more for a browser.
                            self.authenticate(user.login, "password")
                            with mute_logger(*MUTED):
                                told = self.press_signed_in(self.document, name)
                            self.assertNotIn(TOKEN, str(told))
                    asked.add(name)
        self.assertGreater(len(asked), 25)

    def list_methods(self, record):
        """Return the names of the methods of a record that programs may call without arguments."""
        return [name for name in dir(type(record)) if self.is_open(record, name)]

    def is_open(self, record, name):
        method = getattr(type(record), name)
        if name.startswith("_") or name in DESTRUCTIVE or not inspect.isfunction(method):
            return False
        with suppress(AccessError):
            parameters = inspect.signature(get_public_method(record, name)).parameters.values()
            optional = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
            needed = [one for one in parameters if one.default is one.empty]
            return [one.kind in optional for one in needed].count(False) == 1  # the record
        return False

    def ask(self, question):
        """Return what somebody is told as text; nothing of it stays."""
        self.env.flush_all()
        self.env.invalidate_all()
        with closing(self.env.cr.savepoint()), mute_logger(*MUTED):
            try:
                return str(question())
            except Exception as error:  # whatever a method makes of a record it may not read
                return str(error)
