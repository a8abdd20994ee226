"""Who gets what, continued: every method that a button or another program calls.

Roles and words are those of ``authorization_table.py``, which reads this table as well.
"""

# Methods that a button calls; all other roles are refused.
METHODS = """
method                                                  nat   plain user  mgr   as-A
res.partner.action_finance_portal_all_documents -     -     -     +     +
res.partner.action_finance_portal_adopt -     -     -     +     +
res.partner.action_finance_portal_confirm -     -     -     +     +
res.partner.action_finance_portal_disable -     -     -     +     +
res.partner.action_finance_portal_enable -     -     -     +     +
res.partner.action_finance_portal_enable_many -     -     -     +     +
res.partner.action_finance_portal_open_events opens opens +     +     +
res.partner.action_finance_portal_open_links opens opens +     +     +
res.partner.action_finance_portal_own_documents -     -     -     +     +
res.partner.action_finance_portal_reopen -     -     -     +     +
res.partner.action_finance_portal_resend_setup -     -     -     +     +
res.partner.action_finance_portal_reset -     -     -     +     +
res.partner.action_finance_portal_revoke_all -     -     -     +     +
res.partner.action_finance_portal_revoke_old_links -     -     -     +     +
res.partner.action_finance_portal_show_ours -     -     -     +     +
res.partner.action_finance_portal_unlock -     -     -     +     +
res.partner.action_finance_portal_view_as -     -     -     +     +
res.partner.action_finance_portal_diagnose -     -     +     +     +
account.move.action_finance_portal_download -     -     +     +     +
account.move.action_finance_portal_retry -     -     +     +     +
account.move.action_finance_portal_revoke_all -     -     -     +     +
account.move.action_finance_portal_send_many -     -     +     +     +
account.payment.action_finance_portal_retry -     -     +     +     +
account.payment.action_finance_portal_revoke_all -     -     -     +     +
account.payment.action_finance_portal_send -     -     +     +     +
account.payment.action_finance_portal_send_many -     -     +     +     +
account.payment.get_portal_url    -     -     +     +     +
res.partner.action_finance_portal_send_statement -     -     +     +     +
finance.portal.issued.statement.action_cancel -     -     +     +     +
finance.portal.issued.statement.action_finance_portal_retry -     -     +     +     +
finance.portal.issued.statement.action_finance_portal_revoke_all -     -     -     +     +
finance.portal.issued.statement.action_finance_portal_send -     -     +     +     +
finance.portal.issued.statement.action_finance_portal_send_many -     -     +     +     +
finance.portal.issued.statement.get_portal_url -     -     +     +     +
finance.portal.send.statements.action_send -     -     +     +     +
sale.order.action_finance_portal_retry                  -     -     +     +     +
sale.order.action_finance_portal_revoke_all             -     -     -     +     +
sale.order.action_finance_portal_send_many              -     -     +     +     +
finance.portal.link.action_open_document -     -     +     +     +
finance.portal.link.action_revoke -     -     -     +     +
finance.portal.link.action_send_again opens opens +     +     +
finance.portal.account.action_open_contact -     -     +     +     +
finance.portal.account.action_view_as -     -     +     +     +
finance.portal.account.action_remind -     -     -     +     +
finance.portal.account.action_diagnose -     -     +     +     +
finance.portal.decision.action_download_evidence opens opens +     +     +
finance.portal.batch.action_cancel -     -     +     +     +
finance.portal.batch.action_try_failed_again -     -     +     +     +
finance.portal.batch.line.action_open_document -     -     +     +     +
finance.portal.enable.action_enable -     -     -     +     +
finance.portal.enable.many.action_enable -     -     -     +     +
finance.portal.import.logins.action_import -     -     -     +     +
finance.portal.enabling.action_cancel -     -     -     +     +
finance.portal.enabling.action_open_accounts -     -     -     +     +
finance.portal.enabling.action_try_failed_again -     -     -     +     +
finance.portal.enabling.line.action_open_contact -     -     -     +     +
finance.portal.reopen.action_reopen -     -     -     +     +
finance.portal.download.action_download -     -     +     +     +
finance.portal.resend.action_send -     -     +     +     +
finance.portal.send.action_send   -     -     +     +     +
finance.portal.setup.check.action_run -     -     -     +     +
finance.portal.setup.check.action_open_setting -     -     -     +     +
finance.portal.diagnosis.finding.action_remedy -     -     +     +     +
account.move.send.batch.wizard.action_finance_portal_preview_email -     -     +     +     +
account.move.send.wizard.action_finance_portal_edit_template -     -     +     +     +
account.move.send.wizard.action_finance_portal_preview_email -     -     +     +     +
mail.compose.message.action_finance_portal_edit_template -     -     +     +     +
mail.compose.message.action_finance_portal_preview_email -     -     +     +     +
portal.share.action_finance_portal_preview_email -     -     +     +     +
finance.portal.resend.action_finance_portal_preview_email -     -     +     +     +
finance.portal.send.action_finance_portal_preview_email -     -     +     +     +
finance.portal.send.statements.action_finance_portal_preview_email -     -     +     +     +
account.move.action_finance_portal_preview -     -     +     +     +
account.payment.action_finance_portal_preview -     -     +     +     +
sale.order.action_finance_portal_preview -     -     +     +     +
finance.portal.issued.statement.action_finance_portal_preview -     -     +     +     +
finance.portal.api.send -     -     +     +     +
finance.portal.api.get_sending -     -     +     +     +
finance.portal.api.list_links -     -     +     +     +
finance.portal.api.list_events -     -     +     +     +
finance.portal.api.revoke -     -     -     +     +
finance.portal.api.get_account -     -     +     +     +
finance.portal.api.enable_account -     -     -     +     +
finance.portal.api.disable_account -     -     -     +     +
finance.portal.api.reset_account -     -     -     +     +
finance.portal.api.get_statement -     -     +     +     +
"""

# What to call a method with, beside a list with one ID.
ARGUMENTS = {
    **dict.fromkeys(
        (f"finance.portal.api.{name}" for name in ("send", "list_links", "list_events", "revoke")),
        ("account.move", [1]),
    ),
    "finance.portal.api.get_statement": (1, "2026-01-01", "2026-12-31"),
}
