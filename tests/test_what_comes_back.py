"""L2: what others send in. Nothing stored reveals a secret, and nothing passed on quotes us."""

import base64
from email import message_from_bytes, policy
from email.message import EmailMessage

from markupsafe import Markup

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.secure_token import new_token
from . import received_common as received
from .account_link_common import AccountLinkCase
from .http_common import FinancePortalHttpCase

# What no header may hold.
BROKEN = {
    "quoted-printable", "quoted-printable, quoted", "base64 in lines", "base64 in quoted lines",
    "quoted lines",
}  # fmt: skip
# What Python's own email library can't write into a name, or puts spaces into.
BROKEN_IN_NAMES = BROKEN | {"rewriter", "HTML lines", "letters that nobody sees"}
NOISY = ("odoo.addons.mail.models.mail_thread", "odoo.addons.mail.models.mail_mail")


class ReceivedCase(AccountLinkCase):
    """``FinancePortalCase`` whose customer answers by email."""

    number = 0

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo ignores whoever writes often.
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", "10000")

    def make_reply(self, text="Thanks", html=None, sender=None, **headers):
        """Return a customer's reply to what was mailed about ``invoice``."""
        type(self).number += 1
        reply = EmailMessage(policy=policy.SMTP)
        reply["From"] = sender or self.ada.email
        reply["To"] = headers.pop("to", "catchall@company.test.example.com")
        reply["Subject"] = headers.pop("subject", "Re: Invoice")
        reply["Message-Id"] = f"<reply{self.number}@bakery.example.com>"
        for name, value in headers.items():
            reply[name] = value
        reply.set_content(text)
        if html:
            reply.add_alternative(html, subtype="html")
        return reply

    @mute_logger(*NOISY)
    def receive(self, reply, record=None, **options):
        """Have the mail gateway take a reply about a record, by default ``invoice``."""
        record = self.invoice if record is None else record
        before = record.message_ids
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                record._name, reply.as_bytes(), thread_id=record.id, **options
            )
        message = (record.message_ids - before).filtered(lambda one: one.message_type == "email")
        self.assertEqual(len(message), 1, "the gateway took it")
        return message


@tagged("post_install", "-at_install")
class TestWhatIsStored(ReceivedCase):
    """Rule: every encoding, in every place where Odoo stores what others write."""

    def rows(self, *records):
        """Return what the database holds of some records, as text."""
        self.env.flush_all()
        found = []
        for record in records:
            for one in record:
                self.env.cr.execute(
                    f"SELECT row_to_json(t)::jsonb - 'token_hash' FROM {one._table} t"
                    " WHERE id = %s", [one.id],
                )  # fmt: skip
                found += [
                    value for value in self.env.cr.fetchone()[0].values() if isinstance(value, str)
                ]
        return found

    def stored(self, message):
        """Return the texts and the files of a message, with its author."""
        # sudo: what is stored, whoever may read it
        files = message.sudo().attachment_ids
        return [*self.rows(message, message.author_id, files), *files.mapped("raw")]

    def places(self):
        """Yield ``(name, function that takes a text and returns all that is stored of it)``."""
        post, mail = self.invoice.message_post, self.env["mail.mail"].sudo()
        queued = mail.create({"body_html": "<p/>", "model": "account.move"})
        notice = self.env["mail.notification"].sudo().create(
            {"res_partner_id": self.ada.id, "mail_message_id": self.invoice.message_ids[:1].id}
        )  # fmt: skip
        quote = self.make_quote()

        def reply(text="x", files=(), **options):
            message = self.make_reply(text, **options)
            for content, kind, name in files:
                maintype, subtype = kind.split("/")
                message.add_attachment(content, maintype, subtype, filename=name)
            return message

        def written(record, **vals):
            record.write(vals)
            return self.rows(record)

        def forwarded(text):
            outer = reply()
            outer.add_attachment(message_from_bytes(received.make_email(text), policy=policy.SMTP))
            return self.stored(self.receive(outer))

        def new_contact(text):
            before = self.env["res.partner"].search([], order="id desc", limit=1)
            self.env["mail.thread"].message_process(
                "res.partner", reply(
                    text, sender="new@example.com", subject=text, to="new@example.net"
                ).as_bytes(),
            )
            contact = self.env["res.partner"].search([("id", ">", before.id)])
            self.assertTrue(contact)
            return self.rows(contact, contact.message_ids)

        def uploaded(**vals):
            return [*self.rows(file := self.env["ir.attachment"].create(vals)), file.raw]

        def typed(text):
            return quote._finance_portal_get_typed({"name": text, "reason": text}).values()

        def email(text):
            return received.make_email(f"<p>{text}</p>", "base64")

        yield "reply", lambda text: self.stored(self.receive(reply(text)))
        yield "reply in HTML", lambda text: self.stored(
            self.receive(reply("x", html=f"<p>{text}</p>"))
        )
        yield "link in a reply", lambda text: self.stored(
            self.receive(reply("x", html=f'<p><a href="{text}">x</a></p>'))
        )
        yield "subject", lambda text: self.stored(self.receive(reply(subject=text)))
        yield "sender", lambda text: self.stored(
            self.receive(reply(sender=f'"{text}" <somebody@example.com>'))
        )
        yield "copy to", lambda text: self.stored(
            self.receive(reply(Cc=f'"{text}" <somebody@example.com>'))
        )
        yield "kept original", lambda text: self.stored(
            self.receive(reply(text, subject="x"), save_original=True)
        )
        yield "attached text", lambda text: self.stored(
            self.receive(reply(files=[(text.encode(), "application/octet-stream", "a.txt")]))
        )
        yield "attached email", forwarded
        yield "attached email as a file", lambda text: self.stored(
            self.receive(reply(files=[(email(text), "application/octet-stream", "a.bin")]))
        )
        yield "attached Outlook message", lambda text: self.stored(
            self.receive(
                reply(
                    files=[
                        (
                            received.make_outlook_file(
                                [text.encode("utf-16-le"), b"x" * 600 + text.encode()]
                            ),
                            "application/vnd.ms-outlook",
                            "a.msg",
                        )
                    ]
                )
            )
        )
        yield "name of a file", lambda text: self.stored(
            self.receive(reply(files=[(b"x", "text/plain", text)]))
        )
        yield "new contact", new_contact
        yield "uploaded email", lambda text: uploaded(name="a", raw=email(text))
        yield "uploaded email in base64", lambda text: uploaded(
            name="a", datas=base64.b64encode(email(text))
        )
        yield "note of staff", lambda text: self.stored(post(body=Markup("<p>%s</p>") % text))
        yield "changed note", lambda text: written(self.invoice.message_ids[0], body=text)
        yield "contact form", lambda text: self.rows(
            created := mail.create({"body_html": f"<p>{text}</p>", "subject": text}),
            created.mail_message_id,
        )
        yield "changed email in the queue", lambda text: written(queued, body_html=text)
        yield "answer of a mail server", lambda text: written(queued, failure_reason=text)
        yield "answer about one recipient", lambda text: written(notice, failure_reason=text)
        yield "typed name and reason", typed

    def test_l2_every_encoding_in_every_place(self):
        in_headers = {"subject", "sender", "copy to", "name of a file", "new contact"}
        for place, store in self.places():
            for name, encode in received.ENCODINGS.items():
                broken = BROKEN_IN_NAMES if place in {"sender", "copy to"} else BROKEN
                if name in broken and (place in in_headers or "link" in place):
                    continue
                token = new_token()
                text = encode(f"https://erp.example.com/finance/i/{token}")
                with self.subTest(place=place, encoding=name):
                    texts = [one for one in store(text) if one]
                    self.assertTrue(texts)
                    for one in texts:
                        found = (
                            received.content_reveals(token, one)
                            if isinstance(one, bytes)
                            else received.reveals(token, one)
                        )
                        self.assertFalse(found, one[:500])

    def test_l2_a_reply_with_a_plain_link_costs_the_customer_nothing(self):
        link, token = self.issue()
        url = f"https://erp.example.com/finance/i/{token}"
        message = self.receive(self.make_reply(f"I like {url} very much\n> Open {url}\n"))
        self.assertIn("very much", message.body)
        self.assertFalse(link.exposed_at)
        self.assertLive(token)

    def test_l2_files_that_are_no_emails_stay_as_they_are(self):
        for content in (b"x", received.make_docx("https://example.com"), b"%PDF-1.4 x"):
            reply = self.make_reply()
            reply.add_attachment(content, "application", "octet-stream", filename="x.bin")
            message = self.receive(reply)
            self.assertEqual([file.raw for file in message.attachment_ids], [content])


@tagged("post_install", "-at_install")
class TestWhatCannotBeHidden(ReceivedCase, FinancePortalHttpCase):
    """Rule: a link whose secret stays in a file is closed to new browsers, and to nobody else."""

    FILES = {
        "a.docx": received.make_docx, "a.pdf": received.make_pdf, "a.eml": received.make_signed,
    }  # fmt: skip

    def send_back(self, name, url):
        reply = self.make_reply()
        reply.add_attachment(
            self.FILES[name](url), "application", "octet-stream", filename=name
        )
        return self.receive(reply)

    def test_l2_the_link_is_closed_to_new_browsers_only(self):
        for name in self.FILES:
            with self.subTest(file=name):
                self.become_stranger()
                # Another one each: Request access mails one link in so many minutes.
                invoice = self.make_invoice()
                link, token = self.issue(invoice)
                other, other_token = self.issue(invoice, partner=self.ben)
                page = self.open_link(token)
                self.assertEqual(page.status_code, 200)
                self.send_back(name, f"https://erp.example.com/finance/i/{token}")
                self.assertTrue(link.exposed_at)
                self.assertFalse(other.exposed_at)
                path = f"/finance/d/{link.ref}"
                self.assertEqual(self.visit(path).status_code, 200, "the open page goes on")
                self.assertEqual(self.open_link(token).status_code, 200, "so does a second click")
                self.become_stranger()
                gone = self.open_link(token)
                self.assertEqual(gone.status_code, 410)
                answer = self.submit(gone, f"/finance/i/{token}/request-access")
                self.assertEqual(answer.status_code, 200)
                self.assertEqual(self.open_link(other_token).status_code, 200)
                self.answer_requests()
                (fresh,) = self.tokens_in(self.sent[self.ada.email])
                self.assertEqual(self.open_link(fresh).status_code, 200)
                [event] = self.Event.search([("link_id", "=", link.id), ("kind", "=", "exposed")])
                self.assertEqual(event.verdict, "system")

    def test_l2_a_setup_link_is_closed_to_new_browsers_only(self):
        account, token = self.enable()
        url = f"/finance/customer-portal/setup/{token}"
        self.assertEqual(self.visit(url).status_code, 303)
        self.send_back("a.pdf", f"https://erp.example.com{url}")
        self.assertTrue(account.mailed_link_ids.exposed_at)
        self.assertEqual(self.visit("/finance/customer-portal/setup").status_code, 200)
        self.assertEqual(self.visit(url).status_code, 303, "a second click goes on, too")
        self.become_stranger()
        self.assertEqual(self.visit(url).status_code, 410)
        self.assertIn(("exposed", "system"), self.kinds_of(account))

    def test_l2_a_stranger_who_makes_up_a_secret_closes_nothing(self):
        link, _token = self.issue()
        self.send_back("a.pdf", f"https://erp.example.com/finance/i/{new_token()}")
        self.assertFalse(link.exposed_at)
        self.assertFalse(self.invoice_events("exposed"))

    def test_l2_the_database_keeps_it_closed(self):
        link, token = self.issue()
        self.send_back("a.docx", f"https://erp.example.com/finance/i/{token}")
        with self.refused_by_database():
            self.env.cr.execute(
                "UPDATE finance_portal_link SET exposed_at = NULL WHERE id = %s", [link.id]
            )


OURS = "What we wrote about the oven"
THEIRS = "Yes please, we take it"
_ORIGINAL = (
    "From: Us <billing@company.test.example.com>\nSent: Monday\nTo: Ada\nSubject: Oven\n\n"
    f"{OURS}\n"
)
# How mail programs quote: name -> (plain text, HTML).
QUOTES = {
    "Gmail": (
        None,
        f'<div>{THEIRS}</div><div class="gmail_quote"><div class="gmail_attr">On Monday:</div>'
        f'<blockquote class="gmail_quote"><p>{OURS}</p></blockquote></div>',
    ),
    "Outlook on the web": (
        None,
        f'<div>{THEIRS}</div><div id="appendonsend"></div><hr>'
        f'<div id="divRplyFwdMsg">From: us</div><div><p>{OURS}</p></div>',
    ),
    "Outlook": (
        None,
        f'<p class="MsoNormal">{THEIRS}</p><div><div style="border-top:solid #E1E1E1 1.0pt">'
        f'<p><b>From:</b> Us &lt;billing@company.test.example.com&gt;<br><b>Sent:</b> Monday<br>'
        f"<b>To:</b> Ada<br><b>Subject:</b> Oven</p></div></div><p>{OURS}</p><p>{OURS}</p>",
    ),
    "Outlook in German": (
        None,
        f"<p>{THEIRS}</p><p>Von: Firma<br>Gesendet: Montag<br>An: Ada<br>Betreff: Ofen</p>"
        f"<p>{OURS}</p>",
    ),
    "Thunderbird": (
        None,
        f'<p>{THEIRS}</p><div class="moz-cite-prefix">On Monday we wrote:</div>'
        f'<blockquote type="cite"><p>{OURS}</p></blockquote>',
    ),
    "Apple Mail": (
        None,
        f'<div>{THEIRS}</div><div><br><blockquote type="cite"><div>{OURS}</div></blockquote></div>',
    ),
    "Yahoo": (None, f'<div>{THEIRS}</div><div class="yahoo_quoted"><div>{OURS}</div></div>'),
    "angle brackets": (f"{THEIRS}\n\nOn Monday:\n> {OURS}\n>\n> {OURS}\n", None),
    "angle brackets in HTML": (None, f"<p>{THEIRS}<br>&gt; {OURS}<br>&gt; <b>{OURS}</b></p>"),
    "a line": (f"{THEIRS}\n\n-----Original Message-----\n{_ORIGINAL}", None),
    "headers": (f"{THEIRS}\n\n________________________________\n{_ORIGINAL}", None),
    "answer below": (f"On Monday:\n> {OURS}\n\n{THEIRS}\n", None),
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestWhatIsPassedOn(ReceivedCase):
    """Rule: what Odoo passes on of a reply never holds the original that it quotes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.make_user("clerk", "account.group_account_invoice").partner_id
        cls.followers = cls.stranger + cls.clerk
        cls.quote = cls.make_quote()
        for document in (cls.invoice, cls.quote):
            document.message_subscribe(partner_ids=cls.followers.ids)

    def assertCut(self, texts):
        self.assertTrue(texts)
        for text in texts:
            self.assertIn(THEIRS, text)
            self.assertNotIn("about the oven", text)

    def passed_on(self):
        """Return both forms of each email that left."""
        forms = ("body", "body_alternative")
        return [str(mail[form]) for mail in self._mails for form in forms]

    def test_followers_get_no_original(self):
        self.enable()
        self.ada.message_subscribe(partner_ids=self.followers.ids)
        for record in (self.invoice, self.quote, self.ada):
            for name, (text, html) in QUOTES.items():
                with self.subTest(record=record._name, program=name):
                    message = self.receive(
                        self.make_reply(text or THEIRS, html, sender=self.ben.email), record
                    )
                    self.assertIn("about the oven", message.body, "Odoo itself keeps it")
                    self.assertLessEqual(set(self.followers.mapped("email")), set(self.sent))
                    self.assertCut(self.passed_on())

    def test_phones_get_no_original(self):
        for name, (text, html) in QUOTES.items():
            with self.subTest(program=name):
                message = self.receive(self.make_reply(text or THEIRS, html))
                payload = self.invoice._notify_by_web_push_prepare_payload(message)
                self.assertCut([payload["options"]["body"]])
                payload = self.invoice._notify_by_web_push_prepare_payload(
                    message, msg_vals={"body": message.body}
                )
                self.assertCut([payload["options"]["body"]])

    def test_the_answer_that_somebody_is_away_holds_no_original(self):
        user = self.clerk.user_ids
        user.write({"out_of_office_from": "2020-01-01", "out_of_office_message": "<p>Away</p>"})
        told = [{"active": True, "id": self.clerk.id, "uid": user.id, "share": False}]
        for number, (name, (text, html)) in enumerate(QUOTES.items()):
            with self.subTest(program=name):
                # Somebody else each time: Odoo tells nobody twice within days.
                sender = f"somebody{number}@example.com"
                message = self.receive(self.make_reply(text or THEIRS, html, sender=sender))
                values = {"partner_ids": self.clerk.ids, "body": message.body}
                with self.mock_mail_gateway():
                    invoice = self.invoice.with_user(self.env.ref("base.user_root"))
                    answer = invoice._notify_thread_with_out_of_office(message, told, values)
                self.assertCut([answer.body])

    def test_forwarded_and_answered_by_staff_without_the_original(self):
        introduction = (
            "<div><span>---------- Forwarded message ----------</span><br/><span>Date: now</span>"
            "<br/><span>From: Ada a@b.example</span><br/><span>Subject: Oven</span></div>"
        )
        reply = '<div class="o_mail_reply_container"><div class="o_mail_reply_content">'
        for name, (text, html) in QUOTES.items():
            message = self.receive(self.make_reply(text or THEIRS, html))
            for option, body in (
                ("forward", f"<div><br/></div>{introduction}{message.body}"),
                ("reply_all", f"{reply}<blockquote>{message.body}</blockquote></div></div>"),
            ):
                with self.subTest(program=name, option=option):
                    dialog = self.env["mail.compose.message"].with_context(
                        default_model="account.move", default_res_ids=self.invoice.ids,
                        default_composition_mode="comment", default_body=body,
                        default_composition_comment_option=option,
                    )  # fmt: skip
                    self.assertCut([str(dialog.create({}).body)])

    def test_attached_emails_are_not_passed_on(self):
        reply = self.make_reply(THEIRS, sender=self.ben.email)
        reply.add_attachment(b"plan", "application", "octet-stream", filename="plan.txt")
        for content, name in (
            (received.make_email(OURS), "a.eml"),
            (received.make_outlook_file([b"x", OURS.encode()]), "a.bin"),
        ):
            reply.add_attachment(content, "application", "octet-stream", filename=name)
        message = self.receive(reply, save_original=True)
        self.assertEqual(len(message.attachment_ids), 4, "Odoo itself keeps them")
        self.assertLessEqual(set(self.followers.mapped("email")), set(self.sent))
        for mail in self._mails:
            self.assertEqual([name for name, *_rest in mail["attachments"]], ["plan.txt"])
            self.assertIn("An attached email", str(mail["body"]))
        dialog = self.env["mail.compose.message"].with_context(
            default_model="account.move", default_res_ids=self.invoice.ids,
            default_composition_mode="comment", default_composition_comment_option="forward",
            default_attachment_ids=message.attachment_ids.ids, default_body="x",
        )  # fmt: skip
        self.assertEqual(dialog.create({}).attachment_ids.mapped("name"), ["plan.txt"])

    def test_what_the_customer_writes_is_passed_on_whole(self):
        text = f"{THEIRS}\n\nName: Ada\nPhone: 1234\nRoom: 2 > 1\n\nBye\n"
        self.receive(self.make_reply(text, sender=self.ben.email))
        for passed_on in self.passed_on():
            for word in (THEIRS, "Phone: 1234", "Bye"):
                self.assertIn(word, passed_on)
        message = self.invoice.message_post(
            body=Markup("<p>%s</p><blockquote>%s</blockquote>") % (THEIRS, OURS)
        )
        self.assertIn(OURS, message.body, "staff quote whom they like")

    def test_other_records_pass_on_what_they_always_did(self):
        self.eve.message_subscribe(partner_ids=self.followers.ids)
        _text, html = QUOTES["Gmail"]
        self.receive(self.make_reply(THEIRS, html, sender=self.ben.email), self.eve)
        self.assertTrue(all(OURS in text for text in self.passed_on()))
