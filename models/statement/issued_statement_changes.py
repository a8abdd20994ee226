from odoo import models

from ...tools.open_items import compare, sum_up

MAX_CHANGES = 50


class FinancePortalIssuedStatement(models.Model):
    """What has changed since a statement was sent, document by document."""

    _inherit = "finance.portal.issued.statement"

    def _get_changes(self, parts):
        """Return what became of what was open, and what came in addition.

        :param parts: what is open now, see ``_get_open_items`` of ``finance.portal.statement``
        :return: dict of ``title`` and ``rows`` (sentences), ``None`` where nothing changed
        """
        if not self.issued_items:
            return None
        now = [row for part in parts for row in sum_up(part["items"], part["currency"].id)]
        changes = compare(self.issued_items["items"], now)
        if not changes:
            return None
        Statement, shown = self.env["finance.portal.statement"], changes[:MAX_CHANGES]
        outcomes = Statement._get_outcomes([one.move for one in shown])
        numbers = {item.move: item.number for part in parts for item in part["items"]}
        waiting = {move: day for part in parts for move, day in part["waiting"].items()}
        rows = [
            self._tell_change(
                change._replace(number=change.number or numbers[change.move]),
                outcomes.get(change.move),
                waiting.get(change.move),
            )
            for change in shown
        ]
        if more := len(changes) - len(shown):
            rows.append(self.env._("Further changes: %(count)s", count=more))
        day = self._finance_portal_day(self.date)
        return {"title": self.env._("Changed since %(date)s", date=day), "rows": rows}

    def _tell_change(self, change, outcome, waiting):
        """Return one sentence on a document.

        :param change: a :class:`Change` with a number
        :param outcome: what became of it, see ``_get_outcomes``; ``None`` when it was deleted
        :param waiting: the day of a payment of it that waits for the bank, if any
        """
        # sudo: what a currency is called is no secret
        currency = self.env["res.currency"].sudo().browse(change.currency)
        values = {"number": change.number}
        if not change.before:
            return self._tell_new(change, currency)
        state, day, kind, other = outcome or ("deleted", None, None, None)
        if state == "cancel":
            return self.env._("%(number)s was cancelled.", **values)
        if state != "posted":
            return self.env._("%(number)s was withdrawn.", **values)
        more_is_open = abs(change.now) > abs(change.before) or change.now * change.before < 0
        if more_is_open:
            rest = abs(change.now - change.before)
            return self.env._(
                "%(amount)s of %(number)s is open again.",
                amount=self._money(rest, currency),
                **values,
            )
        day = max(filter(None, (day, waiting)), default=None)
        if day is None:
            return self.env._("%(number)s is no longer open.", **values)
        values["date"] = self._finance_portal_short_day(day)
        if change.before < 0:
            return self.env._("%(number)s was applied on %(date)s.", **values)
        if change.now:
            return self._tell_part(change, currency, values, kind)
        if kind == "out_refund" and not waiting:
            return self.env._(
                "%(number)s was settled on %(date)s with credit note %(other)s.",
                other=other,
                **values,
            )
        return self.env._("%(number)s was paid on %(date)s.", **values)

    def _tell_part(self, change, currency, values, kind):
        """Return one sentence on a document that is settled in part."""
        values = {
            **values,
            "amount": self._money(change.before - change.now, currency),
            "left": self._money(change.now, currency),
        }
        if kind == "out_refund":
            return self.env._(
                "%(amount)s of %(number)s was credited on %(date)s; %(left)s is still open.",
                **values,
            )
        return self.env._(
            "%(amount)s of %(number)s was paid on %(date)s; %(left)s is still open.", **values
        )

    def _tell_new(self, change, currency):
        """Return one sentence on a document that was not open then."""
        values = {
            "number": change.number,
            "amount": self._money(abs(change.now), currency),
        }
        if change.now < 0:
            return self.env._("New: a credit of %(amount)s (%(number)s).", **values)
        return self.env._("New: %(number)s, %(amount)s open.", **values)

    def _money(self, amount, currency):
        return self.env["finance.portal.statement"]._money(amount, currency)
