from datetime import datetime, timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.http import request
from odoo.tools import SQL

from ..sql_guards import columns_of
from ..tools.masking import mask_links
from ..tools.rate_window import shorten_address
from ..tools.verdict import PERSON, judge

# What may change after a row was written: references that follow a merge of contacts or
# the deletion of what they point to. All the rest is evidence.
REFERENCE_COLUMNS = ("link_id", "partner_id", "user_id")
RETENTION_BATCH = 5000


class FinancePortalActivity(models.Model):
    """The append-only record of what happened to a document's links.

    Nobody holds write or delete rights, and a trigger refuses both to any SQL client but
    the retention job.
    """

    _name = "finance.portal.activity"
    _description = "Finance Portal Activity"
    _order = "id desc"
    _rec_name = "kind"

    date = fields.Datetime(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("sent", "Link sent"),
            ("opened", "Link opened"),
            ("viewed", "Viewed"),
            ("pdf", "PDF downloaded"),
            ("ended", "Closed by the customer"),
            ("refused", "Refused"),
            ("access_requested", "Access requested"),
            ("access_mailed", "New link mailed on request"),
            ("revoked", "Link closed"),
        ],
        "What",
        required=True,
        readonly=True,
    )
    res_model = fields.Char("Document Model", readonly=True)
    res_id = fields.Many2oneReference("Document", model_field="res_model", readonly=True)
    document_name = fields.Char("Document Number", readonly=True)
    link_id = fields.Many2one("finance.portal.link", readonly=True, index="btree_not_null")
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index="btree_not_null")
    email = fields.Char("Address Used", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, index="btree_not_null")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    visit = fields.Char(readonly=True, help="Ties together what one browser did after one click.")
    ip = fields.Char("IP Address", readonly=True)
    agent = fields.Char("Browser", readonly=True)
    verdict = fields.Selection(
        [
            ("person", "Person"),
            ("scanner", "Mail scanner"),
            ("staff", "Staff"),
            ("unknown", "Not certain"),
            ("system", "System"),
        ],
        "Who",
        readonly=True,
    )
    reason = fields.Char("Details", readonly=True)

    _document_index = models.Index("(res_model, res_id)")
    _company_date_index = models.Index("(company_id, date)")
    # One view per visit: two parallel signals from one page count once.
    _one_view_per_visit = models.UniqueIndex("(link_id, visit) WHERE kind = 'viewed'")

    def init(self):
        """Have the database itself refuse to change or delete what happened."""
        names = [name for name, field in self._fields.items() if field.store and field.column_type]
        kept = sorted(
            set(names) - set(REFERENCE_COLUMNS) - {"write_uid", "write_date", "create_uid"}
        )
        self.env.cr.execute(
            SQL(
                """
            CREATE OR REPLACE FUNCTION finance_portal_activity_guard() RETURNS trigger AS $$
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
            CREATE OR REPLACE TRIGGER finance_portal_activity_guard
                BEFORE UPDATE OR DELETE ON finance_portal_activity
                FOR EACH ROW EXECUTE FUNCTION finance_portal_activity_guard();
            CREATE OR REPLACE TRIGGER finance_portal_activity_guard_truncate
                BEFORE TRUNCATE ON finance_portal_activity
                FOR EACH STATEMENT EXECUTE FUNCTION finance_portal_activity_guard();
                """,
                columns_of("NEW", kept),
                columns_of("OLD", kept),
            )
        )

    # === BUSINESS METHODS === #

    @api.model
    def _visitor(self):
        """Return what is known of whoever makes the current request.

        :return: a dict of activity values; outside a request, the system's own
        """
        if not request:
            return {"verdict": "system"}
        http = request.httprequest
        user = request.env.user
        staff = bool(user) and user._is_internal()
        agent = mask_links(http.user_agent.string or "")  # a client may send what it likes (L2)
        verdict, reason = judge(method=http.method, agent=agent, staff=staff)
        return {
            "ip": http.remote_addr,
            "agent": agent[:250],
            "verdict": verdict,
            "reason": reason,
            "user_id": user.id if user and not user._is_public() else False,
        }

    @api.model
    def _record(self, kind, *, link=None, document=None, **values):
        """Append one row, with the current visitor unless ``values`` says otherwise.

        :param str kind: a key of ``kind``
        :param link: the secure link it happened to, if any
        :param document: the document, when there is no link
        """
        subject = {}
        if link:
            subject = {
                "link_id": link.id,
                "res_model": link.res_model,
                "res_id": link.res_id,
                "document_name": link.document_name,
                "partner_id": link.partner_id.id,
                "email": link.email,
                "company_id": link.company_id.id,
            }
        elif document:
            subject = {
                "res_model": document._name,
                "res_id": document.id,
                "document_name": document.display_name,
                "company_id": document.company_id.id,
            }
        # sudo: activity is written by the system only, nobody has the right to
        return self.sudo().create(
            {**self._visitor(), **subject, "kind": kind, "date": fields.Datetime.now(), **values}
        )

    @api.model
    def _record_view(self, link, visit):
        """Count a person's view of ``link`` once per visit.

        :return: whether it was counted: a scanner, staff, or a repeated signal is not
        """
        visitor = self._visitor()
        if visitor["verdict"] != PERSON:
            return False
        values = {
            **visitor,
            "kind": "viewed",
            "date": fields.Datetime.now(),
            "visit": visit,
            "link_id": link.id,
            "res_model": link.res_model,
            "res_id": link.res_id,
            "document_name": link.document_name,
            "partner_id": link.partner_id.id or None,
            "email": link.email or None,
            "company_id": link.company_id.id,
            "user_id": visitor["user_id"] or None,
        }
        # Not create(): the unique index decides between parallel signals, without an error.
        self.env.cr.execute(
            SQL(
                "INSERT INTO finance_portal_activity (%s) VALUES %s "
                "ON CONFLICT DO NOTHING RETURNING id",
                SQL(", ").join(SQL.identifier(name) for name in values),
                tuple(values.values()),
            )
        )
        counted = bool(self.env.cr.fetchone())
        if counted:
            link._mark_viewed()
        return counted

    # === RETENTION === #

    @api.model
    def _cron_retention(self):
        """Shorten old IP addresses, then delete what is older than each company keeps."""
        for company in self.env["res.company"].search([]):  # pylint: disable=no-search-all
            self._shorten_addresses(company)
            before = fields.Datetime.now() - relativedelta(
                months=max(1, company.finance_portal_activity_months)
            )
            self._in_batches(lambda c=company, b=before: self._delete_batch(c, b))
            self._in_batches(
                lambda c=company, b=before: self.env["finance.portal.link"]._gc_links(
                    c, b, RETENTION_BATCH
                )
            )

    def _in_batches(self, work):
        """Repeat ``work`` until it finds less than a full batch, committing each."""
        done = RETENTION_BATCH
        while done == RETENTION_BATCH:
            done = work()
            self.env["ir.cron"]._commit_progress(done)

    def _open_retention(self):
        """Let this transaction, and only this one, past the database's guard."""
        self.flush_model()
        self.env.cr.execute("SET LOCAL finance_portal.retention = 'on'")

    def _delete_batch(self, company, before):
        self._open_retention()
        self.env.cr.execute(
            """
            DELETE FROM finance_portal_activity WHERE id IN (
                SELECT id FROM finance_portal_activity
                 WHERE company_id = %s AND date < %s ORDER BY date LIMIT %s
            )""",
            [company.id, before, RETENTION_BATCH],
        )
        count = self.env.cr.rowcount
        self._close_retention()
        return count

    def _close_retention(self):
        self.env.cr.execute("SET LOCAL finance_portal.retention = 'off'")
        self.invalidate_model()

    def _shorten_addresses(self, company):
        """Cut the IP addresses of ``company`` that are older than it keeps them whole."""
        start = company.finance_portal_ips_short_until or datetime.min
        end = fields.Datetime.now() - timedelta(days=max(1, company.finance_portal_ip_days))
        if end <= start:
            return
        self.env.cr.execute(
            """
            SELECT DISTINCT ip FROM finance_portal_activity
             WHERE company_id = %s AND date < %s AND date >= %s AND ip <> ''
            """,
            [company.id, end, start],
        )
        addresses = [
            (ip, short) for (ip,) in self.env.cr.fetchall() if (short := shorten_address(ip)) != ip
        ]
        self._open_retention()
        for ip, short in addresses:
            self.env.cr.execute(
                """
                UPDATE finance_portal_activity SET ip = %s
                 WHERE company_id = %s AND date < %s AND date >= %s AND ip = %s
                """,
                [short, company.id, end, start, ip],
            )
        self._close_retention()
        company.finance_portal_ips_short_until = end
        self.env["ir.cron"]._commit_progress(len(addresses))
