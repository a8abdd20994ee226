"""Files too large for an email: a link for whoever has a page to find them on, or a warning."""

from odoo.tests import tagged

from ..models.mail.mail_mail_files import MEGABYTE
from .files_common import FilesCase

LIMIT = 0.1  # megabytes
STRANGE, SAFE = "Plan: ground/first floor.bin", "Plan_ ground_first floor.bin"


@tagged("post_install", "-at_install")
class TestLargeFilesForEverybody(FilesCase):
    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("base.default_max_email_size", str(LIMIT))

    def upload(self, document, name=STRANGE, size=2 * LIMIT):
        """Return a file as the dialogs upload it."""
        owner = {"res_model": "mail.compose.message", "res_id": 0}
        if document._name == "account.move":
            owner = {"res_model": document._name, "res_id": document.id}
        raw = (name[:1].encode() or b"x") * int(size * MEGABYTE)
        return self.env["ir.attachment"].create({"name": name, "raw": raw, **owner})

    def open_dialog(self, document, files, partners):
        if document._name != "account.move":
            wizard = self.open_composer(document)
            wizard.write({"partner_ids": partners.ids})
            wizard.attachment_ids += files
            return wizard
        wizard = self.open_send_dialog(document, partners)
        wizard.mail_attachments_widget = [
            *(wizard.mail_attachments_widget or []),
            *(
                {"id": file.id, "name": file.name, "mimetype": file.mimetype, "manual": True}
                for file in files
            ),
        ]
        return wizard

    def send_large(self, document, files, partners):
        """Send as a server does: an invoice's files belong to the message once its email leaves.

        :return: the dialog
        """
        wizard = self.open_dialog(document, files, partners)
        with self.no_mail_server():
            wizard.action_send_and_print() if "move_id" in wizard else wizard.action_send_mail()
        self.env.invalidate_all()
        with self.mock_mail_gateway():
            document.action_finance_portal_retry()
        return wizard

    def attached(self, address):
        """Return ``{name: size}`` of what the email to an address carries."""
        (mail,) = [mail for mail in self._mails if address in mail["email_to"][0]]
        return {name: len(content) for name, content, *_type in mail["attachments"]}

    def assertLinked(self, address, *names):
        body = self.sent[address]
        (token,) = self.tokens_in(body)
        self.assertNotIn("/web/content", body)
        for name in names:
            link = body.split(f">{name}</a>")[0].rsplit("<a", 1)[1]
            self.assertIn(token, link)
        self.assertFalse(set(names) & set(self.attached(address)))
        self.assertLess(sum(self.attached(address).values()), LIMIT * MEGABYTE)

    def documents(self):
        return (self.make_invoice(), self.order, self.payment)

    def test_every_recipient_gets_a_link_and_the_page_shows_the_file_for_every_kind(self):
        everybody = self.ada + self.ben + self.stranger
        for document in self.documents():
            with self.subTest(document=document):
                wizard = self.send_large(document, self.upload(document), everybody)
                self.assertFalse(wizard.finance_size_warning)
                for partner in everybody:
                    self.assertLinked(partner.email, SAFE)
                shown = document._finance_portal_get_extra_values()["files"]
                self.assertEqual([file["name"] for file in shown], [SAFE])

    def test_what_fits_stays_attached_and_off_the_page(self):
        document = self.make_invoice()
        files = self.upload(document) + self.upload(document, "small.bin", LIMIT / 10)
        self.send_large(document, files, self.ada)
        self.assertLinked(self.ada.email, SAFE)
        attached = self.attached(self.ada.email)
        self.assertIn("small.bin", attached)
        self.assertEqual(len(attached), 2, "the PDF as well")
        self.assertEqual(self.names(document), [STRANGE])

    def test_official_pdf_that_is_too_large_is_on_the_page_once(self):
        document = self.make_invoice()
        self.env["ir.config_parameter"].set_param("base.default_max_email_size", "0.0001")
        self.send_large(document, self.env["ir.attachment"], self.ada)
        self.assertFalse(self.attached(self.ada.email))
        self.assertEqual(self.names(document), [])

    def test_others_alone_get_it_by_email_after_a_warning(self):
        for document in self.documents():
            with self.subTest(document=document):
                wizard = self.send_large(document, self.upload(document), self.stranger + self.eve)
                self.assertIn("too large", wizard.finance_size_warning)
                for partner in (self.stranger, self.eve):
                    self.assertIn(SAFE, self.attached(partner.email))
                    self.assertNotIn(SAFE, self.sent[partner.email])
                self.assertEqual(self.names(document), [])

    def test_dialogs_warn_as_soon_as_it_matters(self):
        for document in self.documents():
            with self.subTest(document=document):
                small = self.upload(document, "small.bin", LIMIT / 10)
                wizard = self.open_dialog(document, small, self.stranger)
                self.assertFalse(wizard.finance_size_warning)
                arch = wizard.get_view(view_type="form")["arch"]
                self.assertIn("finance_size_warning", arch)
                wizard = self.open_dialog(document, self.upload(document), self.stranger)
                self.assertTrue(wizard.finance_size_warning)

    def test_one_name_everywhere(self):
        document = self.make_invoice()
        self.env["ir.config_parameter"].set_param("base.default_max_email_size", "10")
        file = self.upload(document)
        document.env["finance.portal.file"]._show(document, file)
        self.send_large(document, file, self.ada)
        self.assertIn(SAFE, self.attached(self.ada.email))
        shown = document._finance_portal_get_extra_values()["files"]
        self.assertEqual([one["name"] for one in shown], [SAFE])

    def test_setting_off_leaves_it_to_odoo(self):
        self.company.finance_portal_close_native = False
        document = self.make_invoice()
        self.send_large(document, self.upload(document), self.stranger)
        self.assertIn(STRANGE, self.attached(self.stranger.email))
