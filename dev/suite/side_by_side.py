"""Run commands at the same time and print what they say, line by line."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

from ..platform.processes import stop_all


def run(commands: Mapping[str, list[str]]) -> dict[str, int]:
    """Run the commands to their ends and return the exit status of each, by its name.

    Each line of output starts with the command's name; none is cut by another's. An
    interruption is passed on to all, and each gets its time to clean up.
    """
    width = max(map(len, commands))
    processes, readers = {}, []
    try:
        for name, command in commands.items():
            processes[name] = process = subprocess.Popen(
                command,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
            )
            arguments = (process.stdout, f"{name:{width}} |")
            readers.append(threading.Thread(target=_copy, args=arguments, daemon=True))
            readers[-1].start()
        return {name: process.wait() for name, process in processes.items()}
    finally:
        stop_all(processes.values(), grace=60)
        for reader in readers:
            reader.join(timeout=5)


def _copy(lines, prefix: str) -> None:
    """Print lines, one write each, so that none is cut by another thread's."""
    start = time.monotonic()
    for line in lines:
        _write(f"{prefix} {line}")
    _write(f"{prefix} ended after {time.monotonic() - start:.0f} s")


def _write(line: str) -> None:
    sys.stdout.write(f"{line.rstrip()}\n")
    sys.stdout.flush()
