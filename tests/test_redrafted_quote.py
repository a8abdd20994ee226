"""L4: a quote in draft that was sent stays shareable; a draft never sent is never shown."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..failures import LinkGone
from .send_common import SendDocumentsCase


@tagged("post_install", "-at_install")
class TestRedraftedQuote(SendDocumentsCase):
    def sent_quote(self):
        self.compose(self.order)
        return self.token_of(self.ada.email)

    def is_live(self, token):
        try:
            return bool(self.link_of(token, "q"))
        except LinkGone:
            return False

    def test_draft_that_was_never_sent_is_never_shown(self):
        self.assertFalse(self.order._finance_portal_is_shareable())
        with self.mock_mail_gateway():
            self.order.message_post(
                body="Soon.", partner_ids=self.ada.ids, subtype_xmlid="mail.mt_comment"
            )
        self.assertFalse(self.tokens_in(self.sent[self.ada.email]))
        self.assertNoNativeTrace(self.sent[self.ada.email])

    def test_link_lives_while_staff_rework_what_was_sent(self):
        token = self.sent_quote()
        self.order.action_draft()
        self.assertEqual(self.order.state, "draft")
        self.assertTrue(self.is_live(token))
        self.order.action_draft()
        self.order.write({"state": "draft"})
        self.assertTrue(self.is_live(token))

    def test_request_access_to_a_reworked_quote_brings_a_fresh_link(self):
        token = self.sent_quote()
        link = self.link_of(token, "q")
        self.order.action_draft()
        later = fields.Datetime.now() + timedelta(hours=25)
        with patch.object(fields.Datetime, "now", lambda: later):
            self.assertEqual(link._get_closed_reason(), "expired")
            self.assertTrue(link._may_be_renewed())
            with self.mock_mail_gateway():
                self.order._finance_portal_mail_link(self.ada)
            self.assertTrue(self.is_live(self.token_of(self.ada.email)))

    def test_cancelling_takes_it_away_also_from_the_draft_it_becomes(self):
        token = self.sent_quote()
        link = self.link_of(token, "q")
        self.order._action_cancel()
        self.assertEqual(link.revoke_reason, "state")
        self.order.action_draft()
        self.assertFalse(self.is_live(token), "what was closed stays closed")
        self.assertFalse(self.order._finance_portal_is_shareable(), "until it is sent anew")
        self.assertFalse(link._may_be_renewed())
        fresh = self.sent_quote()
        self.assertTrue(self.is_live(fresh))
        self.assertFalse(self.is_live(token))

    def test_reworked_then_cancelled_then_draft_is_not_shown(self):
        self.sent_quote()
        self.order.action_draft()
        self.order._action_cancel()
        self.order.action_draft()
        self.assertFalse(self.order._finance_portal_is_shareable())

    def test_order_that_goes_back_to_draft_is_taken_away(self):
        self.sent_quote()
        self.order.action_confirm()
        live = self.order._finance_portal_get_live_links()
        self.assertTrue(live)
        self.order.write({"state": "draft"})
        self.assertEqual(live.mapped("revoke_reason"), ["state"])
        self.assertFalse(self.order._finance_portal_is_shareable())

    def test_copy_of_a_reworked_quote_is_a_draft_never_sent(self):
        self.sent_quote()
        self.order.action_draft()
        self.assertFalse(self.order.copy()._finance_portal_is_shareable())

    def test_several_at_once_each_by_its_own_story(self):
        never, sent = self.make_order(), self.make_order()
        sent.action_quotation_sent()
        (never + sent).write({"state": "draft"})
        self.assertEqual((never + sent).mapped("finance_reworked"), [False, True])

    def test_asking_costs_no_query_beyond_the_documents_own(self):
        token = self.sent_quote()
        link = self.link_of(token, "q")

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            link._check_open()
            return self.env.cr.sql_log_count - before

        queries()
        sent = queries()
        self.order.action_draft()
        self.assertEqual(queries(), sent)
