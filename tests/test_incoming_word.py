"""Whoever writes an email to us decides nothing: anybody may write any sender on an envelope."""

from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .received_mail_common import ReceivedCase
from .test_automatic_doubt import NEW, DoubtMixin

SENDER = "{}@elsewhere.example.com"
HOUR = timedelta(hours=1)


@tagged("post_install", "-at_install")
class TestIncomingWord(DoubtMixin, ReceivedCase):
    """What Odoo passes on to followers, and to whoever wrote what is answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rights = "account.group_account_invoice", "finance_portal.group_finance_portal_user"
        cls.clerk = cls.make_user("clerk", *rights)
        cls.invoice.message_subscribe((cls.ada + cls.ben).ids)

    def pass_on(self):
        """Yield whose address a reply had, and what Odoo then mailed to followers, by address."""
        for sender in (SENDER.format("nobody"), self.clerk.email, self.ben.email):
            self.receive(self.make_reply(sender=sender))
            yield sender, self.sent

    def links_of(self, contact):
        return self.Link.search([("partner_id", "=", contact.id)])

    def revoke(self):
        """Revoke what was mailed to Ada an hour ago."""
        with freeze_time(fields.Datetime.now() - HOUR):
            link, _token = self.issue(self.invoice, self.ada)
            link._revoke("staff")
        return link

    def test_it_brings_no_link_to_whom_staff_revoked_it(self):
        """Else whoever asks in vain for access writes to us, from some other address."""
        link = self.revoke()
        for sender, sent in self.pass_on():
            with self.subTest(sender=sender):
                self.assertFalse(self.tokens_in(sent[self.ada.email]))
                self.assertEqual(self.links_of(self.ada), link)
        self.assertTrue(self.links_of(self.ben), "others get theirs")
        self.invoice.message_unsubscribe(self.ada.ids)
        own = self.receive(self.make_reply())
        again = {"In-Reply-To": own.message_id}
        self.receive(self.make_reply(sender=SENDER.format("me"), **again))
        self.assertIn(self.ada.email, self.sent)
        self.assertEqual(self.links_of(self.ada), link)
        self.send()
        self.assertEqual(len(self.links_of(self.ada)), 2, "staff decide anew")

    def test_it_brings_nothing_to_an_address_in_doubt(self):
        with self.mock_mail_gateway():
            self.put_in_doubt(self.ada)
        for sender, sent in self.pass_on():
            with self.subTest(sender=sender):
                self.assertNotIn(NEW, [*sent])


@tagged("post_install", "-at_install")
class TestAwayAnswer(DoubtMixin, ReceivedCase):
    """What Odoo answers by itself to whoever writes to us while somebody is away.

    A document's number, and that of an email about it, are no secret of who got one once.
    """

    def setUp(self):
        super().setUp()
        rights = "account.group_account_invoice", "finance_portal.group_finance_portal_user"
        self.clerk = self.make_user("clerk", *rights)
        self.clerk.write(
            {"out_of_office_from": "2020-01-01", "out_of_office_message": "<p>Away</p>"}
        )
        self.invoice.invoice_user_id = self.clerk

    def answer(self, sender):
        """Return what is answered to a sender, or nothing."""
        # Odoo tells nobody twice within days.
        self.env["mail.message"].search([("message_type", "=", "out_of_office")]).unlink()
        self.receive(self.make_reply(sender=sender))
        return self.sent.get(sender)

    def test_outsiders_get_no_link_and_are_told_no_amount(self):
        gone = self.make_contact("Gone", email=SENDER.format("gone"))
        with freeze_time(fields.Datetime.now() - HOUR):
            self.issue(self.invoice, gone)
        gone.parent_id = self.rival
        links = self.Link.search([])
        for sender in (SENDER.format("nobody"), self.stranger.email, self.eve.email, gone.email):
            with self.subTest(sender=sender):
                answer = self.answer(sender)
                self.assertIn("Away", answer)
                self.assertFalse(self.tokens_in(answer))
                self.assertNotIn(self.invoice._finance_portal_get_mail_hero()["amount"], answer)
                self.assertEqual(self.Link.search([]), links)

    def test_contacts_of_the_customer_get_theirs_unless_staff_revoked_it(self):
        self.assertTrue(self.tokens_in(self.answer(self.ben.email)))
        with freeze_time(fields.Datetime.now() - HOUR):
            link, _token = self.issue(self.invoice, self.ada)
            link._revoke("staff")
        answer = self.answer(self.ada.email)
        self.assertIn("Away", answer)
        self.assertFalse(self.tokens_in(answer))
        self.assertEqual(self.Link.search([("partner_id", "=", self.ada.id)]), link)

    def test_an_address_in_doubt_gets_nothing(self):
        with self.mock_mail_gateway():
            self.put_in_doubt(self.ada)
        self.assertFalse(self.answer(NEW))
