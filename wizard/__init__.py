from . import (
    account_move_send_batch_wizard,
    account_move_send_wizard,
    base_partner_merge_automatic_wizard,
    finance_portal_resend,
    finance_portal_send,
    mail_compose_message,
    portal_share,
)
