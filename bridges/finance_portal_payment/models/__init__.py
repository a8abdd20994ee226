from . import (
    finance_portal_event,
    finance_portal_document,
    finance_portal_payment_result,
    finance_portal_access,
    finance_portal_page,
    account_move,
    sale_order,
    payment_transaction,
    ir_http,
)
