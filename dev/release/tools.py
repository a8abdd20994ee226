"""Fetch and run the programs that build a release.

They have a folder of their own: test databases are named after the requirements of the tests, and
none should be made again for a newer build tool.
"""

import os
import shutil
import sys
from pathlib import Path

from ..platform.console import file_lock, run, step
from ..platform.paths import CACHE, short_hash

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def run_tool(time: int, module: str, *arguments) -> None:
    """Run a Python module; what it writes carries ``time``, and anybody may read it."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(_folder()),
        "SOURCE_DATE_EPOCH": str(time),
        "GIT_DIR": os.devnull,  # the wheels' tool would ask Git for files and a version
    }
    run([sys.executable, "-m", module, *arguments], env=environment, umask=0o022)


def _folder() -> Path:
    """Return the folder of the pinned tools, filled when it is missing."""
    folder = CACHE / f"release-tools-{short_hash(REQUIREMENTS.read_text(), sys.version)}"
    complete = folder / ".complete"
    with file_lock(CACHE / "release-tools.lock"):
        if not complete.exists():
            shutil.rmtree(folder, ignore_errors=True)
            with step("Fetching the tools that build a release, once"):
                pip = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
                hint = "Is the network reachable?"
                run([*pip, "--target", folder, "-r", REQUIREMENTS], hint=hint)
            complete.touch()
    return folder
