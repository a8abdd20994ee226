from . import test_time_concurrency, test_time_decision, test_time_page, test_time_request
from . import test_time_reset, test_time_rules, test_time_tour
