"""Fetch what is missing. Standard library only: it runs before the venv exists."""

import os
import shutil
import sys
from pathlib import Path

from . import debian, interpreter
from .console import Failure, file_lock, run, say, step
from .paths import CACHE, ODOO, REQUIREMENTS, VENV, VENV_PYTHON, short_hash

CHROMIUM_NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# The same browser without windows: opening a page takes it a fourth of the time.
SHELL_NAMES = ("chromium-headless-shell", "chrome-headless-shell")
NO_HEADLESS = CACHE / "no-headless-browser"
# The packaged renderer takes the screen it does not have for a coarse one and draws everything
# 1.28 times as large as the builds that Odoo's margins are made for: letterheads would cover the
# first rows of each page. 0.12.4 draws as the others do.
RENDERER = """#!/bin/sh
# Print with the packaged renderer, as large as other builds do.
zoom=
for word do
    shift
    [ "$zoom" ] && word=$(LC_ALL=C awk "BEGIN { print $word * 0.78 }")
    zoom=
    [ "$word" = --zoom ] && zoom=1
    set -- "$@" "$word"
done
exec "${0%/*}/wkhtmltopdf-pack" "$@"
"""


def ensure(odoo: bool = True, chromium: bool = False) -> None:
    """Fetch Python dependencies and, when asked for, Odoo and a browser."""
    if not sys.version_info >= (3, 11):
        raise Failure(
            f"Python 3.11 or newer is needed, and python3 is {sys.version.split()[0]} here."
            " If there is a newer one, name it: make demo DEV='python3.12 -m dev'"
        )
    wanted = (
        (_venv_is_current, _create_venv, True),
        (_renderer_is_there, _put_renderer, True),
        (_odoo_is_there, debian.fetch_odoo, odoo),
        (find_chromium, lambda: debian.install("chromium"), chromium),
        (_is_headless_settled, _try_headless, chromium),
    )
    for is_there, fetch, is_wanted in wanted:
        if is_wanted and not is_there():
            with file_lock(CACHE / "bootstrap.lock"):
                if not is_there():
                    fetch()


def _odoo_is_there() -> bool:
    """Tell whether the environment names an Odoo or the cache holds one."""
    return bool(os.environ.get("ODOO_SRC")) or (ODOO / ".complete").exists()


def find_chromium() -> str | None:
    """Return the path of a browser, by the names Odoo's own tests look for."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


def find_headless() -> str | None:
    """Return the path of the browser that shows pages to nobody, if need be the whole one."""
    return next(filter(None, map(shutil.which, SHELL_NAMES)), find_chromium())


def _is_headless_settled() -> bool:
    """Tell whether the browser without windows is there, or was asked for in vain."""
    return find_headless() != find_chromium() or NO_HEADLESS.exists()


def _try_headless() -> None:
    """Install the browser without windows; where there is no package the whole one does as well."""
    try:
        debian.install(SHELL_NAMES[0])
    except Failure:
        NO_HEADLESS.touch()
        say("   there is none: browser tests take the whole browser, and longer")


def _venv_key() -> str:
    """Return what the virtual environment depends on."""
    return short_hash(REQUIREMENTS.read_text(), *interpreter.choose())


def _venv_is_current() -> bool:
    """Tell whether the virtual environment holds the pinned requirements."""
    marker = VENV / ".complete"
    inside = sys.prefix == str(VENV)
    return inside or (marker.exists() and marker.read_text() == _venv_key())


def _is_made_with(python: str) -> bool:
    """Tell whether the virtual environment belongs to this build of Python."""
    return VENV_PYTHON.exists() and VENV_PYTHON.resolve() == Path(python).resolve()


def _create_venv() -> None:
    """Create or update the virtual environment."""
    with step("Installing Python dependencies"):
        marker = VENV / ".complete"
        marker.unlink(missing_ok=True)
        python, _version = interpreter.choose()
        if not _is_made_with(python):
            remedy = "Install the venv module: apt-get install python3-venv"
            run([python, "-m", "venv", "--clear", VENV], hint=remedy)
        pip = [VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        # The list is complete. What rlPyCairo says it needs has no wheel; cairocffi does as well.
        run([*pip, "--no-deps", "-r", REQUIREMENTS], hint="Is the network reachable?")
        marker.write_text(_venv_key())


def _renderer_is_there() -> bool:
    """Tell whether Odoo finds the packaged renderer, if this machine has it."""
    renderer = VENV / "bin" / "wkhtmltopdf"
    if not renderer.with_name("wkhtmltopdf-pack").exists():
        return True
    is_ours = renderer.is_file() and not renderer.is_symlink()
    return is_ours and renderer.read_text() == RENDERER


def _put_renderer() -> None:
    """Put the PDF renderer where Odoo looks for it.

    The packaged build has patched Qt; without it headers and footers are lost.
    """
    renderer = VENV / "bin" / "wkhtmltopdf"
    written = renderer.with_name("wkhtmltopdf.new")
    written.write_text(RENDERER)
    written.chmod(0o755)
    written.replace(renderer)  # in one step: another run may be printing


def enter_venv(arguments: list[str]) -> None:
    """Continue in the virtual environment: does not return when outside of it."""
    if sys.prefix == str(VENV):
        return
    environment = {**os.environ, "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    os.execve(VENV_PYTHON, [str(VENV_PYTHON), "-m", "dev", *arguments], environment)


def remove_cache() -> None:
    """Delete the cache after stopping the PostgreSQL server in it."""
    with step(f"Deleting {CACHE}"):
        if VENV_PYTHON.exists():
            run([VENV_PYTHON, "-m", "dev", "stop-postgres"])
        shutil.rmtree(CACHE, ignore_errors=True)
