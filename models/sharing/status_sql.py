"""The sharing status of documents in SQL: one rule for reading, searching and grouping.

Nothing is stored, so nothing can get out of step and no email waits for a row that a visitor's
request holds. The facts stand in links, activity, decisions and Odoo's own emails.
"""

from odoo import fields
from odoo.tools import SQL

from ...tools.secure_token import PLACEHOLDER
from ..mail.mailed_secret_mixin import NOTIFICATION_STATES

# The same as the row of the link says.
FAILED_NOTIFICATIONS = tuple(
    name for name, state in NOTIFICATION_STATES.items() if state in ("bounced", "failed")
)

# Emails that list several documents are about none of these alone. Only those that wait or failed
# are there, and an index leads to them: each set is read once, for all documents together.
LISTING = """mail_mail q CROSS JOIN jsonb_array_elements(q.finance_portal_listed) one
            WHERE q.finance_portal_listed IS NOT NULL AND one.value->>0 = %(model)s"""
LISTED = "(one.value->>1)::int"

# Where rows are that say the same of a document: FROM and WHERE, and the document's column.
SETS = {
    "decided": (
        "d.res_id",
        """finance_portal_decision d
            WHERE d.res_model = %(model)s AND d.voided_at IS NULL AND d.kind = %(kind)s""",
    ),
    # Unless a newer email went to the same address.
    "failed_mail": (
        "m.res_id",
        """mail_message m JOIN mail_mail q ON q.mail_message_id = m.id
            WHERE m.model = %(model)s AND q.body_html LIKE %(mark)s AND q.state = 'exception'
              AND NOT EXISTS (
                  SELECT 1 FROM finance_portal_link l JOIN finance_portal_link newer
                      ON newer.res_model = l.res_model AND newer.res_id = l.res_id
                         AND newer.email = l.email AND newer.id > l.id
                         AND newer.mail_message_id IS DISTINCT FROM l.mail_message_id
                   WHERE l.mail_message_id = m.id)""",
    ),
    "failed_list": (
        LISTED,
        """%(listing)s AND q.state = 'exception'
              AND NOT EXISTS (
                  SELECT 1 FROM finance_portal_link l JOIN finance_portal_link newer
                      ON newer.res_model = l.res_model AND newer.res_id = l.res_id
                         AND newer.email = l.email AND newer.id > l.id
                         AND newer.mail_message_id IS DISTINCT FROM l.mail_message_id
                   WHERE l.mail_message_id = q.mail_message_id AND l.res_model = %(model)s
                     AND l.res_id = %(listed)s)""",
    ),
    # A mail server refused it for now, or none answered: the queue tries again.
    "delayed_mail": (
        "m.res_id",
        """mail_message m JOIN mail_mail q ON q.mail_message_id = m.id
            WHERE m.model = %(model)s AND q.body_html LIKE %(mark)s
              AND q.state = 'outgoing' AND q.failure_reason <> ''""",
    ),
    "delayed_list": (
        LISTED,
        "%(listing)s AND q.state = 'outgoing' AND q.failure_reason <> ''",
    ),
    "waiting_mail": (
        "m.res_id",
        """mail_message m JOIN mail_mail q ON q.mail_message_id = m.id
            WHERE m.model = %(model)s AND q.state = 'outgoing' AND q.body_html LIKE %(mark)s
              AND (q.scheduled_date IS NULL OR q.scheduled_date <= %(now)s)""",
    ),
    "waiting_list": (
        LISTED,
        """%(listing)s AND q.state = 'outgoing'
              AND (q.scheduled_date IS NULL OR q.scheduled_date <= %(now)s)""",
    ),
    # Unless the link was opened after all, or a newer email went to the same address. An address
    # in a contact's own row says nothing: users may write there whatever they like.
    "failed_notification": (
        "l.res_id",
        """mail_notification n JOIN finance_portal_link l ON l.mail_message_id = n.mail_message_id
              AND n.notification_type = 'email'
              AND (n.res_partner_id = l.partner_id
                   OR n.res_partner_id IS NULL AND n.mail_email_address = l.email)
            WHERE n.notification_status IN %(failed)s AND l.res_model = %(model)s
              AND l.viewed_at IS NULL AND NOT EXISTS (
                  SELECT 1 FROM finance_portal_link newer WHERE newer.res_model = l.res_model
                     AND newer.res_id = l.res_id AND newer.email = l.email AND newer.id > l.id)""",
    ),
    "viewed": (
        "e.res_id",
        "finance_portal_event e WHERE e.res_model = %(model)s AND e.kind = 'viewed'",
    ),
    "linked": ("l.res_id", "finance_portal_link l WHERE l.res_model = %(model)s"),
    "live": (
        "l.res_id",
        """finance_portal_link l WHERE l.res_model = %(model)s
              AND l.revoked_at IS NULL AND l.expires_at > %(now)s""",
    ),
    "revoked": (
        "l.res_id",
        """finance_portal_link l WHERE l.res_model = %(model)s AND l.revoked_at IS NOT NULL
              AND NOT EXISTS (
                  SELECT 1 FROM finance_portal_link newer WHERE newer.res_model = l.res_model
                     AND newer.res_id = l.res_id AND newer.id > l.id)""",
    ),
}
# The first one that holds is the status; who is in none was not sent anything, or in time
# opened nothing.
RULES = (
    ("accepted", "decided"),
    ("partial", "decided"),
    ("declined", "decided"),
    ("failed", "failed_mail"),
    ("failed", "failed_list"),
    ("failed", "failed_notification"),
    ("delayed", "delayed_mail"),
    ("delayed", "delayed_list"),
    ("sending", "waiting_mail"),
    ("sending", "waiting_list"),
    ("opened", "viewed"),
    ("sent", "live"),
    ("revoked", "revoked"),
    ("expired", "linked"),
)
NOT_SENT = "not_sent"
# Of these, each row is an email that Odoo still has.
MAIL_SETS = ("failed_mail", "failed_list", "delayed_mail", "delayed_list")


def _rows(name, model, kind=None):
    """Return ``(column, FROM and WHERE)`` of a set."""
    column, source = SETS[name]
    values = {"model": model, "kind": kind, "mark": f"%{PLACEHOLDER}-%"}
    values["failed"] = FAILED_NOTIFICATIONS
    values |= {"listing": SQL(LISTING, model=model), "listed": SQL(LISTED)}
    return SQL(column), SQL(source, now=fields.Datetime.now(), **values)


def status_sql(model, document, as_sets=False):
    """Return the status of a document as an SQL expression.

    :param str model: the document's model
    :param SQL document: its id
    :param bool as_sets: whether to read each set once, for all documents of a table, instead of
        looking each document up by index
    """
    among = "%(document)s IN (SELECT %(column)s FROM %(rows)s)"
    by_index = "EXISTS (SELECT FROM %(rows)s AND %(column)s = %(document)s)"
    cases = []
    for status, name in RULES:
        column, rows = _rows(name, model, status)
        test = among if as_sets or SETS[name][0] == LISTED else by_index
        condition = SQL(test, document=document, column=column, rows=rows)
        cases.append(SQL("WHEN %s THEN %s", condition, status))
    return SQL("CASE %s ELSE %s END", SQL(" ").join(cases), NOT_SENT)


def having_status_sql(model, document, wanted):
    """Return the condition that a document has one of several statuses.

    Where it can, it begins with the few documents that may have it.

    :param wanted: keys of the status
    """
    condition = SQL("%s IN %s", status_sql(model, document), tuple(wanted) or ("",))
    if NOT_SENT in wanted:
        return condition
    sets = [_rows(name, model, status) for status, name in RULES if status in wanted]
    if not sets:
        return SQL("FALSE")
    found = SQL(" UNION ALL ").join(SQL("SELECT %s FROM %s", *rows) for rows in sets)
    return SQL("(%s IN (%s) AND %s)", document, found, condition)


def mails_sql(model, document, status):
    """Return the query for the emails (ids) that a document's status comes from.

    :param int document: its id
    :param str status: "failed" or "delayed"
    """
    sets = [_rows(name, model) for rule, name in RULES if rule == status and name in MAIL_SETS]
    queries = [
        SQL("SELECT q.id FROM %s AND %s = %s", rows, column, document) for column, rows in sets
    ]
    return SQL("%s ORDER BY 1", SQL(" UNION ").join(queries))


def sent_at_sql(model, document):
    """Return when the last email with a link to a document left, as an SQL expression."""
    column, rows = _rows("linked", model)
    return SQL("(SELECT max(l.issued_at) FROM %s AND %s = %s)", rows, column, document)


def sent_since_sql(model, document, moment):
    """Return the condition that an email with a link to a document left since then, by index."""
    column, rows = _rows("linked", model)
    since = SQL("l.expires_at >= %s::timestamp + interval '24 hours'", moment)
    return SQL("%s IN (SELECT %s FROM %s AND %s)", document, column, rows, since)


# What the Sharing tab shows, and where it comes from.
PARTS = (
    ("finance_link_ids", "finance_portal_link p WHERE p.res_model = %(model)s"),
    ("finance_event_ids", "finance_portal_event p WHERE p.res_model = %(model)s"),
    ("finance_decision_ids", "finance_portal_decision p WHERE p.res_model = %(model)s"),
    ("finance_note", "finance_portal_note p WHERE p.res_model = %(model)s"),
    ("finance_file_ids", "finance_portal_file p WHERE p.res_model = %(model)s"),
    ("own_files", "ir_attachment p WHERE p.res_model = %(model)s AND p.res_field IS NULL"),
    (
        "posted_files",
        """mail_message p JOIN ir_attachment a
        ON a.res_model = 'mail.message' AND a.res_id = p.id WHERE p.model = %(model)s""",
    ),
)


FACTS = """
SELECT doc.id, %(status)s, links.sent_at, links.emails, links.messages, links.live,
       views.number, views.last,
       ARRAY(SELECT n.id FROM %(failed)s AND %(failed_column)s = doc.id), mails.number,
       %(parts)s
  FROM unnest(%(ids)s) AS doc(id)
  LEFT JOIN LATERAL (
      SELECT max(l.issued_at) AS sent_at, array_agg(l.email ORDER BY l.id DESC) AS emails,
             array_agg(l.mail_message_id ORDER BY l.id DESC) AS messages,
             count(*) FILTER (WHERE l.revoked_at IS NULL AND l.expires_at > %(now)s) AS live
        FROM finance_portal_link l
       WHERE l.res_model = %(model)s AND l.res_id = doc.id
  ) links ON TRUE
  LEFT JOIN LATERAL (
      SELECT count(*) AS number, max(e.date) AS last FROM finance_portal_event e
       WHERE e.res_model = %(model)s AND e.res_id = doc.id AND e.kind = 'viewed'
  ) views ON TRUE
  LEFT JOIN LATERAL (
      SELECT count(*) AS number
        FROM mail_message m JOIN mail_mail q ON q.mail_message_id = m.id
       WHERE m.model = %(model)s AND m.res_id = doc.id
         AND q.state IN ('outgoing', 'exception')
  ) mails ON TRUE
"""


def parts_sql(model, document):
    """Return the names of the parts of the Sharing tab that hold something, as an SQL array."""
    parts = []
    for name, source in PARTS:
        rows = SQL(source, model=model)
        parts.append(
            SQL(
                "CASE WHEN EXISTS (SELECT FROM %s AND p.res_id = %s) THEN %s END",
                rows,
                document,
                name,
            )
        )
    return SQL("array_remove(ARRAY[%s], NULL)", SQL(", ").join(parts))


def facts_sql(model, ids):
    """Return the query of all that is shown about the sharing of some documents.

    Each row: id, status, when it was last sent, the addresses and messages of its links, the
    newest first, how many are live, how often and when last it was viewed, the notifications
    (ids) of emails that did not arrive, how many emails about it wait, and for one document, as
    a form needs it, which parts of the Sharing tab hold something.
    """
    now, document = fields.Datetime.now(), SQL("doc.id")
    parts = parts_sql(model, document) if len(ids) == 1 else SQL("NULL")
    failed_column, failed = _rows("failed_notification", model)
    return SQL(
        FACTS,
        status=status_sql(model, document),
        failed=failed,
        failed_column=failed_column,
        parts=parts,
        ids=list(ids),
        now=now,
        model=model,
    )
