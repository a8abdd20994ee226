"""Dispatch ``python3 -m dev <command>``."""

import importlib
import os
import signal
import sys

from .platform import bootstrap
from .platform.console import Failure, fail
from .platform.paths import ROOT

# command: (module, what it does, needs Odoo, needs a browser)
COMMANDS = {
    "demo": ("demo.run", "run a demo company with an inbox", True, False),
    "demo-reset": ("demo.run", "the same, on a new database", True, False),
    "demo-expire": ("demo.expire", "let the demo's links expire", True, False),
    "pictures": ("demo.pictures", "take the pictures of store page and docs", True, True),
    "test": ("suite.testing", "run the whole suite; --tags, --fast, --only", True, True),
    "test-apps": ("suite.bridge_choices", "run the suite with each bridge alone", True, True),
    "test-native": ("suite.native", "compare Odoo's own suites with and without", True, True),
    "test-everything": ("suite.everything", "try it with every Odoo app", True, True),
    "e2e": ("suite.e2e_runner", "run pytest against real servers", True, True),
    "lint": ("suite.lint", "check style, XML, translations, docs and layers", False, False),
    "shell": ("demo.shell", "open an Odoo shell on the demo database", True, False),
    "bench": ("bench.run", "measure pages beside Odoo's own", True, True),
    "dist": ("release.run", "build wheels, the store's branch and an archive", False, False),
    "i18n": ("i18n", "export terms and merge them into translations", True, False),
    "stop-postgres": ("platform.postgres", "stop the embedded PostgreSQL", False, False),
}


def _usage() -> str:
    lines = [f"  {name:16} {entry[1]}" for name, entry in COMMANDS.items()]
    lines.append(f"  {'clean':16} delete the cache")
    return "\n".join(["usage: make <command>, or python3 -m dev <command> with options", *lines])


def _interrupt(_signal, _frame):
    """Raise once, so that everything started is stopped, and stay deaf from then on.

    Cleaning up takes seconds at most; a second Ctrl-C would leave servers behind.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    name = arguments[0] if arguments else ""
    if name not in COMMANDS and name != "clean":
        print(_usage())
        return 0 if name in ("", "help", "-h", "--help") else 2
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    os.chdir(ROOT)
    try:
        if name == "clean":
            bootstrap.remove_cache()
            return 0
        module, _description, odoo, chromium = COMMANDS[name]
        bootstrap.ensure(odoo=odoo, chromium=chromium)
        bootstrap.enter_venv(arguments)
        return importlib.import_module(f"dev.{module}").main(arguments) or 0
    except Failure as error:
        return fail(str(error))
    except KeyboardInterrupt:
        print("stopped", flush=True)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
