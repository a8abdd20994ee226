from decimal import Decimal

from markupsafe import Markup

from odoo import api, models
from odoo.tools import formatLang
from odoo.tools.misc import get_lang

from ...tools.ageing import AGES
from ...tools.chart import balance_chart
from ...tools.period import FIRST_DAY, MAX_YEARS, PeriodError, last_day, parse_period, presets
from ...tools.statement import thin

MAX_MOVEMENTS = 1000  # of each currency on the page; the CSV has all

TONES = {"days_30": "warn", "days_60": "bad", "days_90": "bad", "older": "bad"}


class FinancePortalStatement(models.AbstractModel):
    """What the page of a statement shows, as text in the language of the context."""

    _inherit = "finance.portal.statement"

    @api.model
    def _get_page_values(self, customer, companies, params, own_documents=False):
        """Return what the part ``finance_portal.statement_body`` draws.

        :param customer: the commercial partner
        :param companies: those whose documents the customer may see
        :param params: what the visitor asked for: texts ``from`` and ``to``, or anything else
        :param bool own_documents: whether the visitor is limited to their own documents
        :return: dict of ``statement``, itself a dict of

            - ``available``: whether there is one for this visitor; if not, that is all
            - ``problem``: a sentence on what was wrong with the period asked for, or empty
            - ``start``, ``end``, ``first``, ``last``: ISO days, of the period and its limits
            - ``title``: the period in words
            - ``query``: the period for the addresses of PDF and CSV
            - ``presets``: list of ``name``, ``query``, ``current``
            - ``sections``: see :meth:`_describe`
        """
        if not self._is_available(own_documents):
            return {"statement": {"available": False}}
        today = self._get_today(self.env.company)
        period, problem = self._parse_period(params, today)
        statement = self._get_statement(customer, companies, *period, limit=MAX_MOVEMENTS)
        is_only = len(statement) == 1
        return {
            "statement": {
                "available": True,
                "problem": problem,
                "start": period.start.isoformat(),
                "end": period.end.isoformat(),
                "first": FIRST_DAY.isoformat(),
                "last": last_day(today).isoformat(),
                "title": self._format_period(*period),
                "query": self._get_query(period),
                "presets": self._describe_presets(today, period),
                "sections": [self._describe(part, period, is_only) for part in statement],
            }
        }

    # === PERIOD === #

    @api.model
    def _parse_period(self, params, today):
        """Return ``(period, what was wrong with it)``, the default period when something was."""
        try:
            return parse_period(params.get("from"), params.get("to"), today), ""
        except PeriodError as error:
            return presets(today)["last_12_months"], self._get_problem(error.reason, today)

    @api.model
    def _get_problem(self, reason, today):
        """Return in words why there is no statement for a period, and what to do."""
        if reason == "reversed":
            return self.env._("The start date is after the end date. Please choose them again.")
        if reason == "too_long":
            return self.env._(
                "A statement can cover up to %(years)s years. Please choose a shorter period.",
                years=MAX_YEARS,
            )
        if reason == "out_of_range":
            first, last = self._format_day(FIRST_DAY), self._format_day(last_day(today))
            return self.env._(
                "Please choose dates between %(first)s and %(last)s.", first=first, last=last
            )
        return self.env._("That isn't a valid date. Please choose a start date and an end date.")

    @api.model
    def _describe_presets(self, today, period):
        """Return the periods that people ask for, as links."""
        names = {
            "this_month": self.env._("This month"),
            "last_month": self.env._("Last month"),
            "this_quarter": self.env._("This quarter"),
            "this_year": self.env._("This year"),
            "last_12_months": self.env._("Last 12 months"),
            "last_year": self.env._("Last year"),
        }
        return [
            {"name": names[name], "query": self._get_query(one), "current": one == period}
            for name, one in presets(today).items()
        ]

    @api.model
    def _get_query(self, period):
        return f"from={period.start.isoformat()}&to={period.end.isoformat()}"

    @api.model
    def _format_day(self, day):
        return self.env["finance.portal.page"]._format_day(day)

    @api.model
    def _format_period(self, start, end):
        return self.env._(
            "%(start)s to %(end)s",
            start=self._format_day(start),
            end=self._format_day(end),
        )

    # === SECTIONS === #

    @api.model
    def _describe(self, part, period, is_only=False):
        """Return one company's statement in one currency as text.

        :param dict part: see :meth:`_get_statement`
        :param bool is_only: whether there is no other one to tell it from
        :return: dict of ``company`` (record), ``title``, ``currency`` (name), ``rows`` (see
            :meth:`_describe_row`), ``opening`` and ``closing`` (``label``, ``amount``),
            ``notes`` (sentences), ``carried`` (the same, when movements are left out), ``cut``
            (a sentence then), ``ageing`` (list of ``label``, ``amount``, ``tone``), ``chart``
        """
        section, currency = part["section"], part["currency"]
        names = self._get_kind_names()
        start, end = (self._format_day(day) for day in period)
        return {
            "company": part["company"],
            "currency": currency.name,
            "title": "" if is_only else f"{part['company'].name} · {currency.name}",
            "opening": {
                "label": self.env._("Opening balance on %(date)s", date=start),
                "amount": self._money(section.opening, currency),
            },
            **self._describe_left_out(part["left_out"], section, currency),
            "rows": [
                self._describe_row(movement, balance, currency, names)
                for movement, balance in section.rows
            ],
            "closing": {
                "label": self.env._("Closing balance on %(date)s", date=end),
                "amount": self._money(section.closing, currency),
            },
            "notes": self._get_notes(part, period),
            "ageing": self._describe_ageing(section.ageing, currency),
            "chart": self._describe_chart(section.points, currency),
        }

    @api.model
    def _describe_left_out(self, count, section, currency):
        """Return the parts ``carried`` and ``cut`` of :meth:`_describe`, empty for a count of 0."""
        if not count:
            return {"carried": "", "cut": ""}
        label = self.env._("Earlier transactions: %(count)s", count=count)
        return {
            "carried": {"label": label, "amount": self._money(section.carried, currency)},
            "cut": self.env._(
                "The newest %(shown)s transactions are listed; the CSV file has all %(all)s.",
                shown=len(section.rows),
                all=len(section.rows) + count,
            ),
        }

    @api.model
    def _get_notes(self, part, period):
        """Return what has to be said about a closing balance."""
        notes = []
        if part["section"].closing < 0:
            notes.append(self.env._("This amount is in your favor."))
        if part["waiting"] and period[1] >= self._get_today(part["company"]):
            amount = self._money(part["waiting"], part["currency"])
            notes.append(
                self.env._("Payments being processed, not included yet: %(amount)s", amount=amount)
            )
        return notes

    @api.model
    def _describe_row(self, movement, balance, currency, names):
        """Return a movement as text.

        :return: dict of ``date``, ``name``, ``number``, ``details`` (list of texts),
            ``amount``, ``balance``, ``is_credit`` and ``key``: ``(model, id)`` of a document
            that the page may link to, or ``None``
        """
        facts, details = movement.facts, []
        if facts["reference"]:
            details.append(self.env._("Your reference: %(ref)s", ref=facts["reference"]))
        if facts["due"]:
            last_due = self._format_day(facts["last_due"])
            if facts["due"] == facts["last_due"]:
                details.append(self.env._("Due on %(date)s", date=last_due))
            else:
                details.append(
                    self.env._("In installments, the last one due on %(date)s", date=last_due)
                )
        if facts["paid"]:
            paid = self._money(facts["paid"], currency)
            details.append(self.env._("Amount paid: %(amount)s", amount=paid))
            rest = abs(movement.amount) - facts["paid"]
            if rest > 0:
                amount = self._money(rest, currency)
                details.append(self.env._("Difference written off: %(amount)s", amount=amount))
        return {
            "date": self._format_day(movement.day),
            "name": names[facts["kind"]],
            "number": facts["number"],
            "details": details,
            "amount": self._money(movement.amount, currency),
            "balance": self._money(balance, currency),
            "is_credit": movement.amount < 0,
            "key": facts["key"],
        }

    @api.model
    def _get_kind_names(self):
        """Return what each kind of movement is called, in the customer's words."""
        return {
            "invoice": self.env._("Invoice"),
            "credit_note": self.env._("Credit note"),
            "receipt": self.env._("Sales receipt"),
            "payment": self.env._("Payment"),
            "refund": self.env._("Refund"),
            "exchange": self.env._("Exchange difference"),
            "adjustment": self.env._("Adjustment"),
            "other_currency": self.env._("Settled in another currency"),
            "other_party": self.env._("Settled with another account"),
        }

    @api.model
    def _describe_ageing(self, ageing, currency):
        """Return what is open by age, with the credit only where there is one.

        What it covers is nothing to worry about, however late it is.
        """
        labels = {
            "not_due": self.env._("Not due yet"),
            "days_30": self.env._("1–30 days late"),
            "days_60": self.env._("31–60 days late"),
            "days_90": self.env._("61–90 days late"),
            "older": self.env._("Over 90 days late"),
            "credit": self.env._("Credit in your favor"),
        }
        tones = {} if self._is_covered(ageing) else TONES
        return [
            {
                "label": labels[part],
                "amount": self._money(ageing[part], currency),
                "tone": tones.get(part, "") if ageing[part] else "",
            }
            for part in AGES
            if ageing[part] or part != "credit"
        ]

    # === CHART === #

    @api.model
    def _get_history_charts(self, customer, companies, months=12, contact=None, scope=None):
        """Return the balance over time, one chart for each currency.

        :return: list of what :meth:`_describe_chart` returns
        """
        history = self._get_balance_history(customer, companies, months, contact, scope)
        return [self._describe_chart(points, currency) for currency, points in history]

    @api.model
    def _describe_chart(self, points, currency):
        """Return what the part ``finance_portal.balance_chart`` draws.

        :return: dict of ``svg``, ``title``, ``currency`` (name), ``high``, ``low`` (amounts at
            the edges), ``start``, ``end`` (days); ``None`` when there was never anything
        """
        if not any(balance for _day, balance in points):
            return None
        top_day, top = max(points, key=lambda point: point[1])
        amounts = [balance for _day, balance in points]
        start, end = (self._format_day(points[place][0]) for place in (0, -1))
        title = self.env._("Balance over time in %(currency)s", currency=currency.name)
        description = self.env._(
            "From %(start)s to %(end)s: opening %(first)s, highest %(highest)s on %(day)s,"
            " closing %(last)s.",
            start=start,
            end=end,
            first=self._money(amounts[0], currency),
            highest=self._money(top, currency),
            day=self._format_day(top_day),
            last=self._money(amounts[-1], currency),
        )
        is_rtl = get_lang(self.env).direction == "rtl"
        svg = balance_chart(thin(points), title, description, is_rtl)
        return {
            "svg": Markup(svg),  # noqa: S704  its texts were escaped
            "title": title,
            "currency": currency.name,
            "high": self._money(max(*amounts, Decimal()), currency),
            "low": self._money(min(*amounts, Decimal()), currency),
            "start": start,
            "end": end,
        }

    @api.model
    def _money(self, amount, currency):
        return formatLang(self.env, float(amount), currency_obj=currency)
