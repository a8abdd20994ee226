from . import finance_portal_time_reset
