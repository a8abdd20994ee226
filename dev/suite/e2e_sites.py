"""Prepare databases for the end-to-end tests."""

from pathlib import Path

from ..platform import databases, prepared
from ..platform.odoo import Site
from ..platform.postgres import Cluster

# A company that can post and mail invoices.
SETUP = """
import datetime

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
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
if not env["account.move"].search_count([("company_id", "=", company.id)], limit=1):
    # With demo data, which is in another currency, the currency stays.
    company.currency_id = env.ref("base.EUR")
    env["product.pricelist"].search([]).currency_id = company.currency_id
company.external_report_layout_id = env.ref("web.external_layout_standard")
env.ref("base.user_admin").email = "admin@studio.example"
# In a new database all scheduled actions are due at once: on a server that a test has just
# started they would work beside it, and fail when it stops the server. What a test triggers runs.
env["ir.cron.trigger"].search([]).unlink()
env["ir.cron"].search([]).nextcall = datetime.datetime.now() + datetime.timedelta(days=3650)
env.cr.commit()
"""


def prepare_base(cluster: Cluster, folder: Path) -> Site:
    """Return a site with the addon installed, to be copied and never served."""
    site = Site(cluster, databases.name_for("e2e"), folder / "base")
    prepared.copy_configured(site, SETUP)
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
