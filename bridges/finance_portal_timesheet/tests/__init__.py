from . import test_pure
from . import test_time_request, test_time_rules
