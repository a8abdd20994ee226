"""What is wrong with the address that links in emails begin with. Imports no Odoo."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def find_problem(url):
    """Return why customers can't safely open links below an address, or ``None``.

    :return: "missing", "local" (only this machine or network knows it) or "plain" (not encrypted)

    >>> [find_problem(url) for url in ("https://erp.example.com", "http://erp.example.com", "")]
    [None, 'plain', 'missing']
    >>> for url in ("http://localhost:8069", "https://127.0.0.1", "https://[::1]/", "https://erp"):
    ...     print(find_problem(url))
    local
    local
    local
    local
    >>> find_problem("https://192.168.1.20:8069"), find_problem("https://erp.local")
    ('local', 'local')
    >>> find_problem("https://203.0.113.7.example.com"), find_problem("nonsense")
    (None, 'missing')
    """
    try:
        parts = urlsplit(url or "")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return "missing"
    if parts.scheme not in ("http", "https") or not host:
        return "missing"
    if _is_local(host):
        return "local"
    return "plain" if parts.scheme == "http" else None


def _is_local(host):
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".local", ".localhost", ".internal", ".lan"))
