"""Open an interactive Odoo shell on the demo database."""

import subprocess
from dataclasses import replace

from . import demo, postgres
from .console import Failure
from .odoo import environment


def main(arguments: list[str]) -> int:
    """Run the shell until the user leaves it."""
    with postgres.cluster() as cluster:
        if not demo.is_ready(cluster):
            raise Failure("There is no demo database yet: run 'make demo' first.")
        site = demo.site_of(cluster)
        # A configuration of its own: the demo may be running with its ports.
        beside = replace(site, folder=site.folder / "shell")
        beside.options = {"data_dir": str(site.data_dir)}
        command = beside.command("shell", "--no-http", *arguments[1:])
        return subprocess.call(command, env=environment())
