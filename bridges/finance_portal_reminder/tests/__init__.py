from . import test_reminder_concurrency, test_reminder_email, test_reminder_plan
from . import test_reminder_sending, test_reminder_staff
