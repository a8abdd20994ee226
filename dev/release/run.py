"""Build what is published of the last commit, twice, and compare: ``make dist``."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from ..platform.console import Failure, say, step
from ..platform.paths import CACHE, CHECKOUT, MODULE
from . import archives, modules
from .commit import export, has_changes
from .tools import run_tool

TARGET = CACHE / f"dist-{CHECKOUT}"
WHEELS, STORE = "wheels", "store"
# The second build has the umask of somebody who lets nobody else read.
UMASKS = (0o022, 0o077)


def main(_arguments: list[str]) -> int:
    """Build into the cache folder and say where."""
    if has_changes():
        say("Note: uncommitted changes aren't included.")
    with TemporaryDirectory() as temporary, step("Building the last commit twice"):
        first, second = [build(Path(temporary) / oct(mask), mask) for mask in UMASKS]
        if changed := differences(first, second):
            raise Failure(f"Two builds of one commit differ in {', '.join(changed)}.")
        shutil.rmtree(TARGET, ignore_errors=True)
        shutil.move(first, TARGET)
    for path in sorted(TARGET.iterdir()):
        say(f"{path}")
    return 0


def build(folder: Path, umask: int = UMASKS[0]) -> Path:
    """Build wheels, the store's branch and the archives of both into ``folder``; return it."""
    before = os.umask(umask)
    try:
        with TemporaryDirectory() as temporary:
            commit = export(Path(temporary) / MODULE)
            addons = modules.collect(commit, folder / STORE)
            archives.even_out(folder, commit.time)
            _build_wheels(addons, folder / WHEELS, commit.time)
            name = f"{MODULE}-{commit.version}"
            archives.write_tar(folder / STORE, folder / f"{name}-store.tar.gz", commit.time)
            archives.write_zip(folder / STORE, folder / f"{name}.zip", commit.time)
            archives.even_out(folder, commit.time)
    finally:
        os.umask(before)
    return folder


def differences(first: Path, second: Path) -> list[str]:
    """Return the files that only one of two builds has, or that differ."""
    both = archives.fingerprints(first).items() ^ archives.fingerprints(second).items()
    return sorted({path for path, _fingerprint in both})


def _build_wheels(addons: list[Path], target: Path, moment: int) -> None:
    """Build a wheel of each module, as Odoo's community does."""
    options = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
    run_tool(moment, "pip", "wheel", *options, "--wheel-dir", target, *addons)
