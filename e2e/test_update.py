"""Updating the addon, as after each release, changes nothing that people set or customers have."""

from dev.platform.odoo import run_quietly
from dev.platform.paths import module_names
from e2e.toolbox import Guest, new_shared_on, words

# Of the whole database: an update has no business with anybody's tables.
SCHEMA = {
    "columns": "SELECT table_name, column_name, data_type, is_nullable, column_default"
    " FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1",
    "constraints": "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
    " FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
    "triggers": "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid)"
    " FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
    "functions": "SELECT proname, prosrc FROM pg_proc"
    " WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'finance%%' ORDER BY 1, 2",
    "records": "SELECT module, name, model, res_id FROM ir_model_data"
    " WHERE module LIKE 'finance\\_portal%%' ORDER BY 1, 2",
}
# What people may set their own way.
SET_UP = {
    "email templates": "SELECT t.id, t.subject::text, t.body_html::text, t.active"
    " FROM mail_template t JOIN ir_model_data d ON d.model = 'mail.template' AND d.res_id = t.id"
    " WHERE d.module LIKE 'finance\\_portal%%' ORDER BY 1",
    "scheduled actions": "SELECT c.id, c.active, c.interval_number, c.interval_type"
    " FROM ir_cron c ORDER BY 1",
    "access rules": "SELECT id, active, domain_force FROM ir_rule ORDER BY 1",
    "parameters": "SELECT key, value FROM ir_config_parameter"
    " WHERE key LIKE 'finance\\_portal%%' ORDER BY 1",
    "groups": "SELECT gid, uid FROM res_groups_users_rel ORDER BY 1, 2",
    "to-dos": "SELECT id, name::text, default_user_id, delay_count FROM mail_activity_type"
    " ORDER BY 1",
    "companies": "SELECT * FROM res_company ORDER BY id",
}
# Where the rows are with which customers come in, and their documents.
ROWS = {
    table: f"SELECT * FROM {table} ORDER BY id"
    for table in ("account_move", "finance_portal_event", "finance_portal_link")
}
# Odoo itself writes to its own users' contacts.
ROWS["res_partner"] = (
    "SELECT * FROM res_partner WHERE id NOT IN (SELECT partner_id FROM res_users) ORDER BY id"
)

CHANGES = """
def own(model):
    ids = env["ir.model.data"].search(
        [("module", "=like", "finance_portal%"), ("model", "=", model)]
    ).mapped("res_id")
    return env[model].browse(ids)

env.ref("base.main_company").finance_portal_close_native = False
env["ir.config_parameter"].set_param("finance_portal.throttle.viewing", "9/9")
for template in own("mail.template"):
    template.subject = f"Ours: {template.subject}"
own("ir.cron").write({"active": False, "interval_number": 7})
own("ir.rule").active = False
own("mail.activity.type").write({"name": "Their To-Do", "delay_count": 3})
env.cr.commit()
"""


def read(server, queries):
    return {name: server.psql(sql) for name, sql in queries.items()}


def test_update_keeps_what_people_set_and_what_customers_have(make_erp, inbox, partner, invoice):
    server = make_erp(workers=0, max_cron_threads="0")
    shared = new_shared_on(server, inbox, partner, invoice)
    visitor = Guest()
    page = visitor.get(shared.url)
    server.shell(CHANGES)
    server.stop()
    before = read(server, SCHEMA | SET_UP | ROWS)
    run_quietly(server.site, "--update", ",".join(module_names()), "--no-http", "--stop-after-init")
    after = read(server, SCHEMA | SET_UP | ROWS)
    for name, rows in before.items():
        assert after[name] == rows, f"{name} changed"
    server.start()
    assert "Download PDF" in page.text
    assert words(visitor.get(page.url)) == words(page)
    assert Guest().get(shared.url).status_code == 200
    server.stop()
