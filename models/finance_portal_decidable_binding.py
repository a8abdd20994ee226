import logging

from odoo import fields, models
from odoo.exceptions import LockError, UserError

from ..tools.terms import Outcome, Refusal, compare_content, fingerprint
from ..undoable import undoable

MOST_ROUNDS = 3

_logger = logging.getLogger(__name__)


class FinancePortalDecidable(models.AbstractModel):
    """What comes of an acceptance is what was accepted, whatever an app does meanwhile.

    Apps that work out a document anew do so before it is compared with what the customer saw,
    so that the page shows what will be ordered. After it was carried out it is compared again:
    when it says anything else, all of it is undone.
    """

    _inherit = "finance.portal.decidable"

    # A column without a default: nothing is rewritten when the addon is updated.
    finance_hindered = fields.Char(
        "Version Reported to Staff",
        readonly=True,
        copy=False,
        groups="finance_portal.group_finance_portal_manager",
        help="SHA-256 of the version that couldn't be accepted online. Staff are told once.",
    )

    # === WHAT A KIND OF DOCUMENT MAY SAY === #

    def _finance_portal_get_refreshers(self):
        """Return what works out anew what carrying out would: functions without arguments.

        Each may be called any number of times, and by now has to do what it would do then.
        """
        return []

    def _finance_portal_get_result(self, agreed):
        """Return the terms once it was carried out, less what is rightly added by that.

        :param dict agreed: the terms that were answered
        """
        return self._finance_portal_get_terms()

    # === BEFORE === #

    def _finance_portal_settle(self, entry=None):
        """Have the document say now what it would say once it was carried out.

        :return: a text for staff on why that is impossible; the document is then as it was
        """
        document, _user = self._finance_portal_as_system(entry)
        refreshers = document._finance_portal_get_refreshers()
        if not refreshers:
            return ""
        return document._finance_portal_try(lambda: document._finance_portal_refresh(refreshers))

    def _finance_portal_refresh(self, refreshers):
        """Call all of them until nothing changes any more.

        :raise UserError: it changes each time
        """
        terms = self._finance_portal_get_terms()
        for _round in range(MOST_ROUNDS):
            before = terms
            for refresh in refreshers:
                refresh()
            terms = self._finance_portal_get_terms()
            if not compare_content(before, terms):
                return
        raise UserError(self.env._("The lines change each time Odoo recalculates them."))

    # === ALL OR NOTHING === #

    def _finance_portal_try(self, work):
        """Do something wholly, or not at all when it cannot be done.

        What lives in memory only is gone after that.

        :param work: a function without arguments
        :return: a text for staff on why it was undone; empty when it was done
        """
        try:
            with undoable(self.env.cr):
                work()
        except LockError:
            raise  # over in a moment
        except UserError as error:
            _logger.info("%s was left as it is: %s", self, error, exc_info=True)
            return str(error)
        return ""

    def _finance_portal_check_result(self, agreed):
        """Raise unless the document still says what was agreed on.

        :raise UserError: with what differs, in the language of whoever is told
        """
        self.env.cr.flush()  # apps may have left something for the end of the transaction
        for records in (self, *self._finance_portal_get_rows_to_lock()):
            records.invalidate_recordset()  # what counts is what is stored
        changes = compare_content(agreed, self._finance_portal_get_result(agreed))
        if changes:
            worded = self._finance_portal_word_changes(changes)
            parts = [f"{one['label']}: {one['old']} → {one['new']}" for one in worded]
            raise UserError(self.env._("This would change: %(changes)s.", changes="; ".join(parts)))

    def _finance_portal_do_as_agreed(self, work, agreed, entry=None):
        """Do what the document leads to, unless anything else came of it than was agreed on.

        :param work: a function without arguments
        :param dict agreed: the terms, which the document says now
        :return: ``(done, hindrance)``, the latter as a text for staff; neither when the document
            says something else from now on
        """
        document, _user = self._finance_portal_as_system(entry)

        def work_and_check():
            work()
            document._finance_portal_check_result(agreed)

        if document._finance_portal_get_refreshers():
            hindrance = self._finance_portal_settle(entry)
            if hindrance or self._finance_portal_get_changes(agreed):
                return False, hindrance
        hindrance = self._finance_portal_try(work_and_check)
        if hindrance:
            self._finance_portal_settle(entry)  # to show what would come of it, if that helps
        return not hindrance, hindrance

    def _finance_portal_accept(self, answer, pdf):
        """Take an answer, unless something else would come of it than what was answered.

        :param tuple pdf: see :meth:`_finance_portal_decide`
        :return: an :class:`Outcome`
        """
        kept = answer.entry._get_kept()
        agreed = self._finance_portal_open_seal(answer.form["seen"], answer.entry)

        def restored():
            return answer._replace(entry=answer.entry._restore(kept))

        done, hindrance = self._finance_portal_do_as_agreed(
            lambda: self._finance_portal_decide(restored(), pdf), agreed, answer.entry
        )
        if done:
            return Outcome("decided")
        return self._finance_portal_refuse(restored(), agreed, hindrance)

    def _finance_portal_get_changes(self, agreed):
        """Return what the document says otherwise than some terms."""
        return compare_content(agreed, self._finance_portal_get_terms())

    # === WHEN IT CANNOT BE === #

    def _finance_portal_refuse(self, answer, agreed, hindrance):
        """Return the outcome of an answer that was not taken, and have staff know.

        :param dict agreed: the terms that the customer saw
        :param str hindrance: what stood in the way, for staff, unless it was a mere change
        """
        entry, typed = answer.entry, self._finance_portal_get_typed(answer.form)
        changes = self._finance_portal_get_changes(agreed)
        sentence = "" if changes else self._finance_portal_get_hindered_words()
        reason = "changed" if changes else "unsettled"
        self.env["finance.portal.activity"]._record("refused", entry=entry, reason=reason)
        if not changes:
            document, responsible = self._finance_portal_as_system(entry)
            document._finance_portal_tell_hindrance(fingerprint(agreed), hindrance, responsible)
        return Outcome("refused", Refusal(entry, sentence, changes, typed))

    def _finance_portal_get_hindered_words(self):
        """Return what a customer reads whose answer cannot be taken, whoever is to blame."""
        return self.env._("This quote can't be accepted online right now. Please contact us.")

    def _finance_portal_tell_hindrance(self, version, hindrance, responsible):
        """Tell staff, once for each version, that their customer could not accept it.

        :param str version: the fingerprint of the terms
        """
        # sudo: nobody writes it by hand
        if self.sudo().finance_hindered == version:
            return
        self.sudo().finance_hindered = version
        title = self.env._(
            "%(document)s could not be accepted online", document=self.display_name
        )
        body = self.env["ir.qweb"]._render(
            "finance_portal.mail_hindered", {"title": title, "hindrance": hindrance}
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
