from . import account_analytic_line, hr_employee, timesheets_analysis_report
from . import (
    time_request,
    time_request_document,
    time_request_decision,
    time_request_page,
)
from . import list_time, page
