from . import account_analytic_line, hr_employee, timesheets_analysis_report
from . import (
    finance_portal_time_request,
    finance_portal_time_request_document,
    finance_portal_time_request_decision,
    finance_portal_time_request_page,
)
from . import finance_portal_list_time, finance_portal_page
