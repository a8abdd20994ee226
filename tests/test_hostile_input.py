"""What somebody asks, over Odoo's own addresses and RPC, who means no good."""

import base64
import hashlib
import json
import time
from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.mail.leaving_files import LEAVING_KEY
from .decision_common import drawn
from .http_common import FinancePortalHttpCase
from .test_files_mail import MailedCase

RULES = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.http")


@tagged("post_install", "-at_install")
class TestHostileContext(MailedCase, FinancePortalHttpCase):
    """A context comes from the browser: it asks for much and gives no rights."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_user("clerk", "base.group_user")
        cls.buyer = cls.make_user("buyer", "base.group_portal")
        cls.buyer.partner_id.write({"parent_id": cls.customer.id})
        elsewhere = cls.env["res.partner"].create({"name": "Somebody Else"})
        cls.secret = cls.attach(elsewhere, "secret.txt", b"secret")

    def queue_mail(self):
        """Have an email of staff about the order wait for the mail server; return it."""
        message = self.order.message_post(body="x", message_type="comment")
        return self.env["mail.mail"].create(
            {"mail_message_id": message.id, "recipient_ids": self.ada.ids, "body_html": "x"}
        )

    def test_the_number_of_an_email_in_a_context_shows_no_file(self):
        mail = self.queue_mail()
        for user in (self.buyer, self.clerk):
            for told in (mail.id, [mail.id, self.secret.ids, True]):
                asked = self.secret.with_user(user).with_context(**{LEAVING_KEY: told})
                with self.subTest(user=user.login, told=told), mute_logger(*RULES):
                    with suppress(AccessError):
                        asked.generate_access_token()
                    self.assertEqual(self.names(self.order), [])

    def test_no_context_has_emails_carry_whatever_size(self):
        limit = self.env["ir.mail_server"]._get_max_email_size()
        for told in (True, [None, None, True]):
            asked = self.env["ir.mail_server"].with_context(**{LEAVING_KEY: told})
            self.assertEqual(asked._get_max_email_size(), limit)
        self.assertLess(limit, float("inf"))

    def test_large_files_of_whoever_may_not_read_the_document_are_not_shown(self):
        mail = self.queue_mail()
        # Odoo lets everybody on the staff send emails "about" any record.
        self.env.cr.execute(
            "UPDATE mail_mail SET create_uid = %s WHERE id = %s", [self.clerk.id, mail.id]
        )
        mail.invalidate_recordset()
        mail._finance_portal_show_large_files(self.secret)
        self.assertEqual(self.names(self.order), [])

    def test_customers_show_no_file_by_writing_a_message(self):
        self.authenticate("buyer", "buyer")
        file = self.env["ir.attachment"].create(
            {
                "name": "guarantee.txt",
                "raw": b"forged",
                "res_model": "mail.compose.message",
                "res_id": 0,
            }
        )
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_uid = %s WHERE id = %s", [self.buyer.id, file.id]
        )
        file.invalidate_recordset()
        self.env.flush_all()
        params = {
            "thread_model": "account.move",
            "thread_id": self.invoice.id,
            "post_data": {
                "body": "Hello",
                "attachment_ids": file.ids,
                "attachment_tokens": [file._get_ownership_token()],
                "message_type": "comment",
                "subtype_xmlid": "mail.mt_comment",
            },
            "context": {"finance_portal_show_files": [[file.name, file.checksum]]},
        }
        for context, outcome in ((params.pop("context"), "AccessError"), ({}, "message_id")):
            with self.subTest(context=context), mute_logger(*RULES):
                answer = self.url_open(
                    "/mail/message/post",
                    data=json.dumps({"jsonrpc": "2.0", "params": {**params, "context": context}}),
                    headers={"Content-Type": "application/json"},
                )
                self.env.invalidate_all()
                self.assertIn(outcome, answer.text)
                self.assertEqual(self.names(self.invoice), [])


@tagged("post_install", "-at_install")
class TestHostileQuestions(MailedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.link, _token = cls.issue()
        cls.boss = cls.make_user("boss", "account.group_account_manager")

    def test_l1_no_question_tells_a_hash(self):
        guess = [("token_hash", "=like", f"{self.link.sudo().token_hash[:6]}%")]
        path = [(f"finance_link_ids.{guess[0][0]}", *guess[0][1:])]
        Link, Move = self.Link.with_user(self.boss), self.env["account.move"].with_user(self.boss)
        Event = self.Event.with_user(self.boss)
        questions = {
            "filter": lambda: Link.search(guess),
            "path": lambda: Move.search(path),
            "any": lambda: Move.search([("finance_link_ids", "any", guess)]),
            "path of others": lambda: Event.search([(f"link_id.{guess[0][0]}", "=like", "a%")]),
            "order": lambda: Link.search([], order="token_hash"),
            "order of others": lambda: Event.search([], order="link_id.token_hash"),
            "group": lambda: Link.formatted_read_group([], ["token_hash"], ["__count"]),
            "aggregate": lambda: Link.formatted_read_group([], [], ["token_hash:max"]),
            "export": lambda: Link.browse(self.link.id).export_data(["token_hash"]),
            "read": lambda: Link.browse(self.link.id).read(["token_hash"]),
            "name": lambda: Link.name_search("", guess),
        }
        for name, ask in questions.items():
            with self.subTest(name), mute_logger("odoo.models", *RULES):
                self.env.flush_all()
                self.env.invalidate_all()
                found = None
                with suppress(AccessError, UserError, ValueError):
                    found = ask()
                self.assertIsNone(found)

    def test_long_hostile_emails_take_no_time(self):
        bodies = (
            '<a href="/mail/view?' + "model=account.move&amp;" * 20_000 + '">x</a>',
            '<img src="' + "/web/image/1?&amp;" * 20_000 + '">',
            '<img src="' + "/web/image/1" * 30_000 + '">',
        )
        started = time.process_time()
        for body in bodies:
            self.invoice._finance_portal_close_native_links(body, "https://example.com")
            self.invoice._finance_portal_embed_pictures(body)
        self.assertLess(time.process_time() - started, 10)


@tagged("post_install", "-at_install")
class TestLastingEvidence(MailedCase):
    def test_evidence_outlives_what_it_refers_to(self):
        link, _token = self.issue(self.order)
        signature = drawn().partition(",")[2]
        decision = self.env["finance.portal.decision"]._keep(
            link,
            "accepted",
            self.order._finance_portal_get_terms(),
            ("Q.pdf", b"%PDF"),
            {"name": "Ada", "signature": signature, "signature_kind": "drawn"},
        )
        ref, contact, customer = link.ref, self.ada.name, self.customer.name
        link.sudo().unlink()  # as the retention does
        (self.customer | self.ada).name = "Renamed"
        decision.invalidate_recordset()
        facts = decision._get_facts()
        self.assertEqual(
            (facts["link"], facts["contact"], facts["customer"]), (ref, contact, customer)
        )
        digest = hashlib.sha256(base64.b64decode(decision.signature)).hexdigest()
        self.assertEqual(facts["signature"], {"kind": "drawn", "sha256": digest})
