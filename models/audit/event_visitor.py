from odoo import api, fields, models
from odoo.http import request
from odoo.tools import SQL

from ...tools.token_search import mask_text
from ...tools.verdict import (
    ANSWER,
    FETCH,
    GESTURE,
    PERSON,
    PRESS,
    Hit,
    Row,
    get_window,
    judge,
    needs_record,
    read_record,
)
from .event import ACTS, KNOWS_PASSWORD

# More hits than this within seconds tell no more than these.
MAX_ROWS = 500
# Of rows that only differ in when and from where, so many a day tell all there is to tell.
MAX_ALIKE = 100
ALIKE = ("kind", "link_id", "account_id", "res_model", "res_id", "verdict", "reason")
NO_VISITORS = ("staff", "system")
# The answer that somebody may give as often as they like. Each other one, and each payment, is
# stored anyway, and who gave it is evidence.
CHANGED_AT_WILL = {"chosen"}
# How many seconds one refusal stands for those like it.
REFUSAL_WINDOW = 3600


class FinancePortalEvent(models.Model):
    """Judge who made a request from what is known about it, and count views."""

    _inherit = "finance.portal.event"

    @api.model
    def _visitor(self, kind=None, access=None, visit=None, act=None):
        """Return what is known about the visitor who made the current request.

        :param str kind: what they do, a key of ``kind``
        :param access: the one access they do it through, if any
        :param str visit: what ties it to the click it followed
        :param str act: how they did it, see ``tools/verdict.py``; by default, as ``kind`` says
        :return: a dict of activity values; outside a request, the system's own
        """
        if not request:
            return {"verdict": "system"}
        http = request.httprequest
        user = request.env.user
        # A client may send what it likes: a link (L2), or what no text column takes.
        agent = mask_text(http.user_agent.string or "").replace("\0", "")
        hit = Hit(
            method=http.method,
            agent=agent,
            act=act or self._get_act(kind, http.method),
            staff=bool(user) and user._is_internal(),
            customer=bool(access) and len(access) == 1 and access._is_signed_in(),
            ahead=self._is_loaded_ahead(http.headers),
        )
        # Of staff nothing more need be known, and there is no email that they followed.
        if access and len(access) == 1 and not hit.customer and not access._is_read_only():
            hit = self._look_around(hit, kind, access, visit)
        verdict, reason = judge(hit)
        return {
            "ip": http.remote_addr,
            "agent": agent[:250],
            "verdict": verdict,
            "reason": reason,
            "user_id": user.id if user and not user._is_public() else False,
        }

    @api.model
    def _get_act(self, kind, method):
        """Return how a kind of event is done, see ``tools/verdict.py``."""
        if kind in KNOWS_PASSWORD or kind in self._get_answer_kinds():
            return ANSWER
        return ACTS.get(kind, PRESS if method == "POST" else FETCH)

    @api.model
    def _is_loaded_ahead(self, headers):
        """Return whether the browser says that it loads before anybody clicked."""
        said = (headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
        return any(word in text for text in said for word in ("prefetch", "prerender", "preview"))

    @api.model
    def _look_around(self, hit, kind, link, visit):
        """Return ``hit`` with what its time and the latest events add.

        The record is asked only where it can change the verdict: shortly after the email
        left, and for downloads. It is the newest end of one index, however long the record.
        """
        now = fields.Datetime.now()
        since = fields.Datetime.subtract(now, seconds=get_window(hit.act))
        age = max(0, int((now - link.issued_at).total_seconds()))
        hit = hit._replace(age=age)
        if hit.staff or kind not in ACTS or not needs_record(hit.act, age):
            return hit
        self.flush_model()
        self.env.cr.execute(
            """
            SELECT link_id, email, ip, visit, kind, reason, date FROM finance_portal_event
             WHERE company_id = %s AND date >= %s AND ip IS NOT NULL AND link_id IS NOT NULL
             ORDER BY date DESC LIMIT %s
            """,
            [link.company_id.id, since, MAX_ROWS],
        )
        rows = [
            Row(*columns, ago=max(0, int((now - date).total_seconds())))
            for *columns, date in self.env.cr.fetchall()
        ]
        ip = request.httprequest.remote_addr
        return hit._replace(**read_record(rows, link=link.id, email=link.email, ip=ip, visit=visit))

    # === WHO OPENED IT FIRST === #

    @api.model
    def _get_first_opening(self, link):
        """Return ``(visit, ip)`` of the person who first looked at a link, or ``None``.

        Without JavaScript nobody signals a view: then it is whoever first clicked.
        """
        self.flush_model()
        self.env.cr.execute(
            """
            SELECT visit, ip FROM finance_portal_event
             WHERE link_id = %s AND kind IN ('viewed', 'opened') AND verdict = 'person'
             ORDER BY kind = 'viewed' DESC, id LIMIT 1
            """,
            [link.id],
        )
        return self.env.cr.fetchone()

    # === NOT TOO MANY === #

    @api.model
    def _drop_piled_up(self, rows):
        """Return rows without those that a visitor caused so many of today that they tell nothing.

        Rows can't be deleted again, so whoever has a link, or knows an account's address, shall not
        be able to fill the record with them, from however many browsers and networks. Asked in one
        query, however many documents it happened to.
        """
        kept = self._get_answer_kinds() - CHANGED_AT_WILL
        counts = [
            SQL(
                "SELECT %s FROM (%s) AS same HAVING count(*) >= %s",
                place,
                self._find_alike(row),
                MAX_ALIKE,
            )
            for place, row in enumerate(rows)
            if row["kind"] not in kept
            and row["verdict"] not in NO_VISITORS
            and any(row.get(name) for name in ("link_id", "account_id", "res_id"))
        ]
        if not counts:
            return rows
        self.flush_model()
        piled_up = {place for (place,) in self.env.execute_query(SQL(" UNION ALL ").join(counts))}
        return [row for place, row in enumerate(rows) if place not in piled_up]

    @api.model
    def _find_alike(self, row):
        """Return the query of rows of a day that only differ in when and from where."""
        # Staff decide which files there are; any period makes another statement.
        names = (*ALIKE, "file_name") if row["kind"] == "file" else ALIKE
        alike = (
            SQL("%s = %s", SQL.identifier(name), row[name])
            if row.get(name)
            else SQL("%s IS NULL", SQL.identifier(name))
            for name in names
        )
        return SQL(
            "SELECT FROM finance_portal_event WHERE date >= %s AND %s LIMIT %s",
            fields.Datetime.subtract(row["date"], days=1),
            SQL(" AND ").join(alike),
            MAX_ALIKE,
        )

    # === REFUSALS === #

    @api.model
    def _record_refusal(self, failure):
        """Record that an access was refused, not each time that a visitor repeats it.

        Rows can't be deleted again, so nobody shall be able to fill the record with them.
        """
        access, reason = failure.access, failure.reason
        is_new = self.env["finance.portal.throttle"]._is_first(
            f"refused {access.ref} {reason}", REFUSAL_WINDOW
        )
        if is_new or failure.recorded_each_time:
            self._record("refused", access=access, reason=reason)

    # === VIEWS === #

    @api.model
    def _record_view(self, access, visit, has_gesture=False):
        """Count a person's view through ``access`` once per visit.

        :param bool has_gesture: whether the page says that somebody touched it
        :return: whether it was counted: a scanner, staff, or a repeated signal is not
        """
        act = GESTURE if has_gesture else None
        return self._count_view(access, visit, self._visitor("viewed", access, visit, act))

    @api.model
    def _count_view(self, access, visit, visitor):
        """Count a view, when ``visitor`` is a person; see :meth:`_record_view`."""
        if visitor["verdict"] != PERSON:
            return False
        values = {
            **visitor,
            **access._prepare_event_values(),
            "kind": "viewed",
            "date": fields.Datetime.now(),
            "visit": visit,
        }
        if not self._drop_piled_up([values]):
            return False
        # Not create(): the unique index decides between parallel signals, without an error.
        self.env.cr.execute(
            SQL(
                "INSERT INTO finance_portal_event (%s) VALUES %s "
                "ON CONFLICT DO NOTHING RETURNING id",
                SQL(", ").join(SQL.identifier(name) for name in values),
                tuple(value or None for value in values.values()),
            ),
            log_exceptions=False,  # two signals at the same moment: the later begins anew
        )
        counted = bool(self.env.cr.fetchone())
        if counted and access._mark_viewed():
            access._notify_first_view()
        return counted
