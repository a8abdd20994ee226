from . import finance_portal_resend
