import base64

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, consteq, hmac

from ...failures import DecisionRefused, IncompleteForm, StaleForm
from ...tools.entered import clean_line, clean_lines, has_letters
from ...tools.renderers import ANSWERS
from ...tools.terms import MAX_BYTES, Outcome, compare, fingerprint, pack, unpack
from .signature import read_signature

MAX_NAME, MAX_REASON = 100, 2000
DECIDED = ("accepted", "partial", "declined")


class FinancePortalDecisionMixin(models.AbstractModel):
    """A document that its customer accepts or declines, once, exactly as they saw it.

    The page carries what it shows in a sealed form. An answer counts only when the document,
    locked, still says the same; otherwise nothing is decided and the page shows what changed.
    """

    _name = "finance.portal.decision.mixin"
    _description = "Document a Customer Decides On"
    _inherit = "finance.portal.document"

    finance_decision_ids = fields.One2many(
        "finance.portal.decision",
        "res_id",
        "Customer's Decisions",
        domain=lambda self: [("res_model", "=", self._name)],
        bypass_search_access=True,
        copy=False,
        groups="finance_portal.group_finance_portal_user",
    )

    # === VIEWS === #

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Put the decisions on top of the Sharing tab."""
        arch, view = super()._get_view(view_id, view_type, **options)
        page = arch.find(".//page[@name='finance_sharing']") if view_type == "form" else None
        if page is not None:
            # sudo: views are public to whoever may open the form
            own = self.env.ref("finance_portal.finance_portal_decision_mixin_view_form").sudo()
            for part in reversed(own._get_combined_arch()):
                page.insert(0, part)
        return arch, view

    # === WHAT A DECIDABLE DOCUMENT MUST TELL === #

    def _finance_portal_get_terms(self, lang=None):
        """Return what the customer decides on, see ``tools/terms.py``.

        :param str lang: another language than that of :meth:`_finance_portal_get_terms_lang`
        """
        raise NotImplementedError

    def _finance_portal_get_rows_to_lock(self):
        """Return the records, beside the document, that the terms are made of."""
        raise NotImplementedError

    def _finance_portal_is_settled(self):
        """Return whether it cannot be answered any more: accepted, confirmed or cancelled."""
        raise NotImplementedError

    def _finance_portal_get_closing_note(self, terms):
        """Return a sentence that says why it's too late to answer, or an empty text."""
        raise NotImplementedError

    def _finance_portal_needs_signature(self, terms):
        """Return whether accepting requires a signature."""
        raise NotImplementedError

    def _finance_portal_get_promise(self):
        """Return sentences on the consequences of accepting, such as an amount that becomes due."""
        return []

    def _finance_portal_get_thanks(self):
        """Return what the page says once it was accepted and nothing more is due."""
        raise NotImplementedError

    def _finance_portal_get_answers(self):
        """Return the kinds of :class:`Answer` that the document accepts."""
        return ("accepted", "declined", "chosen")

    def _finance_portal_choose(self, answer):
        """Apply the customer's choice of optional lines.

        :param Answer answer: what was posted
        :return: whether it changes anything
        :raise IncompleteForm: with the sentence for the customer
        """
        return False

    def _finance_portal_carry_out(self, decision):
        """Carry out a decision as Odoo does when staff enter it."""
        raise NotImplementedError

    def _finance_portal_describe_change(self, change):
        """Return ``(label, old, new)`` as texts for a :class:`Change`."""
        raise NotImplementedError

    # === IN FORCE === #

    def _finance_portal_get_standing_decision(self, terms, known=None):
        """Return the decision that still covers the document, or an empty recordset.

        An acceptance that waits for a payment covers what was accepted, nothing else.

        :param known: the decisions in force (sudo), if they were looked up before
        """
        standing = known
        if standing is None:
            standing = self.env["finance.portal.decision"]._get_standing(self)
        covers = standing and self._finance_portal_is_covered_by(standing, lambda: terms)
        return standing if covers else standing.browse()

    def _finance_portal_is_covered_by(self, standing, get_terms):
        """Return whether a decision that stands still covers the document.

        :param get_terms: returns the document's terms; asked only where they matter
        """
        if standing.customer_id.commercial_partner_id != self._finance_portal_get_customer():
            return False  # it went to another customer since
        if self._finance_portal_is_settled():
            return True
        return standing.kind == "accepted" and self._finance_portal_still_says(
            standing.fingerprint, standing.terms_lang, get_terms
        )

    def _finance_portal_get_terms_lang(self):
        """Return the code of the language in which its terms are told: the customer's."""
        return self.env["finance.portal.page"]._choose_lang(
            self.partner_id.lang, self.company_id.partner_id.lang
        )

    def _finance_portal_still_says(self, mark, lang, get_terms, sign=fingerprint):
        """Return whether the document says what a fingerprint was made of.

        Its customer may have switched to another language since, in which units, taxes and payment
        terms have other names. If it reads differently there, only the language of that time
        decides: staff may have changed the words that were agreed to.

        :param str mark: the fingerprint
        :param str lang: the language of that time; empty for what is older than this rule
        :param get_terms: returns the document's terms of now
        :param sign: returns the fingerprint of terms
        """
        if sign(get_terms()) == mark:
            return True
        if not lang or lang == self._finance_portal_get_terms_lang():
            return False
        is_installed = self.env["finance.portal.page"]._get_installed_lang(lang) == lang
        return is_installed and sign(self._finance_portal_get_terms(lang)) == mark

    def _finance_portal_get_signature(self):
        standing = self._finance_portal_get_standing_decision(self._finance_portal_get_terms())
        signature = standing.with_context(bin_size=False).signature
        return base64.b64decode(signature) if signature else None

    # === THE SEAL === #

    def _finance_portal_seal_terms(self, terms, access):
        """Return what the page shows, signed so that only this database can have made it."""
        packed = pack(terms)
        return f"{self._finance_portal_get_seal(packed, access)}.{packed}"

    def _finance_portal_open_seal(self, sealed, access):
        """Return the terms that the page showed.

        :raise StaleForm: our own page for this visitor did not make them
        """
        seal, _dot, packed = (sealed or "").partition(".")
        if not packed.isascii() or not seal.isascii() or len(packed) > MAX_BYTES:
            raise StaleForm("form without terms", access=access)
        if not consteq(seal, self._finance_portal_get_seal(packed, access)):
            raise StaleForm("form with terms that are not ours", access=access)
        return unpack(packed)

    def _finance_portal_get_seal(self, packed, access):
        # sudo: to read the database secret
        return hmac(self.sudo().env, "finance_portal.terms", (access._get_seal_subject(), packed))

    # === THE DECISION === #

    def _finance_portal_answer(self, answer):
        """Carry out a customer's answer, unless another one is already in force.

        :param Answer answer: what the visitor posted
        :return: an :class:`Outcome`
        :raise DecisionRefused: nothing was decided, and nothing is saved
        """
        self.ensure_one()
        pdf = None
        if self._finance_portal_is_decided(answer):
            return Outcome("decided")
        self._finance_portal_check_recipient(answer)
        if answer.kind in DECIDED and self._finance_portal_has_pdf():
            # Before anything is locked: the renderer takes seconds and fetches styles from us.
            # Answers are counted themselves.
            pdf = self._finance_portal_fetch_pdf(bucket=None, queue=ANSWERS)
        self._finance_portal_lock(answer.access)
        if self._finance_portal_is_decided(answer):
            return Outcome("decided")
        # What it changes stands in the chatter under the customer's name.
        self._track_set_author(answer.access.partner_id)
        if answer.kind == "declined":
            self._finance_portal_decide(answer, pdf)
            self._finance_portal_tell_decision(answer.access)
            return Outcome("decided")
        if self._finance_portal_choose(answer) or answer.kind not in DECIDED:
            self.env["finance.portal.event"]._record(
                "chosen", access=answer.access, visit=answer.visit
            )
            # The total shown next is then the one that will be ordered. Whatever prevents that
            # is reported on acceptance.
            self._finance_portal_settle(answer.access)
            return Outcome("chosen", typed=self._finance_portal_get_typed(answer.form))
        return self._finance_portal_accept(answer, pdf)

    def _finance_portal_is_decided(self, answer):
        """Return whether a decision is already in force; if not, the answer counts.

        :raise DecisionRefused: who answers may not, it is too late, or they saw something else
        :raise StaleForm: our own page did not make the form
        """
        access, form, terms = answer.access, answer.form, self._finance_portal_get_terms()
        if self._finance_portal_is_settled() or self._finance_portal_get_standing_decision(terms):
            return True
        if note := self._finance_portal_get_decision_obstacle(access, terms):
            reason = self._finance_portal_get_obstacle_reason(access)
            raise DecisionRefused(reason, access=access, sentence=note)
        seen = self._finance_portal_open_seal(form.get("seen"), access)
        if changes := compare(seen, terms):
            typed = self._finance_portal_get_typed(form)
            raise DecisionRefused("changed", access=access, changes=changes, typed=typed)
        return False

    def _finance_portal_lock(self, access):
        """Make parallel answers and changes wait, and start over if they come second.

        An update, not a mere lock: whoever waited behind it begins anew, in a transaction
        that sees the outcome. So does whoever read a line, or the access, before it changed.
        """
        self.env.flush_all()
        execute = self.env.cr.execute
        table = SQL.identifier(self._table)
        execute(
            SQL("UPDATE %s SET write_date = write_date WHERE id = %s", table, self.id),
            log_exceptions=False,
        )
        for records in (access._get_rows_to_lock(), *self._finance_portal_get_rows_to_lock()):
            execute(
                SQL(
                    "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR UPDATE",
                    SQL.identifier(records._table),
                    tuple(records.ids) or (0,),
                ),
                log_exceptions=False,
            )

    def _finance_portal_decide(self, answer, pdf):
        """Store an answer with its evidence and carry it out.

        Nobody is told yet, since it may still be undone, see ``_finance_portal_accept``.

        :param tuple pdf: file name and bytes of the official PDF, or ``None`` without one
        """
        access, terms = answer.access, self._finance_portal_get_terms()
        entered = self._finance_portal_read_form(answer, terms)
        # What was answered line by line may come to the same for all of them.
        kind = entered.pop("kind", answer.kind)
        Decision = self.env["finance.portal.decision"]
        Decision._get_standing(self)._void()  # it was about an earlier version
        told_in = {"terms_lang": self._finance_portal_get_terms_lang()}
        decision = Decision._keep(access, kind, terms, pdf, {**entered, **told_in})
        self.env["finance.portal.event"]._record(kind, access=access, visit=answer.visit)
        document, _user = self._finance_portal_as_system(access)
        document._finance_portal_carry_out(decision)

    def _finance_portal_tell_decision(self, access):
        """Tell staff about the decision in force; their phones are notified at once."""
        document, responsible = self._finance_portal_as_system(access)
        decision = document.env["finance.portal.decision"]._get_standing(document)
        document._finance_portal_tell_staff(decision, responsible)

    def _finance_portal_as_system(self, access=None):
        """Return the document as the system, in the language of the person responsible.

        :return: ``(document, user)``
        """
        responsible = self._finance_portal_get_responsible()
        if not responsible and access:
            responsible = access._get_sender()
        lang = self.env["finance.portal.page"]._get_installed_lang(
            responsible.lang, self._finance_portal_get_company().partner_id.lang
        )
        # As the system: the visitor's browser may be signed in as anybody.
        return self.with_user(SUPERUSER_ID).with_context(lang=lang), responsible

    def _finance_portal_get_typed(self, form):
        """Return the entered name and reason, for this answer or the next attempt."""
        return {
            "signature_typed": "1" if form.get("signature_typed") else "",
            "name": clean_line(form.get("name") or "", MAX_NAME),
            "reason": clean_lines(form.get("reason") or "", MAX_REASON),
        }

    def _finance_portal_read_form(self, answer, terms):
        """Return what the customer entered, as values of a decision.

        With ``kind``, where that decides which answer it is.

        :raise IncompleteForm: with a sentence on what is missing
        """
        typed = self._finance_portal_get_typed(answer.form)
        if answer.kind == "declined":
            typed.pop("signature_typed")
            # Who declines need not give a name; it was mailed to somebody all the same.
            mailed_to = answer.access.partner_id._finance_portal_get_name()
            return {**typed, "name": typed["name"] or mailed_to}
        sentence, values = "", {"name": typed["name"]}
        if not has_letters(typed["name"]):
            sentence = self.env._("Please enter your name.")
        elif self._finance_portal_needs_signature(terms):
            try:
                values |= read_signature(self.env, answer.form, typed["name"])
            except UserError as error:
                sentence = str(error)
        if sentence:
            raise IncompleteForm("incomplete", access=answer.access, sentence=sentence, typed=typed)
        return values

    def _finance_portal_tell_staff(self, decision, responsible):
        """Notify the responsible user as the company configured it; the chatter has it all."""
        wishes = self._finance_portal_get_company().finance_portal_notify_decision
        title = self._finance_portal_get_news(decision)
        notes = self._finance_portal_get_staff_notes(decision)
        told = responsible.filtered("active") if wishes != "nothing" else responsible.browse()
        self.message_post(
            subject=title,
            body=self.env["ir.qweb"]._render(
                "finance_portal.mail_decision",
                {"title": title, "decision": decision, "notes": notes, "about": self},
            ),
            author_id=decision.partner_id.id or self.env.ref("base.partner_root").id,
            message_type="notification",
            subtype_xmlid="mail.mt_note",
            partner_ids=told.partner_id.ids if wishes in ("message", "both") else [],
        )
        if told and wishes in ("activity", "both"):
            # The message above is enough of an email.
            self.with_context(mail_activity_quick_update=True).activity_schedule(
                "finance_portal.mail_activity_answer", summary=title, user_id=told[:1].id
            )

    def _finance_portal_get_news(self, decision):
        """Return what happened, as the title of what staff are told."""
        values = {"name": decision.name or decision.email or "", "document": self.display_name}
        if decision.kind == "accepted":
            return self.env._("%(document)s accepted by %(name)s", **values)
        return self.env._("%(document)s declined by %(name)s", **values)

    def _finance_portal_get_staff_notes(self, decision):
        """Return what else staff are told about a decision: a list of sentences."""
        # What has to be paid matters to an order alone, not to a quote that was declined.
        return self._finance_portal_get_promise() if decision.kind == "accepted" else []
