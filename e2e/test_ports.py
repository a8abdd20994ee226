"""Reserved ports stay reserved, and a server without a free port reports it."""

import socket
import subprocess
import sys

import psutil
import pytest

from dev.platform import ports
from dev.platform.console import Failure


def _can_bind(port: int, reuse: bool) -> bool:
    with socket.socket() as probe:
        if reuse:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            if reuse:
                probe.listen()
        except OSError:
            return False
    return True


def test_ports_come_from_outside_the_ephemeral_range_and_never_twice():
    low, high = map(int, ports.EPHEMERAL.read_text().split())
    drawn = [ports.free_port() for _number in range(20)]
    assert len(set(drawn)) == 20
    assert not [port for port in drawn if low <= port <= high]


def test_a_drawn_port_is_held_for_the_server_it_was_drawn_for():
    port = ports.free_port()
    assert not _can_bind(port, reuse=False)
    assert _can_bind(port, reuse=True)


def test_only_the_process_that_listens_counts_as_the_server():
    port = ports.free_port()
    assert not ports.is_listening(port, psutil.Process())
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen()
        assert ports.is_listening(port, psutil.Process())
        other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        try:
            assert not ports.is_listening(port, psutil.Process(other.pid))
        finally:
            other.communicate(b"\n")


def test_a_chosen_port_is_taken_only_while_somebody_listens_on_it():
    port = ports.free_port()
    assert ports.claim(port)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        assert not ports.claim(port)


@pytest.mark.parametrize("kind", ["http_port", "gevent_port"])
def test_a_server_without_its_port_fails_at_its_start(make_erp, kind):
    """Otherwise its event server would restart forever, and every test on it would fail."""
    server = make_erp(workers=2, start=False)
    port = ports.free_port()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        setattr(server.site, kind, port)
        with pytest.raises(Failure, match=f"Port {port} is in use"):
            server.start()
    assert not server.is_running()
