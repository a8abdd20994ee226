from . import (
    account_move_send_batch_wizard,
    account_move_send_wizard,
    finance_portal_resend,
    mail_compose_message,
    portal_share,
)
