from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...const import CLOSED_REASONS
from ...sql_guards import columns_of, stored_columns
from ...tools.rate_window import shorten_address
from ...tools.verdict import DOWNLOAD, FETCH, SIGNAL
from ...work_off import work_apart, work_off_parts

# What may change after a row was written: references that follow a merge of contacts or
# the deletion of what they point to. All the rest is evidence.
REFERENCE_COLUMNS = ("link_id", "account_id", "partner_id", "user_id")
RETENTION_BATCH = 5000
# What a visitor did to cause a row; other kinds follow from the HTTP method.
ACTS = {
    "opened": FETCH,
    "pdf": DOWNLOAD,
    "file": DOWNLOAD,
    "statement": DOWNLOAD,
    "archive": DOWNLOAD,
    "viewed": SIGNAL,
}
# What a person can only do with the document before them (SPEC: "a human signal").
PROOFS = {"pdf", "file", "ended"}

# Nobody but the customer can do this, whatever the browser says of itself.
KNOWS_PASSWORD = {"setup_done", "reset_done", "password_changed", "signed_in"}


def keep_rows(_rows):
    """Leave events as they are when the addon that added their kind is uninstalled.

    What happened can't be changed. For ``ondelete`` of what an addon adds to a selection here.
    """


class FinancePortalEvent(models.Model):
    """The append-only record of what happened to a document's links.

    Nobody holds write or delete rights, and a trigger refuses both to any SQL client but
    the retention job.
    """

    _name = "finance.portal.event"
    _description = "Finance Portal Activity"
    _inherit = "finance.portal.staff.visibility.mixin"
    _order = "date desc, id desc"
    _rec_name = "kind"

    date = fields.Datetime(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("sent", "Link sent"),
            ("opened", "Link opened"),
            ("viewed", "Viewed"),
            ("pdf", "PDF downloaded"),
            ("chosen", "Options chosen"),
            ("accepted", "Accepted"),
            ("partial", "Approved in part"),
            ("declined", "Declined"),
            ("reopened", "Reopened by staff"),
            ("file", "File downloaded"),
            ("ended", "Closed by the customer"),
            ("refused", "Refused"),
            ("access_requested", "Access requested"),
            ("access_mailed", "New link emailed on request"),
            ("everything_mailed", "Links to everything still open emailed on request"),
            ("revoked", "Link closed"),
            ("exposed", "Link closed to new browsers"),
            ("account_enabled", "Account enabled"),
            ("account_disabled", "Account disabled"),
            ("setup_sent", "Setup link sent"),
            ("setup_done", "Password chosen"),
            ("reset_sent", "Password reset sent"),
            ("reset_done", "Password reset"),
            ("password_changed", "Password changed"),
            ("signed_in", "Signed in"),
            ("sign_in_failed", "Sign-in failed"),
            ("signed_out", "Signed out"),
            ("locked", "Account locked"),
            ("unlocked", "Account unlocked"),
            ("limited", "Limited to their own documents"),
            ("unlimited", "Given access to all documents of the customer"),
            ("company_added", "Another company's documents added"),
            ("company_removed", "A company's documents removed"),
            ("login_changed", "Sign-in address changed"),
            ("suspended", "Suspended: email address changed"),
            ("address_confirmed", "Email address confirmed"),
            ("stop_sent", "Old address notified of the change"),
            ("stopped", "Address change disputed"),
            ("viewed_as", "Portal viewed by staff"),
            ("statement", "Statement downloaded"),
            ("archive", "Invoices downloaded together"),
            ("throttled", "Requests refused"),
        ],
        "Event",
        required=True,
        readonly=True,
    )
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)
    document_name = fields.Char("Document Number", readonly=True)
    link_id = fields.Many2one("finance.portal.link", readonly=True, index="btree_not_null")
    account_id = fields.Many2one("finance.portal.account", readonly=True, index="btree_not_null")
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index="btree_not_null")
    email = fields.Char("Address Used", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    visit = fields.Char(readonly=True, help="Groups what one browser did after one click.")
    file_name = fields.Char("File", readonly=True)
    ip = fields.Char("IP Address", readonly=True)
    agent = fields.Char("Browser", readonly=True)
    verdict = fields.Selection(
        [
            ("person", "Person"),
            ("scanner", "Mail scanner"),
            ("staff", "Staff"),
            ("unknown", "Unknown"),
            ("system", "System"),
        ],
        "Who",
        readonly=True,
    )
    reason = fields.Selection(
        [
            *CLOSED_REASONS,
            ("expired", "Link expired"),
            ("again", "Tried again: the previous attempt failed"),
            ("exposed", "Its secret was in a file that was emailed back"),
            ("changed", "The document had changed in the meantime"),
            ("unsettled", "Could not be accepted as shown"),
            ("not_entitled", "Not a contact of the customer"),
            ("other_browser", "From a different browser and network than the link was opened in"),
            ("wrong_customer", "Signed in as another customer"),
            ("customer_signed_in", "Signed in to their account"),
            ("password", "Wrong password"),
            ("passkey", "Passkey refused"),
            ("code", "Wrong two-factor code"),
            ("disabled", "The account was disabled"),
            ("not_set_up", "No password chosen yet"),
            ("locked_out", "The account was locked"),
            ("moved", "Moved to another customer"),
            ("suspended", "The email address is awaiting confirmation"),
            ("archived", "Contact archived"),
            ("too_late", "Responded too late"),
            ("too_many", "Too many requests from one network"),
            ("too_many_sign_ins", "Too many sign-ins from one network"),
            ("signed_in", "Signed in as staff"),
            ("named_scanner", "Identifies itself as a scanner"),
            ("driven", "Automated browser"),
            ("program", "A program, not a browser"),
            ("antique", "Claims to be an obsolete browser"),
            ("headers_only", "Requested headers only"),
            ("ahead", "Preloaded before anyone clicked"),
            ("too_soon", "Opened within seconds of the email, before anyone could click"),
            ("burst", "Opened several recipients' links at once, right after the emails"),
            ("networks", "Opened from several networks at once, right after the email"),
            ("probed", "Requested headers first, right after the email"),
            ("rushed", "Downloaded the file at once, without viewing the page"),
            ("acted", "Interacted with the page"),
            ("downloaded", "Downloaded from the page"),
            ("fetched", "Loaded only, no interaction"),
        ],
        "Details",
        readonly=True,
    )

    _document_index = models.Index("(res_model, res_id)")
    _company_date_index = models.Index("(company_id, date)")
    # One view per visit: two parallel signals from one page count once.
    _one_view_per_visit = models.UniqueIndex("(link_id, visit) WHERE kind = 'viewed'")
    _one_view_per_sign_in = models.UniqueIndex(
        "(account_id, visit, res_model, res_id) WHERE kind = 'viewed' AND link_id IS NULL"
    )

    def init(self):
        """Make the database itself refuse to change or delete events."""
        kept = stored_columns(self, but=REFERENCE_COLUMNS)
        self.env.cr.execute(
            SQL(
                """
            CREATE OR REPLACE FUNCTION finance_portal_event_guard() RETURNS trigger AS $$
            BEGIN
                IF current_setting('finance_portal.retention', true) = 'on' THEN
                    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
                END IF;
                IF TG_OP = 'UPDATE' THEN
                    IF (%s) IS NOT DISTINCT FROM (%s) THEN
                        RETURN NEW;
                    END IF;
                END IF;
                RAISE EXCEPTION 'the activity record is append-only'
                    USING ERRCODE = 'check_violation';
            END $$ LANGUAGE plpgsql;
            CREATE OR REPLACE TRIGGER finance_portal_event_guard
                BEFORE UPDATE OR DELETE ON finance_portal_event
                FOR EACH ROW EXECUTE FUNCTION finance_portal_event_guard();
            CREATE OR REPLACE TRIGGER finance_portal_event_guard_truncate
                BEFORE TRUNCATE ON finance_portal_event
                FOR EACH STATEMENT EXECUTE FUNCTION finance_portal_event_guard();
                """,
                columns_of("NEW", kept),
                columns_of("OLD", kept),
            )
        )

    # === BUSINESS METHODS === #

    @api.model
    def _record(self, kind, *, access=None, document=None, account=None, contact=None, **values):
        """Append a row for each subject, with the current visitor unless ``values`` says more.

        :param str kind: a key of ``kind``
        :param access: the links, or the account's way in, that it happened to
        :param document: the documents, when there is no access
        :param account: the customer account, when there is neither
        :param contact: the contact, when there is nothing else
        """
        if access is not None and len(access) == 1 and access._is_read_only():
            return self.browse()  # staff who look as the customer are no customer
        # Who was judged before comes with a verdict.
        is_judged = "verdict" in values
        visitor = values if is_judged else self._visitor(kind, access, values.get("visit"))
        common = {**visitor, "kind": kind, "date": fields.Datetime.now()}
        is_proof = kind in PROOFS or kind in self._get_answer_kinds()
        if is_proof and access and len(access) == 1 and values.get("visit"):
            self._count_view(access, values["visit"], visitor)
        subjects = self._prepare_subjects(access, document, account, contact)
        rows = [{**common, **subject, **values} for subject in subjects]
        # sudo: activity is written by the system only, nobody has the right to
        return self.sudo().create(self._drop_piled_up(rows))

    @api.model
    def _get_answer_kinds(self):
        """Return the kinds that are a customer's answer: it is a person's, and a view as well."""
        return {"chosen", "accepted", "partial", "declined"}

    @api.model
    def _record_throttled(self, company, bucket):
        """Record that one network's requests are refused because there were too many.

        :param str bucket: what they were counted in, see ``finance.portal.throttle``
        """
        reason = "too_many_sign_ins" if bucket == "signing_in" else "too_many"
        visitor = {**self._visitor(), "verdict": "unknown", "reason": reason}
        values = {"kind": "throttled", "date": fields.Datetime.now(), "company_id": company.id}
        # sudo: activity is written by the system only, nobody has the right to
        return self.sudo().create({**visitor, **values})

    @api.model
    def _record_staff(self, kind, companies, **values):
        """Record what a user did with documents of some companies, in one row for each."""
        common = {**self._visitor(kind), "verdict": "staff", "reason": False, "kind": kind}
        common |= {"date": fields.Datetime.now(), **values}
        # sudo: activity is written by the system only, nobody has the right to
        return self.sudo().create([{**common, "company_id": one.id} for one in companies])

    @api.model
    def _was_recorded(self, kind, account, file_name):
        """Return whether an account downloaded a file within a day."""
        since = fields.Datetime.now() - timedelta(days=1)
        same = [("account_id", "=", account.id), ("kind", "=", kind), ("file_name", "=", file_name)]
        # sudo: the customer's own activity
        return bool(self.sudo().search_count([*same, ("date", ">=", since)], limit=1))

    @api.model
    def _find_throttled(self, since):
        """Return the last event (sudo) of refused sign-ins since a moment, if any."""
        # sudo: which customers share a network is nobody's secret; the index starts with companies
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        companies = companies.search([])  # pylint: disable=no-search-all
        return self.sudo().search(
            [
                ("company_id", "in", companies.ids),
                ("date", ">=", since),
                ("kind", "=", "throttled"),
                ("reason", "=", "too_many_sign_ins"),
            ],
            order="date desc",
            limit=1,
        )

    @api.model
    def _prepare_subjects(self, access, document, account, contact):
        """Return what the rows of :meth:`_record` store about their subjects."""
        if access is not None:
            return [one._prepare_event_values() for one in access]
        if account is not None:
            return [one._prepare_event_values() for one in account]
        if contact is not None:
            return [one._finance_portal_prepare_event_values() for one in contact]
        return [
            {
                "res_model": one._name,
                "res_id": one.id,
                "document_name": one.display_name,
                "company_id": one._finance_portal_get_company().id,
            }
            for one in document
        ]

    # === RETENTION === #

    @api.model
    def _cron_retention(self):
        """Shorten old IP addresses, then delete what is older than each company keeps."""
        companies = self.env["res.company"].with_context(active_test=False)
        # When it is out of time, the next run goes on from there.
        work_apart(companies.search([]), self._trim)  # pylint: disable=no-search-all

    def _trim(self, company):
        """Apply one company's retention; return whether there was time for all of it."""
        before = fields.Datetime.now() - relativedelta(months=company.finance_portal_event_months)
        works = [partial(self._shorten_batch, company)]
        works += [partial(trim, company, before) for trim in self._get_trims()]
        return all(work_off_parts(self.env, work) for work in works)

    @api.model
    def _get_trims(self):
        """Return what trims: functions of a company and a moment, which trim a batch before it.

        Each returns how many rows it trimmed, 0 once there are no more. Apps may add their own.
        """
        Link, Pdf = self.env["finance.portal.link"], self.env["finance.portal.pdf"]
        return [self._delete_batch, Link._gc_batch, Pdf._gc_batch]

    @contextmanager
    def _past_the_guard(self):
        """Disable the database's guard temporarily, for this transaction only."""
        self.flush_model()
        self.env.cr.execute("SET LOCAL finance_portal.retention = 'on'")
        yield
        self.env.cr.execute("SET LOCAL finance_portal.retention = 'off'")
        self.invalidate_model()

    def _delete_batch(self, company, before):
        """Delete a batch of activity of ``company`` older than ``before``.

        :return: how many rows
        """
        with self._past_the_guard():
            self.env.cr.execute(
                """
                DELETE FROM finance_portal_event WHERE id IN (
                    SELECT id FROM finance_portal_event
                     WHERE company_id = %s AND date < %s ORDER BY date LIMIT %s
                )""",
                [company.id, before, RETENTION_BATCH],
            )
            return self.env.cr.rowcount

    def _shorten_batch(self, company):
        """Shorten the IP addresses of the next day whose full addresses ``company`` may not keep.

        :return: 1, or 0 when there is no such day
        """
        end = fields.Datetime.now() - timedelta(days=company.finance_portal_ip_days)
        start = company.finance_portal_ips_short_until
        first = self.search(
            [
                ("company_id", "=", company.id),
                ("date", ">=", start or datetime.min),
                ("date", "<", end),
            ],
            order="date",
            limit=1,
        )
        if not first:
            return 0
        until = min(first.date + timedelta(days=1), end)
        day = [company.id, first.date, until]
        self.env.cr.execute(
            "SELECT DISTINCT ip FROM finance_portal_event"
            " WHERE company_id = %s AND date >= %s AND date < %s AND ip <> ''",
            day,
        )
        addresses = [(ip, shorten_address(ip)) for (ip,) in self.env.cr.fetchall()]
        shorter = [(ip, short) for ip, short in addresses if ip != short]
        with self._past_the_guard():
            if shorter:
                self.env.cr.execute(
                    SQL(
                        "UPDATE finance_portal_event a SET ip = v.short"
                        " FROM (VALUES %s) v(ip, short)"
                        " WHERE a.company_id = %s AND a.date >= %s AND a.date < %s AND a.ip = v.ip",
                        SQL(", ").join(SQL("(%s, %s)", ip, short) for ip, short in shorter),
                        *day,
                    )
                )
        company.finance_portal_ips_short_until = until
        return 1
