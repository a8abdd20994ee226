"""L1 to L4 and L9 for an email that lists several documents: each has a link of its own."""

from odoo.tests import tagged

from ..tools.secure_token import PLACEHOLDER
from .common import FinancePortalCase

SENDER = "finance_portal.group_finance_portal_user"


@tagged("post_install", "-at_install")
class TestSeveralLinks(FinancePortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second, cls.quote = cls.make_invoice(cls.ben), cls.make_quote()
        cls.documents = [cls.invoice, cls.second, cls.quote]

    def mail_list(self, documents=None, contact=None, user=None, **options):
        """Queue a list of documents, and hand it to whatever mail server there is."""
        contact = contact or self.ada
        links = self.env["finance.portal.several.links"]
        links = links.with_user(user or self.env.user)._localize(contact)
        items = [links._make_item(document) for document in documents or self.documents]
        options = {"subject": "Open documents", "body": "Hello", **options}
        return links._mail(contact, self.company, items, **options)

    def send_list(self, *args, **options):
        with self.mock_mail_gateway():
            return self.mail_list(*args, **options)

    def queue_list(self, *args, **options):
        """Return the email that waits since no mail server answers."""
        with self.no_mail_server():
            message = self.mail_list(*args, **options)
        return self.mails_of(message)

    def mails_of(self, message):
        return self.env["mail.mail"].sudo().search([("mail_message_id", "=", message.id)])

    def links_of(self, message):
        return self.Link.sudo().search([("mail_message_id", "=", message.id)])

    def hand_over(self, mails):
        with self.mock_mail_gateway():
            mails.send()

    # === EACH ITS OWN === #

    def test_l1_each_document_has_a_token_of_its_own_that_opens_it_alone(self):
        message = self.send_list()
        self.assertEqual(list(self.sent), [self.ada.email])
        tokens = self.tokens_in(self.sent[self.ada.email])
        self.assertEqual(len(tokens), len(self.documents))
        links = self.links_of(message)
        subjects = {(link.res_model, link.res_id) for link in links}
        self.assertEqual(subjects, {(one._name, one.id) for one in self.documents})
        self.assertEqual(links.partner_id, self.ada)
        self.assertEqual(set(links.mapped("email")), {self.ada.email})
        self.assertFalse(any(links.mapped("is_external")), "a contact may answer")
        for document in self.documents:
            link = links.filtered(lambda one, own=document: one._get_document() == own)
            self.assertEqual(link.prefix, document._finance_portal_get_prefix())
            events = self.Event.search([("link_id", "=", link.id)])
            self.assertEqual(events.mapped("kind"), ["sent"])

    def test_l2_what_is_stored_holds_placeholders(self):
        mail = self.queue_list()
        self.assertEqual(mail.body_html.count(PLACEHOLDER), len(self.documents))
        self.assertFalse(self.tokens_in(mail.body_html))
        self.assertNotIn(PLACEHOLDER, mail.mail_message_id.body)
        first = self.links_of(mail.mail_message_id)
        self.hand_over(mail)
        tokens = self.tokens_in(self.sent[self.ada.email])
        self.assertFalse(self.tokens_in(mail.exists().body_html or ""))
        self.assertEqual(len(tokens), len(self.documents))
        links = self.links_of(mail.mail_message_id) - first
        self.assertEqual(len(links), len(self.documents), "a retry makes each anew")

    def test_each_link_has_the_delivery_of_its_last_attempt(self):
        mail = self.queue_list()
        message = mail.mail_message_id
        mail._prepare_outgoing_list()  # an attempt that comes no further
        failed = self.links_of(message)
        self.assertEqual(len(failed), len(self.documents))
        self.assertEqual(set(failed.mapped("delivery_state")), {"delayed"})
        self.hand_over(mail)
        self.env.invalidate_all()
        self.assertEqual(set(failed.mapped("delivery_state")), {"failed"})
        self.assertEqual(set((self.links_of(message) - failed).mapped("delivery_state")), {"sent"})

    def test_plain_text_has_the_same_links(self):
        self.send_list()
        [mail] = self._mails
        self.assertEqual(self.tokens_in(mail["body"]), self.tokens_in(mail["body_alternative"]))

    def test_queries_do_not_grow_with_the_documents(self):
        def count(number):
            documents = [self.make_invoice() for _one in range(number)]
            mail = self.queue_list(documents)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            mail._personalize_outgoing_body(mail.body_html, self.ada)
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(2), count(12))

    # === WHO GETS NONE === #

    def assertLinks(self, mail, documents):
        """Assert to which documents an email that waited brings links."""
        earlier = self.links_of(mail.mail_message_id)
        self.hand_over(mail)
        links = self.links_of(mail.mail_message_id) - earlier
        self.assertEqual([link._get_document() for link in links.sorted("id")], documents)
        self.assertEqual(len(self.tokens_in(self.sent[self.ada.email])), len(documents))

    def test_l4_what_is_over_as_the_email_leaves_gets_no_link(self):
        mail = self.queue_list()
        self.second.button_draft()
        self.assertLinks(mail, [self.invoice, self.quote])

    def test_l4_what_went_to_another_customer_gets_no_link(self):
        mail = self.queue_list()
        self.second.button_draft()
        self.second.partner_id = self.eve
        self.second.action_post()
        self.assertLinks(mail, [self.invoice, self.quote])

    def test_l9_what_staff_revoked_meanwhile_gets_no_link(self):
        link, _token = self.issue()
        mail = self.queue_list()
        link._revoke("staff")
        self.assertLinks(mail, [self.second, self.quote])

    def test_l9_revoking_all_takes_a_document_out_of_emails_that_wait(self):
        mail = self.queue_list()  # no attempt has come that far: there is no link to revoke
        self.second.action_finance_portal_revoke_all()
        self.assertLinks(mail, [self.invoice, self.quote])

    def test_l9_who_may_not_send_documents_mails_no_link(self):
        clerk = self.make_user("clerk", "base.group_user")
        message = self.send_list(user=clerk)
        self.assertEqual(list(self.sent), [self.ada.email])
        self.assertFalse(self.tokens_in(self.sent[self.ada.email]))
        self.assertTrue(message)
        self.assertFalse(self.links_of(message))

    def test_l10_documents_of_another_customer_bring_no_link(self):
        self.send_list([self.invoice, self.make_invoice(self.eve)])
        self.assertEqual(len(self.tokens_in(self.sent[self.ada.email])), 1)

    def test_a_copied_placeholder_or_list_opens_nothing(self):
        mail = self.queue_list([self.invoice])
        forged = mail.copy({"finance_portal_listed": [["account.move", self.second.id]]})
        self.hand_over(forged)
        self.assertFalse(self.tokens_in(self.sent[self.ada.email]))

    # === ADDRESSES === #

    def test_each_address_of_a_contact_gets_an_email_of_its_own(self):
        self.ada.email = "ada@bakery.example.com, ada@home.example.com"
        self.send_list()
        self.assertEqual(set(self.sent), {"ada@bakery.example.com", "ada@home.example.com"})
        tokens = [self.tokens_in(body) for body in self.sent.values()]
        self.assertEqual(len(set.union(*tokens)), 2 * len(self.documents))

    def test_one_address_alone_when_it_is_named(self):
        self.ada.email = "ada@bakery.example.com, ada@home.example.com"
        self.send_list(address="ada@home.example.com")
        self.assertEqual(list(self.sent), ["ada@home.example.com"])
        self.assertEqual(len(self.tokens_in(self.sent["ada@home.example.com"])), 3)

    def test_a_contact_who_uses_odoo_gets_an_email_as_well(self):
        colleague = self.make_user("colleague", SENDER, notification_type="inbox").partner_id
        colleague.parent_id = self.customer
        self.send_list(contact=colleague)
        self.assertEqual(len(self.tokens_in(self.sent[colleague.email])), 3)

    def test_nothing_to_list_is_an_email_without_links(self):
        links = self.env["finance.portal.several.links"]._localize(self.ada)
        with self.mock_mail_gateway():
            links._mail(self.ada, self.company, [], subject="Nothing", body="All is paid.")
        self.assertIn("All is paid.", self.sent[self.ada.email])
        self.assertFalse(self.tokens_in(self.sent[self.ada.email]))
