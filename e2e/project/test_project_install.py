"""Installing beside many projects and tasks rewrites none of them."""

from dev.platform import databases
from dev.platform.odoo import Site, run_quietly
from dev.platform.paths import module_names
from dev.platform.server import shell
from e2e.test_install_on_big_database import copies, state

TABLES = ("project_project", "project_task")
ONE_TASK = """
project = env["project.project"].create({"name": "Big", "allow_milestones": True})
env["project.task"].create({"name": "x", "project_id": project.id})
env.cr.commit()
"""


def test_installing_beside_many_tasks_rewrites_none(base_site):
    folder = base_site.folder.with_name("big_project")
    site = Site(base_site.cluster, databases.name_for("e2e_big_project"), folder)
    databases.copy_template(site)
    try:
        run_quietly(site, "--init", "project", "--no-http", "--stop-after-init")
        shell(site, ONE_TASK)
        copies(site, "project_project", {"access_token": "NULL"}, 1_000)
        copies(site, "project_task", {"access_token": "NULL"}, 50_000)
        site.cluster.query("ANALYZE project_task", database=site.database)
        before = state(site, TABLES)
        run_quietly(site, "--init", ",".join(module_names()), "--no-http", "--stop-after-init")
        after = state(site, TABLES)
        assert before["project_task"][0][3] > 50_000
        for table in TABLES:
            assert after[table][0][:3] == before[table][0][:3], f"{table} was changed"
        shown = "SELECT DISTINCT finance_show_milestones, finance_shared_on FROM project_project"
        assert site.cluster.query(shown, database=site.database) == [(True, None)]
    finally:
        databases.drop(site.cluster, site.database)
