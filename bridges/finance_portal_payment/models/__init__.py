from . import (
    event,
    document,
    payment_result,
    access,
    page,
    waiting,
    account_move_line,
    account_move,
    sale_order,
    payment_transaction,
    ir_http,
)
