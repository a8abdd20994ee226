"""The customer's answer to a quote: who gives it, until when, and what it brings about."""

import base64
import hashlib
import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .decision_common import PDF, DecisionCase, drawn


@tagged("post_install", "-at_install")
class TestDecision(DecisionCase):
    """Once, and never by looking (L7, L10)."""

    def test_the_day_of_an_answer_is_the_companys(self):
        self.company.partner_id.tz = "Asia/Tokyo"
        for kind in ("accepted", "declined"):
            answer = self.env["finance.portal.decision"].new(
                {"kind": kind, "name": "Ada Baker", "date": "2026-11-29 20:00:00"}
            )
            title, _notes = self.quote._finance_portal_get_outcome(answer)
            self.assertIn("on Nov 30, 2026", title)

    # === ACCEPTING === #

    def test_accepting_confirms_the_order_and_keeps_the_evidence(self):
        link, page = self.open_quote()
        self.assertIn(">Accept<", page.text)
        after = self.answer(page)
        self.assertEqual((after.status_code, after.url), (200, page.url))
        self.assertIn("Accepted by Ada Baker", after.text)
        self.assertNotIn(">Accept<", after.text)
        self.assertEqual(self.quote.state, "sale")
        decision = self.decisions()
        self.assertRecordValues(
            decision,
            [
                {
                    "kind": "accepted",
                    "name": "Ada Baker",
                    "partner_id": self.ada.id,
                    "customer_id": self.customer.id,
                    "email": "ada@bakery.example.com",
                    "link_id": link.id,
                    "ip": "127.0.0.1",
                    "pdf": base64.b64encode(PDF),
                    "voided_at": False,
                }
            ],
        )
        self.assertIn("iPhone", decision.agent)
        self.assertEqual(json.loads(decision.terms)["head"]["total"], "100.00")
        self.assertEqual(self.kinds(link), ["viewed", "accepted"])

    def test_the_confirmation_is_mailed_once_by_the_job(self):
        _link, page = self.open_quote()
        with self.mock_mail_gateway():
            self.answer(page)
            self.assertFalse(self.sent.get(self.ada.email), "nobody waits for the mail's PDF")
            self.assertTrue(self.quote.pending_email_template_id)
            for _again in range(2):
                self.mail_confirmations()
        self.assertFalse(self.quote.pending_email_template_id)
        self.assertEqual(len([m for m in self._mails if self.ada.email in str(m["email_to"])]), 1)
        token = self.token_mailed_to(self.ada)
        self.assertEqual(self.link_of(token, "i").res_id, self.quote.id)

    def test_staff_are_told_as_the_company_wishes(self):
        seller = self.seller.partner_id
        for wish, messages, activities in (
            ("both", 1, 1),
            ("message", 1, 0),
            ("activity", 0, 1),
            ("nothing", 0, 0),
        ):
            with self.subTest(wish=wish):
                self.company.finance_portal_notify_decision = wish
                quote = self.make_quote(user_id=self.seller.id)
                _link, page = self.open_quote(quote)
                self.answer(page)
                told = quote.message_ids.filtered(lambda m: seller in m.notified_partner_ids)
                self.assertEqual(len(told), messages)
                self.assertEqual(len(quote.activity_ids), activities)
                self.assertEqual(
                    quote.activity_ids.user_id,
                    self.seller.browse(self.seller.ids if activities else []),
                )
                self.assertTrue(
                    quote.message_ids.filtered(lambda m: "accepted by Ada Baker" in (m.body or "")),
                    "the chatter has it all the same",
                )

    def test_what_has_to_be_paid_is_told_of_an_acceptance_alone(self):
        for kind, told in (("accept", True), ("decline", False)):
            with self.subTest(kind=kind):
                quote = self.make_quote(
                    user_id=self.seller.id, require_payment=True, prepayment_percent=0.5
                )
                _link, page = self.open_quote(quote)
                self.answer(page, kind)
                bodies = " ".join(quote.message_ids.mapped("body"))
                self.assertIn("by Ada Baker", bodies)
                self.assertEqual("is confirmed once" in bodies, told)

    def test_an_answer_is_given_once(self):
        link, page = self.open_quote(partner=self.ben)
        self.assertEqual(self.answer(page, "decline").status_code, 200)
        self.assertEqual(self.quote.state, "cancel")
        again = self.answer(page)
        self.assertIn("Declined on", again.text)
        self.assertEqual(self.quote.state, "cancel")
        self.assertEqual(self.decisions().mapped("kind"), ["declined"])
        self.assertEqual(self.kinds(link), ["viewed", "declined"])

    def test_declining_takes_an_optional_reason(self):
        _link, page = self.open_quote()
        after = self.answer(page, "decline", name="", reason="Too <b>dear</b>")
        self.assertIn("Declined on", after.text)
        self.assertEqual(self.quote.state, "cancel")
        decision = self.decisions()
        self.assertEqual((decision.kind, decision.reason), ("declined", "Too <b>dear</b>"))
        self.assertIn("Too &lt;b&gt;dear", "".join(self.quote.message_ids.mapped("body")))

    def test_who_declines_without_a_name_is_called_as_the_contact_is(self):
        """An address for invoices needs no name in Odoo."""
        self.ada.write({"type": "invoice", "name": False})
        _link, page = self.open_quote()
        self.answer(page, "decline", name="")
        decision = self.decisions()
        self.assertEqual((decision.kind, decision.name), ("declined", self.ada.display_name))
        self.assertIn(self.customer.name, decision.name)

    def test_l7_nothing_is_decided_by_looking(self):
        _link, page = self.open_quote()
        for method in ("GET", "HEAD"):
            for kind in ("accept", "decline", "options"):
                self.assertEqual(self.visit(f"{page.url}/{kind}", method).status_code, 405)
        self.assertFalse(self.decisions())
        self.assertEqual(self.quote.state, "sent")

    def test_a_form_that_is_not_ours_decides_nothing(self):
        link, page = self.open_quote()
        other, _token = self.issue(self.quote, self.ben)
        terms = self.quote._finance_portal_get_terms()
        foreign = self.quote._finance_portal_seal_terms(terms, other)
        for seen in ("", "x", "ä.ö", f"{'0' * 64}.{'A' * 50}", foreign):
            self.assertEqual(self.answer(page, seen=seen).status_code, 400, seen)
        self.assertEqual(self.answer(page, csrf_token="x").status_code, 400)
        self.assertFalse(self.decisions())
        self.assertEqual((self.quote.state, self.kinds(link)), ("sent", []))

    def test_two_quotes_open_side_by_side_can_both_be_answered(self):
        other = self.make_quote()
        _link, first = self.open_quote()
        _link, second = self.open_quote(other)
        self.assertEqual(self.answer(first).status_code, 200)
        self.assertEqual(self.answer(second, "decline").status_code, 200)
        self.assertEqual((self.quote.state, other.state), ("sale", "cancel"))

    # === WHO MAY === #

    def test_l10_extra_recipients_read_but_never_decide(self):
        for options in ({"partner": self.stranger}, {"email_to": "boss@elsewhere.example.com"}):
            with self.subTest(**options):
                self.become_stranger()
                link, page = self.open_quote(**options)
                self.assertIn("Only contacts of Bakery", page.text)
                self.assertNotIn(f"{link.ref}/accept", page.text)
                seen = self.quote._finance_portal_seal_terms(
                    self.quote._finance_portal_get_terms(), link
                )
                for kind in ("accept", "decline", "options"):
                    refused = self.answer(page, kind, seen=seen)
                    self.assertEqual(refused.status_code, 409)
                    self.assertIn("Only contacts of Bakery", refused.text)
                self.assertEqual(self.kinds(link), ["refused"] * 3)
                self.assertEqual(self.quote.state, "sent")

    def test_an_invoice_asks_for_no_answer(self):
        _link, token = self.issue()
        page = self.open_link(token)
        self.assertEqual(self.answer(page).status_code, 404)

    # === VALIDITY === #

    def test_a_quote_can_be_accepted_until_its_last_day_is_over_for_both(self):
        """Day D ends at 10:00 UTC on D+1 in Honolulu, at 11:00 UTC on D in Auckland (+13)."""
        day = fields.Date.to_date("2026-03-10")
        cases = [
            ("Pacific/Honolulu", "Pacific/Auckland", "2026-03-11 09:59:00", True),
            ("Pacific/Auckland", "Pacific/Honolulu", "2026-03-11 09:59:00", True),
            ("Pacific/Auckland", "Pacific/Honolulu", "2026-03-11 10:01:00", False),
            ("Pacific/Auckland", "Pacific/Auckland", "2026-03-10 10:59:00", True),
            ("Pacific/Auckland", "Pacific/Auckland", "2026-03-10 11:01:00", False),
            (False, False, "2026-03-10 23:59:00", True),
            (False, False, "2026-03-11 00:01:00", False),
        ]
        for customer, company, now, may in cases:
            with self.subTest(customer=customer, company=company, now=now), freeze_time(now):
                self.ada.tz, self.company.partner_id.tz = customer, company
                quote = self.make_quote(validity_date=day)
                link, _token = self.issue(quote)
                note = quote._finance_portal_get_decision_obstacle(
                    link, quote._finance_portal_get_terms()
                )
                self.assertEqual(not note, may, note)

    def test_the_form_lasts_as_long_as_the_page_says_whoever_reads_it(self):
        """A colleague abroad sees no form below "Expired", nor "Expires today" without one."""
        cleo = self.make_contact("Cleo")
        for reader, named in (("Pacific/Honolulu", False), (False, "Pacific/Honolulu")):
            with self.subTest(reader=reader, named=named), freeze_time("2026-03-11 05:00:00"):
                cleo.tz, self.ada.tz = reader, named
                quote = self.make_quote(validity_date="2026-03-10").sudo()
                link, _token = self.issue(quote, cleo)
                note = quote._finance_portal_get_decision_obstacle(
                    link, quote._finance_portal_get_terms()
                )
                [(tone, _text)] = quote._finance_portal_get_states()
                self.assertEqual((tone, not note), ("warn" if named else "bad", bool(named)))

    def test_an_expired_quote_is_read_but_not_accepted(self):
        quote = self.make_quote(validity_date=fields.Date.today() + timedelta(days=3))
        link, page = self.open_quote(quote)
        quote.validity_date = fields.Date.today() - timedelta(days=3)
        refused = self.answer(page)
        self.assertEqual(refused.status_code, 409)
        self.assertIn("It was valid until", refused.text)
        self.assertNotIn(">Accept<", refused.text)
        self.assertEqual((quote.state, self.kinds(link)), ("sent", ["refused"]))

    # === PREPAYMENT === #

    def test_accepting_does_not_confirm_what_has_to_be_paid_first(self):
        quote = self.make_quote(require_payment=True, prepayment_percent=0.3)
        _link, page = self.open_quote(quote)
        self.assertIn("30.00", page.text)
        after = self.answer(page)
        self.assertIn("Accepted by Ada Baker", after.text)
        self.assertIn("The order is confirmed once", after.text)
        self.assertEqual(quote.state, "sent")
        self.assertEqual(self.decisions(quote).kind, "accepted")
        self.answer(page)
        self.assertEqual(len(self.decisions(quote)), 1)

    def test_an_expired_quote_is_no_way_around_the_prepayment(self):
        """Odoo takes a quote for one that needs no payment once it expired in UTC."""
        with freeze_time("2026-03-11 01:00:00"):
            self.company.partner_id.tz = "America/New_York"
            quote = self.make_quote(
                require_payment=True, prepayment_percent=1.0, validity_date="2026-03-10"
            )
            self.assertTrue(quote.is_expired)
            self.assertEqual(quote._finance_portal_get_due_to_confirm(), 100)

    def test_an_acceptance_that_waits_for_payment_covers_no_other_version(self):
        quote = self.make_quote(require_payment=True, prepayment_percent=0.3)
        link, page = self.open_quote(quote)
        self.answer(page)
        quote.order_line.price_unit = 200
        page = self.visit(f"/finance/d/{link.ref}")
        self.assertIn(">Accept<", page.text)
        self.answer(page)
        old, new = self.decisions(quote).sorted("id")
        self.assertTrue(old.voided_at)
        self.assertEqual(json.loads(new.terms)["head"]["total"], "200.00")

    # === SIGNATURE === #

    def test_a_signature_stands_under_nothing_but_what_was_signed(self):
        """While it waits for its payment, staff may change what was accepted, and print it."""
        prepaid = {"require_signature": True, "require_payment": True, "prepayment_percent": 0.3}
        for changed in (True, False):
            with self.subTest(changed=changed):
                quote = self.make_quote(**prepaid)
                _link, page = self.open_quote(quote)
                self.answer(page, signature=drawn())
                decision = self.decisions(quote)
                self.assertEqual((decision.kind, quote.state), ("accepted", "sent"))
                if changed:
                    quote.order_line.price_unit = 200
                self.assertFalse(quote.signature or quote.signed_by)
                self.assertEqual(quote._has_to_be_signed(), changed)
                quote.action_confirm()
                found = (bool(quote.signature), quote.signed_by, quote.signed_on)
                signed = (True, "Ada Baker", decision.date)
                self.assertEqual(found, (False, False, False) if changed else signed)

    def test_a_signature_is_drawn_or_typed_where_the_order_wants_one(self):
        for form, kind in (
            ({"signature": drawn()}, "drawn"),
            ({"signature": "", "signature_typed": "1"}, "typed"),
        ):
            with self.subTest(kind=kind):
                quote = self.make_quote(require_signature=True)
                _link, page = self.open_quote(quote)
                self.answer(page, **form)
                self.assertEqual((quote.state, quote.signed_by), ("sale", "Ada Baker"))
                self.assertTrue(quote.signature)
                decision = self.decisions(quote)
                self.assertEqual(decision.signature_kind, kind)
                picture = base64.b64decode(decision.signature)
                self.assertEqual(decision.signature_sha256, hashlib.sha256(picture).hexdigest())

    def test_the_customer_sees_the_signature_they_gave(self):
        """L5, L6: through the resolver, and no longer than the answer stands."""
        quote = self.make_quote(require_signature=True)
        link, page = self.open_quote(quote)
        path = f"/finance/d/{link.ref}/signature"
        self.assertEqual(self.visit(path).status_code, 404, "nothing signed yet")
        self.assertNotIn(path, page.text)
        self.assertIn(f'src="{path}"', self.answer(page, signature=drawn()).text)
        picture = self.visit(path)
        decision = self.decisions(quote)
        self.assertEqual(picture.headers["Content-Type"], "image/png")
        self.assertStrictHeaders(picture)
        self.assertEqual(hashlib.sha256(picture.content).hexdigest(), decision.signature_sha256)
        self.Decision._get_standing(quote)._void("reopened")
        self.assertEqual(self.visit(path).status_code, 404)

    def test_a_missing_or_useless_signature_is_asked_for_again(self):
        quote = self.make_quote(require_signature=True)
        link, page = self.open_quote(quote)
        bomb = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 99).decode()
        for signature in ("", drawn(ink=False), "data:image/svg+xml,<svg/>", "x" * 9,
                          f"data:image/png;base64,{bomb}"):  # fmt: skip
            refused = self.answer(page, signature=signature)
            self.assertEqual(refused.status_code, 422, signature[:30])
            self.assertRegex(refused.text, "Please (sign|draw)")
        self.assertEqual((quote.state, self.kinds(link)), ("sent", []))
        self.assertFalse(self.decisions(quote))

    def test_a_name_is_asked_for(self):
        _link, page = self.open_quote()
        refused = self.answer(page, name="  \n ")
        self.assertEqual(refused.status_code, 422)
        self.assertIn("Please enter your name.", refused.text)
        self.answer(page, name="<script>x</script>" + "y" * 300)
        self.assertEqual(len(self.decisions().name), 100)
        self.assertNotIn("<script>x", self.visit(page.url).text)

    # === REOPENING === #

    def test_a_reopened_quote_can_be_answered_anew_once_it_is_sent_again(self):
        self.company.finance_portal_notify_decision = "both"
        self.quote.user_id = self.seller
        own = self.quote.activity_schedule("mail.mail_activity_data_todo", summary="Call Ada")
        link, page = self.open_quote()
        self.answer(page, "decline")
        self.assertEqual(len(self.quote.activity_ids - own), 1)
        self.quote.action_draft()
        self.assertTrue(self.decisions().voided_at)
        self.assertEqual(self.quote.activity_ids, own, "nobody is sent after an old answer")
        self.assertEqual(self.visit(f"/finance/d/{link.ref}").status_code, 410)
        self.quote.action_quotation_sent()
        _link, page = self.open_quote()
        self.assertIn(">Accept<", page.text)
        self.answer(page)
        self.assertEqual(self.quote.state, "sale")
        self.assertEqual(self.decisions().mapped("kind"), ["accepted", "declined"])

    def test_reopening_many_quotes_voids_each_decision_in_one_go(self):
        quotes = self.quote | self.make_quote()
        for quote in quotes:
            _link, page = self.open_quote(quote)
            self.answer(page, "decline")
            self.become_stranger()
        quotes.action_draft()
        for quote in quotes:
            self.assertTrue(self.decisions(quote).voided_at)
            self.assertFalse(quote._finance_portal_is_shareable())

    def test_a_quote_that_is_reworked_is_answered_as_it_is_now(self):
        link, page = self.open_quote()
        self.quote.action_draft()
        self.quote.order_line.price_unit = 90
        self.assertEqual(self.answer(page).status_code, 409)
        self.answer(self.visit(f"/finance/d/{link.ref}"))
        self.assertEqual((self.quote.state, self.quote.amount_total), ("sale", 90))

    def test_l4_a_quote_that_staff_cancel_is_gone(self):
        _link, page = self.open_quote()
        self.quote._action_cancel()
        self.assertEqual(self.answer(page).status_code, 410)
        self.assertFalse(self.decisions())

    def test_a_quote_that_staff_confirmed_shows_as_an_order(self):
        _link, page = self.open_quote()
        self.quote.action_confirm()
        after = self.answer(page)
        self.assertEqual(after.status_code, 200)
        self.assertIn("Sales Order", after.text)
        self.assertFalse(self.decisions())
