"""Run the suite with the addon alone, and with each of its bridges alone.

``make test`` has all bridges installed; what passes there may still depend on one of them.
"""

import ast
import os
import subprocess
import sys

from ..platform.console import say
from ..platform.paths import MODULE, ROOT, folder_of, module_names


def main(arguments: list[str]) -> int:
    """Run ``test`` once for each choice of bridges; further arguments are those of ``test``."""
    outcome = {choice: _run(choice, arguments[1:]) for choice in choices()}
    say("\nThe addon with")
    for choice, status in outcome.items():
        say(f"  {choice:60} {'failed' if status else 'passed'}")
    return 1 if any(outcome.values()) else 0


def choices() -> list[str]:
    """Return the choices of bridges: none, then each with the bridges it depends on."""
    bridges = [name for name in module_names() if name != MODULE]
    return ["none", *dict.fromkeys(",".join(_closure(name)) for name in bridges)]


def _closure(name: str) -> list[str]:
    """Return a bridge, preceded by the bridges it depends on."""
    manifest = ast.literal_eval((folder_of(name) / "__manifest__.py").read_text())
    own = [other for other in manifest["depends"] if (ROOT / "bridges" / other).is_dir()]
    return list(dict.fromkeys([needed for other in own for needed in _closure(other)] + [name]))


def _run(choice: str, arguments: list[str]) -> int:
    """Run the suite with some bridges only; return its exit status."""
    say(f"\n=== with {choice} ===")
    environment = {**os.environ, "FINANCE_PORTAL_BRIDGES": choice}
    command = [sys.executable, "-m", "dev", "test", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
