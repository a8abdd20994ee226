from . import test_quote_reminder, test_quote_reminder_email
from . import test_reminder_apart
from . import test_reminder_concurrency, test_reminder_doubt, test_reminder_email
from . import test_reminder_merge, test_reminder_online, test_reminder_pause, test_reminder_plan
from . import test_reminder_scale, test_reminder_sending, test_reminder_staff
