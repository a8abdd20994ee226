from odoo.fields import Domain
from odoo.tests import tagged

from odoo.addons.finance_portal.tests.page_common import PageCase

from .common import TimeCase


@tagged("post_install", "-at_install")
class TestTimePage(TimeCase):
    """What customers read: page, list, overview, PDF."""

    def values(self, request=None, lang="en_US"):
        return PageCase.values(request or self.request, lang)

    def rows(self, values):
        return [
            (day["hours"], [(row["work"], row["person"], row["hours"]) for row in day["rows"]])
            for day in values["days"]
        ]

    def test_entries_by_day_with_sums(self):
        values = self.values()
        self.assertEqual(values["hero"]["amount"], "13:45")
        self.assertEqual(values["hero"]["states"], [("warn", "Awaiting your answer")])
        self.assertEqual(values["days"][0]["day"], "Monday, August 3, 2026")
        self.assertEqual(
            self.rows(values),
            [
                ("7:30", [("Counter", "Nina", "7:30")]),
                ("6:15", [("Shop", "Nina", "2:15"), ("Shop", "Omar", "4:00")]),
            ],
        )
        self.assertEqual(
            [(row["label"], row["amount"]) for row in values["totals"]],
            [("Nina", "9:45"), ("Omar", "4:00"), ("Total", "13:45")],
        )
        self.assertEqual(
            values["facts"],
            [
                ("Period", "Aug 3, 2026 to Aug 4, 2026"),
                ("Project", "Shop"),
                ("Contact person", self.env.user.name),
            ],
        )
        self.assertNotIn("/", [row["detail"] for day in values["days"] for row in day["rows"]])

    def test_several_projects_are_named(self):
        garden = self.make_project("Garden", self.customer)
        self.request._add(self.make_entry(1, project=garden))
        works = [row["work"] for day in self.values()["days"] for row in day["rows"]]
        self.assertEqual(works, ["Shop · Counter", "Shop", "Shop", "Garden"])

    def test_days_where_the_company_counts_days(self):
        self.company.timesheet_encode_uom_id = self.env.ref("uom.product_uom_day")
        values = self.values()
        self.assertEqual((values["unit"], values["hero"]["amount"]), ("Days", "1.72"))
        self.assertEqual(self.values(lang="de_DE")["hero"]["amount"], "1,72")

    def test_page_follows_every_row_it_is_drawn_from(self):
        Page = self.env["finance.portal.page"]
        document = self.request.sudo()
        changes = (
            lambda: self.entries[0].write({"name": "Sketches"}),
            lambda: self.task.write({"name": "Bar"}),
            lambda: self.project.write({"name": "Bakery"}),
            lambda: self.nina.write({"name": "Nina B."}),
            lambda: self.ada.write({"street": "Mill Lane 1"}),
            lambda: self.customer.write({"name": "Bakery Ltd"}),
            lambda: self.env.user.partner_id.write({"name": "Boss"}),
            lambda: self.request._add(self.make_entry()),
            lambda: self.company.write({"name": "Studio"}),
        )
        for number, change in enumerate(changes):
            before = Page._get_document_values(document)
            change()
            self.assertNotEqual(Page._get_document_values(document), before, number)

    def test_pdf_is_the_one_that_was_mailed_until_something_changes(self):
        version = self.request._finance_portal_get_pdf_version()
        draft = self.make_request(self.ada, sent=False)
        before = draft._finance_portal_get_pdf_version()
        draft._ask()
        self.assertEqual(draft._finance_portal_get_pdf_version(), before)
        for change in (
            lambda: self.entries[0].write({"unit_amount": 1}),
            lambda: self.customer.write({"name": "Bakery Ltd"}),
            lambda: self.answer(self.open_request()[1]),
        ):
            change()
            after = self.request._finance_portal_get_pdf_version()
            self.assertNotEqual(after, version)
            version = after

    def test_pdf_shows_the_entries_and_the_answer(self):
        page = self.open_request()[1]
        self.answer(page, "answer", **self.reject(self.entries[2], why="Who is Omar?"))
        report = "finance_portal_timesheet.report_time_request"
        html, _type = self.env["ir.actions.report"]._render_qweb_html(report, self.request.ids)
        for text in ("Drawings", "13:45", "Who is Omar?", "Approved in part by Ada Baker"):
            self.assertIn(text, html.decode())

    def test_what_was_approved_is_the_headline(self):
        """Of a request approved in part, the rejected hours will not be invoiced."""
        self.assertEqual(self.values()["hero"]["amount"], "13:45")
        page = self.open_request()[1]
        answered = self.answer(page, "answer", **self.reject(self.entries[2], why="Who is Omar?"))
        hero = self.values()["hero"]
        self.assertEqual((hero["label"], hero["amount"]), ("Approved (of 13:45 hours)", "9:45"))
        self.assertRegex(answered.text, r'class="amount "><bdi>9:45<')

    def test_the_day_of_an_answer_is_the_companys(self):
        self.company.partner_id.tz = "Asia/Tokyo"
        answer = self.env["finance.portal.decision"].new(
            {"kind": "accepted", "name": "Ada Baker", "date": "2026-11-29 20:00:00"}
        )
        self.assertIn("on Nov 30, 2026", self.request._finance_portal_get_outcome(answer)[0])

    def test_hours_are_called_hours_where_no_heading_does(self):
        subject = self.request._finance_portal_get_mail_subject()
        self.assertIn(": 13:45 hours · Aug 3, 2026 to Aug 4, 2026", subject)
        self.assertEqual(self.request._finance_portal_get_overview_amount(), "13:45 hours")
        Open = self.env["finance.portal.still.open"]
        found, _more = Open._find(self.ada, self.company, self.ada.email)
        amounts = {one.document: one.amount for one in found}
        self.assertEqual(amounts[self.request], "13:45 hours")

    def test_one_hour_or_day_is_no_plural(self):
        for unit, hours, said in (
            ("hour", 1, "1 hour"),
            ("hour", 1.5, "1:30 hours"),
            ("hour", 2, "2 hours"),
            ("day", 8, "1 day"),
            ("day", 10, "1.25 days"),
        ):
            with self.subTest(said):
                self.company.timesheet_encode_uom_id = self.env.ref(f"uom.product_uom_{unit}")
                request = self.make_request(self.ada, self.make_entry(hours))
                self.assertEqual(request._finance_portal_describe_hours(), said)
                drawn = request._finance_portal_get_page_values()
                consent = request._finance_portal_get_consent(drawn)
                self.assertIn(f"in total <b class=\"phrase\"><bdi>{said}</bdi></b>.", consent)

    def test_evidence_lists_what_was_answered_about_each_entry(self):
        page = self.open_request()[1]
        self.answer(page, "answer", **self.reject(self.entries[2], why="Who is Omar?"))
        report = "finance_portal.report_decision"
        Report = self.env["ir.actions.report"].sudo()
        html, _type = Report._render_qweb_html(report, self.decisions().ids)
        for text in ("approved in part", "Aug 4, 2026 · Omar", "Declined", "Who is Omar?"):
            self.assertIn(text, html.decode())

    # === THE PORTAL === #

    def listed(self, show=""):
        text = self.visit(f"/finance/customer-portal/time?show={show}").text
        return {name for name in self.names if f">{name}</bdi>" in text}

    def test_list_and_filters(self):
        requests = {name: self.make_request(self.ada) for name in ("approved", "rejected")}
        partial = self.make_request(self.ada, self.make_entry() | self.make_entry())
        draft, foreign = self.make_request(self.ada, sent=False), self.make_request(self.eve)
        own = self.request | partial | requests["approved"] | requests["rejected"]
        self.names = (own | draft | foreign).mapped("name")
        self.answer(self.open_request(requests["approved"])[1])
        self.answer(self.open_request(requests["rejected"])[1], "decline", reason="No")
        self.answer(
            self.open_request(partial)[1], "answer", **self.reject(partial.line_ids[0])
        )
        self.sign_in()
        self.assertEqual(self.listed(), {*own.mapped("name")})
        self.assertEqual(self.listed("answer"), {self.request.name})
        self.assertEqual(self.listed("approved"), {requests["approved"].name})
        self.assertEqual(self.listed("rejected"), {requests["rejected"].name})
        self.assertEqual(self.listed("partial"), {partial.name})

    def test_overview_says_what_waits(self):
        self.sign_in()
        page = self.visit("/finance/customer-portal").text
        self.assertIn("Hours awaiting your approval", page)
        self.assertIn("Hours to approve", page, "recent activity")
        self.assertIn("13:45", page)
        self.answer(self.open_request()[1])
        self.sign_in()
        page = self.visit("/finance/customer-portal").text
        self.assertNotIn("Hours awaiting your approval", page)
        self.assertNotIn("Hours to approve", page)
        self.assertIn("Hours approved", page, "recent activity")

    def test_list_takes_the_same_queries_for_one_and_for_many(self):
        List = self.env["finance.portal.list.time"].with_context(lang="en_US")
        viewer = self.account._as_viewer()

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            List._get_page_values(viewer, {})
            return self.cr.sql_log_count - before

        count()
        few = count()
        for _number in range(8):
            self.make_request(self.ada)
        self.assertEqual(count(), few)

    def test_own_documents_only(self):
        bens = self.make_request(self.ben)
        scope = self.env["finance.portal.scope"]
        found = self.request.search(
            scope._get_domain(self.request._name, self.customer, self.company, contact=self.ben)
            & Domain("id", "in", (self.request | bens).ids)
        )
        self.assertEqual(found, bens)
