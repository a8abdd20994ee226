"""The parts of a statement that import no Odoo: balances, ageing, periods, charts, tables."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import ageing, chart, period, spreadsheet, statement
from .test_pure_tools import settings

settings.load_profile("finance_portal")

DAYS = st.dates(date(2025, 1, 1), date(2026, 12, 31))
CENTS = st.integers(-10_000_00, 10_000_00).filter(bool).map(lambda cents: Decimal(cents) / 100)
BOOKED = st.lists(st.tuples(DAYS, CENTS), max_size=30)
PERIODS = st.tuples(DAYS, DAYS).map(sorted)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def total(amounts):
    return sum(amounts, Decimal())


@tagged("post_install", "-at_install")
class TestStatementArithmetic(BaseCase):
    @given(BOOKED, PERIODS, st.integers(0, 30))
    def test_statement_adds_up_like_the_items_do(self, booked, asked, most):
        """Against the plain way: to add up everything from the beginning of time."""
        start, end = asked
        booked.sort()
        changes = {}
        for day, amount in booked:
            if day >= start:
                changes[day] = changes.get(day, Decimal()) + amount
        inside = [(day, amount) for day, amount in booked if start <= day <= end]
        shown = inside[max(0, len(inside) - most) :]
        movements = [statement.Movement(day, amount, None) for day, amount in shown]
        open_items = [(day, amount) for day, amount in booked if day <= end]
        found = statement.make_section(
            total(amount for _day, amount in booked), changes, movements, open_items, asked
        )
        self.assertEqual(found.opening, total(amount for day, amount in booked if day < start))
        self.assertEqual(found.closing, total(amount for _day, amount in open_items))
        self.assertEqual(found.opening + total(amount for _day, amount in inside), found.closing)
        self.assertEqual(total(found.ageing.values()), found.closing)
        left_out = inside[: len(inside) - len(shown)]
        balance = found.opening + total(amount for _day, amount in left_out)
        self.assertEqual(found.carried, balance)
        for (day, amount), (movement, after) in zip(shown, found.rows, strict=True):
            balance += amount
            self.assertEqual((movement.day, after), (day, balance))
        days = [day for day, _balance in found.points]
        self.assertEqual((days[0], days[-1]), (start, end))
        self.assertEqual(days, sorted(days))
        for day, after in found.points[1:]:
            self.assertEqual(after, total(amount for when, amount in booked if when <= day))

    @given(BOOKED, DAYS)
    def test_every_open_amount_has_one_age(self, items, day):
        found = ageing.age(items, day)
        self.assertEqual(tuple(found), ageing.AGES)
        self.assertEqual(total(found.values()), total(amount for _due, amount in items))
        self.assertLessEqual(found["credit"], 0)
        self.assertTrue(all(found[part] >= 0 for part in ageing.AGES[:-1]))

    def test_ages_end_on_their_last_day(self):
        day = date(2026, 6, 30)
        for late, part in (
            (-400, "not_due"), (0, "not_due"), (1, "days_30"), (30, "days_30"), (31, "days_60"),
            (60, "days_60"), (61, "days_90"), (90, "days_90"), (91, "older"), (9999, "older"),
        ):  # fmt: skip
            with self.subTest(late=late):
                self.assertEqual(ageing.age_of(day - timedelta(days=late), day), part)

    @given(st.lists(st.integers(), min_size=1, max_size=400), st.integers(2, 50))
    def test_thinned_points_keep_both_ends(self, days, most):
        points = [(day, 0) for day in sorted(days)]
        thinned = statement.thin(points, most)
        self.assertEqual(len(thinned), min(most, len(points)))
        self.assertEqual((thinned[0], thinned[-1]), (points[0], points[-1]))
        self.assertEqual(thinned, sorted(thinned))


@tagged("post_install", "-at_install")
class TestPeriod(BaseCase):
    @given(st.dates(date(1971, 1, 1), date(2200, 1, 1)))
    def test_presets_are_periods_that_may_be_asked_for(self, today):
        for name, one in period.presets(today).items():
            self.assertTrue(one.start <= one.end <= today, name)
            texts = (day.isoformat() for day in one)
            self.assertEqual(period.parse_period(*texts, today), one, name)

    @given(st.one_of(st.none(), TEXTS, st.dates().map(str)), st.one_of(TEXTS, st.dates().map(str)))
    def test_whatever_is_asked_for_gives_a_period_or_a_reason(self, start, end):
        today = date(2026, 3, 10)
        try:
            found = period.parse_period(start, end, today)
        except period.PeriodError as error:
            reasons = ("not_a_day", "out_of_range", "reversed", "too_long")
            self.assertIn(error.reason, reasons)
        else:
            self.assertTrue(period.FIRST_DAY <= found.start <= found.end)
            self.assertLessEqual(found.end, period.last_day(today))

    def test_ten_years_are_the_most(self):
        today = date(2026, 3, 10)
        self.assertTrue(period.parse_period("2016-03-10", "2026-03-10", today))
        with self.assertRaises(period.PeriodError) as caught:
            period.parse_period("2016-03-09", "2026-03-10", today)
        self.assertEqual(caught.exception.reason, "too_long")


@tagged("post_install", "-at_install")
class TestChart(BaseCase):
    @given(
        st.lists(st.tuples(DAYS, CENTS), min_size=1, max_size=40),
        TEXTS,
        TEXTS,
        st.booleans(),
    )
    def test_any_balance_makes_a_picture_within_its_frame(self, points, title, description, rtl):
        text = chart.balance_chart(sorted(points), title, description, rtl)
        self.assertNotIn("style", text.replace(chart.escape(title + description), ""))
        try:
            root = ElementTree.fromstring(text)  # noqa: S314  our own text
        except ElementTree.ParseError:
            # Control characters, which XML does not know and HTML reads on.
            self.assertFalse((title + description).isprintable())
            return
        self.assertEqual(root.get("role"), "img")
        for name, told in (("title", title), ("desc", description)):
            self.assertEqual(root.findtext(name).split(), told.split())
        for path in root.iter("path"):
            numbers = path.get("d").translate(str.maketrans("MVHZ", "    ")).split()
            self.assertTrue(all(0 <= int(number) <= chart.WIDTH for number in numbers))

    def test_time_runs_as_the_reader_reads(self):
        points = [(0, 0), (1, 5), (10, 5)]
        left = chart.balance_chart(points, "", "")
        right = chart.balance_chart(points, "", "", rtl=True)
        self.assertIn('d="M0 116V116H60V4H600V4"', left)
        self.assertIn('d="M600 116V116H540V4H0V4"', right)


@tagged("post_install", "-at_install")
class TestSpreadsheet(BaseCase):
    @given(st.lists(st.lists(TEXTS, min_size=2, max_size=2), min_size=1, max_size=5))
    def test_texts_come_out_as_they_went_in_or_made_harmless(self, rows):
        content = spreadsheet.csv_bytes(rows)
        read = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
        self.assertEqual(read, [[spreadsheet.plain_text(cell) for cell in row] for row in rows])
        for row in read:
            for cell in row:
                self.assertNotIn(cell.lstrip()[:1], ("=", "+", "@", "-", "＝"), cell)

    def test_no_separator_makes_a_formula(self):
        """Programs split at what their country uses; some ask their user."""
        formulas = ("=1+1", "+1", "-1+1", "@SUM(A1)", "＝1+1", "=HYPERLINK(1)")
        for separator in ",;\t|: \n\r~^":
            for formula in formulas:
                for text in (f"PO{separator}{formula}", f'x{separator}"{formula}"', formula):
                    content = spreadsheet.csv_bytes([["Bakery", text, text]])
                    found = content.decode("utf-8-sig")
                    cells = {*re.split(r"[\r\n]", found.replace(separator, "\n"))}
                    stream = io.StringIO(found, newline="")
                    if separator not in "\r\n":
                        cells |= {c for r in csv.reader(stream, delimiter=separator) for c in r}
                    for cell in cells:
                        start = cell.lstrip(' "')[:1]
                        self.assertNotIn(start, ("=", "+", "@", "-", "＝"), (cell, text))

    def test_numbers_and_days_stay_what_they_are(self):
        row = [Decimal("-1234.50"), date(2026, 1, 2), None, "-5"]
        self.assertEqual(spreadsheet.csv_bytes([row]), b"\xef\xbb\xbf-1234.50,2026-01-02,,'-5\r\n")
