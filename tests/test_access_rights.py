"""Who may see and do what in the back office."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import FinancePortalCase


@tagged("post_install", "-at_install")
class TestAccessRights(FinancePortalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.link, cls.token = cls.issue()
        cls.nobody = cls.make_user("nobody", "base.group_user")
        cls.auditor = cls.make_user("auditor", "account.group_account_readonly")
        cls.billing = cls.make_user("billing", "account.group_account_invoice")
        cls.boss = cls.make_user("boss", "account.group_account_manager")
        cls.sharer = cls.make_user("sharer", "finance_portal.group_finance_portal_user")
        cls.portal = cls.make_user("portal", "base.group_portal")
        cls.public = cls.env.ref("base.public_user")

    def refused(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        muted = mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
        with muted, self.assertRaises(AccessError):
            action()

    # === GROUPS === #

    def test_groups_follow_the_invoicing_groups(self):
        user, manager = (
            "finance_portal.group_finance_portal_user",
            "finance_portal.group_finance_portal_manager",
        )
        self.assertTrue(self.billing.has_group(user))
        self.assertFalse(self.billing.has_group(manager))
        self.assertTrue(self.boss.has_group(manager))
        for outsider in (self.nobody, self.auditor, self.portal, self.public.sudo()):
            self.assertFalse(outsider.has_group(user), outsider.login)

    # === READING === #

    def test_links_and_events_are_for_the_group_only(self):
        for user in (self.billing, self.boss):
            with self.subTest(user=user.sudo().login):
                self.assertEqual(
                    self.Link.with_user(user).search([("id", "=", self.link.id)]).ids, self.link.ids
                )
                self.assertTrue(self.Event.with_user(user).search([("link_id", "=", self.link.id)]))
        for user in (self.nobody, self.auditor, self.portal, self.public):
            with self.subTest(user=user.sudo().login):
                self.refused(lambda user=user: self.Link.with_user(user).search([]))
                self.refused(lambda user=user: self.link.with_user(user).read(["email"]))
                self.refused(lambda user=user: self.Event.with_user(user).search([]))

    def test_what_is_kept_about_a_document_is_for_those_who_may_read_it(self):
        own, seller = "sales_team.group_sale_salesman", "sales_team.group_sale_salesman_all_leads"
        peter, paula = self.make_user("peter", own), self.make_user("paula", own)
        chief = self.make_user("chief", seller)
        quote = self.make_quote(user_id=peter.id)
        link, _token = self.issue(quote)
        decision = self.env["finance.portal.decision"]._keep(
            link, "declined", quote._finance_portal_get_terms(), ("Q.pdf", b"%PDF"), {}
        )
        # Odoo lets whoever invoices read all orders.
        sees = {peter: True, chief: True, self.billing: True, paula: False, self.sharer: False}
        for user, may in sees.items():
            for record in (link, decision):
                with self.subTest(user=user.sudo().login, model=record._name):
                    mine = record.with_user(user)
                    self.assertEqual(
                        mine.search([("res_id", "=", quote.id)]), mine if may else mine.browse()
                    )
                    self.assertEqual(mine.has_access("read"), may)
            Event = self.Event.with_user(user)
            self.assertEqual(bool(Event.search_count([("link_id", "=", link.id)])), may)
            self.assertEqual(bool(Event._read_group([("link_id", "=", link.id)], ["kind"])), may)
        self.refused(lambda: link.with_user(paula).read(["email"]))
        self.refused(lambda: decision.with_user(paula).read(["pdf"]))

    def test_managers_still_see_what_became_of_deleted_documents(self):
        quote = self.make_quote(sent=False)
        rows = self.Event._record("revoked", document=quote, reason="deleted")
        quote.unlink()
        for user, may in ((self.boss, True), (self.billing, False)):
            self.assertEqual(bool(rows.with_user(user).search([("id", "in", rows.ids)])), may)

    def test_internal_tables_are_for_nobody(self):
        for model in (
            "finance.portal.access.request",
            "finance.portal.pdf",
            "finance.portal.statement.run",
            "finance.portal.throttle",
        ):
            for user in (self.env.ref("base.user_admin"), self.boss, self.public):
                with self.subTest(model=model, user=user.sudo().login):
                    self.refused(
                        lambda model=model, user=user: self.env[model].with_user(user).search([])
                    )

    def test_fields_on_the_document_are_hidden_from_others(self):
        names = (
            "finance_link_ids",
            "finance_event_ids",
            "finance_live_link_count",
            "finance_undelivered",
        )
        move = self.invoice.with_user(self.auditor)
        self.assertFalse(set(names) & set(move.fields_get()))
        for name in names:
            with self.subTest(name=name):
                self.refused(lambda name=name: move.read([name]))
        self.assertEqual(
            set(self.invoice.with_user(self.billing).read(names)[0]) - {"id"}, set(names)
        )

    # === VIEWS === #

    def test_invoice_form_works_with_and_without_the_group(self):
        for user, visible in ((self.billing, True), (self.boss, True), (self.auditor, False)):
            with self.subTest(user=user.sudo().login):
                moves = self.env["account.move"].with_user(user)
                arch = moves.get_views([(False, "form")])["views"]["form"]["arch"]
                for trace in ("finance_sharing", "finance_undelivered", "finance_link_ids"):
                    self.assertEqual(trace in arch, visible, trace)
                self.assertEqual("action_finance_portal_revoke_all" in arch, user == self.boss)
                form = Form(self.invoice.with_user(user))
                self.assertEqual(form.name, self.invoice.name)

    def test_lists_and_menus_open(self):
        for kind in ("link", "event", "decision", "batch", "issued_statement"):
            action = (
                self.env["ir.actions.act_window"]
                .with_user(self.billing)
                ._for_xml_id(f"finance_portal.finance_portal_{kind}_action")
            )
            views = [(False, kind) for kind in (*action["view_mode"].split(","), "search")]
            result = self.env[action["res_model"]].with_user(self.billing).get_views(views)
            self.assertNotIn("token_hash", str(result))
        seller = self.make_user("seller", "sales_team.group_sale_salesman")
        menu = self.env.ref("finance_portal.menu_finance_portal")
        below = menu.search([("id", "child_of", menu.id)]) - menu
        names = below.get_external_id()
        own = below.filtered(lambda one: names[one.id].startswith("finance_portal."))
        self.assertGreaterEqual(len(own), 5, "other addons add theirs")
        balances = self.env.ref("finance_portal.menu_finance_portal_issued_statement")
        managers = self.env.ref("finance_portal.menu_finance_portal_setup_check")
        managers |= self.env.ref("finance_portal.menu_finance_portal_enabling")
        for user, hidden in (
            (self.boss, set()),
            (self.billing, {*managers.ids}),
            (seller, {balances.id, *managers.ids}),
        ):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertEqual({menu.id, *own.ids} - visible, hidden)
            visible = self.env["ir.ui.menu"].with_user(self.nobody)._visible_menu_ids()
            self.assertNotIn(menu.id, visible)

    def test_settings_are_for_those_who_may_change_odoo(self):
        for user in (self.boss, self.sharer, self.nobody):
            with self.subTest(user=user.sudo().login):
                settings = self.env["res.config.settings"].with_user(user)
                self.refused(lambda settings=settings: settings.create({}))

    # === ACTIONS === #

    def test_revoking_is_for_managers(self):
        for user in (self.billing, self.sharer, self.auditor, self.nobody):
            with self.subTest(user=user.sudo().login):
                self.refused(lambda user=user: self.link.with_user(user).action_revoke())
                self.refused(
                    lambda user=user: self.invoice.with_user(
                        user
                    ).action_finance_portal_revoke_all()
                )
        self.assertLive(self.token)
        self.invoice.with_user(self.boss).action_finance_portal_revoke_all()
        self.assertDead(self.token)
        self.assertEqual(self.link.revoked_by_id, self.boss)

    def resend_as(self, user):
        wizard = self.env["finance.portal.resend"].with_user(user).create({"link_id": self.link.id})
        with self.mock_mail_gateway():
            wizard.action_send()

    def test_sending_again_is_for_those_who_see_the_document(self):
        self.resend_as(self.billing)
        self.assertLive(self.token_mailed_to(self.ada))
        for user in (self.nobody, self.auditor, self.portal):
            with self.subTest(user=user.sudo().login):
                self.refused(lambda user=user: self.resend_as(user))

    def test_link_of_a_document_that_a_user_may_not_read_cannot_be_sent_again(self):
        self.refused(lambda: self.resend_as(self.sharer))

    def test_retry_is_for_those_who_may_change_the_document(self):
        for user in (self.auditor, self.nobody, self.sharer):
            with self.subTest(user=user.sudo().login):
                self.refused(
                    lambda user=user: self.invoice.with_user(user).action_finance_portal_retry()
                )

    def test_billing_user_sends_and_sees_the_result(self):
        wizard = self.env["account.move.send.wizard"].with_user(self.billing).with_context(
            active_model="account.move", active_ids=self.invoice.ids
        ).create({"sending_methods": ["email"], "finance_revoke_earlier": True})  # fmt: skip
        with self.mock_mail_gateway():
            wizard.action_send_and_print()
        self.assertDead(self.token)
        move = self.invoice.with_user(self.billing)
        self.assertEqual(move.finance_live_link_count, 1)
        self.assertEqual(set(move.finance_link_ids.mapped("state")), {"live", "closed"})
        self.assertTrue(all(move.finance_link_ids.mapped("delivery_state")))

    # === COMPANIES === #

    def test_other_companies_see_nothing(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self.make_user("stranger", "account.group_account_manager")
        stranger.write({"company_ids": [Command.set(company.ids)], "company_id": company.id})
        with self.mock_mail_gateway():
            Account = self.env["finance.portal.account"].with_user(self.boss)
            mailed = Account._enable(self.ada.with_user(self.boss)).mailed_link_ids
        for record in (mailed, mailed.account_id):
            self.assertTrue(record.with_user(self.boss).search([]))
            self.assertFalse(record.with_user(stranger).search([]))
            self.refused(lambda record=record: record.with_user(stranger).read())
        Link = self.Link.with_user(stranger)
        self.assertFalse(Link.search([]))
        self.assertFalse(self.Event.with_user(stranger).search([]))
        self.refused(lambda: Link.browse(self.link.id).read(["email"]))
        self.refused(lambda: Link.browse(self.link.id).action_revoke())
        self.refused(lambda: self.invoice.with_user(stranger).action_finance_portal_revoke_all())
        self.assertLive(self.token)

    def test_user_of_both_companies_sees_the_active_ones(self):
        company = self.env["res.company"].create({"name": "Other"})
        self.boss.company_ids += company
        Link = self.Link.with_user(self.boss)
        self.assertTrue(Link.with_context(allowed_company_ids=self.company.ids).search([]))
        self.assertFalse(Link.with_context(allowed_company_ids=company.ids).search([]))

    # === THE CUSTOMER'S SIDE === #

    def test_portal_user_of_the_customer_sees_no_links_over_rpc(self):
        self.portal.partner_id.write({"parent_id": self.customer.id})
        self.refused(lambda: self.Link.with_user(self.portal).search([]))
        move = self.invoice.with_user(self.portal)
        self.refused(lambda: move.read(["finance_link_ids"]))
