from odoo import api, models

from ...tools.period import Period
from .issued_statement_page_sources import PAGE_SOURCES
from .statement_files import MAX_PRINTED
from .statement_page import MAX_MOVEMENTS


class FinancePortalIssuedStatement(models.Model):
    """What the document page and the PDF of a statement show: the truth of now.

    The page says besides what has changed since it was sent. Documents are named, not linked:
    whoever holds a link to a statement may see the statement.
    """

    _inherit = "finance.portal.issued.statement"

    def _finance_portal_get_page_sources(self):
        """Return the rows that the kept part of the page is drawn from."""
        return self._finance_portal_fill_sources(
            PAGE_SOURCES, statement=self.id, company=self.company_id.id
        )

    def _finance_portal_get_page_values(self):
        """Return the part of the page that the books have no say in.

        :return: dict of ``parties``: list of ``{label, lines}``, address blocks
        """
        self.ensure_one()
        lines = self._get_addressee()._finance_portal_get_address_lines()
        parties = [{"label": self.env._("Customer"), "lines": lines}] if lines else []
        return {"parties": parties}

    def _finance_portal_get_live_values(self, access):
        """Return the figures: what they are drawn from is not asked less than they are."""
        statement = self._finance_portal_in_company_time()
        parts = statement._get_parts(MAX_MOVEMENTS)
        return {
            **super()._finance_portal_get_live_values(access),
            **statement._get_figures(parts, MAX_MOVEMENTS),
            "changes": statement._get_changes(parts),
        }

    def _get_report_values(self):
        """Return what the PDF shows; of all documents, whoever prints it."""
        self.check_access("read")
        # sudo: who may read the statement may print it, whole
        statement = self.sudo()._finance_portal_in_company_time()
        return {
            "title": statement._finance_portal_get_title(),
            **statement._finance_portal_get_page_values(),
            **statement._get_figures(statement._get_parts(MAX_PRINTED), MAX_PRINTED),
        }

    def _finance_portal_get_mail_hero(self):
        """Return what is open, see ``finance.portal.document``."""
        statement = self._finance_portal_in_company_time()
        hero = statement._get_hero(statement._get_parts(0))
        states = [text for _tone, text in hero["states"]]
        amount = " + ".join(hero["amounts"])
        period = [f"{label}: {value}" for label, value in self._get_period_facts()]
        return {
            "label": hero["label"],
            "amount": amount,
            "notes": [*states, *hero["notes"], *period],
            "headline": amount,
        }

    # === PARTS === #

    def _get_parts(self, limit):
        """Return what is open now, see ``_get_open_items`` of ``finance.portal.statement``."""
        return self.env["finance.portal.statement"]._get_open_items(
            self.customer_id, self.company_id, limit
        )

    def _get_figures(self, parts, limit):
        """Return what page and PDF show of the books.

        :param parts: see :meth:`_get_parts`
        :param limit: how many rows at most of each currency
        :return: dict of

            - ``hero``: what is open, with ``amounts``, one for each currency
            - ``facts``: list of ``(label, value)``
            - ``sections``: what is open, see :meth:`_describe_open`
            - ``movements``: of a period, see ``_describe`` of ``finance.portal.statement``
            - ``pays``: how to pay by bank transfer, one for each currency
            - ``owes``: whether there is anything to pay
        """
        is_period = self.kind == "period"
        is_only = len(parts) == 1
        return {
            "hero": self._get_hero(parts),
            "facts": self._get_facts(),
            "sections": [self._describe_open(part, is_only) for part in parts if part["items"]],
            "movements": self._get_movements(limit) if is_period else [],
            "pays": self.env["finance.portal.statement"]._get_pays(
                parts, self.customer_id, self.name
            ),
            "owes": self._is_owed(parts),
        }

    def _get_hero(self, parts):
        """Return what is open in all, and how much of it is late."""
        Statement = self.env["finance.portal.statement"]
        open_parts = [part for part in parts if part["total"]]
        is_credit = bool(open_parts) and all(part["total"] < 0 for part in open_parts)
        own = self.company_id.currency_id
        amounts = [
            Statement._money(abs(part["total"]) if is_credit else part["total"], part["currency"])
            for part in open_parts
        ] or [Statement._money(0, own)]
        today = self._finance_portal_day(self._get_today(self.company_id))
        return {
            "is_credit": is_credit,
            "label": self._label_balance(-1 if is_credit else 0),
            "amount": amounts[0],
            "amounts": amounts,
            "states": [self._get_state(parts, () if is_credit or not open_parts else amounts)],
            "notes": [self.env._("As of %(date)s", date=today)],
        }

    def _label_balance(self, balance):
        """Return what a balance is called: below zero it is the customer's."""
        return self.env._("Credit in your favor") if balance < 0 else self.env._("Balance due")

    def _get_state(self, parts, amounts):
        """Return ``(tone, text)`` on what is late.

        :param amounts: what is to pay, as text; the same amount isn't told twice
        """
        Statement = self.env["finance.portal.statement"]
        if not amounts:
            if self._is_covered(parts):
                return "good", self.env._("Your credit covers all open invoices")
            return "good", self.env._("Nothing to pay")
        overdue = [
            Statement._money(amount, part["currency"])
            for part in parts
            if (amount := Statement._get_overdue(part["ageing"]))
        ]
        if not overdue:
            return "calm", self.env._("Not due yet")
        if overdue == amounts:
            return "bad", self.env._("Overdue")
        return "bad", self.env._("Overdue: %(amount)s", amount=" + ".join(overdue))

    @api.model
    def _is_covered(self, parts):
        """Return whether credits cover what is open in a company and currency, see above."""
        Statement = self.env["finance.portal.statement"]
        return any(Statement._is_covered(part["ageing"]) for part in parts)

    def _get_facts(self):
        """Return whose account it is and, where it is of one, of which period."""
        rows = [(self.env._("Customer code"), self.customer_id.ref), *self._get_period_facts()]
        return [row for row in rows if row[1]]

    def _get_period_facts(self):
        """Return the period as a label and a text, where the statement is of one."""
        if self.kind != "period":
            return []
        Statement = self.env["finance.portal.statement"]
        period = Statement._format_period(self.date_from, self.date_to)
        return [(self.env._("Period"), period)]

    def _get_movements(self, limit):
        """Return the movements of the period, as the portal's statement shows them."""
        Statement = self.env["finance.portal.statement"]
        period = Period(self.date_from, self.date_to)
        parts = Statement._get_statement(self.customer_id, self.company_id, *period, limit)
        described = [Statement._describe(part, period, is_only=True) for part in parts]
        for one in described:
            names = (self.env._("Transactions"), one["currency"] if len(described) > 1 else "")
            one["title"] = " · ".join(filter(None, names))
            if one["cut"]:
                one["cut"] = self.env._(
                    "The newest %(shown)s transactions are listed; the balances include all.",
                    shown=len(one["rows"]),
                )
        return described

    def _describe_open(self, part, is_only):
        """Return what is open in one currency as text.

        :return: dict of ``title``, ``rows`` (see :meth:`_describe_item`), ``cut`` (a sentence
            where rows are left out), ``total``, ``label`` (what that is) and ``ageing``
        """
        Statement, currency = self.env["finance.portal.statement"], part["currency"]
        names = Statement._get_kind_names()
        today = self._get_today(self.company_id)
        shown, count = part["facts"], len(part["items"])
        rows = [self._describe_item(*row, currency, names, today) for row in shown]
        if Statement._is_covered(part["ageing"]):
            rows = [{**row, "late": ""} for row in rows]
        cut = ""
        if count > len(shown):
            cut = self.env._(
                "The %(shown)s items due first are listed; the total includes all %(all)s.",
                shown=len(shown),
                all=count,
            )
        return {
            "title": "" if is_only else currency.name,
            "rows": rows,
            "cut": cut,
            "total": Statement._money(part["total"], currency),
            "label": self._label_balance(part["total"]),
            "ageing": Statement._describe_ageing(part["ageing"], currency),
        }

    def _describe_item(self, item, facts, currency, names, today):
        """Return an open item as text.

        :return: dict of ``name``, ``number``, ``details`` (list of texts), ``due``, ``late``
            (how much, or empty), ``amount`` and ``is_credit``
        """
        Statement, details = self.env["finance.portal.statement"], []
        if facts["reference"]:
            details.append(self.env._("Your reference: %(ref)s", ref=facts["reference"]))
        day = self._finance_portal_day(facts["day"])
        if facts["amount"] == item.amount:
            details.append(self.env._("Dated %(date)s", date=day))
        else:
            total = Statement._money(facts["amount"], currency)
            details.append(
                self.env._("Dated %(date)s, originally %(total)s", date=day, total=total)
            )
        is_credit, days = item.amount < 0, (today - item.due).days
        late = days > 0 and not is_credit
        days_text = self._finance_portal_days(days) if late else ""
        return {
            "name": names[facts["kind"]],
            "number": item.number,
            "details": details,
            "due": "" if is_credit else self._finance_portal_day(item.due),
            "late": self.env._("Overdue by %(days)s", days=days_text) if late else "",
            "amount": Statement._money(item.amount, currency),
            "is_credit": is_credit,
        }

    # === HELPERS === #

    def _get_addressee(self):
        """Return the contact it is for, or the customer when they have left it."""
        return self._finance_portal_get_addressee(self.partner_id)

    def _is_owed(self, parts=None):
        """Return whether there is anything to pay: if so, the email says how.

        :param parts: see :meth:`_get_parts`; by default, what is open now
        """
        if parts is None:
            # sudo: who may read the statement may read what is open
            parts = self.sudo()._finance_portal_in_company_time()._get_parts(0)
        return any(part["total"] > 0 for part in parts)

    def _tell_balance(self):
        """Return in few words what is open, and what of it is late."""
        # sudo: who may read the statement may read what is open
        statement = self.sudo()._finance_portal_in_company_time()
        parts = statement._get_parts(0)
        hero = statement._get_hero(parts)
        amounts, states = " + ".join(hero["amounts"]), [text for _tone, text in hero["states"]]
        if hero["is_credit"]:
            amounts = self.env._("Customer's credit: %s", amounts)
        # The page speaks to the customer, this to staff.
        if not statement._is_owed(parts) and statement._is_covered(parts):
            states = [self.env._("Credit covers all open invoices")]
        return " · ".join([amounts, *states])
