"""Start and stop processes with everything they started, and nothing else."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterable

import psutil


def start(command: list[str], log, **options) -> subprocess.Popen:
    """Start ``command`` in a session of its own, with its output in ``log``."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        **options,
    )


def stop(process: subprocess.Popen, grace: float = 15, request=signal.SIGTERM) -> None:
    """End a process and its descendants, politely first."""
    members = family(process)
    if process.poll() is None:
        process.send_signal(request)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
    _kill(members)
    process.wait()


def stop_all(processes: Iterable[subprocess.Popen], grace: float) -> None:
    """Interrupt all processes that still run before waiting for the first of them."""
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGINT)
    for process in running:
        stop(process, grace, signal.SIGINT)


def kill(process: subprocess.Popen) -> None:
    """End a process and its descendants at once, as a crash would."""
    _kill(family(process))
    process.wait()


def family(process: subprocess.Popen) -> list[psutil.Process]:
    """Return the process and its descendants."""
    try:
        parent = psutil.Process(process.pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _kill(members: list[psutil.Process]) -> None:
    """Kill the group of the first process and whoever left that group."""
    if members:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(members[0].pid, signal.SIGKILL)
    for member in members:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(members, timeout=5)
