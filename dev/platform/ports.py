"""Reserve loopback ports that nobody else can take.

Any client connection may take a port in the kernel's ephemeral range between choosing and using
it, so ports come from outside that range. Each stays bound, without listening, as long as this
process lives: no other call, here or in another run, can get it, but the server it was reserved
for can listen on it, since both set ``SO_REUSEADDR``.
"""

import random
import socket
from pathlib import Path

import psutil

from .console import Failure

LOWEST, HIGHEST = 10_000, 65_535
EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")
EPHEMERAL_DEFAULT = (32_768, 60_999)

_held: dict[int, socket.socket] = {}


def free_port() -> int:
    """Return a loopback port outside the ephemeral range, reserved for this process.

    :raise Failure: every candidate is taken
    """
    candidates = _candidates()
    random.shuffle(candidates)
    for port in candidates:
        if _hold(port):
            return port
    raise Failure("Every loopback port outside the kernel's ephemeral range is taken.")


def claim(port: int) -> bool:
    """Reserve a given port for this process; return whether nobody listens on it.

    Lingering connections of a server that has just stopped don't count.
    """
    return can_listen(port) and _hold(port, reuse=True)


def can_listen(port: int) -> bool:
    """Return whether a server could listen on ``port`` now, even if it is reserved for it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
    return True


def is_listening(port: int, process: psutil.Process) -> bool:
    """Return whether ``process``, or a process it started, listens on ``port``."""
    family = [process, *process.children(recursive=True)]
    return any(
        connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        for member in family
        for connection in _connections(member)
    )


def _connections(process: psutil.Process) -> list:
    try:
        return process.net_connections(kind="tcp")
    except psutil.NoSuchProcess:
        return []


def _hold(port: int, reuse: bool = False) -> bool:
    """Bind ``port`` and remember the socket; return whether that worked."""
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(reuse))
    try:
        # Without SO_REUSEADDR, this fails if anyone else has bound the port ...
        holder.bind(("127.0.0.1", port))
    except OSError:
        holder.close()
        return False
    # ... with it, the server can bind the port as well from now on.
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    _held[port] = holder
    return True


def _candidates() -> list[int]:
    """Return the ports to choose from."""
    try:
        low, high = map(int, EPHEMERAL.read_text().split())
    except (OSError, ValueError):
        low, high = EPHEMERAL_DEFAULT
    return [*range(LOWEST, min(low, HIGHEST)), *range(max(high + 1, LOWEST), HIGHEST + 1)]
