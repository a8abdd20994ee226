"""What Pay now adds to the tests that look at everything, see ``e2e/extensions.py``."""

ADDRESSES = """
method path                       anon  link  A     own   B     gone  nat   plain user  mgr   as-A
GET  /payment/pay?invoice_id={invoice_id} \
                                  422   422   422   422   422   422   422   422   422   422   422
GET  @/{link}/pay                 404   A     404   404   404   404   404   404   404   404   404
GET  @/{invoice}/pay              login login A     404   404   login login login login login A
GET  @/{bens}/pay                 login login own   own   404   login login login login login own
GET  @/{beas}/pay                 login login 404   404   B     login login login login login 404
GET  @/{order}/pay                login login A     404   404   login login login login login A
GET  @/{payment}/pay              login login 404   404   404   login login login login login 404
GET  @/{draft}/pay                login login 404   404   404   login login login login login 404
GET  @/{statement}/pay            login login A     404   404   login login login login login A
GET  @/{statement}/pay/result     login login ok    404   404   login login login login login ok
POST @/{statement}/pay/transaction login login 400  404   404   login login login login login 403
POST @/{statement}/pay/again      login login doc   404   404   login login login login login 403
GET  ~/invoices/pay               login login A     own   B     login login login login login A
GET  ~/invoices/pay/result        login login ok    ok    ok    login login login login login ok
GET  ~/invoices/pay/receipt       401   401   404   404   404   401   401   401   401   401   403
POST ~/invoices/pay/transaction   login login 400   400   400   login login login login login 403
POST ~/invoices/pay/again         login login list  list  list  login login login login login 403
GET  ~/a/{account}/invoices/pay   login login A     404   404   login login login login login A
GET  @/{link}/pay/result          404   A     404   404   404   404   404   404   404   404   404
GET  @/{invoice}/pay/result       login login A     404   404   login login login login login A
GET  @/{payment}/pay/result       login login 404   404   404   login login login login login 404
GET  @/{link}/pay/receipt         404   404   404   404   404   404   404   404   404   404   404
GET  @/{invoice}/pay/receipt      401   401   404   404   404   401   401   401   401   401   403
POST @/{link}/pay/transaction     404   400   404   404   404   404   404   404   404   404   404
POST @/{invoice}/pay/transaction  login login 400   404   404   login login login login login 403
POST @/{link}/pay/again           404   doc   404   404   404   404   404   404   404   404   404
POST @/{invoice}/pay/again        login login doc   404   404   login login login login login 403
POST @/{payment}/pay/again        login login 404   404   404   login login login login login 403
GET  /payment/status              ok    ok    ok    ok    ok    ok    ok    ok    ok    ok    ok
POST /payment/status              +     +     +     +     +     +     +     +     +     +     +
"""
TABLES = {"payment_transaction", "payment_token"}

PAGES = [
    ("link", "/finance/d/{link}/pay"),
    ("link", "/finance/d/{link}/pay/result"),
    ("A", "/finance/d/{invoice}/pay"),
    ("A", "/finance/d/{invoice}/pay/result"),
    ("A", "/finance/d/{order}/pay"),
    ("as-A", "/finance/d/{invoice}/pay"),
    ("A", "/finance/d/{statement}/pay"),
    ("A", "/finance/customer-portal/invoices/pay"),
    ("A", "/finance/customer-portal/invoices/pay?item={invoice}"),
    ("A", "/finance/customer-portal/invoices/pay/result"),
    ("as-A", "/finance/customer-portal/invoices/pay"),
]
ANSWERS = [
    ("link", "/finance/d/{link}/pay/transaction"),
    ("as-A", "/finance/d/{invoice}/pay/again"),
]

# Odoo's sign for a provider in test mode, which its tooltip gives a label.
FAULTS_OF_ODOO = ["aria-prohibited-attr: <i data-bs-toggle="]
