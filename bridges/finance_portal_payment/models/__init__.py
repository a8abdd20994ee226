from . import (
    event,
    document,
    payment_result,
    access,
    page,
    waiting,
    account_move_line,
    account_move,
    account_payment,
    sale_order,
    payment_transaction,
    ir_http,
)
