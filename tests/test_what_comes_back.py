"""L2: nothing that is stored of what others send in reveals a secret that still opens."""

import base64
from email import message_from_bytes, policy
from itertools import chain

from markupsafe import Markup

from odoo.tests import tagged

from ..tools.secure_token import new_token
from . import received_common as received
from .http_common import FinancePortalHttpCase
from .received_mail_common import ReceivedCase

# What no header may hold.
BROKEN = {
    "quoted-printable", "quoted-printable, quoted", "base64 in lines", "base64 in quoted lines",
    "quoted lines",
}  # fmt: skip
# What Python's own email library can't write into a name, or puts spaces into.
BROKEN_IN_NAMES = BROKEN | {"rewriter", "HTML lines", "letters that nobody sees"}


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

    def reply(self, text="x", file=None, kept=False, **options):
        """Have a customer reply, and return what is stored of that.

        :param tuple file: content and name of an attachment
        """
        message = self.make_reply(text, **options)
        if file:
            content, name = file
            message.add_attachment(content, "application", "octet-stream", filename=name)
        return self.stored(self.receive(message, save_original=kept))

    def forward(self, text):
        """Have a customer forward an email as an attachment."""
        outer = self.make_reply()
        outer.add_attachment(message_from_bytes(received.make_email(text), policy=policy.SMTP))
        return self.stored(self.receive(outer))

    def write_first(self, text):
        """Have a stranger write to an address that makes contacts."""
        before = self.env["res.partner"].search([], order="id desc", limit=1)
        email = self.make_reply(
            text, sender="new@example.com", subject=text, to="new@example.net"
        )  # fmt: skip
        self.env["mail.thread"].message_process("res.partner", email.as_bytes())
        contact = self.env["res.partner"].search([("id", ">", before.id)])
        self.assertTrue(contact)
        return self.rows(contact, contact.message_ids)

    def change(self, record, **vals):
        record.write(vals)
        return self.rows(record)

    def upload(self, **vals):
        return [*self.rows(file := self.env["ir.attachment"].create(vals)), file.raw]

    def places_of_emails(self):
        """Yield ``(name, function that takes a text and returns all that is stored of it)``."""
        reply, somebody = self.reply, "<somebody@example.com>"
        yield "reply", reply
        yield "reply in HTML", lambda text: reply(html=f"<p>{text}</p>")
        yield "link in a reply", lambda text: reply(html=f'<p><a href="{text}">x</a></p>')
        yield "subject", lambda text: reply(subject=text)
        yield "sender", lambda text: reply(sender=f'"{text}" {somebody}')
        yield "copy to", lambda text: reply(Cc=f'"{text}" {somebody}')
        yield "kept original", lambda text: reply(text, kept=True)
        yield "new contact", self.write_first

    def places_of_files(self):
        """Yield the same for files."""
        reply, upload = self.reply, self.upload

        def email(text):
            return received.make_email(f"<p>{text}</p>", "base64")

        def outlook(text):
            return received.make_outlook_file(
                [text.encode("utf-16-le"), b"x" * 600 + text.encode()]
            )

        yield "attached text", lambda text: reply(file=(text.encode(), "a.txt"))
        yield "attached email", self.forward
        yield "attached email as a file", lambda text: reply(file=(email(text), "a.bin"))
        yield "attached Outlook message", lambda text: reply(file=(outlook(text), "a.msg"))
        yield "name of a file", lambda text: reply(file=(b"x", text))
        yield "uploaded email", lambda text: upload(name="a", raw=email(text))
        yield "uploaded email in base64", lambda text: upload(
            name="a", datas=base64.b64encode(email(text))
        )

    def places_of_records(self):
        """Yield the same for what else is written."""
        mail, change = self.env["mail.mail"].sudo(), self.change  # sudo: the queue is an admin's
        queued = mail.create({"body_html": "<p/>", "model": "account.move"})
        message = self.invoice.message_ids[:1]
        values = {"res_partner_id": self.ada.id, "mail_message_id": message.id}
        notice = self.env["mail.notification"].sudo().create(values)  # sudo: so are its notices
        quote = self.make_quote()
        yield "note of staff", lambda text: self.stored(
            self.invoice.message_post(body=Markup("<p>%s</p>") % text)
        )
        yield "changed note", lambda text: change(message, body=text)
        yield "contact form", lambda text: self.rows(
            created := mail.create({"body_html": f"<p>{text}</p>", "subject": text}),
            created.mail_message_id,
        )
        yield "changed email in the queue", lambda text: change(queued, body_html=text)
        yield "answer of a mail server", lambda text: change(queued, failure_reason=text)
        yield "answer about one recipient", lambda text: change(notice, failure_reason=text)
        yield "typed name and reason", lambda text: (
            quote._finance_portal_get_typed({"name": text, "reason": text}).values()
        )

    def test_l2_every_encoding_in_every_place(self):
        in_headers = {"subject", "sender", "copy to", "name of a file", "new contact"}
        places = (self.places_of_emails(), self.places_of_files(), self.places_of_records())
        for place, store in chain(*places):
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
