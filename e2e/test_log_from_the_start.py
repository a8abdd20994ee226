"""L2: a process that has not opened any database yet logs no address of ours as it is, either."""

import secrets
import socket

import pytest

from dev.platform.inbox import PATIENCE

PATHS = (
    "/finance/i/{}", "/q/{}", "//finance//i//{}", "/de/finance/i/{}", "/finance/i/%22{}",
    "/finance/customer-portal/setup/{}", "/finance/customer-portal/login?next=/finance/i/{}",
)  # fmt: skip
# The last ones are no HTTP at all.
LINES = (
    "GET {} HTTP/1.1", "HEAD {} HTTP/1.0", "BREW {} HTTP/1.1", "GET {} HTTP/9.9", "GET {}",
    "GET {} and more HTTP/1.1", "{}",
)  # fmt: skip
MALFORMED = r"code 400|code 505|Bad request|Invalid|Traceback|ValueError|Expected GET method"


def _say(port: int, line: str) -> None:
    """Send a request with this first line, and wait until the server hangs up or answers."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
        connection.sendall(f"{line}\r\nHost: erp.example\r\nConnection: close\r\n\r\n".encode())
        connection.recv(65536)


@pytest.mark.server_log(MALFORMED)
def test_l2_neither_workers_nor_the_event_server_log_a_token_before_any_database(make_erp):
    """Several databases and none chosen: only the configuration names the addon."""
    server = make_erp(
        workers=1,
        server_wide_modules="base,rpc,web,finance_portal",
        db_name="",
        dbfilter=".*",
        # Nobody else's jobs: their databases are none of this server's business.
        max_cron_threads=0,
    )
    token = secrets.token_urlsafe(32)
    for port in (server.site.http_port, server.site.gevent_port):
        for path in PATHS:
            for line in LINES:
                _say(port, line.format(path.format(token)))
    server.stop()
    log = server.log_path.read_text()
    assert token not in log
    assert log.count("/finance/i/***") > len(LINES), "the requests are in the log"
    assert "GET /q/***" in log
