"""What the page of a quote or an order tells its reader (section 5)."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from .page_common import TODAY, OrderPageCase


@tagged("post_install", "-at_install")
class TestOrderPageStatus(OrderPageCase):
    def test_quote_shows_its_total_and_how_long_it_is_valid(self):
        day = fields.Date.to_string
        for days, tone, text in (
            (30, "calm", "Valid until Apr 9, 2026"),
            (2, "calm", "Valid until Mar 12, 2026"),
            (1, "warn", "Expires tomorrow"),
            (0, "warn", "Expires today"),
            (-1, "bad", "Expired"),
        ):
            hero = self.values(self.make(days=days))["hero"]
            self.assertEqual((hero["label"], hero["amount"]), ("Total", self.money(100)))
            self.assertEqual(hero["states"], [(tone, text)], day(TODAY + timedelta(days=days)))

    def test_expired_quote_says_what_to_do(self):
        self.assertEqual(
            self.values(self.make(days=-3))["hero"]["notes"],
            ["This quote was valid until Mar 7, 2026.", "Please ask us for a new one."],
        )

    def test_quote_without_an_end_claims_none(self):
        hero = self.values(self.make())["hero"]
        self.assertEqual((hero["states"], hero["notes"]), ([], []))

    def test_last_day_ends_for_the_company_and_for_the_customer(self):
        quote = self.make(days=0)
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2026-03-10 12:30:00"):  # half past one in the night there
            self.assertEqual(self.states(quote), [("bad", "Expired")])
            self.ada.tz = "Europe/Berlin"
            self.assertEqual(self.states(quote), [("warn", "Expires today")])
        with freeze_time("2026-03-10 23:30:00"):
            self.assertEqual(self.states(quote), [("bad", "Expired")])

    def test_prepayment_is_asked_for_with_percent_and_amount(self):
        quote = self.make(days=9, require_payment=True, prepayment_percent=0.3)
        note = f"The order is confirmed once a prepayment of {self.money(30)} (30%) is paid."
        self.assertEqual(self.values(quote)["hero"]["notes"], [note])
        quote.prepayment_percent = 1
        note = "The order is confirmed once this amount is paid."
        self.assertEqual(self.values(quote)["hero"]["notes"], [note])

    def test_prepayment_is_asked_for_until_the_last_day_is_over_for_the_customer(self):
        quote = self.make(days=0, require_payment=True, prepayment_percent=1)
        self.ada.tz = "Pacific/Honolulu"
        with freeze_time("2026-03-11 09:30:00"):  # Odoo's own answer goes by UTC
            hero = self.values(quote)["hero"]
        self.assertEqual(hero["states"], [("warn", "Expires today")])
        note = "The order is confirmed once this amount is paid."
        self.assertEqual(hero["notes"], [note])

    def test_nothing_is_asked_for_an_expired_quote(self):
        quote = self.make(days=-1, require_payment=True, prepayment_percent=0.3)
        self.assertNotIn("prepayment", " ".join(self.values(quote)["hero"]["notes"]))

    def test_quote_that_became_an_order_shows_as_an_order(self):
        quote = self.make(days=-1)
        quote.action_confirm()
        values = self.values(quote)
        self.assertEqual(values["hero"]["states"], [("good", "Order confirmed")])
        self.assertEqual([label for label, _value in values["facts"]], ["Order date"])
        self.assertEqual(quote._finance_portal_get_title(), f"Sales Order {quote.name}")

    def test_cancelled_quote_is_cancelled(self):
        quote = self.make(days=5)
        quote._action_cancel()
        self.assertEqual(self.states(quote), [("bad", "Cancelled")])

    def test_order_tells_what_was_invoiced_and_paid(self):
        order = self.make()
        invoice = self.invoice_all(order)
        self.assertEqual(self.states(order)[1:], [("calm", "Invoiced")])
        self.assertEqual(self.totals(order, "payment"), [("Invoiced so far", self.money(100))])
        self.pay(invoice, 40)
        self.assertEqual(
            self.totals(order, "payment"),
            [("Invoiced so far", self.money(100)), ("Paid so far", self.money(40))],
        )
        self.pay(invoice)
        self.assertEqual(self.states(order)[1:], [("good", "Paid")])

    def test_order_tells_what_remains_to_be_paid(self):
        order = self.make()
        invoice = self.invoice_all(order)
        self.pay(invoice, 40)
        self.assertEqual(self.totals(order, "due"), [("Left to pay", self.money(60))])
        self.pay(invoice)
        self.assertEqual(self.totals(order, "due"), [])

    def test_credited_order_counts_as_not_paid(self):
        order = self.make()
        invoice = self.invoice_all(order)
        self.pay(invoice)
        invoice._reverse_moves([{"invoice_date": TODAY}])
        order.invoice_ids.filtered(lambda move: move.state == "draft").action_post()
        self.assertEqual(self.totals(order, "payment"), [("Paid so far", self.money(100))])

    def test_invoice_for_several_orders_tells_nothing_of_payments(self):
        orders = self.make() + self.make()
        orders.action_confirm()
        invoice = orders._create_invoices()
        invoice.action_post()
        self.assertEqual(len(invoice), 1)
        self.pay(invoice)
        self.assertEqual(self.totals(orders[0], "payment"), [("Invoiced so far", self.money(100))])
        self.assertEqual(self.totals(orders[0], "due"), [], "nobody knows")


@tagged("post_install", "-at_install")
class TestOrderPageContent(OrderPageCase):
    def test_nothing_empty_is_labelled(self):
        values = self.values(self.make())
        self.assertEqual([label for label, _value in values["facts"]], ["Quotation date"])
        self.assertEqual([party["label"] for party in values["parties"]], ["Prepared for"])
        self.assertEqual(values["notes"], [])

    def test_facts_of_a_full_quote(self):
        user = self.make_user("sally", "sales_team.group_sale_salesman", name="Sally Seller")
        term = self.env["account.payment.term"].create({"name": "In ten days", "note": False})
        order = self.make(
            days=9,
            client_order_ref="PO 7",
            commitment_date="2026-04-01 10:00:00",
            user_id=user.id,
            payment_term_id=term.id,
        )
        self.assertEqual(
            self.values(order)["facts"],
            [
                ("Quotation date", "Mar 10, 2026"),
                ("Expiration", "Mar 19, 2026"),
                ("Your reference", "PO 7"),
                ("Delivery date", "Apr 1, 2026"),
                ("Salesperson", "Sally Seller"),
                ("Payment terms", "In ten days"),
            ],
        )

    def test_addresses_are_those_of_the_pdf(self):
        def labels(billed, shipped):
            order = self.make(partner_invoice_id=billed.id, partner_shipping_id=shipped.id)
            return [(part["label"], part["lines"][1]) for part in self.values(order)["parties"]]

        own, both = ("Prepared for", "Ada"), "Invoicing and shipping address"
        self.assertEqual(labels(self.ada, self.ada), [own])
        self.assertEqual(labels(self.ben, self.ben), [own, (both, "Ben")])
        self.assertEqual(
            labels(self.ada, self.ben),
            [own, ("Invoicing address", "Ada"), ("Shipping address", "Ben")],
        )

    def test_customer_shows_its_tax_id(self):
        self.customer.vat = "BE0477472701"
        self.assertIn("BE0477472701", self.values(self.make())["parties"][0]["lines"][-1])

    def test_terms_and_remarks_show_without_styles_and_pictures(self):
        term = self.env["account.payment.term"].create({"name": "Net", "note": "Pay <b>soon</b>"})
        position = self.env["account.fiscal.position"].create({"name": "EU", "note": "Reverse"})
        order = self.make(
            payment_term_id=term.id,
            fiscal_position_id=position.id,
            note='<p style="color: red">See <a href="https://shop.example.com/terms">terms</a>'
            '<img src="/web/image/1?access_token=secret"></p>',
        )
        terms, payment, remark = self.values(order)["notes"]
        self.assertIn('href="https://shop.example.com/terms"', terms)
        self.assertNotIn("style", terms)
        self.assertNotIn("img", terms)
        self.assertIn("<b>soon</b>", payment)
        self.assertIn("Reverse", remark)

    def test_texts_of_others_are_escaped(self):
        evil = "<script>alert(1)</script>"
        self.ada.name = evil
        html = self.render(self.make(self.line(name=evil), client_order_ref=evil))
        self.assertNotIn("<script>alert", html)

    def test_dates_and_amounts_follow_the_readers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        hero = self.values(self.make(self.line(1234.5), days=12), lang="de_DE")["hero"]
        self.assertIn("1.234,50", hero["amount"])
        self.assertIn("22. März 2026", hero["states"][0][1])

    def test_page_carries_no_native_token(self):
        """L11"""
        order = self.make(self.line(taxed=True), note="<p>Thanks</p>")
        order.access_token = "0b3e58f1-native-token"
        html = self.render(order)
        self.assertIn(order.name, html)
        self.assertNotIn(order.access_token, html)
        self.assertNotIn("/my/orders", html)
        self.assertNoNativeTrace(html)

    def test_reading_the_page_writes_nothing(self):
        """L7"""
        order = self.make(self.section("Food"), self.line(taxed=True), days=3)
        self.invoice_all(order)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.env.cr.savepoint(flush=False) as savepoint:
            self.env.cr.execute("SET LOCAL transaction_read_only = on")
            html = self.render(order)
            self.env.flush_all()
            savepoint.rollback()
        self.assertIn(order.name, html)

    def test_number_of_queries_does_not_grow_with_the_lines(self):
        """Section 12"""
        short = self.make(self.line(taxed=True))
        long = self.make(
            *(
                self.section(f"Section {number}", is_optional=number > 40)
                if number % 10 == 0
                else self.line(number, taxed=True, name=f"Line {number}", discount=number % 3)
                for number in range(60)
            )
        )
        self.count_queries(short)  # fills the caches that all pages share
        self.assertLessEqual(self.count_queries(long), self.count_queries(short))

    def count_queries(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.render(order)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestOrderPageSources(OrderPageCase):
    """A kept page is drawn anew after every change of what it shows."""

    def version(self, order):
        page = self.env["finance.portal.page"].sudo()
        return page._get_version(order._finance_portal_get_page_sources())

    def assertRedrawn(self, order, change):
        before = self.version(order)
        change()
        self.assertNotEqual(self.version(order), before)

    def test_version_changes_with_every_kind_of_source(self):
        user = self.make_user("sally", "sales_team.group_sale_salesman")
        term = self.env["account.payment.term"].create({"name": "Net"})
        position = self.env["account.fiscal.position"].create({"name": "EU"})
        state = self.env["res.country.state"].search([], limit=1)
        ship_to = self.make_contact("Dock")
        self.ada.write({"country_id": state.country_id.id, "state_id": state.id})
        order = self.make(
            self.line(taxed=True),
            payment_term_id=term.id,
            fiscal_position_id=position.id,
            user_id=user.id,
            partner_shipping_id=ship_to.id,
        )
        order.order_line.tax_ids = self.tax
        before = self.version(order)
        self.assertEqual(self.version(order), before)
        for name, change in {
            "order": lambda: order.write({"client_order_ref": "PO 1"}),
            "line": lambda: order.order_line.write({"name": "Rye"}),
            "new line": lambda: order.write({"order_line": [Command.create(self.line(5))]}),
            "tax": lambda: self.tax.write({"invoice_label": "VAT"}),
            "tax group": lambda: self.tax.tax_group_id.write({"name": "All VAT"}),
            "product": lambda: self.bread.write({"type": "service"}),
            "unit": lambda: self.unit.write({"name": "Loaves"}),
            "company": lambda: self.company.write({"primary_color": "#123456"}),
            "company's address": lambda: self.company.partner_id.write({"city": "Elsewhere"}),
            "contact": lambda: self.ada.write({"street": "Market 2"}),
            "customer": lambda: self.customer.write({"name": "Bakery & Sons"}),
            "shipping address": lambda: ship_to.write({"street": "Quay 3"}),
            "country": lambda: state.country_id.write({"name": "Far Away"}),
            "state": lambda: state.write({"name": "Province"}),
            "salesperson": lambda: user.partner_id.write({"name": "Sally"}),
            "currency": lambda: order.currency_id.write({"position": "before"}),
            "payment terms": lambda: term.write({"note": "Soon"}),
            "fiscal position": lambda: position.write({"note": "Reverse"}),
        }.items():
            with self.subTest(source=name):
                self.assertRedrawn(order, change)

    def test_version_changes_with_invoices_and_payments(self):
        order = self.make()
        order.action_confirm()
        invoices = []
        self.assertRedrawn(order, lambda: invoices.append(order._create_invoices()))
        self.assertRedrawn(order, invoices[0].action_post)
        self.assertRedrawn(order, lambda: self.pay(invoices[0], 10))

    def test_version_changes_with_a_payment_made_online(self):
        order = self.make()
        provider = self.env["payment.provider"].create({"name": "Dummy", "code": "none"})
        [paid] = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": "online",
                "amount": 30,
                "currency_id": order.currency_id.id,
                "partner_id": self.ada.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        self.assertEqual(self.totals(order, "payment"), [])
        self.assertRedrawn(order, lambda: paid.write({"state": "done"}))
        order.invalidate_recordset()
        self.assertEqual(self.totals(order, "payment"), [("Paid so far", self.money(30))])

    def test_another_order_keeps_its_version(self):
        order, other = self.make(), self.make()
        before = self.version(order)
        other.write({"client_order_ref": "Nothing to do with it"})
        self.assertEqual(self.version(order), before)
