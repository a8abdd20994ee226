from . import (
    address_warning,
    account_move_send_batch_wizard,
    account_move_send_wizard,
    base_partner_merge_automatic_wizard,
    finance_portal_enable,
    finance_portal_reopen,
    finance_portal_resend,
    finance_portal_send,
    finance_portal_diagnosis,
    mail_compose_message,
    portal_share,
    portal_wizard,
)
