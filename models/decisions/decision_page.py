from odoo import models
from odoo.tools import SQL


class FinancePortalDecisionMixin(models.AbstractModel):
    """What the page shows about the decision: the form, or what was answered."""

    _inherit = "finance.portal.decision.mixin"

    def _finance_portal_get_extra_values(self):
        """Add ``decision_ids``: those in force, one or none."""
        standing = self.env["finance.portal.decision"]._get_standing(self)
        return {**super()._finance_portal_get_extra_values(), "decision_ids": standing.ids}

    def _finance_portal_get_extra_sources(self):
        own = SQL("res_model = %s AND res_id = %s AND voided_at IS NULL", self._name, self.id)
        return [*super()._finance_portal_get_extra_sources(), ("finance_portal_decision", own)]

    def _finance_portal_get_decision(self, access, drawn, refusal=None, chosen=None):
        """Return what the page shows about the decision, see ``finance.portal.document``."""
        terms = drawn["terms"]
        # sudo: whoever may see the page sees what was decided
        known = self.env["finance.portal.decision"].sudo().browse(drawn["decision_ids"])
        standing = self._finance_portal_get_standing_decision(terms, known)
        if standing:
            return {
                **self._finance_portal_make_decision(
                    standing.kind, self._finance_portal_get_outcome(standing)
                ),
                "signed_by": standing.name if standing.signature_sha256 else "",
            }
        if self._finance_portal_is_settled():
            return None
        note = self._finance_portal_get_decision_obstacle(access, terms)
        if note:
            title = self.env._("You can't respond to this document here")
            return self._finance_portal_make_decision("closed", (title, [note]))
        notes = self._finance_portal_get_promise()
        if chosen:
            notes = [
                self.env._("Your choice changed the total. Please check it, then accept."),
                *notes,
            ]
        return {
            **self._finance_portal_make_decision("open", (self.env._("Accept this quote"), notes)),
            "consent": self._finance_portal_get_consent(drawn),
            "needs_signature": self._finance_portal_needs_signature(terms),
            "options": drawn.get("options", []),
            "seen": self._finance_portal_seal_terms(terms, access),
            "changes": self._finance_portal_word_changes(refusal.changes) if refusal else [],
            "changed": self._finance_portal_get_changed_words(),
            "error": refusal.sentence if refusal else "",
            "typed": refusal.typed if refusal else chosen or {},
        }

    def _finance_portal_make_decision(self, state, texts):
        """Return the dict that the template draws, without a form."""
        title, notes = texts
        empty = {"needs_signature": False, "options": [], "seen": "", "changes": [], "typed": {}}
        told = {"state": state, "title": title, "notes": notes, "error": "", "signed_by": ""}
        return {**empty, **told}

    def _finance_portal_get_outcome(self, decision):
        """Return title and sentences about a decision in force."""
        when = {"name": decision.name or "", "date": self._finance_portal_day_of(decision.date)}
        if decision.kind == "declined":
            title = self.env._("Declined on %(date)s", date=when["date"])
            notes = [self.env._("Changed your mind? Please contact us.")]
            return title, notes
        title = self.env._("Accepted by %(name)s on %(date)s", **when)
        if due := self._finance_portal_get_promise():
            return title, due
        return title, [self._finance_portal_get_thanks()]

    def _finance_portal_get_changed_words(self):
        """Return what the page says above and below what changed: two sentences."""
        return (
            self.env._("The quote changed while you were reading. Nothing was accepted."),
            self.env._("The current quote is shown below."),
        )

    def _finance_portal_word_changes(self, changes):
        """Return changes in the form that the template draws."""
        worded = map(self._finance_portal_describe_change, changes)
        return [{"label": label, "old": old, "new": new} for label, old, new in worded]
