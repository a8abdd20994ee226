import logging

from odoo import fields, models
from odoo.exceptions import LockError, UserError

from ...const import MANAGER
from ...tools.markup import embolden, isolate, keep_together
from ...tools.terms import Outcome, Refusal, compare_content, fingerprint
from ...undoable import undoable

MAX_ROUNDS = 3

_logger = logging.getLogger(__name__)


class FinancePortalDecisionMixin(models.AbstractModel):
    """Make sure the result of an acceptance is exactly what the customer accepted.

    Apps that recalculate a document do so before it is compared with what the customer saw, so
    the page shows what will be ordered. After confirmation it is compared again: if anything
    differs, all of it is undone.
    """

    _inherit = "finance.portal.decision.mixin"

    # A column without a default: nothing is rewritten when the addon is updated.
    finance_hindered = fields.Char(
        "Version Reported to Staff",
        readonly=True,
        copy=False,
        groups=MANAGER,
        help="SHA-256 of the version that couldn't be accepted online. Staff are told once.",
    )

    # === WHAT A KIND OF DOCUMENT MAY SAY === #

    def _finance_portal_get_consent(self, drawn):
        """Return what the customer agrees to with the button that accepts all of it.

        :param dict drawn: what the page shows
        """
        if not drawn.get("hero"):
            return ""
        return self.env._(
            "By pressing %(button)s, you agree to this quote for a total of %(total)s.",
            button=embolden(self.env._("Accept")),
            total=keep_together(isolate(drawn["hero"]["amount"])),
        )

    def _finance_portal_get_refreshers(self):
        """Return functions that recalculate the document as confirming it would.

        They take no arguments, may be called any number of times, and must do the same now as
        they would during confirmation.
        """
        return []

    def _finance_portal_get_result(self, agreed):
        """Return the terms after confirmation, without what confirmation may rightly add.

        :param dict agreed: the terms that were answered
        """
        return self._finance_portal_get_terms()

    # === BEFORE === #

    def _finance_portal_settle(self, access=None):
        """Bring the document to the state that confirming it would lead to.

        :return: a message for staff if that failed, and the document was left unchanged
        """
        document, _user = self._finance_portal_as_system(access)
        refreshers = document._finance_portal_get_refreshers()
        if not refreshers:
            return ""
        return document._finance_portal_try(lambda: document._finance_portal_refresh(refreshers))

    def _finance_portal_refresh(self, refreshers):
        """Call the refreshers until the terms no longer change.

        :raise UserError: they change every time
        """
        terms = self._finance_portal_get_terms()
        for _round in range(MAX_ROUNDS):
            before = terms
            for refresh in refreshers:
                refresh()
            self._finance_portal_forget()
            terms = self._finance_portal_get_terms()
            if not compare_content(before, terms):
                return
        raise UserError(self.env._("The lines change each time Odoo recalculates them."))

    # === ALL OR NOTHING === #

    def _finance_portal_try(self, work):
        """Run ``work`` and undo all of it if it fails.

        Anything held only in memory is lost when it is undone.

        :param work: a function without arguments
        :return: a message for staff on why it was undone; empty if it succeeded
        """
        try:
            with undoable(self.env.cr):
                work()
        except LockError:
            raise  # temporary: no reason to refuse
        except UserError as error:
            _logger.info("%s was left as it is: %s", self, error, exc_info=True)
            return str(error)
        return ""

    def _finance_portal_forget(self):
        """Drop cached values, such as the former order of lines: what is stored counts."""
        for records in (self, *self._finance_portal_get_rows_to_lock()):
            records.invalidate_recordset()

    def _finance_portal_check_result(self, agreed):
        """Raise unless the document still has the agreed terms.

        :raise UserError: lists the differences, in the language of the person responsible
        """
        self.env.cr.flush()  # apps may have queued work for the end of the transaction
        self._finance_portal_forget()
        changes = compare_content(agreed, self._finance_portal_get_result(agreed))
        if changes:
            worded = self._finance_portal_word_changes(changes)
            parts = [f"{one['label']}: {one['old']} → {one['new']}" for one in worded]
            raise UserError(self.env._("This would change: %(changes)s.", changes="; ".join(parts)))

    def _finance_portal_do_as_agreed(self, work, agreed, access=None):
        """Run ``work``, and undo it if the result differs from the agreed terms.

        :param work: a function without arguments, such as confirming the order
        :param dict agreed: the terms that the document has now
        :return: ``(done, hindrance)``, where ``hindrance`` is a message for staff. Both are false
            when recalculating has changed the document, which then keeps the new terms
        """
        document, _user = self._finance_portal_as_system(access)

        def work_and_check():
            work()
            document._finance_portal_check_result(agreed)

        if document._finance_portal_get_refreshers():
            hindrance = self._finance_portal_settle(access)
            if hindrance or self._finance_portal_get_changes(agreed):
                return False, hindrance
        hindrance = self._finance_portal_try(work_and_check)
        if hindrance:
            self._finance_portal_settle(access)  # so the page shows what would be ordered
        return not hindrance, hindrance

    def _finance_portal_accept(self, answer, pdf):
        """Accept the document, unless the result would differ from what the customer saw.

        :param tuple pdf: see :meth:`_finance_portal_decide`
        :return: an :class:`Outcome`
        """
        kept = answer.access._get_kept()
        agreed = self._finance_portal_open_seal(answer.form["seen"], answer.access)

        def restored():
            return answer._replace(access=answer.access._restore(kept))

        done, hindrance = self._finance_portal_do_as_agreed(
            lambda: self._finance_portal_decide(restored(), pdf), agreed, answer.access
        )
        if done:
            self._finance_portal_tell_decision(restored().access)
            return Outcome("decided")
        return self._finance_portal_refuse(restored(), agreed, hindrance)

    def _finance_portal_get_changes(self, agreed):
        """Return the differences between the agreed terms and the document now."""
        return compare_content(agreed, self._finance_portal_get_terms())

    # === WHEN IT CANNOT BE === #

    def _finance_portal_refuse(self, answer, agreed, hindrance):
        """Return the outcome of an acceptance that failed, and notify staff if necessary.

        :param dict agreed: the terms that the customer saw
        :param str hindrance: the reason, for staff; empty if the document merely changed
        """
        access, typed = answer.access, self._finance_portal_get_typed(answer.form)
        changes = self._finance_portal_get_changes(agreed)
        sentence = "" if changes else self._finance_portal_get_hindered_words()
        reason = "changed" if changes else "unsettled"
        self.env["finance.portal.event"]._record("refused", access=access, reason=reason)
        if not changes:
            document, responsible = self._finance_portal_as_system(access)
            document._finance_portal_tell_hindrance(fingerprint(agreed), hindrance, responsible)
        return Outcome("refused", Refusal(access, sentence, changes, typed))

    def _finance_portal_get_hindered_words(self):
        """Return the message for a customer whose acceptance can't go through."""
        return self.env._("This quote can't be accepted online right now. Please contact us.")

    def _finance_portal_tell_hindrance(self, version, hindrance, responsible):
        """Tell staff, once per version, that the customer could not accept the document.

        :param str version: the fingerprint of the terms
        """
        # sudo: a technical field that users may not write
        own = self.sudo()
        if own.finance_hindered == version:
            return
        own.finance_hindered = version
        title = self.env._(
            "%(document)s couldn't be accepted online", document=self.display_name
        )
        body = self.env["ir.qweb"]._render(
            "finance_portal.mail_hindered",
            {"title": title, "hindrance": hindrance, "about": self},
        )
        self.message_post(
            body=body,
            author_id=self.env.ref("base.partner_root").id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
        )
        if active := responsible.filtered("active"):
            self.activity_schedule(
                "mail.mail_activity_data_todo", summary=title, note=body, user_id=active[:1].id
            )
