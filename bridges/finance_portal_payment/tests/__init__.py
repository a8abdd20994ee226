from . import (
    test_amounts,
    test_concurrency,
    test_native_payment_links,
    test_pay_binding,
    test_pay_now,
    test_pay_once,
    test_pay_order,
    test_pay_tokens,
    test_receipts,
    test_routes,
    test_waiting,
)
