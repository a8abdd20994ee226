from . import (
    event,
    document,
    payment_result,
    access,
    page,
    account_move,
    sale_order,
    payment_transaction,
    ir_http,
)
