"""Uninstalling the addon leaves nothing of it, and Odoo's own portal as before."""

import pytest

from dev.platform.paths import MODULE, module_names
from e2e.toolbox import QUEUE_RACE, Guest, new_shared_on

LEFTOVERS = {
    "tables": "SELECT relname FROM pg_class WHERE relname LIKE 'finance%%portal%%'",
    "columns": "SELECT table_name, column_name FROM information_schema.columns"
    " WHERE table_schema = 'public' AND column_name LIKE 'finance\\_%%'",
    "indexes": "SELECT indexname FROM pg_indexes WHERE indexname LIKE '%%finance\\_portal%%'",
    "triggers": "SELECT tgname FROM pg_trigger WHERE tgname LIKE 'finance\\_portal%%'",
    "functions": "SELECT proname FROM pg_proc WHERE proname LIKE 'finance\\_portal%%'",
    "constraints": "SELECT conname FROM pg_constraint WHERE conname LIKE '%%finance\\_portal%%'",
    "parameters": "SELECT key FROM ir_config_parameter WHERE key LIKE 'finance\\_portal%%'",
    "crons": "SELECT cron_name FROM ir_cron WHERE cron_name ILIKE 'finance portal%%'",
    "server actions": "SELECT id FROM ir_act_server WHERE code LIKE '%%finance.portal%%'",
    "views": "SELECT key, name FROM ir_ui_view WHERE key LIKE 'finance\\_portal.%%'"
    " OR name LIKE 'finance.portal%%' OR arch_db::text LIKE '%%finance\\_portal%%'",
    "models": "SELECT model FROM ir_model WHERE model LIKE 'finance.portal%%'",
    "fields": "SELECT name FROM ir_model_fields WHERE name LIKE 'finance\\_%%'",
    "rules": "SELECT name FROM ir_rule WHERE name ILIKE '%%finance portal%%'",
    "groups": "SELECT name FROM res_groups_privilege WHERE name::text ILIKE '%%finance portal%%'",
    "menus": "SELECT name FROM ir_ui_menu WHERE name::text ILIKE '%%finance portal%%'",
    "data": "SELECT name FROM ir_model_data WHERE module LIKE 'finance\\_portal%%'",
    "attachments": "SELECT name FROM ir_attachment WHERE res_model LIKE 'finance.portal%%'",
    "activity types": "SELECT id FROM mail_activity_type"
    " WHERE name->>'en_US' = 'Customer''s Answer'",
}

# What a bridge left behind: columns that no field speaks of.
ORPHANS = (
    "SELECT c.table_name, c.column_name FROM information_schema.columns c"
    " WHERE c.table_schema = 'public' AND c.column_name LIKE 'finance\\_%%' AND NOT EXISTS ("
    " SELECT FROM ir_model_fields f WHERE f.name = c.column_name"
    " AND replace(f.model, '.', '_') = c.table_name)"
)

# What a bridge left behind: groups of its app that still make people users of the addon.
GROUPS = (
    "SELECT app.module, app.name FROM res_groups_implied_rel r"
    " JOIN ir_model_data app ON app.model = 'res.groups' AND app.res_id = r.gid"
    " JOIN ir_model_data own ON own.model = 'res.groups' AND own.res_id = r.hid"
    " WHERE own.module = 'finance_portal' AND own.name = 'group_finance_portal_user'"
    " AND app.module NOT IN ('finance_portal', 'account', 'sales_team')"
)

# Nothing is printed: uninstalling removes the file, whatever is in it.
PDF = """
env["finance.portal.pdf"].create({
    "res_model": "sale.order", "res_id": 1, "version": "1", "lang": "en_US", "company_id": 1,
    "filename": "Quote.pdf", "sha256": "0", "current_at": "2026-01-01", "content": b"JVBERg==",
})
env.cr.commit()
"""

# What staff are asked to look at, one of it done: Odoo keeps it.
TODOS = """
customer = env["res.partner"].create({"name": "Answered"})
for name in ("answer", "address"):
    for summary in ("open", "done"):
        todo = customer.activity_schedule(f"finance_portal.mail_activity_{name}", summary=summary)
    todo.action_done()
env.cr.commit()
"""

# One customer came by Odoo's own portal, the other one by ours.
ACCOUNTS = """
Users = env["res.users"].with_context(no_reset_password=True)
Account = env["finance.portal.account"]
new, old = env["res.partner"].create(
    [{"name": name, "email": f"{name}@uninstall.example.com"} for name in ("new", "old")]
)
Account._enable(new)
Account._adopt(Users.create({
    "partner_id": old.id, "login": old.email, "password": "three quiet otters",
    "group_ids": env.ref("base.group_portal").ids,
}))
env.cr.commit()
"""


@pytest.mark.server_log(QUEUE_RACE, r"odoo\.modules|odoo\.registry|odoo\.models|odoo\.http")
def test_l11_uninstall_leaves_no_trace_and_the_native_portal_works(
    make_erp, inbox, partner, invoice
):
    # Odoo refuses to uninstall while it runs a scheduled action.
    server = make_erp(workers=0, max_cron_threads="0")
    shared = new_shared_on(server, inbox, partner, invoice)
    server.rpc("ir.config_parameter", "set_param", "finance_portal.throttle.viewing", "9/9")
    server.shell(PDF)
    server.shell(ACCOUNTS)
    server.shell(TODOS)
    assert server.psql(LEFTOVERS["attachments"])
    assert all(
        server.psql(LEFTOVERS[kind])
        for kind in ("tables", "columns", "indexes", "triggers", "functions")
    )
    [module] = server.rpc("ir.module.module", "search", [("name", "=", "finance_portal")])
    server.rpc("ir.module.module", "button_immediate_uninstall", [module])
    left = {kind: found for kind, sql in LEFTOVERS.items() if (found := server.psql(sql))}
    assert left == {}
    todos = (
        "SELECT summary FROM mail_activity WHERE res_model = 'res.partner' AND activity_type_id ="
        " (SELECT res_id FROM ir_model_data WHERE name = 'mail_activity_data_todo') ORDER BY 1"
    )
    assert server.psql(todos) == [("done",), ("done",), ("open",), ("open",)]
    # Whom our portal let in gets no other one; whoever had Odoo's own has it again.
    assert server.psql(
        "SELECT login, active FROM res_users WHERE login LIKE '%%@uninstall.example.com' ORDER BY 1"
    ) == [("new@uninstall.example.com", False), ("old@uninstall.example.com", True)]
    path = server.rpc("account.move", "preview_invoice", [shared.move])["url"]
    page = Guest().get(f"{server.url}{path}")
    assert page.status_code == 200
    assert "access_token=" in page.url
    assert Guest().get(shared.url).status_code == 404
    assert server.psql("SELECT state FROM account_move WHERE id = %s", shared.move) == [("posted",)]
    server.stop()


BRIDGES = [name for name in module_names() if name != MODULE]


@pytest.mark.server_log(QUEUE_RACE, r"odoo\.modules|odoo\.registry|odoo\.models|odoo\.http")
def test_uninstalling_the_bridges_leaves_the_addon_as_it_is_alone(
    make_erp, inbox, partner, invoice
):
    server = make_erp(workers=0, max_cron_threads="0")
    shared = new_shared_on(server, inbox, partner, invoice)
    if BRIDGES:
        modules = server.rpc("ir.module.module", "search", [("name", "in", BRIDGES)])
        server.rpc("ir.module.module", "button_immediate_uninstall", modules)
    states = "SELECT name FROM ir_module_module WHERE state = 'installed' AND name = ANY(%s)"
    assert server.psql(states, [MODULE, *BRIDGES]) == [(MODULE,)]
    assert server.psql(ORPHANS) == []
    assert server.psql(GROUPS) == []
    data = "SELECT module, name FROM ir_model_data WHERE module = ANY(%s)"
    assert server.psql(data, BRIDGES) == []
    page = Guest().get(shared.url)
    assert page.status_code == 200
    assert "Download PDF" in page.text
    server.stop()
