from . import test_accept_services, test_invoice_approved
