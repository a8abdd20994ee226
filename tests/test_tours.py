"""The way a person sends an invoice, in a real browser."""

from datetime import timedelta

from odoo.tests import tagged

from .tour_common import TourCase


@tagged("post_install", "-at_install")
class TestTours(TourCase):
    def test_send_to_customer(self):
        self.company.external_report_layout_id = self.env.ref("web.external_layout_standard")
        self.make_user("boss", "account.group_account_manager", password="boss", name="Boss")
        url = f"/odoo/action-account.action_move_out_invoice/{self.invoice.id}"
        with self.mock_mail_gateway():
            self.start_tour(url, "finance_portal_send_to_customer", login="boss")
        self.env.invalidate_all()
        self.assertTrue(self.invoice.is_move_sent)
        token = self.token_mailed_to(self.ada)
        self.assertDead(token, "the tour revoked it")

    def test_sharing_overview(self):
        link, _token = self.issue(ago=timedelta(hours=30))
        link.env["mail.mail"].search([("mail_message_id", "=", link.mail_message_id)]).unlink()
        self.make_user("boss", "account.group_account_manager", password="boss", name="Boss")
        self.start_tour("/odoo/sharing", "finance_portal_sharing_overview", login="boss")

    def test_files_for_customer(self):
        terms, plan = self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": b"%PDF",
                    "res_model": "account.move",
                    "res_id": self.invoice.id,
                }
                for name in ("terms.pdf", "plan.pdf")
            ]
        )
        terms.raw = b"%PDF other"
        self.env["finance.portal.file"]._show(self.invoice, plan)
        self.make_user("boss", "account.group_account_manager", password="boss", name="Boss")
        url = f"/odoo/action-account.action_move_out_invoice/{self.invoice.id}"
        self.start_tour(url, "finance_portal_files_for_customer", login="boss")
        self.env.invalidate_all()
        self.assertEqual([file for _ref, file in self.invoice._finance_portal_get_files()], [terms])
        self.assertEqual(self.invoice.finance_note, "Thank you for the order")

    def test_portal_access(self):
        groups = ("account.group_account_manager", "base.group_partner_manager")
        self.make_user("boss", *groups, password="boss", name="Boss")
        with self.mock_mail_gateway():
            url = f"/odoo/res.partner/{self.ada.id}"
            self.start_tour(url, "finance_portal_portal_access", login="boss")
        self.env.invalidate_all()
        account = self.ada._finance_portal_get_account()
        self.assertEqual(account._get_state(), "invited")
        kinds = self.Event.search([("account_id", "=", account.id)], order="id").mapped("kind")
        self.assertEqual([kind for kind in kinds if kind.startswith("account")], [
            "account_enabled", "account_disabled", "account_enabled",
        ])  # fmt: skip
