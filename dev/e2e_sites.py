"""Prepare databases for the end-to-end tests."""

from pathlib import Path

from . import databases
from .odoo import Site, run_quietly
from .paths import module_names
from .postgres import Cluster
from .server import shell

# A company that can post and mail invoices.
SETUP = """
company = env.company
company.write({
    "name": "Example Studio",
    "email": "office@studio.example",
    "phone": "+49 30 5550100",
    "street": "Lindenweg 7",
    "zip": "10115",
    "city": "Berlin",
    "country_id": env.ref("base.de").id,
})
env.ref("base.EUR").active = True
env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
company.currency_id = env.ref("base.EUR")
company.external_report_layout_id = env.ref("web.external_layout_standard")
env.ref("base.user_admin").email = "admin@studio.example"
env.cr.commit()
"""


def prepare_base(cluster: Cluster, folder: Path) -> Site:
    """Return a site with the addon installed, to be copied and never served."""
    site = Site(cluster, databases.name_for("e2e"), folder / "base")
    databases.copy_template(site)
    modules = ",".join(module_names())
    run_quietly(site, "--init", modules, "--no-http", "--stop-after-init")
    shell(site, SETUP)
    return site


def copy_of(base: Site, name: str, workers: int, smtp_port: int, **options: str) -> Site:
    """Return a new site with a copy of the base's database and files."""
    site = Site(
        base.cluster,
        f"{base.database}_{name}",
        base.folder.with_name(name),
        smtp_port=smtp_port,
        workers=workers,
        options=options,
    )
    databases.copy(site, base.database, base.data_dir)
    return site
