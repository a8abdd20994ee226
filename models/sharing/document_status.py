from datetime import UTC
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...const import USER
from .status_sql import (
    facts_sql,
    having_status_sql,
    mails_sql,
    sent_at_sql,
    sent_since_sql,
    status_sql,
)

STATUSES = [
    ("not_sent", "Not sent"),
    ("sending", "Sending"),
    ("delayed", "Not delivered yet"),
    ("failed", "Not delivered"),
    ("sent", "Sent"),
    ("opened", "Opened"),
    ("accepted", "Accepted"),
    ("partial", "Approved in part"),  # as hours are, the only kind so far
    ("declined", "Declined"),
    ("expired", "Expired unopened"),
    ("revoked", "Link revoked"),
]
# What the status is made of; nothing of it may wait to be written when it is read.
SOURCES = (
    "finance.portal.link", "finance.portal.event", "finance.portal.decision",
    "finance.portal.file", "finance.portal.note",
    "ir.attachment", "mail.mail", "mail.message", "mail.notification",
)  # fmt: skip


class SharingFacts(NamedTuple):
    """What is known about the sharing of one document, see ``facts_sql``."""

    status: str
    sent_at: object
    emails: list
    messages: list
    live: int
    views: int
    viewed_at: object
    failed: list
    mails: int
    parts: list | None

    def get_recipients(self):
        """Return the addresses that the last email went to."""
        pairs = zip(self.emails or [], self.messages or [], strict=True)
        last = self.messages and self.messages[0]
        return list(dict.fromkeys(email for email, message in pairs if message == last and email))


class FinancePortalDocument(models.AbstractModel):
    """Tell staff at a glance what became of a document that was sent.

    All of it is worked out from the facts, for a page of a list in one query.
    """

    _inherit = "finance.portal.document"

    finance_status = fields.Selection(
        STATUSES,
        "Sharing",
        compute="_compute_finance_status",
        search="_search_finance_status",
        groups=USER,
    )
    finance_status_line = fields.Char(
        "Sharing at a Glance", compute="_compute_finance_status_line", groups=USER
    )
    finance_sent_at = fields.Datetime(
        "Last Sent to Customer",
        compute="_compute_finance_status",
        search="_search_finance_sent_at",
        groups=USER,
    )
    finance_live_link_count = fields.Integer(
        "Live Links", compute="_compute_finance_status", groups=USER
    )
    finance_undelivered = fields.Char(
        "Not Delivered Yet", compute="_compute_finance_undelivered", groups=USER
    )
    finance_undelivered_reason = fields.Char(
        "Delivery Error", compute="_compute_finance_undelivered", groups=USER
    )
    finance_waiting_count = fields.Integer(
        "Emails Waiting", compute="_compute_finance_status", groups=USER
    )

    finance_filled_parts = fields.Char(
        "Parts of the Sharing Tab", compute="_compute_finance_status", groups=USER
    )

    # === COMPUTE METHODS === #

    @api.depends_context("lang", "tz", "uid")
    def _compute_finance_status(self):
        shared = self.filtered(lambda document: document._finance_portal_is_kind())
        facts = shared._origin._finance_portal_get_sharing_facts()
        for document in self:
            fact = facts.get(document._origin.id)
            document.finance_status = fact and fact.status
            document.finance_sent_at = fact and fact.sent_at
            document.finance_live_link_count = fact.live if fact else 0
            document.finance_waiting_count = fact.mails if fact else 0
            is_known = fact and fact.parts is not None
            document.finance_filled_parts = is_known and ",".join(["known", *fact.parts])

    @api.depends_context("lang", "tz", "uid")
    def _compute_finance_status_line(self):
        """Put it into words apart from the rest: only forms show them, lists need not pay."""
        shared = self.filtered(lambda document: document._finance_portal_is_kind())
        facts = shared._origin._finance_portal_get_sharing_facts()
        for document in self:
            fact = facts.get(document._origin.id)
            document.finance_status_line = fact and document._finance_portal_word_sharing(fact)

    @api.depends_context("lang")
    def _compute_finance_undelivered(self):
        waiting = self._origin.filtered("finance_waiting_count")
        mails = waiting._finance_portal_get_waiting_mails().grouped("res_id")
        for document in self:
            queued = mails.get(document._origin.id, self.env["mail.mail"])
            names = dict.fromkeys(mail._finance_portal_get_recipient_names() for mail in queued)
            reasons = filter(None, (mail._finance_portal_get_reason() for mail in queued))
            document.finance_undelivered = ", ".join(filter(None, names))
            document.finance_undelivered_reason = " ".join(dict.fromkeys(reasons))

    def _finance_portal_get_sharing_facts(self):
        """Return ``{id: SharingFacts}`` of these documents, in one query."""
        if not self.ids:
            return {}
        self._finance_portal_flush_sharing()
        self.env.cr.execute(facts_sql(self._name, self.ids))
        return {id_: SharingFacts(*facts) for id_, *facts in self.env.cr.fetchall()}

    @api.model
    def _finance_portal_flush_sharing(self):
        for name in SOURCES:
            self.env[name].flush_model()

    # === SEARCHING AND GROUPING === #

    @api.model
    def _search_finance_status(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = {status for status, _label in STATUSES} & {*value}

        def to_sql(model, alias, _query):
            model._finance_portal_flush_sharing()
            return having_status_sql(model._name, SQL.identifier(alias, "id"), wanted)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _search_finance_sent_at(self, operator, value):
        compare = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}
        if operator not in compare:
            return NotImplemented

        def to_sql(model, alias, _query):
            model._finance_portal_flush_sharing()
            document = SQL.identifier(alias, "id")
            sent_at = sent_at_sql(model._name, document)
            condition = SQL("%s %s %s", sent_at, compare[operator], value)
            if operator.startswith("<"):
                return condition
            return SQL("(%s AND %s)", sent_since_sql(model._name, document, value), condition)

        return Domain.custom(to_sql=to_sql)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists group by the status, though it is no column."""
        if field_expr != "finance_status":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        self._finance_portal_flush_sharing()
        return status_sql(self._name, SQL.identifier(alias, "id"), as_sets=True)

    # === IN WORDS === #

    def _finance_portal_get_status_note(self):
        """Return what else the line above the form says, such as "not paid", or an empty text."""
        return ""

    def _finance_portal_word_sharing(self, fact):
        """Return the facts in one line, empty while nothing was sent."""
        if not fact.sent_at and fact.status in ("not_sent", "sending"):
            return ""
        parts = [self._finance_portal_word_sent(fact), self._finance_portal_word_views(fact)]
        trouble = self._finance_portal_word_trouble(fact)
        words = {
            "failed": trouble,
            "delayed": trouble,
            "sending": self.env._("another email is on its way"),
            **self._finance_portal_get_decision_words(),
            "expired": self.env._("link expired"),
            "revoked": self.env._("link revoked"),
        }
        parts += [words.get(fact.status), self._finance_portal_get_status_note()]
        parts.append(self._finance_portal_word_left())
        return " · ".join(filter(None, parts))

    def _finance_portal_word_left(self):
        """Return whose it is once the contact whom it names has left, or an empty text."""
        document = self.sudo()  # sudo: names of contacts whom another company keeps to itself
        if not document._finance_portal_was_left_by(document.partner_id):
            return ""
        names = {
            "customer": document._finance_portal_get_customer().name,
            "contact": document.partner_id.name or document.partner_id.email,
        }
        return self.env._("belongs to %(customer)s, which %(contact)s has left", **names)

    def _finance_portal_get_decision_words(self):
        """Return what the line calls each decision: as the document's own status does."""
        return {
            "accepted": self.env._("accepted"),
            "partial": self.env._("approved in part"),
            "declined": self.env._("declined"),
        }

    def _finance_portal_word_sent(self, fact):
        if not fact.sent_at:
            return ""
        first, *others = fact.get_recipients() or [""]
        values = {"date": self._finance_portal_word_day(fact.sent_at), "address": first}
        if others:
            return self.env._(
                "Sent %(date)s to %(address)s and %(number)s more", number=len(others), **values
            )
        return self.env._("Sent %(date)s to %(address)s", **values)

    def _finance_portal_word_views(self, fact):
        if not fact.views:
            return self.env._("not opened") if fact.sent_at and fact.status == "sent" else ""
        values = {"date": self._finance_portal_word_day(fact.viewed_at), "number": fact.views}
        if fact.views == 1:
            return self.env._("opened %(date)s", **values)
        if fact.views == 2:
            return self.env._("opened twice, last %(date)s", **values)
        return self.env._("opened %(number)s times, last %(date)s", **values)

    def _finance_portal_word_day(self, moment):
        """Return a day as short as the line: without the year, when it's this one."""
        day = moment.replace(tzinfo=UTC).astimezone(self.env.user._finance_portal_get_zone()).date()
        return self._finance_portal_short_day(day)

    def _finance_portal_word_trouble(self, fact):
        """Return that an email did not arrive, or not yet, and why."""
        if fact.status == "failed":
            return self.env._("not delivered: %s", self._finance_portal_get_failure(fact))
        if fact.status == "delayed":
            reasons = self._finance_portal_get_mail_reasons(fact)
            return self.env._(
                "not delivered yet: %s", reasons or self.env._("the email is waiting")
            )
        return ""

    def _finance_portal_get_failure(self, fact):
        """Return why an email did not arrive."""
        # sudo: whoever may see the document may see whether its email left
        failed = self.env["mail.notification"].sudo().browse(fact.failed)
        reasons = dict.fromkeys(filter(None, (one.format_failure_reason() for one in failed)))
        reasons = " ".join(reasons) or self._finance_portal_get_mail_reasons(fact)
        return reasons or self.env._("reason unknown")

    def _finance_portal_get_mail_reasons(self, fact):
        """Return why the emails that the status comes from did not leave, or an empty text.

        Those that stopped before a link was made, too, and those that list several documents.
        """
        query = mails_sql(self._name, self._origin.id, fact.status)
        # sudo: whoever may see the document may see whether its email left
        mails = self.env["mail.mail"].sudo().browse(id_ for (id_,) in self.env.execute_query(query))
        reasons = (mail._finance_portal_get_reason() for mail in mails)
        return " ".join(dict.fromkeys(filter(None, reasons)))
