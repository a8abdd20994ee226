-- A copy of a database must open no document of the original, now or on request: expired
-- links are closed as well, so that nobody can have them renewed.
UPDATE finance_portal_link
   SET revoked_at = now() AT TIME ZONE 'UTC', revoke_reason = 'copy'
 WHERE revoked_at IS NULL;
DELETE FROM finance_portal_access_request;
