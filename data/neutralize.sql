-- A copy of a database must open no document of the original.
UPDATE finance_portal_link
   SET revoked_at = now() AT TIME ZONE 'UTC', revoke_reason = 'copy'
 WHERE revoked_at IS NULL AND expires_at > now() AT TIME ZONE 'UTC';
DELETE FROM finance_portal_access_request;
