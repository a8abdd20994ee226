"""Documents that share Odoo's dialog for emails: each is mailed as by a dialog of its own."""

import base64
import gc
from unittest.mock import patch

import psycopg2.errors

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..own_transaction import own_transaction
from .batch_common import BatchCase
from .kind_batch_rules import describe, send_lines
from .send_common import SendDocumentsCase

OWN = "odoo.addons.finance_portal.models.pdf.pdf.own_transaction"
TEMPLATE = "sale.email_template_edi_sale"


@tagged("post_install", "-at_install")
class TestSentTogether(BatchCase, SendDocumentsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.billing.group_ids += cls.env.ref("sales_team.group_sale_manager")
        cls.template = cls.env.ref(TEMPLATE)
        cls.seller = cls.make_user("seller", "sales_team.group_sale_salesman")

    def make_orders(self):
        """Return a draft quote for each contact."""
        orders = (
            self.make_order(partner=contact, user_id=self.seller.id) for contact in self.contacts
        )
        return self.env["sale.order"].union(*orders)

    def assertSentAsAlone(self, prepare=lambda order: None):
        """Assert that quotes leave the same together and alone; return what they leave."""
        left = []
        for together in (True, False):
            orders = self.make_orders().with_user(self.billing)
            for order in orders:
                prepare(order.sudo())
            earlier = {order: order.message_ids for order in orders}
            lines = send_lines(orders, together)
            self.assertEqual(lines.mapped("state"), ["sent"] * 3, lines.mapped("reason"))
            left.append([describe(order.sudo(), earlier[order]) for order in orders])
        found, expected = left
        self.assertEqual(found, expected)
        return found

    def test_the_author_is_the_salesperson_as_the_template_says(self):
        for left in self.assertSentAsAlone():
            [message] = left["messages"]
            self.assertEqual(message["author_id"], self.seller.partner_id)
            self.assertEqual(left["state"], "sent")

    def test_each_in_the_language_of_its_customer(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.template.with_context(lang="de_DE").body_html = "<p>Guten Tag</p>"
        self.contacts[1].lang = "de_DE"
        bodies = [left["messages"][0]["body"] for left in self.assertSentAsAlone()]
        self.assertEqual(["Guten Tag" in body for body in bodies], [False, True, False])

    def test_whoever_wrote_last_is_answered_as_well(self):
        """Odoo's dialog for one suggests them; its own way for several does not."""

        def write(order):
            order.message_post(
                body="Please quote", author_id=self.ben.id, message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )  # fmt: skip

        for left in self.assertSentAsAlone(write):
            self.assertIn(self.ben, left["messages"][0]["partner_ids"])

    def test_what_a_company_set_in_its_template(self):
        terms = self.env["ir.attachment"].create({"name": "Terms.txt", "raw": b"Terms"})
        self.template.write(
            {
                "attachment_ids": [Command.set(terms.ids)],
                "email_from": "{{ 'Sales <sales@company.test.example.com>' }}",
                "reply_to": "{{ 'answers@company.test.example.com' }}",
                "use_default_to": False,
                "partner_to": "{{ object.partner_id.id }}",
                "email_cc": "{{ 'cc@bakery.example.com' }}",
                "auto_delete": False,
            }
        )
        for left in self.assertSentAsAlone():
            [message] = left["messages"]
            self.assertIn("Terms.txt", {name for name, *_rest in left["files"]})
            self.assertEqual(message["reply_to"], "answers@company.test.example.com")
        self.assertEqual(terms.res_model, "mail.template", "its own file stays where it is")

    def test_quotes_and_orders_have_a_dialog_for_each_template(self):
        orders = self.make_orders()
        orders[1].action_confirm()
        batch = orders.with_context(finance_portal_batch=True)
        dialogs = batch._finance_portal_get_dialogs()
        mailed = [context["default_res_ids"] for _model, context in dialogs]
        self.assertEqual(mailed, [[orders[0].id, orders[2].id], orders[1].ids])
        self.assertEqual(len(orders._finance_portal_get_dialogs()), 3, "each alone elsewhere")

    def test_without_a_template_each_has_its_own_dialog(self):
        bare = self.env["mail.template"]
        with patch.object(type(self.order), "_find_mail_template", lambda _order: bare):
            batch = self.make_orders().with_context(finance_portal_batch=True)
            self.assertEqual(len(batch._finance_portal_get_dialogs()), 3)

    # === ONE FAILS === #

    def test_one_that_fails_stops_none_of_the_others(self):
        orders = self.make_orders()
        Order, post = type(orders), type(orders).message_post

        def refuse(order, **values):
            if order.id == orders[1].id:
                raise UserError(order.env._("Not this one."))
            return post(order, **values)

        with patch.object(Order, "message_post", refuse):
            batch = self.send_all(orders)
        states = self.states(batch)
        self.assertEqual([states[one.id] for one in orders], ["sent", "failed", "sent"])
        self.assertEqual([len(self.mails(one)) for one in orders], [1, 0, 1])
        self.assertEqual(orders.mapped("state"), ["sent", "draft", "sent"])

    def test_a_recipient_without_an_address_stops_their_quote_alone(self):
        nobody = self.env["res.partner"].create({"name": "Nobody"})
        self.template.write(
            {
                "use_default_to": False,
                "partner_to": "{{ object.partner_id.id }}{{ object.client_order_ref or '' }}",
            }
        )
        orders = self.make_orders()
        orders[1].client_order_ref = f",{nobody.id}"
        batch = self.send_all(orders)
        states = self.states(batch)
        self.assertEqual([states[one.id] for one in orders], ["sent", "failed", "sent"])
        [failed] = batch.line_ids.filtered(lambda line: line.state == "failed")
        self.assertEqual(failed.reason, orders[1]._finance_portal_get_unreachable_note("Nobody"))

    # === WHAT MAY SHARE A DIALOG === #

    def test_only_a_batch_fills_in_what_single_dialogs_would(self):
        """Odoo's own dialog for several is Odoo's, whoever opens it."""
        orders, values = self.make_orders(), {"composition_mode": "comment"}
        values |= {"model": orders._name, "res_ids": repr(orders.ids)}
        values["template_id"] = self.template.id
        Composer = self.env["mail.compose.message"].with_context(mail_notify_force_send=False)
        self.assertFalse(Composer.create(values)._finance_portal_mails_several())
        ours = Composer.with_context(finance_portal_batch=True)
        self.assertTrue(ours.create(values)._finance_portal_mails_several())
        others = {"model": "res.partner", "res_ids": repr((self.ada | self.ben).ids)}
        composer = ours.create({**values, **others, "template_id": False, "body": "Hello"})
        self.assertFalse(composer._finance_portal_mails_several())

    # === PRICE === #

    def test_queries_for_each_quote(self):
        """The budget for many; Odoo's dialog for each took twice as many."""

        def queries(count):
            orders = self.env["sale.order"].union(*(self.make_order() for _one in range(count)))
            lines = self.make_batch(orders).sudo().line_ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines._work()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(2)
        four, eight = queries(4), queries(8)
        self.assertLessEqual((eight - four) / 4, 15)

    def test_what_was_printed_leaves_no_environments_behind(self):
        """Odoo looks each one up among all that there are: they would slow down what follows."""

        def environments(count):
            orders = self.env["sale.order"].union(*(self.make_order() for _one in range(count)))
            lines = self.make_batch(orders).sudo().line_ids
            gc.collect()
            before = len(self.env.transaction.envs)
            lines._work()
            return len(self.env.transaction.envs) - before

        gc.disable()
        self.addCleanup(gc.enable)
        environments(2)
        self.assertLess((environments(6) - environments(2)) / 4, 1)

    def test_only_who_had_a_link_before_is_asked_for_an_earlier_attempt(self):
        orders, Link = self.make_orders(), self.env.registry["finance.portal.link"]
        for expected in (0, len(orders)):
            self.send_all(orders)
            with patch.object(Link, "_is_another_attempt", return_value=False) as asked:
                self.run_queue()
            self.assertEqual(asked.call_count, expected)

    def test_pdfs_of_a_group_are_stored_at_once(self):
        orders = self.make_orders()
        Pdf = self.env["finance.portal.pdf"]
        self.assertIsNone(Pdf._keep_newest([]))
        earlier = Pdf._keep(orders[1], "Earlier.pdf", b"%PDF earlier")
        self.assertEqual(earlier[1], b"%PDF earlier")
        contents = {one.id: b"%%PDF of %d" % one.id for one in orders}
        with patch(OWN, wraps=own_transaction) as opened:
            orders._finance_portal_remember_pdfs(contents)
        self.assertEqual(opened.call_count, 1)
        for one in orders:
            kept = Pdf._find(one)
            self.assertEqual(base64.b64decode(kept.content), contents[one.id])
            self.assertEqual(kept.filename, one._finance_portal_get_pdf_name())

    def test_a_document_that_is_locked_keeps_back_no_other_pdf(self):
        orders = self.make_orders()
        Pdf = type(self.env["finance.portal.pdf"])
        store = Pdf._store_newest

        def refuse(pdfs, rows, contents):
            if orders[1].id in contents:
                raise psycopg2.errors.LockNotAvailable
            return store(pdfs, rows, contents)

        with patch.object(Pdf, "_store_newest", refuse):
            orders._finance_portal_remember_pdfs({one.id: b"%PDF" for one in orders})
        ready = [one._finance_portal_is_pdf_ready() for one in orders]
        self.assertEqual(ready, [True, False, True])
