from . import test_amounts, test_concurrency, test_pay_now, test_pay_order
