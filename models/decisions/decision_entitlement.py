from odoo import models
from odoo.tools import email_normalize

from ...failures import RecipientUnproven
from ...tools.address_key import address_key


class FinancePortalDecisionMixin(models.AbstractModel):
    """Decide who may answer: a contact of the customer, in time, and not staff in their place."""

    _inherit = "finance.portal.decision.mixin"

    def _finance_portal_get_decision_obstacle(self, access, terms):
        """Return why this ``access`` doesn't allow an answer, as a sentence, or an empty text."""
        if access._is_staff() and not access._is_read_only():
            return self.env._(
                "You're signed in to the back office, so this is only a preview. To try it as"
                " the customer, open the link in a private window."
            )
        if access.is_external:
            return self.env._(
                "Only contacts of %(customer)s can respond to this document.",
                customer=access.customer_id.name,
            )
        return self._finance_portal_get_closing_note(terms)

    def _finance_portal_get_obstacle_reason(self, access):
        """Return the reason that an answer's activity shows for the obstacle."""
        if access._is_staff():
            return "signed_in"
        return "not_entitled" if access.is_external else "too_late"

    def _finance_portal_check_recipient(self, answer):
        """Raise unless it seems to be the recipient who answers by a link.

        Whoever got the link from the recipient's email, such as a follower of a forwarded reply,
        has another browser in another network, and doesn't know the address it was sent to.

        :raise RecipientUnproven: with a sentence that asks for that address
        """
        if not answer.access._is_opened_elsewhere({answer.visit, answer.first_visit}):
            return
        entered = email_normalize(answer.form.get("address") or "")
        if entered and address_key(entered) == address_key(email_normalize(answer.access.email)):
            return
        sentence = self.env._(
            "You've already opened this link in another browser. To confirm it's you, please enter"
            " the email address this document was sent to."
        )
        typed = {
            **self._finance_portal_get_typed(answer.form),
            "asks_address": True,
            "declines": answer.kind == "declined",
        }
        raise RecipientUnproven(
            "other_browser", access=answer.access, sentence=sentence, typed=typed
        )
