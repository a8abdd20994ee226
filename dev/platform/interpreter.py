"""Choose the build of Python that runs Odoo.

Nearly two thirds of the tests' time is the interpreter's own. Distributions compile theirs with
all optimizations; version managers, which often stand first on the PATH, compile quickly, and what
comes out takes a fifth longer for the same. So a command that was started by such a build works
with the distribution's one of the same version, where there is one.
"""

import functools
import subprocess
import sys
from pathlib import Path

SYSTEM_FOLDER = Path("/usr/bin")
# Debian leaves ``ensurepip`` out of its smallest package; without it there is no environment.
PROBE = "import ensurepip, sys, venv; print(sys.version)"


@functools.cache
def choose() -> tuple[str, str]:
    """Return the path and ``sys.version`` of the Python to make the environment with."""
    running = Path(sys.executable).resolve()
    own = (SYSTEM_FOLDER / f"python{sys.version_info[0]}.{sys.version_info[1]}").resolve()
    if running != own and (version := _version_of(own)):
        return str(own), version
    return str(running), sys.version


def _version_of(python: Path) -> str:
    """Return the version of this Python, or nothing when it is missing or incomplete."""
    try:
        done = subprocess.run(
            [python, "-c", PROBE], capture_output=True, text=True, check=False, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()
