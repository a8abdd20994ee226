"""L9, L10 where mailings go to the customers of documents: needs the shop's database."""

from unittest.mock import patch

from odoo.tests import tagged

from .send_common import SendDocumentsCase
from .test_native_shop import SHOP


@tagged(*SHOP)
class TestMailingLinks(SendDocumentsCase):
    """Odoo's job sends mailings as the system, whoever wrote them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls.make_user("marketer", "mass_mailing.group_mass_mailing_user")
        cls.order.state = "sent"

    def make_mailing(self, document):
        """Return a mailing to the customer of a document, with Odoo's own address of it."""
        body = f"<p>Look: {document.get_base_url()}{document.access_url}</p>"
        return (
            self.env["mailing.mailing"]
            .with_user(self.marketer)
            .create(
                {
                    "subject": "News",
                    "body_arch": body,
                    "body_html": body,
                    "mailing_model_id": self.env["ir.model"]._get_id(document._name),
                    "mailing_domain": repr([("id", "=", document.id)]),
                }
            )
        )

    def by_job(self, mailing, _document):
        mailing.action_put_in_queue()
        jobs = mailing.with_user(self.env.ref("base.user_root"))
        jobs._process_mass_mailing_queue()

    def by_hand(self, mailing, document):
        mailing.sudo().action_send_mail(document.ids)

    def test_l9_l10_a_mailing_brings_no_link_and_shows_no_file(self):
        """Whoever writes mailings need not see documents, and may enter contacts' addresses."""
        for document in (self.invoice, self.order):
            for way in (self.by_job, self.by_hand):
                with self.subTest(model=document._name, way=way.__name__):
                    mailing = self.make_mailing(document)
                    mailing.attachment_ids = mailing.env["ir.attachment"].create(
                        {"name": "large.txt", "raw": b"x" * 20_000}
                    )
                    self.send(mailing, document, way)
                    about = [("res_model", "=", document._name), ("res_id", "=", document.id)]
                    self.assertFalse(self.Link.search(about))
                    self.assertFalse(self.env["finance.portal.file"].sudo().search(about))

    def send(self, mailing, document, way):
        Server = type(self.env["ir.mail_server"])
        small = patch.object(Server, "_get_max_email_size", lambda _self: 0.01)
        with self.mock_mail_gateway(), patch.object(self.env.cr, "commit"), small:
            way(mailing, document)
            self.env["mail.mail"].sudo().search([("state", "=", "outgoing")]).send()
            self.assertEqual(len(self._mails), 1, "the mailing leaves")
            self.assertFalse([body for body in self.sent.values() if self.tokens_in(body)])
