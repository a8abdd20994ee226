"""Create, copy and drop databases with their files.

A template without the addon is prepared once and copied for every run.
"""

import ast
import os
import re
import shutil
from pathlib import Path

import psutil

from . import apps
from .console import file_lock, say, step
from .odoo import Site, find_source, run_quietly
from .paths import (
    CACHE,
    CHECKOUT,
    REQUIREMENTS,
    TEMPLATES,
    folder_of,
    module_names,
    short_hash,
)
from .postgres import Cluster

# What the addon and its tests need of Odoo; bridges add what they depend on.
BASE = ("account", "account_payment", "sale_management", "portal", "auth_signup")
# What the tests of a bridge need besides.
FOR_TESTS = {"finance_portal_payment": ("payment_demo",)}
# Odoo takes the first for its own users.
LANGUAGES = ("en_US", "de_DE", "fr_FR", "es_ES", "nl_NL", "ar_001")


def name_for(kind: str, temporary: bool = True) -> str:
    """Return a database name that no other checkout and no parallel run uses."""
    suffix = f"_{os.getpid()}" if temporary else ""
    return f"fp_{CHECKOUT}_{kind}{suffix}"


def needed_modules() -> list[str]:
    """Return Odoo's own modules for a template: what the addons need, and the chosen apps."""
    own = module_names()
    needed = dict.fromkeys((*BASE, *apps.beneath()))
    for name in own:
        manifest = ast.literal_eval((folder_of(name) / "__manifest__.py").read_text())
        needed |= dict.fromkeys(manifest["depends"])
        needed |= dict.fromkeys(FOR_TESTS.get(name, ()))
    return [name for name in needed if name not in own]


def ensure_template(cluster: Cluster) -> tuple[str, Path]:
    """Return name and data folder of the template database, made when missing."""
    modules = needed_modules()
    options = apps.install_options()
    parts = (
        str(CACHE), find_source().version, REQUIREMENTS.read_text(),
        *modules, *LANGUAGES, *options,
    )  # fmt: skip
    key = short_hash(*parts)
    name, folder = f"fp_template_{key}", TEMPLATES / key
    with file_lock(TEMPLATES / f"{key}.lock"):
        if exists(cluster, name) and (folder / ".complete").exists():
            return name, folder / "data"
        drop(cluster, name)
        shutil.rmtree(folder, ignore_errors=True)
        with step(f"Preparing a template database with {len(modules)} apps, once"):
            site = Site(cluster, name, folder)
            create(cluster, name)
            languages = ",".join(LANGUAGES)
            run_quietly(
                site,
                "--init", ",".join(modules),
                "--load-language", languages,
                *options,
                "--no-http",
                "--stop-after-init",
            )  # fmt: skip
            (folder / ".complete").touch()
    return name, folder / "data"


def create(cluster: Cluster, name: str, template: str = "template0") -> None:
    """Create a database as Odoo would, or as a copy of ``template``."""
    if template == "template0":
        options = "ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0"
        cluster.query(f'CREATE DATABASE "{name}" {options}')
    else:
        [(version,)] = cluster.query("SHOW server_version_num")
        fast = "STRATEGY file_copy" if int(version) >= 150000 else ""
        cluster.query(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {fast}')


def copy_template(site: Site) -> None:
    """Create the site's database and files as a copy of the template.

    Stored files are named after their content and never change: a hard link
    is a copy.
    """
    template, data = ensure_template(site.cluster)
    copy(site, template, data)


def copy(site: Site, template: str, data: Path) -> None:
    """Create the site's database as a copy with an identity of its own."""
    drop(site.cluster, site.database)
    shutil.rmtree(site.data_dir, ignore_errors=True)
    create(site.cluster, site.database, template)
    site.cluster.query(
        "UPDATE ir_config_parameter SET value = gen_random_uuid()::text"
        " WHERE key IN ('database.uuid', 'database.secret')",
        database=site.database,
    )
    store = data / "filestore" / template
    if store.exists():
        target = site.data_dir / "filestore" / site.database
        shutil.copytree(store, target, copy_function=os.link)


def exists(cluster: Cluster, name: str) -> bool:
    """Tell whether a database is there."""
    return bool(cluster.query("SELECT 1 FROM pg_database WHERE datname = %s", name))


def drop(cluster: Cluster, name: str) -> None:
    """Drop a database, also when somebody is still connected."""
    cluster.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def drop_leftovers(cluster: Cluster) -> None:
    """Drop this checkout's databases of runs that were killed."""
    for (name,) in cluster.query("SELECT datname FROM pg_database"):
        match = re.fullmatch(rf"fp_{CHECKOUT}_\w+?_(\d+)(_\w+)?", name)
        if match and not psutil.pid_exists(int(match[1])):
            say(f"   dropping {name}, left by a run that was killed")
            drop(cluster, name)


def is_installed(cluster: Cluster, database: str, module: str) -> bool:
    """Tell whether ``module`` is installed in ``database``."""
    sql = "SELECT state FROM ir_module_module WHERE name = %s"
    return cluster.query(sql, module, database=database) == [("installed",)]


def set_addresses(site: Site) -> None:
    """Tell the database the address it is served at.

    Links in mails start with the first; the PDF renderer loads styles from the
    second.
    """
    values = {"web.base.url": site.url, "web.base.url.freeze": "True", "report.url": site.url}
    for key, value in values.items():
        site.cluster.query(
            "INSERT INTO ir_config_parameter (key, value) VALUES (%s, %s)"
            " ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value",
            key,
            value,
            database=site.database,
        )
