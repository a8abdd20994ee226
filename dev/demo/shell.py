"""Open an interactive Odoo shell on the demo database."""

import subprocess
from dataclasses import replace

from ..platform import postgres
from ..platform.console import Failure
from ..platform.odoo import environment
from . import run


def main(arguments: list[str]) -> int:
    """Run the shell until the user leaves it."""
    with postgres.cluster() as cluster:
        if not run.is_ready(cluster):
            raise Failure("There is no demo database yet: run 'make demo' first.")
        site = run.site_of(cluster)
        # A configuration of its own: the demo may be running with its ports.
        beside = replace(site, folder=site.folder / "shell")
        beside.options = {"data_dir": str(site.data_dir)}
        command = beside.command("shell", "--no-http", *arguments[1:])
        return subprocess.call(command, env=environment())
