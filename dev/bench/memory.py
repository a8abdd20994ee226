"""Measure how much memory a server's processes take at most while something happens."""

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil

from ..platform.server import Server

KILOBYTE = 1000
MEGABYTE = 1000 * KILOBYTE


class Peak:
    """By how many megabytes a process grew at most."""

    growth = 0.0


def grow(server: Server, actions: Sequence[Callable], count: int) -> list[float]:
    """Do the last of the actions ``count`` times, then the one before it, and so on.

    What the first ones need stays with a worker, so the small comes first. Return for each
    action by how many megabytes a worker grew.
    """
    found = []
    for action in reversed(actions):
        with peak(server.pid) as memory:
            for _number in range(count):
                action()
        found.insert(0, memory.growth)
    return found


@contextlib.contextmanager
def peak(pid: int) -> Iterator[Peak]:
    """Watch a process and its children; the one that grew most counts."""
    found = Peak()
    before = {}
    for process in [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]:
        # Has the kernel forget the highest mark so far.
        Path(f"/proc/{process.pid}/clear_refs").write_text("5")
        before[process.pid] = _read(process.pid, "VmRSS")
    yield found
    for number, resting in before.items():
        with contextlib.suppress(FileNotFoundError):  # it ended
            found.growth = max(found.growth, _read(number, "VmHWM") - resting)


def _read(pid: int, name: str) -> float:
    """Return a size that the kernel tells of a process, in megabytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{name}:\s*(\d+) kB", status, re.MULTILINE)[1]) * 1024 / MEGABYTE
