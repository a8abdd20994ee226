from odoo import models
from odoo.tools import SQL

from ...sql_guards import DATABASE_UUID, NOW, columns_of
from .link import FROZEN_COLUMNS

FUNCTION = """
CREATE OR REPLACE FUNCTION finance_portal_link_guard() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Nobody issues a link in the future, where it would live for years.
        IF NEW.issued_at > %(now)s THEN
            NEW.issued_at := %(now)s;
            NEW.expires_at := NEW.issued_at + interval '24 hours';
        END IF;
        NEW.database_uuid := %(uuid)s;
        RETURN NEW;
    END IF;
    IF (%(new)s) IS DISTINCT FROM (%(old)s) THEN
        RAISE EXCEPTION 'a secure link cannot be changed'
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.viewed_at IS NOT NULL AND NEW.viewed_at IS DISTINCT FROM OLD.viewed_at THEN
        RAISE EXCEPTION 'what was seen stays seen'
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.exposed_at IS NOT NULL AND NEW.exposed_at IS DISTINCT FROM OLD.exposed_at THEN
        RAISE EXCEPTION 'a link that was closed to new browsers stays so'
            USING ERRCODE = 'check_violation';
    END IF;
    -- The user who closed a link may be deleted. A copied database marks all links, so that none
    -- is renewed, except those that staff closed.
    IF OLD.revoked_at IS NOT NULL AND (
        NEW.revoked_at IS DISTINCT FROM OLD.revoked_at
        OR COALESCE(NEW.revoked_by_id, OLD.revoked_by_id) IS DISTINCT FROM OLD.revoked_by_id
        OR NEW.revoke_reason IS DISTINCT FROM OLD.revoke_reason
           AND (NEW.revoke_reason IS DISTINCT FROM 'copy' OR OLD.revoke_reason = 'staff')
    ) THEN
        RAISE EXCEPTION 'a closed secure link stays closed as it was'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
CREATE OR REPLACE TRIGGER finance_portal_link_guard
    BEFORE INSERT OR UPDATE ON finance_portal_link
    FOR EACH ROW EXECUTE FUNCTION finance_portal_link_guard();
"""


class FinancePortalLink(models.Model):
    """Have the database itself say when a link was issued, and refuse to change what it is for."""

    _inherit = "finance.portal.link"

    def init(self):
        """Create the trigger."""
        parts = {
            "now": NOW,
            "uuid": DATABASE_UUID,
            "new": columns_of("NEW", FROZEN_COLUMNS),
            "old": columns_of("OLD", FROZEN_COLUMNS),
        }
        self.env.cr.execute(SQL(FUNCTION, **parts))
