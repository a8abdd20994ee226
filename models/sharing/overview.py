from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...const import USER

# Nobody counts further than this on one page; the list tells the rest.
MAX_COUNT = 1000
# So many are named below each number.
MAX_NAMED = 3
# What most owners look for first.
FIRST = ("account.move", "sale.order", "account.payment")
RECENT_DAYS, WEEK_DAYS = 30, 7
UNOPENED = Domain("finance_status", "in", ("sent", "expired"))


class FinancePortalOverview(models.AbstractModel):
    """What the owner looks at in the morning: numbers, each of which opens its list."""

    _name = "finance.portal.overview"
    _description = "Sharing Overview"

    @api.model
    def get_cards(self):
        """Return what the page shows, as the user may see it.

        :return: list of dict of ``key``, ``title``, ``note``, ``tone`` and ``rows``: dict of
            ``label``, ``count`` (a text), ``action`` and ``items`` (the newest, see
            ``make_item``), only those that count something
        :raise AccessError: the user doesn't use Finance Portal
        """
        if not self.env.user.has_group(USER):
            raise AccessError(self.env._("Ask an administrator for access to Finance Portal."))
        return [
            self._make_card(*card)
            for card in (
                *self._get_document_cards(),
                *self._get_request_cards(),
                *self._get_account_cards(),
                *self._get_decision_cards(),
            )
        ]

    @api.model
    def _get_models(self):
        """Return ``(models of documents, those that are answered)`` that the user may read."""
        names = {*self.env["finance.portal.document"]._finance_portal_get_models()}
        ordered = [*(name for name in FIRST if name in names), *sorted(names - {*FIRST})]
        shared = [self.env[name] for name in ordered if self.env[name].has_access("read")]
        return shared, [model for model in shared if "finance_decision_ids" in model._fields]

    @api.model
    def _get_document_cards(self):
        """Return the cards about documents: ``(key, title, note, tone, subjects)``."""
        recent = fields.Datetime.now() - timedelta(days=RECENT_DAYS)
        unopened = UNOPENED & Domain("finance_sent_at", ">=", fields.Datetime.to_string(recent))
        shared, answered = self._get_models()
        failed = Domain("finance_status", "in", ("failed", "delayed"))
        return [
            (
                "failed",
                self.env._("Not delivered"),
                self.env._("The email is waiting, or bounced."),
                "danger",
                [(model, failed, None) for model in shared],
            ),
            (
                "unopened",
                self.env._("Not opened"),
                self.env._("Sent in the last %s days.", RECENT_DAYS),
                "warning",
                [(model, unopened, None) for model in shared],
            ),
            (
                "unanswered",
                self.env._("Waiting for an answer"),
                self.env._("Sent, but neither accepted nor declined."),
                "info",
                [
                    (model, model._finance_portal_get_unanswered_domain(), None)
                    for model in answered
                ],
            ),
        ]

    @api.model
    def _get_request_cards(self):
        Event = self.env["finance.portal.event"]
        asked = Domain("kind", "=", "access_requested") & self._since_week()
        return [
            (
                "asked",
                self.env._("Asked for access"),
                self.env._("New links that customers requested in the last 7 days."),
                "info",
                [(Event, asked, self.env._("Requests"))],
            )
        ]

    @api.model
    def _get_account_cards(self):
        Account = self.env["finance.portal.account"]
        domains = Account._get_help_domains()
        return [
            (
                "accounts",
                self.env._("Can't sign in"),
                self.env._("Customers with an account that needs your help."),
                "warning",
                [
                    (Account, domains["locked"], self.env._("Locked out")),
                    (Account, domains["invite_expired"], self.env._("Setup link expired")),
                    (Account, domains["suspended"], self.env._("Address to confirm")),
                ],
            )
        ]

    @api.model
    def _get_decision_cards(self):
        Decision = self.env["finance.portal.decision"]
        standing = Domain("voided_at", "=", False) & self._since_week()
        return [
            (
                "decisions",
                self.env._("Decisions this week"),
                self.env._("What customers answered in the last 7 days."),
                "success",
                [
                    (Decision, standing & Domain("kind", "=", kind), label)
                    for kind, label in Decision._fields["kind"]._description_selection(self.env)
                ],
            )
        ]

    @api.model
    def _since_week(self):
        return Domain("date", ">=", fields.Datetime.now() - timedelta(days=WEEK_DAYS))

    @api.model
    def _make_card(self, key, title, note, tone, subjects):
        """Return one card, with a row for each subject that counts something.

        :param subjects: list of ``(model, domain, label)``; without a label, the model's name
        """
        rows = []
        for model, domain, label in subjects:
            # Without an order: so it takes no longer than counting them.
            ids = list(model._search(domain, limit=MAX_COUNT + 1))
            if not (count := len(ids)):
                continue
            if count > MAX_COUNT:
                ids = {*ids, *self._find_recent(model, domain)}
            newest = model.browse(sorted(ids, reverse=True)[:MAX_NAMED])
            shown = label or model._finance_portal_get_plural()
            action = self._make_action(model, domain, f"{title}: {shown}")
            text = f"{MAX_COUNT}+" if count > MAX_COUNT else str(count)
            items = [one._finance_portal_get_overview_item() for one in newest]
            rows.append({"label": shown, "count": text, "action": action, "items": items})
        return {"key": key, "title": title, "note": note, "tone": tone, "rows": rows}

    @api.model
    def _find_recent(self, model, domain):
        """Return the ids of those that a domain finds among the newest records of a model.

        Of 100,000 that all count, ordering them took 14 times as long as finding the first 1,000.
        """
        is_document = self.env["finance.portal.document"]._finance_portal_includes(model)
        kind = model._finance_portal_get_shareable_domain() if is_document else Domain.TRUE
        recent = model._search(kind, order="id desc", limit=MAX_COUNT)
        return [*model._search(domain & Domain("id", "in", [*recent]))]

    @api.model
    def _make_action(self, model, domain, name):
        """Return the action that opens the list behind a number."""
        views, context = [[False, "list"], [False, "form"]], {}
        if self.env["finance.portal.document"]._finance_portal_includes(model):
            xmlid, context = model._finance_portal_get_own_list()
            views[0][0] = self.env.ref(xmlid).id if xmlid else False
            views[1][0] = model._finance_portal_get_form_view()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model._name,
            "views": views,
            "domain": list(domain),
            "context": {**context, "create": False},
            "target": "current",
        }
