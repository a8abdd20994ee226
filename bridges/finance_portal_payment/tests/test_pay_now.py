"""Paying an invoice from its link and from an account, as far as no browser is needed."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.finance_portal.tests.http_common import GATEWAY
from odoo.addons.finance_portal.tools.secure_token import new_ref

from . import payment_common
from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPayNow(PaymentCase):
    # === FROM LINK TO MONEY === #

    def test_an_invoice_is_paid_from_its_link(self):
        link, token = self.issue()
        page = self.open_link(token)
        self.assertIn(f'href="/finance/d/{link.ref}/pay">Pay now</a>', page.text)
        answer = self.start(self.open_pay_page(link))
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(self.state_of(answer)[0], "draft")
        transaction = self.transactions(self.invoice)
        self.assertEqual((transaction.amount, transaction.invoice_ids), (100.0, self.invoice))
        self.assertEqual(transaction.partner_id, self.ada)
        self.simulate(transaction)
        status = self.visit("/payment/status")
        self.assertEqual(status.headers["Location"], f"/finance/d/{link.ref}/pay/result")
        result = self.open_result(link)
        self.assertIn("Payment received", result.text)
        self.assertEqual(result.headers["Refresh"], "3")
        self.assertFalse(transaction.is_post_processed, "looking changes nothing (L7)")
        self.book()
        result = self.open_result(link)
        self.assertIn("There&#39;s nothing left to pay.", result.text)
        self.assertNotIn("Refresh", result.headers)
        self.assertEqual(self.invoice.payment_state, "paid")
        self.assertEqual(self.kinds_of(), ["payment_started", "payment_received"])
        self.assertTrue(link.viewed_at, "who pays has seen it")
        page = self.visit(f"/finance/d/{link.ref}")
        self.assertNotIn("/pay", page.text)

    def test_who_paid_sees_the_reference_and_has_the_receipt(self):
        """L6: the receipt is for the browser that paid, not for all who hold a link."""
        link, _page = self.enter()
        receipt = f"/finance/d/{link.ref}/pay/receipt"
        transaction = self.pay(link)
        self.assertNotIn(receipt, self.open_result(link).text, "not booked yet")
        self.assertEqual(self.visit(receipt).status_code, 404)
        self.book()
        result = self.open_result(link)
        self.assertIn("check-mark", result.text)
        self.assertIn(transaction.reference, result.text)
        self.assertIn(f'href="{receipt}"', result.text)
        self.classPatch(
            self.env.registry["account.payment"],
            "_finance_portal_get_pdf",
            lambda payment, keep=True: (f"{payment.id}.pdf", b"%PDF receipt"),
        )
        file = self.visit(receipt)
        self.assertEqual((file.status_code, file.content), (200, b"%PDF receipt"))
        self.assertStrictHeaders(file)
        self.assertIn(f"{transaction.payment_id.id}.pdf", file.headers["Content-Disposition"])
        self.become_stranger()
        other, _page = self.enter(partner=self.ben)
        self.assertNotIn("pay/receipt", self.open_result(other).text)
        self.assertEqual(self.visit(f"/finance/d/{other.ref}/pay/receipt").status_code, 404)

    def test_l7_who_pays_is_a_person_whatever_the_browser_says(self):
        link, page = self.enter()
        with patch.object(payment_common, "PHONE", GATEWAY):
            self.assertEqual(self.start(page).status_code, 200)
        rows = self.Event.search([("link_id", "=", link.id)], order="id")
        told = rows.filtered(lambda row: row.kind in ("viewed", "payment_started"))
        self.assertEqual(told.mapped("kind"), ["viewed", "payment_started"])
        self.assertEqual(set(told.mapped("verdict")), {"person"})
        self.assertTrue(link.viewed_at)

    def test_arrived_money_is_booked_by_a_job_at_once(self):
        """Nobody has to come back from the provider's page for it."""
        cron = self.env.ref("payment.cron_post_process_payment_tx")
        Trigger = self.env["ir.cron.trigger"].sudo()
        Trigger.search([]).unlink()
        _link, page = self.enter()
        self.start(page)
        self.assertFalse(Trigger.search([("cron_id", "=", cron.id)]))
        self.simulate(self.transactions(self.invoice))
        self.assertTrue(Trigger.search([("cron_id", "=", cron.id)]))

    def test_a_signed_in_customer_pays(self):
        self.sign_in()
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.invoice)}"
        self.assertIn(f'href="{path}/pay">Pay now</a>', self.visit(path).text)
        answer = self.start(self.visit(f"{path}/pay"))
        self.assertEqual(self.state_of(answer)[0], "draft")
        transaction = self.transactions(self.invoice)
        self.simulate(transaction)
        self.assertEqual(transaction.state, "done")
        self.assertIn("Payment received", self.visit("/payment/status", follow=True).text)
        started, received = self.Event.search(
            [("res_id", "=", self.invoice.id), ("kind", "=like", "payment%")], order="id"
        )
        self.assertEqual((started.account_id, started.verdict), (self.account, "person"))
        self.assertEqual(received.verdict, "system")

    def test_failures_tell_that_nothing_was_paid_and_let_try_again(self):
        for state, words in (("error", "go through"), ("cancel", "was cancelled")):
            with self.subTest(state=state):
                link, _page = self.enter()
                self.pay(link, state=state)
                result = self.open_result(link)
                self.assertIn(words, result.text)
                self.assertIn("Nothing was paid.", result.text)
                self.assertIn(f'href="/finance/d/{link.ref}/pay">Try again</a>', result.text)
                self.assertTrue(self.form_of(self.open_pay_page(link)))
        self.assertEqual(self.kinds_of()[1::2], ["payment_failed"] * 2)

    def test_what_a_provider_says_of_a_card_is_for_whoever_holds_it(self):
        link, _page = self.enter()
        self.pay(link, state="error")
        said = "You selected the following demo payment status"
        self.assertIn(said, self.open_result(link).text)
        self.become_stranger()
        other, _page = self.enter(partner=self.ben)
        result = self.open_result(other)
        self.assertIn("go through", result.text)
        self.assertNotIn(said, result.text)

    def test_a_pending_payment_shows_what_the_company_says_of_it(self):
        bank = {"acc_number": "DE89370400440532013000", "allow_out_payment": True}
        self.invoice.partner_bank_id = self.env["res.partner.bank"].create(
            {**bank, "partner_id": self.company.partner_id.id}
        )
        link, _page = self.enter()
        self.assertIn("How to pay", self.visit(f"/finance/d/{link.ref}").text)
        transaction = self.pay(link, state="pending")
        result = self.open_result(link)
        self.assertIn("is being processed", result.text)
        self.assertIn("This can take a while.", result.text)
        self.assertEqual(result.headers["Refresh"], "20")
        page = self.visit(f"/finance/d/{link.ref}")
        self.assertIn(f'href="/finance/d/{link.ref}/pay/result">See your payment</a>', page.text)
        self.assertIn("Payment under way", page.text)
        self.assertNotIn("How to pay", page.text, "the money is not to be transferred as well")
        outside, token = self.issue(email_to="books@else.example")
        page = self.visit(f"/finance/i/{token}", follow=True)
        self.assertIn("How to pay", page.text, "who cannot look at the payment may transfer it")
        self.assertTrue(outside.is_external)
        transaction.provider_id.pending_msg = (
            "<p>Transfer it to <b>DE89 3704</b><script>alert(1)</script></p>"
        )
        result = self.open_result(link)
        self.assertIn("<b>DE89 3704</b>", result.text)
        self.assertNotIn("alert(1)", result.text)

    def test_the_result_page_tells_of_its_own_document_only(self):
        """A browser remembers the last payment it started; it may be one of another document."""
        other = self.make_invoice()
        link, _page = self.enter()
        self.pay(link)
        other_link, _page = self.enter(other)
        result = self.open_result(other_link)
        self.assertIn("No payment was started here", result.text)
        self.assertNotIn("Payment received", result.text)
        native = self.visit("/payment/status")
        self.assertEqual(native.headers["Location"], f"/finance/d/{link.ref}/pay/result")

    # === THE SEAL, AND WHAT THE BROWSER SENDS === #

    def test_the_browser_decides_nothing_but_how_to_pay(self):
        """Amount, partner, landing, cards: what a program sends instead changes nothing."""
        token = self.env["payment.token"].sudo().create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "partner_id": self.ada.id,
                "provider_ref": "saved",
                "payment_details": "9911",
            }
        )  # fmt: skip
        link, page = self.enter()
        self.assertNotRegex(page.text, r"\b9911\b", "no saved card is shown")
        self.assertNotIn("o_payment_tokenize_checkbox", page.text, "nor can one be saved")
        self.start(
            page,
            amount=0.01,
            token_id=token.id,
            tokenization_requested=True,
            landing_route="https://evil.example.com",
            is_validation=True,
            partner_id=self.eve.id,
            currency_id=self.env.ref("base.JPY").id,
            reference_prefix="mine",
            invoice_ids=[],
        )
        transaction = self.transactions(self.invoice)
        self.assertEqual((transaction.amount, transaction.partner_id), (100.0, self.ada))
        self.assertEqual(transaction.landing_route, f"/finance/d/{link.ref}/pay/result")
        self.assertEqual(transaction.operation, "online_direct")
        self.assertFalse(transaction.token_id or transaction.tokenize)
        self.assertTrue(transaction.reference.startswith(self.invoice.name))
        self.assertEqual(transaction.currency_id, self.invoice.currency_id)

    def test_a_way_to_pay_that_was_not_offered_is_refused(self):
        _link, page = self.enter()
        unpublished = self.provider.copy({"name": "Hidden", "is_published": False, "state": "test"})
        other = self.env.ref("payment.payment_method_unknown").sudo()
        for changes in (
            {"provider_id": unpublished.id},
            {"provider_id": self.demo.id},
            {"provider_id": str(self.provider.id)},
            {"provider_id": [self.provider.id]},
            {"provider_id": None},
            {"payment_method_id": other.id},
            {"payment_method_id": {}},
            {"flow": "token"},
            {"flow": "offline"},
            {"flow": None},
        ):
            with self.subTest(**changes):
                answer = self.start(page, **changes)
                self.assertNothingStarted(answer, 400, "Please try again")

    def test_only_our_own_page_for_this_browser_starts_a_payment(self):
        other = self.make_invoice()
        _link, page = self.enter()
        seal = self.form_of(page)["access-token"]
        other_link, other_page = self.enter(other)
        foreign = self.form_of(other_page)["access-token"]
        forged = [
            foreign, "", None, 7, [], {}, "x" * 100_000, seal + "0", seal.replace("100_00", "1_00"),
            seal.replace(".all.", ".part."), "é" + seal, seal.upper(), ".".join("abcde"),
            self.invoice._portal_ensure_token(),
        ]  # fmt: skip
        for text in forged:
            with self.subTest(seal=str(text)[:30]):
                answer = self.start(page, access_token=text)
                self.assertNothingStarted(answer, 400, "Please try again")
        with self.subTest("another document's address"):
            path = f"/finance/d/{other_link.ref}/pay/transaction"
            params = {"access_token": seal, "provider_id": self.provider.id, "flow": "direct"}
            params["payment_method_id"] = self.method.id
            self.assertNothingStarted(self.call(path, params), 400, "Please try", other)
        with self.subTest("another browser with the same link"):
            self.become_stranger()
            _link, token = self.issue()
            self.open_link(token)
            own, mine = self.enter()
            stolen = self.form_of(mine)["access-token"]
            self.become_stranger()
            self.open_link(token)
            answer = self.call(
                f"/finance/d/{own.ref}/pay/transaction", {**params, "access_token": stolen}
            )
            self.assertNothingStarted(answer, 404, "Open the link in your email")

    def test_what_is_no_call_of_the_form_is_answered_in_our_words(self):
        path = self.form_of(self.enter()[1])["transaction-route"]
        for body, kind in (
            ("{", "application/json"),
            ("[]", "application/json"),
            ('{"params": []}', "application/json"),
            ("7", "application/json"),
            ("\xff", "application/json"),
            ("[" * 200_000, "application/json"),
            ("a=b", "application/x-www-form-urlencoded"),
            ('{"params": {}}', "text/plain"),
        ):
            with self.subTest(body=body, kind=kind):
                answer = self.url_open(
                    path, data=body.encode("latin-1"), headers={"Content-Type": kind}
                )
                self.assertEqual(answer.status_code, 400)
                self.assertStrictHeaders(answer)
                self.assertIn("Please try again", answer.text)
        self.assertFalse(self.transactions(self.invoice))
        self.assertEqual(self.visit(path).status_code, 405)

    def test_who_comes_back_from_the_bank_in_another_browser_is_told_what_to_do(self):
        """For any reference alike, also when the link ended meanwhile."""
        link, _page = self.enter()
        with patch.object(fields.Datetime, "now", lambda: link.expires_at):
            ended = self.open_result(link)
        self.assertEqual(ended.status_code, 410)
        self.become_stranger()
        texts = set()
        for ref in (link.ref, new_ref()):
            answer = self.visit(f"/finance/d/{ref}/pay/result")
            self.assertEqual(answer.status_code, 404)
            self.assertIn(f'action="/finance/d/{ref}/request-access"', answer.text)
            texts.add(self.plain(answer))
        [text] = texts
        for shown in (text, ended.text):
            self.assertIn("If you've just paid, your payment is being processed.", shown)
            self.assertIn("Open the link in your email", shown)
            self.assertNotIn("no longer active", shown)
        self.submit(answer, f"/finance/d/{link.ref}/request-access")
        self.answer_requests()
        self.assertEqual(list(self.sent), [self.ada.email])

    def test_a_changed_amount_is_refused_and_shown(self):
        link, page = self.enter()
        context = {"active_model": "account.move", "active_ids": self.invoice.ids}
        register = self.env["account.payment.register"].with_context(**context)
        register.create({"amount": 40.0})._create_payments()
        answer = self.start(page)
        self.assertNothingStarted(answer, 409, "The document changed while you were reading.")
        self.assertEqual(self.form_of(self.open_pay_page(link))["amount"], "60.0")

    # === THE RULES OF LINKS === #

    def test_l3_l4_l5_nothing_is_paid_by_a_link_that_ended(self):
        ways = {
            "revoked": lambda _move, link: link._revoke("staff"),
            "recipient left": lambda _move, link: link.partner_id.write(
                {"parent_id": self.rival.id}
            ),
            "draft": lambda move, _link: move.button_draft(),
            "archived": lambda _move, link: link.partner_id.write({"active": False}),
            "expired": None,
        }
        for cause, end in ways.items():
            with self.subTest(cause=cause):
                move = self.make_invoice()
                cora = self.make_contact("Cora", email=f"{cause.split()[0]}@bakery.example.com")
                link, page = self.enter(move, cora)
                document = self.visit(f"/finance/d/{link.ref}")
                now = fields.Datetime.now() + timedelta(hours=24 if end is None else 0)
                if end:
                    end(move, link)
                with patch.object(fields.Datetime, "now", lambda now=now: now):
                    answer = self.start(page)
                    pages = [self.open_pay_page(link), self.open_result(link)]
                    pages.append(self.submit(document, f"/finance/d/{link.ref}/pay/again"))
                self.assertNothingStarted(answer, 410, "This link is no longer active", move)
                for other in pages:
                    self.assertEqual(other.status_code, 410)
                    self.assertStrictHeaders(other)

    def test_l6_other_customers_pay_nothing(self):
        path = f"/finance/d/{self.env['finance.portal.scope']._make_ref(self.invoice)}"
        self.assertEqual(self.visit(f"{path}/pay").status_code, 303)
        answer = self.call(f"{path}/pay/transaction", {})
        self.assertNothingStarted(answer, 403, "Please sign in again.")
        self.sign_in(self.make_account(self.eve))
        for address in ("pay", "pay/result"):
            self.assertEqual(self.visit(f"{path}/{address}").status_code, 404)
        answer = self.call(f"{path}/pay/transaction", {})
        self.assertNothingStarted(answer, 404, "We can't find this document")

    def test_l10_extra_recipients_are_not_asked_for_money(self):
        link, page = self.enter(partner=self.stranger)
        self.assertNotIn("/pay", self.visit(f"/finance/d/{link.ref}").text)
        self.assertIn("Only contacts of Bakery can pay it here.", page.text)
        self.assertFalse(self.form_of(page))

    def test_l13_starting_payments_is_throttled(self):
        """Whoever tries out stolen cards gets no further than a few."""
        _link, page = self.enter()
        self.env["ir.config_parameter"].set_param("finance_portal.throttle.deciding", "1/600")
        self.start(page)
        answer = self.start(page)
        self.assertEqual((answer.status_code, self.state_of(answer)[0]), (429, "error"))
        self.assertIn("One moment, please", self.state_of(answer)[1])

    def test_a_kind_that_is_not_paid_has_no_such_page(self):
        _link, page = self.enter(self.make_payment())
        self.assertEqual(page.status_code, 404)
