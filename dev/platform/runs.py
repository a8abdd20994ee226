"""Give each run a folder of its own, so that parallel runs do not clash."""

import os
import shutil
from pathlib import Path

import psutil

from .paths import RUNS


def run_folder(kind: str) -> Path:
    """Return this run's folder, after deleting those of runs of ``kind`` that ended."""
    for folder in RUNS.glob(f"{kind}-*"):
        pid = folder.name.removeprefix(f"{kind}-")
        if folder.is_dir() and pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
    folder = RUNS / f"{kind}-{os.getpid()}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
