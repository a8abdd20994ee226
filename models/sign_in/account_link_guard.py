from odoo import models
from odoo.tools import SQL

from ...sql_guards import DATABASE_UUID, NOW, columns_of

# What a link is for.
SUBJECT = ("account_id", "purpose", "ref")
# What is over when a link was used or ended.
STATE = ("token_hash", "email", "issued_at", "expires_at", "used_at", "ended_at", "database_uuid")

FUNCTION = """
CREATE OR REPLACE FUNCTION finance_portal_account_link_guard() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (%(new_subject)s) IS DISTINCT FROM (%(old_subject)s) THEN
            RAISE EXCEPTION 'a setup or reset link cannot be changed'
                USING ERRCODE = 'check_violation';
        END IF;
        IF (OLD.used_at IS NOT NULL OR OLD.ended_at IS NOT NULL)
           AND (%(new_state)s) IS DISTINCT FROM (%(old_state)s) THEN
            RAISE EXCEPTION 'a setup or reset link that is over stays over'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.token_hash IS NOT DISTINCT FROM OLD.token_hash
           AND (NEW.expires_at > OLD.expires_at
                OR NEW.database_uuid IS DISTINCT FROM OLD.database_uuid) THEN
            RAISE EXCEPTION 'a setup or reset link cannot be prolonged, nor moved to a copy'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    -- A retry of its email gives it another token; nobody issues one in the future.
    IF TG_OP = 'INSERT' OR NEW.token_hash IS DISTINCT FROM OLD.token_hash THEN
        NEW.database_uuid := %(uuid)s;
        IF NEW.issued_at > %(now)s THEN
            NEW.issued_at := %(now)s;
            NEW.expires_at := NEW.issued_at + interval '60 minutes';
        END IF;
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER finance_portal_account_link_guard
    BEFORE INSERT OR UPDATE ON finance_portal_account_link
    FOR EACH ROW EXECUTE FUNCTION finance_portal_account_link_guard();
"""


class FinancePortalAccountLink(models.Model):
    """Have the database itself refuse to revive or prolong a setup or reset link."""

    _inherit = "finance.portal.account.link"

    def init(self):
        """Create the trigger."""
        parts = {
            "now": NOW,
            "uuid": DATABASE_UUID,
            "new_subject": columns_of("NEW", SUBJECT),
            "old_subject": columns_of("OLD", SUBJECT),
            "new_state": columns_of("NEW", STATE),
            "old_state": columns_of("OLD", STATE),
        }
        self.env.cr.execute(SQL(FUNCTION, **parts))
