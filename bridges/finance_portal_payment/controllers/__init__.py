from . import native_pay, payment, status
