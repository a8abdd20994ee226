"""L1 and L2: the raw token exists in the outgoing email and nowhere else."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from unittest.mock import patch

import psycopg2

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException

from ..tools.secure_token import PLACEHOLDER, hash_token, new_token
from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestLinkToken(FinancePortalCase):
    def stored_texts(self):
        """Return all rows, as text, of the tables that an email passes through."""
        self.env.flush_all()
        rows = []
        for table in (
            "mail_mail", "mail_message", "mail_notification", "mail_tracking_value",
            "ir_attachment", "finance_portal_link", "finance_portal_event",
            "finance_portal_access_request", "account_move", "account_move_send_wizard",
            "mail_compose_message", "bus_bus",
        ):  # fmt: skip
            self.env.cr.execute(f"SELECT to_regclass('{table}')")
            if self.env.cr.fetchone()[0]:
                self.env.cr.execute(f"SELECT row_to_json(t)::text FROM {table} t")
                rows += [(table, row) for (row,) in self.env.cr.fetchall()]
        return rows

    def assertNowhereStored(self, *tokens):
        """Assert that no row of the database holds one of the raw tokens."""
        for table, row in self.stored_texts():
            for token in tokens:
                if token in row:
                    place = row.index(token)
                    self.fail(f"{table} holds a raw token: {row[max(0, place - 200) : place + 60]}")

    # === L1 === #

    def test_l1_only_the_hash_is_stored(self):
        link, token = self.issue()
        self.assertEqual(len(token), 43)
        self.assertEqual(link.token_hash, hash_token(token))
        self.assertNowhereStored(token)

    def test_l1_every_token_and_reference_is_new(self):
        issued = [self.issue() for _attempt in range(5)]
        self.assertEqual(len({token for _link, token in issued}), 5)
        self.assertEqual(len({link.ref for link, _token in issued}), 5)

    def test_l1_hash_is_unique(self):
        _link, token = self.issue()
        values = {
            "res_model": "account.move",
            "res_id": 1,
            "prefix": "i",
            "company_id": self.company.id,
        }
        with self.refused_by_database(psycopg2.errors.UniqueViolation):
            self.Link.sudo()._create_with_tokens([values], [token])

    def test_l1_lookup_by_hash_uses_the_index(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("EXPLAIN SELECT id FROM finance_portal_link WHERE token_hash = 'x'")
        plan = "\n".join(row for (row,) in self.env.cr.fetchall())
        self.assertIn("token_hash", plan)
        self.assertIn("Index", plan)

    def test_l1_hash_is_readable_by_nobody_over_rpc(self):
        link, token = self.issue()
        boss = self.make_user("boss", "account.group_account_manager", "base.group_allow_export")
        for user in (self.env.ref("base.user_admin"), boss):
            Link = self.Link.with_user(user).with_context(allowed_company_ids=self.company.ids)
            user.company_ids += self.company
            with self.subTest(user=user.login):
                self.assertIn(link, Link.search([]).sudo(), "the user sees the link itself")
                self.assertNotIn("token_hash", Link.fields_get())
                row = Link.browse(link.id).read()[0]
                self.assertNotIn("token_hash", row)
                self.assertNotIn("mail_message_id", row)
                for attempt in (
                    lambda Link=Link: Link.browse(link.id).read(["token_hash"]),
                    lambda Link=Link: Link.search([("token_hash", "=", hash_token(token))]),
                    lambda Link=Link: Link.search([("token_hash", "=like", "a%")]),
                    lambda Link=Link: Link.search([], order="token_hash"),
                    lambda Link=Link: Link.search_read([], ["token_hash"]),
                    lambda Link=Link: Link.web_search_read([], {"token_hash": {}}),
                    lambda Link=Link: Link._read_group([], ["token_hash"]),
                    lambda Link=Link: Link.formatted_read_group([], ["token_hash"], ["__count"]),
                    lambda Link=Link: Link._read_group([], [], ["token_hash:max"]),
                    lambda Link=Link: Link.browse(link.id).export_data(["token_hash"]),
                    lambda Link=Link: Link.browse(link.id).mapped("token_hash"),
                    lambda user=user: self.invoice.with_user(user).search(
                        [("finance_link_ids.token_hash", "=", hash_token(token))]
                    ),
                ):
                    muted = mute_logger("odoo.models", "odoo.addons.base.models.ir_rule")
                    with muted, self.assertRaises(AccessError):
                        attempt()

    # === L2 === #

    def test_l2_the_token_is_where_people_click_and_in_no_other_attribute(self):
        """Also of what staff wrote themselves, with the placeholder that they found somewhere."""
        url = self.invoice._finance_portal_get_placeholder_url("contact")
        elsewhere = (
            f'<a title="{url}" href="/x">x</a>',
            f'<a data-href="{url}" href="/x">x</a>',
            f'<a data-url="{url}" aria-label="{url}">x</a>',
            f"<a title=' href=\"{url}\"'>x</a>",
            f'<img src="{url}" alt="{url}"/>',
            f'<link rel="prefetch" href="{url}"/>',
            f'<area href="{url}"/>',
            f'<form action="{url}"></form>',
            f'<p> href="{url}"</p>',
        )
        token = new_token()
        Mailed = self.env["finance.portal.mailed.secret.mixin"]
        for text in elsewhere:
            with self.subTest(text):
                self.assertFalse(Mailed._has_placeholder(text, url))
                self.assertEqual(Mailed._put_token(text, url, token), text)
        for start in ("<a ", '<a class="x > y" title=\'"\' ', "<A\n "):
            text = "".join(elsewhere) + f'{start}href="{url}" style="color:red">View</a>'
            with self.subTest(start):
                self.assertTrue(Mailed._has_placeholder(text, url))
                filled = Mailed._put_token(text, url, token)
                self.assertEqual(filled.count(token), 1)
                self.assertTrue(filled.startswith("".join(elsewhere)))

    def test_l2_two_recipients_of_one_email_get_two_tokens(self):
        self.send(partners=self.ada + self.ben)
        ada, ben = self.token_mailed_to(self.ada), self.token_mailed_to(self.ben)
        self.assertNotEqual(ada, ben)
        self.assertEqual(self.link_of(ada).partner_id, self.ada)
        self.assertEqual(self.link_of(ben).partner_id, self.ben)
        self.assertEqual(len(self.invoice.finance_link_ids), 2)

    def test_l2_one_email_mints_once_however_often_the_address_stands_in_it(self):
        body = '<p><a t-att-href="object.get_portal_url()">Bill</a> <a href="/x">x</a></p>'
        wizard = self.open_send_dialog()
        wizard.template_id = self._template(body)
        with self.mock_mail_gateway():
            wizard.action_send_and_print()
        self.assertEqual(len(self.invoice.finance_link_ids), 1)
        self.assertEqual(
            self.tokens_in(self.sent[self.ada.email]), {self.token_mailed_to(self.ada)}
        )

    def _template(self, body):
        return self.env["mail.template"].create(
            {
                "name": "Own template",
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "subject": "Own",
                "body_html": body,
                "partner_to": "{{ object.partner_id.id }}",
            }
        )

    def test_l2_everything_stored_holds_a_placeholder_only(self):
        self.send(partners=self.ada + self.ben)
        mails = self._new_mails
        self.assertTrue(mails)
        self.assertNowhereStored(self.token_mailed_to(self.ada), self.token_mailed_to(self.ben))
        for mail in mails.filtered(lambda mail: mail.model == "account.move"):
            self.assertFalse(self.tokens_in(mail.body_html))
            self.assertFalse(self.tokens_in(mail.mail_message_id.body))
        self.assertTrue([mail for mail in mails if PLACEHOLDER in (mail.body_html or "")])

    def test_l2_placeholder_opens_nothing(self):
        self.issue()
        for prefix in ("i", "q"):
            self.assertUnknown(PLACEHOLDER, prefix)
        self.assertFalse(self.Link.sudo().search([("token_hash", "=", hash_token(PLACEHOLDER))]))

    def test_l2_no_token_before_a_mail_server_answers(self):
        mail = self.send_without_server()
        self.assertEqual(mail.state, "outgoing")
        self.assertOnlyPlaceholder(mail.body_html)
        self.assertFalse(self.invoice.finance_link_ids)
        with self.mock_mail_gateway():
            mail.send()
        self.assertEqual(mail.state, "sent")
        self.assertLive(self.token_mailed_to(self.ada))

    def test_l2_retry_mints_afresh_and_keeps_no_token(self):
        def refuse(*_args, **_kwargs):
            raise MailDeliveryException("Greylisted", "try again later")

        wizard = self.open_send_dialog()
        with (
            self.mock_mail_gateway(),
            patch.object(IrMail_Server, "send_email", refuse),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            wizard.action_send_and_print()
        first = self.token_mailed_to(self.ada)
        mail = self._new_mails.filtered(lambda mail: mail.model == "account.move")
        self.assertEqual(mail.state, "exception")
        self.assertOnlyPlaceholder(mail.body_html)
        self.assertTrue(self.invoice.finance_undelivered)
        with self.mock_mail_gateway():
            self.invoice.action_finance_portal_retry()
        second = self.token_mailed_to(self.ada)
        self.assertNotEqual(first, second)
        self.assertEqual(mail.state, "sent")
        self.assertLive(second)
        self.assertNowhereStored(first, second)
        links = self.invoice.finance_link_ids.sorted("id")
        self.assertEqual(links.mapped("delivery_state"), ["failed", "sent"])

    def test_l2_failure_reason_quotes_no_token(self):
        token = new_token()
        quoted = f"554 rejected: http://erp.example.com/finance/i/{token} looks like spam"

        def reject(*_args, **_kwargs):
            raise ValueError(quoted)

        with self.assertLogs("odoo.addons.mail.models.mail_mail", "ERROR") as log:
            wizard = self.open_send_dialog()
            with self.mock_mail_gateway(), patch.object(IrMail_Server, "send_email", reject):
                wizard.action_send_and_print()
        mail = self._new_mails.filtered(lambda mail: mail.model == "account.move")
        notification = mail.mail_message_id.notification_ids
        for reason in (mail.failure_reason, *notification.mapped("failure_reason")):
            self.assertIn("/finance/i/***", reason)
        self.assertNowhereStored(token)
        self.assertNotIn(token, "\n".join(log.output))

    def test_l2_reply_that_quotes_the_link_is_stored_masked(self):
        self.send()
        token = self.token_mailed_to(self.ada)
        message = self.invoice.message_ids[0]
        reply = EmailMessage()
        reply["From"], reply["To"] = self.ada.email, "catchall@company.test.example.com"
        reply["Subject"] = f"Re: http://erp.example.com/finance/i/{token}"
        reply["Message-Id"], reply["References"] = "<reply@bakery.example.com>", message.message_id
        reply.set_content(f"Thanks! > http://erp.example.com/finance/i/{token}")
        reply.add_alternative(
            f'<p>Thanks!</p><blockquote><a href="http://erp.example.com/finance/i/{token}">Open</a>'
            f"<a href='https://safe.example.com/?u=http%3A%2F%2Ferp%2Ffinance%2Fi%2F{token}&amp;d=1'>x</a>"
            "</blockquote>",
            subtype="html",
        )
        for encoding in ("7bit", "quoted-printable", "base64"):
            original = EmailMessage()
            original["Subject"] = "Invoice"
            text = f"{'x' * 40} http://erp.example.com/finance/i/{token}"
            original.set_content(text, cte=encoding)
            original.add_alternative(f"<p>{text}</p>", subtype="html", cte=encoding)
            reply.add_attachment(original)
        reply.add_attachment(
            f"see /finance/i/{token}".encode(), "text", "plain", filename="note.txt"
        )
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process("account.move", reply.as_string())
        stored = self.invoice.message_ids[0]
        self.assertIn("Thanks!", stored.body)
        self.assertIn("/finance/i/***", stored.body)
        self.assertNowhereStored(token)
        self.assertEqual(self._attachments_with(token, stored.attachment_ids.mapped("raw")), [])
        self.assertIn("note.txt", stored.attachment_ids.mapped("name"))

    def _attachments_with(self, token, contents):
        """Return the contents that hold the token, also when an email part is encoded."""
        found = []
        for given in contents:
            content = given.encode() if isinstance(given, str) else bytes(given)
            parts = message_from_bytes(content, policy=policy.SMTP).walk()
            texts = [content, *(part.get_payload(decode=True) or b"" for part in parts)]
            found += [content for text in texts if token.encode() in text]
        return found

    def test_l2_kept_original_of_an_incoming_email_is_masked(self):
        for encoding in ("7bit", "quoted-printable", "base64"):
            token = new_token()
            reply = EmailMessage()
            reply["From"], reply["To"], reply["Subject"] = self.ada.email, "x@example.com", "Re"
            reply["Message-Id"] = f"<{encoding}@bakery.example.com>"
            reply.set_content(f"{'x' * 40} http://erp.example.com/finance/i/{token}", cte=encoding)
            with self.subTest(encoding=encoding):
                parsed = self.env["mail.thread"].message_parse(reply, save_original=True)
                contents = [str(attachment.content) for attachment in parsed["attachments"]]
                self.assertEqual(self._attachments_with(token, contents), [])
                self.assertNotIn(token, parsed["body"])
                self.assertIn("x" * 40, parsed["body"])

    def test_l2_note_that_staff_paste_a_link_into_is_masked(self):
        token = new_token()
        message = self.invoice.message_post(
            body=f"They got http://erp.example.com/finance/i/{token}"
        )
        self.assertNotIn(token, message.body)
        message.body = f"http://erp.example.com/q/{token}"
        self.assertIn("/q/***", message.body)

    # === WHEN NONE IS ISSUED === #

    def test_l2_colleagues_get_no_token(self):
        colleague = self.make_user("colleague", "account.group_account_invoice").partner_id
        self.send(partners=self.ada + colleague)
        self.assertFalse(self.tokens_in(self.sent[colleague.email]))
        self.assertNotIn(PLACEHOLDER, self.sent[colleague.email])
        self.assertEqual(self.invoice.finance_link_ids.partner_id, self.ada)

    def test_l2_no_token_for_what_is_not_shared(self):
        draft = self.make_invoice(post=False)
        bill = self.make_invoice(move_type="in_invoice", partner=self.eve)
        for move in (draft, bill):
            with self.subTest(move_type=move.move_type, state=move.state), self.mock_mail_gateway():
                move.message_notify(partner_ids=self.eve.ids, body="Hello", subject="Hello")
                self.assertFalse(self.tokens_in(self.sent[self.eve.email]))
                self.assertNotIn(PLACEHOLDER, self.sent[self.eve.email])
                self.assertFalse(move.finance_link_ids)

    def test_l2_scheduled_and_other_emails_about_the_document_carry_a_link(self):
        with self.mock_mail_gateway():
            self.invoice.message_notify(partner_ids=self.ada.ids, body="Reminder", subject="Due")
        token = self.token_mailed_to(self.ada)
        self.assertEqual(self.link_of(token).res_id, self.invoice.id)
        self.assertNowhereStored(token)

    def test_l2_link_is_stored_in_a_transaction_of_its_own(self):
        """Outside tests, the row is durable before the mail server gets the email."""
        stored, values = [], {"res_model": "account.move", "company_id": self.company.id}

        def create_with_tokens(links, vals_list, _tokens):
            stored.append((links.env.cr is self.env.cr, vals_list))
            return links.env["finance.portal.link"]

        with (
            patch("odoo.modules.module.current_test", None),
            patch.object(type(self.Link), "_create_with_tokens", create_with_tokens),
            patch.object(type(self.Event), "_record", lambda *_args, **_values: None),
        ):
            self.invoice._finance_portal_store_links([values], [new_token()], self.env.user)
        self.assertEqual(stored, [(False, [values])])

    def test_l1_other_addons_see_each_link_created_without_its_token(self):
        """What extends ``create`` is asked about links that are mailed, like about any."""
        created, create = [], type(self.Link).create

        def extended(links, vals_list):
            created.extend(vals_list)
            return create(links, vals_list)

        with patch.object(type(self.Link), "create", extended):
            link, token = self.issue()
        self.assertEqual([vals["partner_id"] for vals in created], self.ada.ids)
        self.assertEqual(created[0]["token_hash"], link.token_hash)
        self.assertNotIn(token, repr(created))

    # === EXTRA RECIPIENTS === #

    def test_l10_extra_recipients_are_marked(self):
        self.send(partners=self.ada + self.stranger)
        self.assertFalse(self.link_of(self.token_mailed_to(self.ada)).is_external)
        self.assertTrue(self.link_of(self.token_mailed_to(self.stranger)).is_external)

    def test_l10_address_without_contact_is_an_extra_recipient(self):
        link, token = self.issue(email_to="someone@example.com")
        self.assertTrue(link.is_external)
        self.assertEqual(link.email, "someone@example.com")
        self.assertLive(token)
