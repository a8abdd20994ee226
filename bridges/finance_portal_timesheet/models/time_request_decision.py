import json

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.finance_portal.failures import IncompleteForm
from odoo.addons.finance_portal.tools.entered import clean_lines, has_letters
from odoo.addons.finance_portal.tools.markup import embolden, isolate, keep_together

from ..tools.verdicts import ACCEPTED, DECLINED, outcome, read_verdicts
from .time_request import ANSWERED_STATES

MAX_REASON = 500
# Parts of an hour count as long as they can be seen or invoiced.
HOUR_DIGITS = 4
STATE_OF = {"accepted": "approved", "partial": "partial", "declined": "rejected"}
APPROVAL_OF = {ACCEPTED: "approved", DECLINED: "rejected"}


class FinancePortalTimeRequest(models.Model):
    """What a customer decides on in a time approval, and what follows."""

    _inherit = "finance.portal.time.request"

    # === WHAT IT IS ABOUT === #

    def _finance_portal_get_terms(self, lang=None):
        """Return the entries as texts, in the customer's language."""
        self.ensure_one()
        request = self.with_context(lang=lang or self._finance_portal_get_terms_lang())
        entries = request._get_entries()
        return {
            "head": {
                "from": fields.Date.to_string(request.date_from),
                "to": fields.Date.to_string(request.date_to),
                "hours": request._finance_portal_exact(sum(entries.mapped("unit_amount"))),
                "customer_note": request._finance_portal_get_note(),
                "files": "\n".join(
                    " ".join(mark) for mark in request._finance_portal_get_file_marks()
                ),
            },
            "lines": [
                {
                    "id": str(entry.id),
                    "date": fields.Date.to_string(entry.date),
                    "person": entry.employee_id.name or entry.user_id.name or "",
                    "project": entry.project_id.name or "",
                    "task": entry.task_id.name or "",
                    "hours": request._finance_portal_exact(entry.unit_amount),
                    # Odoo's word for no description.
                    "name": entry.name if entry.name != "/" else "",
                }
                for entry in entries
            ],
        }

    def _finance_portal_exact(self, hours):
        """Return hours as a text that depends on no language."""
        return f"{hours:.{HOUR_DIGITS}f}"

    def _finance_portal_get_rows_to_lock(self):
        entries = self.line_ids
        return [entries, entries.task_id, entries.project_id]

    def _finance_portal_is_settled(self):
        return self.state in (*ANSWERED_STATES, "cancelled")

    def _finance_portal_get_closing_note(self, terms):
        if terms["lines"]:
            return ""
        return self.env._("There are no hours left to approve. Please contact us.")

    def _finance_portal_needs_signature(self, terms):
        return False

    # === THE ANSWER === #

    def _finance_portal_get_answers(self):
        return ("accepted", "partial", "declined")

    def _finance_portal_get_typed(self, form):
        """Keep what was chosen for each entry, to be filled in again."""
        keys = [name.removeprefix("entry_") for name in form if name.startswith("entry_")]
        return {
            **super()._finance_portal_get_typed(form),
            "verdicts": self._finance_portal_read_verdicts(form, keys),
        }

    def _finance_portal_read_verdicts(self, form, keys):
        return {
            key: (verdict, clean_lines(reason, MAX_REASON))
            for key, (verdict, reason) in read_verdicts(form, keys).items()
        }

    def _finance_portal_read_form(self, answer, terms):
        """Add what was answered about each entry; together that makes the answer."""
        parts = self._finance_portal_read_parts(answer, terms)
        values = super()._finance_portal_read_form(answer, terms)
        values.pop("verdicts", None)  # only for the next try
        return {
            **values,
            "kind": outcome(part["verdict"] for part in parts),
            "parts": json.dumps(parts, ensure_ascii=False),
        }

    def _finance_portal_read_parts(self, answer, terms):
        """Return what was answered about each entry.

        :return: list of ``{id, text, verdict, reason}``, one for each line of the terms
        :raise IncompleteForm: with a sentence on what is missing
        """
        keys = [line["id"] for line in terms["lines"]]
        verdicts = self._finance_portal_read_verdicts(answer.form, keys)
        typed = self._finance_portal_get_typed(answer.form)
        if missing := self._finance_portal_get_missing(answer.kind, verdicts, typed, terms):
            typed["missing"], sentence = missing
            raise IncompleteForm("incomplete", access=answer.access, sentence=sentence, typed=typed)
        if answer.kind == "accepted":
            verdicts = dict.fromkeys(keys, (ACCEPTED, ""))
        elif answer.kind == "declined":
            verdicts = dict.fromkeys(keys, (DECLINED, typed["reason"]))
        return [
            {
                "id": line["id"],
                "text": self._finance_portal_tell_line(line),
                "verdict": verdicts[line["id"]][0],
                "reason": verdicts[line["id"]][1],
            }
            for line in terms["lines"]
        ]

    def _finance_portal_get_missing(self, kind, verdicts, typed, terms):
        """Return what is missing in an answer, if anything.

        :return: ``(field, sentence)``, the name of what has to be filled in, or ``None``
        """
        if kind == "declined":
            if has_letters(typed["reason"]):
                return None
            return "reason", self.env._("Please tell us why you're rejecting the hours.")
        if kind == "accepted":
            # Whoever marked an entry and pressed the other button did not mean both.
            if DECLINED not in (verdict for verdict, _reason in verdicts.values()):
                return None
            return "", self.env._(
                "You marked an entry Reject. Press Send my answer, or mark it Approve."
            )
        for line in terms["lines"]:
            verdict, reason = verdicts[line["id"]]
            text = self._finance_portal_tell_line(line)
            if not verdict:
                sentence = self.env._("Please approve or reject: %(entry)s", entry=text)
                return f"entry_{line['id']}", sentence
            if verdict == DECLINED and not has_letters(reason):
                sentence = self.env._("Please tell us why you're rejecting: %(entry)s", entry=text)
                return f"why_{line['id']}", sentence
        return None

    def _finance_portal_carry_out(self, decision):
        """Write down on the entries what was answered about them."""
        parts = {part["id"]: part for part in decision._get_parts()}
        for entry in self.line_ids:
            if part := parts.get(str(entry.id)):
                entry.finance_approval = APPROVAL_OF[part["verdict"]]
                entry.finance_rejection = part["reason"] or False
            else:  # it went to another customer meanwhile
                entry._finance_portal_release()
        self.state = STATE_OF[decision.kind]

    # === IN WORDS === #

    def _finance_portal_get_outcome(self, decision):
        when = {"name": decision.name or "", "date": self._finance_portal_day_of(decision.date)}
        thanks = self.env._("Thank you! You don't need to do anything else.")
        change = self.env._("We will look into it and get back to you.")
        if decision.kind == "accepted":
            return self.env._("Approved by %(name)s on %(date)s", **when), [thanks]
        if decision.kind == "partial":
            title = self.env._("Approved in part by %(name)s on %(date)s", **when)
            return title, [change]
        notes = [f"“{decision.reason}”"] if decision.reason else []
        return self.env._("Rejected on %(date)s", date=when["date"]), [*notes, change]

    def _finance_portal_get_news(self, decision):
        values = {"name": decision.name or decision.email or "", "document": self.display_name}
        if decision.kind == "accepted":
            return self.env._("%(document)s approved by %(name)s", **values)
        if decision.kind == "partial":
            return self.env._("%(document)s approved in part by %(name)s", **values)
        return self.env._("%(document)s rejected by %(name)s", **values)

    def _finance_portal_get_decision_words(self):
        return {
            **super()._finance_portal_get_decision_words(),
            "accepted": self.env._("approved"),
            "declined": self.env._("rejected"),
        }

    def _finance_portal_get_staff_notes(self, decision):
        """Return each entry that was rejected, with the reason."""
        return [
            f"{part['text']}: {part['reason']}"
            for part in decision._get_parts()
            if part["verdict"] == DECLINED
        ]

    def _finance_portal_get_consent(self, drawn):
        return self.env._(
            "By pressing %(button)s, you approve all entries above, in total %(hours)s. If an entry"
            " is wrong, choose %(reject)s next to it.",
            button=embolden(self.env._("Approve all")),
            hours=keep_together(isolate(drawn["asked"])),
            reject=embolden(self.env._("Reject")),
        )

    def _finance_portal_get_changed_words(self):
        return (
            self.env._("The entries changed while you were reading. Nothing was sent."),
            self.env._("The current entries are shown below."),
        )

    def _finance_portal_get_hindered_words(self):
        return self.env._("These hours can't be approved online right now. Please contact us.")

    def _finance_portal_tell_line(self, line):
        """Return an entry of the terms in one line."""
        parts = (
            self._finance_portal_day(fields.Date.to_date(line["date"])),
            line["person"],
            line["task"] or line["project"],
            self._finance_portal_hours(line["hours"]),
        )
        return " · ".join(filter(None, parts))

    def _finance_portal_describe_change(self, change):
        label = self._finance_portal_get_change_label(change.field)
        if change.field == "line":
            text = self._finance_portal_tell_line(change.new or change.old)
            gone = self.env._("not part of it")
            return label, text if change.old else gone, text if change.new else gone
        if change.line:
            label = f"{self._finance_portal_tell_line(change.line)}: {label}"
        return label, *(self._finance_portal_word(change.field, side) for side in change[2:])

    def _finance_portal_get_change_label(self, field):
        """Return what customers call a part of the terms."""
        labels = {
            "line": self.env._("Entry"),
            "order": self.env._("Order of the entries"),
            "from": self.env._("From"),
            "to": self.env._("To"),
            "date": self.env._("Date"),
            "person": self.env._("Person"),
            "project": self.env._("Project"),
            "task": self.env._("Task"),
            "hours": self._finance_portal_get_unit_name(),
            "name": self.env._("Description"),
            "files": self.env._("Attached files"),
        }
        return labels.get(field) or self.env._("Note")

    def _finance_portal_word(self, field, value):
        """Return a value of the terms as customers read it."""
        if not value:
            return "–"
        if field in ("from", "to", "date"):
            return self._finance_portal_day(fields.Date.to_date(value))
        if field == "hours":
            return self._finance_portal_hours(value)
        if field == "files":
            return ", ".join(line.rpartition(" ")[0] for line in value.splitlines())
        return value

    # === TAKING IT BACK === #

    def _reset(self, reason):
        """Take the customer's answer back, so that they are asked anew.

        :param str reason: why, kept with the answer
        :raise UserError: it cannot be taken back, naming the remedy
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("hr_timesheet.group_timesheet_manager"):
            raise AccessError(self.env._("Only timesheet administrators can reset an approval."))
        if self.state not in ANSWERED_STATES:
            raise UserError(self.env._("%s hasn't been answered yet.", self.display_name))
        if not has_letters(reason or ""):
            raise UserError(self.env._("Please say why you're resetting the customer's answer."))
        self._check_may_reset()
        self._touch()
        self.env["finance.portal.decision"]._get_standing(self)._void(reason)
        self.env["finance.portal.event"]._record("reopened", document=self)
        # sudo: state and approvals are the system's
        request = self.sudo()
        request.line_ids.write({"finance_approval": "waiting", "finance_rejection": False})
        request.state = "sent"
        self.message_post(body=self.env._("The customer's answer was reset: %s", reason))

    def _check_may_reset(self):
        """Raise when something has been built upon the customer's answer.

        :raise UserError: naming the remedy
        """
