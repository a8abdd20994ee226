import json

from odoo import models

from ...tools.markup import isolate
from ...tools.terms import Change

# What belongs to the story of an answer; of what else happened, the activity tells.
TOLD = ("sent", "opened", "viewed", "pdf", "file", "chosen", "accepted", "partial", "declined")
MAX_TOLD = 60


class FinancePortalDecision(models.Model):
    """What the printed page of a decision says: what was agreed, and how it came about."""

    _inherit = "finance.portal.decision"

    def _get_heading(self):
        """Return what the printed page is about."""
        self.ensure_one()
        name = isolate(self.document_name or "")
        return {
            "accepted": lambda: self.env._("%(document)s accepted", document=name),
            "partial": lambda: self.env._("%(document)s approved in part", document=name),
            "declined": lambda: self.env._("%(document)s declined", document=name),
        }[self.kind]()

    def _get_agreed(self):
        """Return what was decided on, in words.

        :return: dict of ``facts`` (list of ``(label, text)``, the total among them) and ``lines``
            (list of texts); both empty where the kind of document is gone
        """
        self.ensure_one()
        terms = json.loads(self.terms)
        model = self.env.get(self.res_model)
        # sudo: the evidence is shown to whoever may read the decision
        document = model.sudo().browse(self.res_id).exists() if model is not None else None
        if not document:
            lines = [line.get("name") or "" for line in terms["lines"]]
            return {"facts": [pair for pair in terms["head"].items() if pair[1]], "lines": lines}
        tell = document._finance_portal_describe_change
        facts = [
            tell(Change(None, field, "", value))[::2]
            for field, value in terms["head"].items()
            if value and field != "customer_note"
        ]
        lines = [tell(Change(None, "line", None, line))[2] for line in terms["lines"]]
        return {"facts": facts, "lines": lines}

    def _get_story(self):
        """Return the activity (sudo) that led to the decision, the oldest first."""
        self.ensure_one()
        came_by = [("link_id", "=", self.link_id.id)]
        if not self.link_id:
            came_by = [("account_id", "!=", False), ("account_id", "=", self.account_id.id)]
        story = [*came_by, ("res_model", "=", self.res_model), ("res_id", "=", self.res_id)]
        # sudo: the story is a part of the evidence
        events = self.env["finance.portal.event"].sudo()
        # It ends with the answer: whoever looks again later adds nothing, and hides nothing.
        since = [("kind", "=", self.kind), ("date", ">=", self.date)]
        answer = events.search([*story, *since], order="id", limit=1)
        until = ("id", "<=", answer.id) if answer else ("date", "<=", self.date)
        return events.search([*story, ("kind", "in", TOLD), until], limit=MAX_TOLD)[::-1]
