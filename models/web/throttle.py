import time

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import config

from ...const import PORTAL
from ...failures import RendererBusy, TooManyRequests
from ...own_transaction import UNSAFE_COMMIT, own_transaction
from ...tools.own_path import own_path
from ...tools.rate_window import network_of, retry_after, sliding_hits, window_start
from ...tools.renderers import ANSWERS, DOCUMENTS, count_places, places_of

# Bucket: (requests, seconds). A system parameter finance_portal.throttle.<bucket> holding
# "requests/seconds" overrides it; a day is the longest.
DAY = 86_400
LIMITS = {
    "viewing": (300, 60),
    "recovery": (30, 600),
    "deciding": (30, 600),
    "signing_in": (30, 600),
    "rendering": (10, 600),  # each starts a renderer that works for seconds
    "statements": (6, 600),  # of these, by one account: any period is another PDF
    "archives": (30, 600),  # by one account, each part of a download that goes on counted
}

GC_BATCH = 10000
RENDERER_SECONDS = 5  # what making a PDF takes, at most, as a rule

# Counted when somebody who answers met a busy renderer. Nobody's address looks like this.
RESERVED = ("reserved", "renderer")


class FinancePortalThrottle(models.Model):
    """Requests of one network, account or browser, counted in PostgreSQL for all workers."""

    _name = "finance.portal.throttle"
    _description = "Finance Portal Throttle"
    _inherit = "finance.portal.system.record.mixin"
    _log_access = False

    bucket = fields.Char(required=True)
    address = fields.Char(required=True)
    window_start = fields.Integer(required=True)
    hits = fields.Integer(required=True)
    is_reported = fields.Boolean(help="Whether the activity says that requests were refused.")

    _one_counter = models.UniqueIndex("(bucket, address, window_start)")

    @api.model
    def _limit_of(self, bucket):
        """Return ``(requests, seconds)`` for a bucket, as configured or by default."""
        # sudo: visitors are throttled too, they cannot read parameters
        text = self.env["ir.config_parameter"].sudo().get_param(f"finance_portal.throttle.{bucket}")
        try:
            limit, seconds = (int(part) for part in (text or "").split("/"))
        except ValueError:
            return LIMITS[bucket]
        return limit, min(max(1, seconds), DAY)

    @api.model
    def _hit(self, bucket, subject=None):
        """Count the current request in ``bucket``.

        :param str subject: what it is counted for, by default the visitor's network
        :raise TooManyRequests: when that is over the limit
        """
        limit, seconds = self._limit_of(bucket)
        now = time.time()
        subject = subject or network_of(request.httprequest.remote_addr)
        current, previous = self._count(bucket, subject, now, seconds)
        if sliding_hits(current, previous, now, seconds) > limit:
            failure = TooManyRequests(
                f"too many requests: {bucket}",
                retry_after=retry_after(current, previous, now, seconds, limit),
                counter=(bucket, subject, window_start(now, seconds)),
            )
            if request.httprequest.path.startswith(PORTAL):
                next_path = own_path(request.params.get("next"))
                page = self.env["finance.portal.page"]
                failure.template = "finance_portal.failure_throttled_portal"
                failure.company = page._get_sign_in_company(next_path)
            raise failure

    @api.model
    def _is_first_refusal(self, counter):
        """Return whether a refused request is the first of its address, bucket and window.

        :param tuple counter: bucket, address and start of the window
        """
        with own_transaction(self.env, UNSAFE_COMMIT) as cr:
            cr.execute(
                "UPDATE finance_portal_throttle SET is_reported = TRUE WHERE (bucket, address,"
                " window_start) = (%s, %s, %s) AND is_reported IS NOT TRUE",
                counter,
            )
            return bool(cr.rowcount)

    @api.model
    def _take_back(self, bucket):
        """Undo the count of the current request in ``bucket``: it turned out to be harmless."""
        _limit, seconds = self._limit_of(bucket)
        with own_transaction(self.env, UNSAFE_COMMIT) as cr:
            cr.execute(
                """
                UPDATE finance_portal_throttle SET hits = hits - 1
                 WHERE bucket = %s AND address = %s AND window_start = %s AND hits > 0
                """,
                [
                    bucket,
                    network_of(request.httprequest.remote_addr),
                    window_start(time.time(), seconds),
                ],
            )

    @api.model
    def _is_first(self, subject, seconds):
        """Count the current request; return whether none like it came from its address before.

        :param str subject: what makes it like others
        :param int seconds: how long it counts
        """
        address = network_of(request.httprequest.remote_addr)
        return self._count(subject, address, time.time(), seconds)[0] == 1

    @api.model
    def _acquire_renderer(self, bucket="rendering", queue=DOCUMENTS):
        """Take one of the places where PDFs are made for visitors, for this transaction.

        The renderer fetches its styles from the workers of this server. Were all of them
        busy waiting for renderers, none could answer, and all would hang. So nobody waits
        for a renderer either.

        :param str bucket: what the request is counted in
        :param str queue: who shares their places, see ``tools/renderers.py``
        :raise RendererBusy: other transactions have them just now
        """
        if not self._find_free_place(queue):
            raise RendererBusy("another PDF is being made", retry_after=RENDERER_SECONDS)
        # Only now: whoever is asked to come back must not use up what they may have made.
        if bucket:
            self._hit(bucket)

    def _find_free_place(self, queue):
        """Take a free place of a queue until the end of the transaction; return whether one was."""
        workers = config["workers"]
        is_only = count_places(workers) == 1
        if is_only and queue != ANSWERS and self._is_reserved():
            return False
        for place in places_of(queue, workers):
            self.env.cr.execute(
                "SELECT pg_try_advisory_xact_lock(hashtext('finance_portal_pdf'), %s)", [place]
            )
            [(free,)] = self.env.cr.fetchall()
            if free:
                return True
        if is_only and queue == ANSWERS:
            self._count(*RESERVED, time.time(), RENDERER_SECONDS)
        return False

    def _is_reserved(self):
        """Return whether somebody who answers was sent away: then they come before downloads."""
        since = window_start(time.time(), RENDERER_SECONDS) - RENDERER_SECONDS
        self.env.cr.execute(
            "SELECT 1 FROM finance_portal_throttle"
            " WHERE bucket = %s AND address = %s AND window_start >= %s LIMIT 1",
            [*RESERVED, since],
        )
        return bool(self.env.cr.rowcount)

    def _count(self, bucket, address, now, seconds):
        """Add one hit in the database.

        :return: ``(hits in this window, hits in the window before)``
        """
        start = window_start(now, seconds)
        # Inside the request's own transaction, the hits of refused requests would be lost, and
        # parallel requests of one address would wait for each other.
        with own_transaction(self.env, UNSAFE_COMMIT) as cr:
            cr.execute(
                """
                INSERT INTO finance_portal_throttle (bucket, address, window_start, hits)
                     VALUES (%(bucket)s, %(address)s, %(start)s, 1)
                ON CONFLICT (bucket, address, window_start)
                  DO UPDATE SET hits = finance_portal_throttle.hits + 1
                  RETURNING hits, COALESCE((
                      SELECT previous.hits FROM finance_portal_throttle previous
                       WHERE previous.bucket = %(bucket)s AND previous.address = %(address)s
                         AND previous.window_start = %(start)s - %(seconds)s), 0)
                """,
                {"bucket": bucket, "address": address, "start": start, "seconds": seconds},
            )
            return cr.fetchone()

    @api.autovacuum
    def _gc_throttle(self):
        """Drop a batch of counters that count no more: the window before also counts in part.

        :return: ``(how many, whether there may be more)``
        """
        self.env.cr.execute(
            "DELETE FROM finance_portal_throttle WHERE id IN"
            " (SELECT id FROM finance_portal_throttle WHERE window_start < %s LIMIT %s)",
            [int(time.time()) - 2 * DAY, GC_BATCH],
        )
        count = self.env.cr.rowcount
        return count, count == GC_BATCH
