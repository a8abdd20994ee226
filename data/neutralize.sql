-- A copy of a database must open no document of the original, now or on request: links that
-- are over are marked as well, so that nobody can have them renewed.
UPDATE finance_portal_link
   SET revoke_reason = 'copy',
       revoked_at = COALESCE(revoked_at, now() AT TIME ZONE 'UTC')
 WHERE revoke_reason IS DISTINCT FROM 'staff';
DELETE FROM finance_portal_access_request;
DELETE FROM finance_portal_account_request;
UPDATE finance_portal_account_link
   SET ended_at = now() AT TIME ZONE 'UTC'
 WHERE used_at IS NULL AND ended_at IS NULL;
DELETE FROM finance_portal_pdf;
DELETE FROM ir_attachment WHERE res_model = 'finance.portal.pdf';
