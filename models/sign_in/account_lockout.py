from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, fields, models

from ...own_transaction import UNSAFE_COMMIT, own_transaction

# How many wrong passwords lock an account, and for how many minutes. System parameters
# finance_portal.lock_after and finance_portal.lock_minutes override them.
LOCK_AFTER = 5
LOCK_MINUTES = 15

# What is written past the ORM.
WRITTEN = ("failures", "locked_until", "signed_in_at")


class FinancePortalAccount(models.Model):
    """Count attempts to sign in, in PostgreSQL, before a password is looked at.

    So guesses that come at the same moment, to any worker, are as many as guesses one after
    the other. All of it happens in transactions of its own: what is counted stays counted
    when the request fails, and no request writes the row that another one counts in.
    """

    _inherit = "finance.portal.account"

    @api.model
    def _get_lock_rule(self):
        """Return ``(wrong passwords, minutes)``, as configured or by default."""
        # sudo: visitors cannot read parameters
        get_param = self.env["ir.config_parameter"].sudo().get_param
        texts = (
            get_param("finance_portal.lock_after"),
            get_param("finance_portal.lock_minutes"),
        )
        return tuple(
            int(text) if (text or "").isdecimal() and int(text) else default
            for text, default in zip(texts, (LOCK_AFTER, LOCK_MINUTES), strict=True)
        )

    def _count_attempt(self):
        """Count an attempt, unless the account is locked.

        :return: how many there were since the last right password; 0 when it is locked
        """
        self.ensure_one()
        most, minutes = self._get_lock_rule()
        now = fields.Datetime.now()
        self.login_id.flush_recordset()
        with own_transaction(self.env, UNSAFE_COMMIT) as cr:
            cr.execute(
                # No stronger lock: the request that waits for this goes on to refer to the row.
                """
                UPDATE finance_portal_login a
                   SET failures = new.failures,
                       locked_until = CASE WHEN new.failures >= %(most)s
                                           THEN %(now)s + make_interval(mins => %(minutes)s) END
                  FROM (SELECT id, CASE WHEN locked_until IS NULL THEN failures + 1
                                        ELSE 1 END AS failures
                          FROM finance_portal_login
                         WHERE id = %(id)s AND (locked_until IS NULL OR locked_until <= %(now)s)
                           FOR NO KEY UPDATE) new
                 WHERE a.id = new.id
             RETURNING a.failures
                """,
                {"most": most, "minutes": minutes, "now": now, "id": self.login_id.id},
            )
            row = cr.fetchone()
        self._forget_counted()
        return row[0] if row else 0

    def _note_right_password(self):
        """Reset the counter of wrong passwords."""
        self.ensure_one()
        with own_transaction(self.env, UNSAFE_COMMIT) as cr:
            cr.execute(
                "UPDATE finance_portal_login SET failures = 0, locked_until = NULL WHERE id = %s",
                [self.login_id.id],
            )
        self._forget_counted()

    def _note_refusal(self, reason, locks=False):
        """Record for staff that somebody tried to sign in and failed, on all that it would open.

        :param str reason: a key of an event's ``reason``
        :param bool locks: whether this attempt was the one too many
        """
        with self._recording() as Event:
            accounts = (self._get_all_open() or self).with_env(Event.env)
            Event._record("sign_in_failed", account=accounts, reason=reason)
            if locks:
                Event._record("locked", account=accounts, reason=False)

    def _note_signed_in(self):
        """Record for staff when the customer last signed in."""
        with own_transaction(self.env, UNSAFE_COMMIT) as cr:
            cr.execute(
                "UPDATE finance_portal_login SET signed_in_at = %s WHERE id = %s",
                [fields.Datetime.now(), self.login_id.id],
            )
        self._forget_counted()
        with self._recording() as Event:
            accounts = self._get_all_open().with_env(Event.env)
            Event._record("signed_in", account=accounts, reason=False)

    def _forget_counted(self):
        """Read again what was written past the ORM."""
        login = self.login_id
        login.invalidate_recordset(WRITTEN, flush=False)
        login.account_ids.invalidate_recordset([*WRITTEN, "state", "status"], flush=False)

    @contextmanager
    def _recording(self):
        """Yield the model of events in a transaction of its own."""
        with own_transaction(self.env, UNSAFE_COMMIT) as cr:
            Event = api.Environment(cr, SUPERUSER_ID, {})["finance.portal.event"]
            yield Event
            Event.env.flush_all()
