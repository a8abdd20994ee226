"""Files and emails: no permanent link to a file of a shared document (L11)."""

import base64
import hashlib

from markupsafe import Markup

from odoo.exceptions import UserError
from odoo.tests import tagged

from .files_common import FilesCase
from .http_common import FinancePortalHttpCase

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class MailedCase(FilesCase):
    def post(self, document=None, partners=None, **values):
        """Have staff write to the customer about a document; return the message."""
        document = self.order if document is None else document
        partners = self.ada if partners is None else partners
        with self.mock_mail_gateway():
            return document.message_post(
                body=values.pop("body", "Here it is"),
                partner_ids=partners.ids,
                message_type=values.pop("message_type", "comment"),
                subtype_xmlid="mail.mt_comment",
                **values,
            )

    def give_token(self, attachment):
        """Give an attachment the permanent token that it got before the addon was there."""
        [token] = attachment.sudo().generate_access_token()
        return token


@tagged("post_install", "-at_install")
class TestLargeFiles(MailedCase):
    """Files that are too large for an email."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("base.default_max_email_size", "0.001")
        self.file = self.attach(self.order, "plans.pdf", b"%PDF" + b"x" * 4096)

    def assertNoToken(self, *attachments):
        for attachment in attachments:
            self.assertFalse(attachment.access_token)

    def test_l11_email_leads_to_the_page_and_the_page_shows_the_file(self):
        self.post(attachment_ids=self.file.ids)
        body = self.sent[self.ada.email]
        self.assertIn("plans.pdf", body)
        self.assertNotIn("/web/content", body)
        self.assertNoNativeTrace(body)
        self.assertEqual(len(self.tokens_in(body)), 1)
        self.assertNoToken(self.file)
        self.assertEqual(self.names(self.order), ["plans.pdf"])

    def test_size_that_fits_stays_in_the_email_and_off_the_page(self):
        self.env["ir.config_parameter"].set_param("base.default_max_email_size", "10")
        self.post(attachment_ids=self.file.ids)
        self.assertEqual(len(self._mails[0]["attachments"]), 1)
        self.assertEqual(self.names(self.order), [])

    def test_more_than_the_limit_for_ticks_is_shown_as_well(self):
        self.company.finance_portal_file_mb = 1
        large = self.attach(self.order, "film.bin", b"x" * (1024 * 1024 + 1))
        self.post(attachment_ids=large.ids)
        self.assertEqual(self.names(self.order), ["film.bin"])

    def test_mailing_it_again_shows_it_once(self):
        self.post(attachment_ids=self.file.ids)
        self.post(attachment_ids=self.file.ids)
        self.assertEqual(self.names(self.order), ["plans.pdf"])

    def test_file_of_another_record_is_shown_as_a_copy(self):
        template = self.env["mail.template"].create({"name": "Quote"})
        terms = self.attach(template, "terms.pdf", b"%PDF" + b"t" * 4096)
        for _time in range(2):
            self.post(attachment_ids=terms.ids)
        self.assertEqual(self.names(self.order), ["terms.pdf"])
        self.assertEqual((terms.res_model, terms.res_id), ("mail.template", template.id))
        self.assertNoToken(terms)

    def test_what_goes_to_colleagues_alone_is_not_shown(self):
        colleague = self.make_user("colleague", "sales_team.group_sale_manager").partner_id
        self.post(partners=colleague, attachment_ids=self.file.ids)
        self.assertEqual(self.names(self.order), [])
        self.assertIn("/web/content", self.sent[colleague.email])
        self.assertNoToken(self.file)

    def test_what_goes_to_somebody_elses_contact_is_not_shown(self):
        self.post(partners=self.stranger + self.eve, attachment_ids=self.file.ids)
        self.assertEqual(self.names(self.order), [])
        self.assertNoToken(self.file)

    def test_what_somebody_mailed_in_is_not_shown(self):
        self.order.message_subscribe(partner_ids=self.ada.ids)
        self.post(message_type="email", attachment_ids=self.file.ids, author_id=self.eve.id)
        self.assertEqual(self.names(self.order), [])
        self.assertNoToken(self.file)

    def test_address_on_the_web_stays_what_it_is(self):
        web = self.attach(
            self.order, "site", type="url", url="https://www.example.com/?a=1&b=2", raw=False
        )
        self.post(attachment_ids=web.ids)
        body = self.sent[self.ada.email]
        self.assertIn('href="https://www.example.com/?a=1&amp;b=2"', body)
        self.assertNotIn("/web/content", body)
        self.assertNoToken(web)

    def test_setting_off_restores_odoos_own_links(self):
        self.company.finance_portal_close_native = False
        self.post(attachment_ids=self.file.ids)
        self.assertIn(f"access_token={self.file.access_token}", self.sent[self.ada.email])
        self.assertEqual(self.names(self.order), [])

    def test_other_records_keep_odoos_own_links(self):
        thread = self.ben
        file = self.attach(thread, "large.pdf", b"x" * 4096)
        self.post(thread, attachment_ids=file.ids)
        self.assertIn(f"access_token={file.access_token}", self.sent[self.ada.email])


@tagged("post_install", "-at_install")
class TestFilesInDialogs(MailedCase):
    """The tick in the Send dialogs."""

    def upload(self, document, name="plan.pdf"):
        """Return a file as the dialogs upload it."""
        owner = {"res_model": "mail.compose.message", "res_id": 0}
        if document._name == "account.move":
            owner = {"res_model": "account.move", "res_id": document.id}
        return self.env["ir.attachment"].create({"name": name, "raw": b"%PDF plan", **owner})

    def send_invoice(self, tick):
        file = self.upload(self.invoice)
        wizard = self.open_send_dialog()
        self.assertFalse(wizard.finance_has_files)
        wizard.mail_attachments_widget = [
            *wizard.mail_attachments_widget,
            {"id": file.id, "name": file.name, "mimetype": file.mimetype, "manual": True},
        ]
        self.assertTrue(wizard.finance_has_files)
        wizard.finance_show_files = tick
        with self.mock_mail_gateway():
            wizard.action_send_and_print()
        return wizard

    def test_invoice_shows_what_was_added_by_hand_and_not_its_own_pdf(self):
        self.send_invoice(tick=True)
        self.assertEqual(self.names(), ["plan.pdf"])
        self.assertIn("plan.pdf", [name for name, *_rest in self._mails[0]["attachments"]])
        self.assertEqual(self.invoice.finance_file_choice_ids.mapped("name"), ["plan.pdf"])

    def test_invoice_shows_nothing_without_the_tick(self):
        self.send_invoice(tick=False)
        self.assertEqual(self.names(), [])

    def test_sent_again_shows_it_once(self):
        self.send_invoice(tick=True)
        self.send_invoice(tick=True)
        self.assertEqual(self.names(), ["plan.pdf"])

    def test_files_of_the_template_count_as_added(self):
        wizard = self.open_send_dialog()
        terms = self.env["ir.attachment"].create({"name": "terms.pdf", "raw": b"%PDF terms"})
        wizard.template_id.attachment_ids = terms
        wizard = self.open_send_dialog(finance_show_files=True)
        self.assertTrue(wizard.finance_has_files)
        with self.mock_mail_gateway():
            wizard.action_send_and_print()
        self.assertEqual(self.names(), ["terms.pdf"])

    def send_with_composer(self, document, tick=True, **values):
        composer = self.open_composer(document)
        self.assertTrue(composer.attachment_ids, "the official PDF")
        self.assertFalse(composer.finance_has_files)
        composer.attachment_ids |= self.upload(document)
        self.assertTrue(composer.finance_has_files)
        composer.write({"finance_show_files": tick, **values})
        with self.mock_mail_gateway():
            composer.action_send_mail()

    def test_quotes_and_payments_show_what_was_added_by_hand(self):
        for document in (self.order, self.payment):
            with self.subTest(kind=document._name):
                self.send_with_composer(document)
                self.assertEqual(self.names(document), ["plan.pdf"])

    def test_quotes_show_nothing_without_the_tick(self):
        self.send_with_composer(self.order, tick=False)
        self.assertEqual(self.names(self.order), [])

    def test_too_large_a_file_is_refused_before_anything_is_sent(self):
        self.company.finance_portal_file_mb = 1
        large = self.upload(self.order, "film.bin")
        large.raw = b"x" * (1024 * 1024 + 1)
        composer = self.open_composer(self.order, finance_show_files=True)
        self.assertFalse(composer.finance_has_files)
        composer.attachment_ids |= large
        with self.mock_mail_gateway(), self.assertRaisesRegex(UserError, "film.bin is too large"):
            composer.action_send_mail()
        self.assertFalse(self._mails)


@tagged("post_install", "-at_install")
class TestPicturesInEmails(MailedCase):
    def body_with_picture(self):
        return (
            Markup('<p>Look</p><img src="data:image/png;base64,%s">')
            % base64.b64encode(PIXEL).decode()
        )

    def test_l11_pasted_picture_travels_with_the_email(self):
        message = self.post(body=self.body_with_picture())
        self.assertIn("access_token=", message.body, "as Odoo stores it, for the chatter")
        [mail] = [mail for mail in self._mails if self.ada.email in str(mail["email_to"])]
        digest = hashlib.sha256(PIXEL).hexdigest()
        self.assertIn(f'"cid:{digest}@finance-portal"', mail["body"])
        self.assertNotIn("access_token", mail["body"])
        self.assertNotIn("access_token", mail["body_alternative"])
        self.assertNotIn("cid:", mail["body_alternative"])

    def test_picture_becomes_a_related_part(self):
        digest = hashlib.sha256(PIXEL).hexdigest()
        message = self.env["ir.mail_server"]._build_email__(
            "a@example.com", ["b@example.com"], "Subject",
            f'<img src="cid:{digest}@finance-portal">',
            subtype="html", body_alternative="text", subtype_alternative="plain",
            attachments=[("dot.png", PIXEL, "image/png"), ("terms.txt", b"x", "text/plain")],
        )  # fmt: skip
        [related] = [p for p in message.walk() if p.get_content_type() == "multipart/related"]
        html, picture = related.iter_parts()
        self.assertEqual(html.get_content_type(), "text/html")
        self.assertEqual(picture["Content-ID"], f"<{digest}@finance-portal>")
        self.assertEqual(picture.get_content(), PIXEL)
        self.assertEqual([p.get_filename() for p in message.iter_attachments()], ["terms.txt"])

    def test_reference_made_up_by_somebody_embeds_nothing(self):
        secret = self.attach(self.make_invoice(self.eve), "secret.png", PIXEL)
        digest = hashlib.sha256(PIXEL).hexdigest()
        message = self.env["ir.mail_server"]._build_email__(
            "a@example.com", ["b@example.com"], "Subject",
            f'<img src="cid:{digest}@finance-portal">',
            subtype="html", attachments=[("terms.txt", b"x", "text/plain")],
        )  # fmt: skip
        self.assertNotIn(secret.name, message.as_string())
        for source in (
            f"/web/image/{secret.id}?access_token={self.give_token(secret)}",
            f"/web/image/{secret.id}?access_token=wrong",
        ):
            pictures, body = self.order._finance_portal_embed_pictures(f'<img src="{source}">')
            self.assertEqual((pictures, body), ([], f'<img src="{source}">'))


@tagged("post_install", "-at_install")
class TestAttachmentTokens(MailedCase, FinancePortalHttpCase):
    def setUp(self):
        super().setUp()
        self.make_user("clerk", "account.group_account_invoice", password="clerk")
        portal = self.make_user("portal", "base.group_portal", password="portal")
        portal.partner_id.parent_id = self.customer

    def opens(self, attachment, token, kind="content"):
        answer = self.visit(f"/web/{kind}/{attachment.id}?access_token={token}")
        return answer.status_code == 200 and answer.content == attachment.raw

    def of_message(self, document):
        message = document.message_post(body="x", attachments=[("m.txt", b"of a message")])
        message.attachment_ids.write({"res_model": "mail.message", "res_id": message.id})
        return message.attachment_ids

    def test_l11_tokens_open_no_file_of_a_shared_document(self):
        for document in (self.invoice, self.order, self.payment):
            for attachment in (self.attach(document), self.of_message(document)):
                tokens = (
                    self.give_token(attachment),
                    attachment._get_raw_access_token(),
                )
                for token in tokens:
                    with self.subTest(document=document._name, of=attachment.res_model):
                        self.assertFalse(self.opens(attachment, token))
        picture = self.attach(name="p.png", raw=PIXEL)
        token = self.give_token(picture)
        self.assertFalse(self.opens(picture, token))
        self.assertFalse(self.opens(picture, token, "image"))

    def test_who_may_read_the_document_opens_them_as_before(self):
        attachment = self.attach()
        token = self.give_token(attachment)
        for login in ("clerk", "portal"):
            with self.subTest(login=login):
                self.authenticate(login, login)
                self.assertTrue(self.opens(attachment, token))

    def test_setting_off_opens_them_again(self):
        attachment = self.attach()
        token = self.give_token(attachment)
        self.company.finance_portal_close_native = False
        self.assertTrue(self.opens(attachment, token))
        self.assertFalse(self.opens(attachment, "wrong"))

    def test_other_files_are_not_touched(self):
        bill = self.env["account.move"].create({"move_type": "in_invoice"})
        public = self.attach(public=True)
        for attachment in (self.attach(self.ben), self.attach(bill), public):
            self.assertTrue(self.opens(attachment, self.give_token(attachment)))
        self.company.logo = base64.b64encode(PIXEL)
        for path in (
            f"/web/binary/company_logo?company={self.company.id}",
            f"/web/image/res.partner/{self.ben.id}/avatar_128",
            f"/web/image/product.template/{self.product_a.product_tmpl_id.id}/image_128",
        ):
            answer = self.visit(path)
            self.assertEqual(answer.status_code, 200, path)
            self.assertTrue(answer.headers["Content-Type"].startswith("image/"), path)

    def test_picture_in_the_text_of_an_older_email_still_shows(self):
        body = Markup('<img src="data:image/png;base64,%s">') % base64.b64encode(PIXEL).decode()
        message = self.invoice.message_post(body=body)
        picture = message.attachment_ids
        self.assertTrue(self.opens(picture, picture.access_token, "image"))
        message.body = "Other words"
        self.assertFalse(self.opens(picture, picture.access_token, "image"))
