from . import test_invoice_approved
