"""Say who stands behind a request: a person, a mail scanner or staff. Imports no Odoo."""

import re

PERSON, SCANNER, STAFF, UNKNOWN = "person", "scanner", "staff", "unknown"

# Names under which mail gateways, link previews and crawlers present themselves.
_GATEWAY = re.compile(
    r"(?<!cu)bot\b|"  # CUBOT makes phones
    r"crawl|spider|slurp|preview|scan|proofpoint|mimecast|barracuda|safelinks|symantec|"
    r"fortiguard|trendmicro|sophos|forcepoint|zscaler|cloudmark|messagelabs|url ?defense|"
    r"googleimageproxy|yahoomailproxy|facebookexternalhit|whatsapp|telegram|slack",
    re.IGNORECASE,
)
# Names of HTTP libraries: whoever fetches a page with one of them does not read it.
_LIBRARY = re.compile(
    r"^(curl|wget|python|libwww|java|go-http-client|okhttp|axios|node|apache-httpclient)",
    re.IGNORECASE,
)


def judge(*, method, agent, staff):
    """Return ``(verdict, reason)`` for one request; both are codes that the ERP translates.

    Mail gateways fetch links before the customer does, often with a browser's agent. So a
    plain fetch is never proof of a person; only the visible page or a form speaking up is.

    >>> judge(method="GET", agent="Mozilla/5.0", staff=True)[0]
    'staff'
    >>> judge(method="POST", agent="Mozilla/5.0", staff=False)[0]
    'person'
    >>> judge(method="GET", agent="Mozilla/5.0", staff=False)[0]
    'unknown'
    >>> judge(method="POST", agent="Proofpoint-URLDefense", staff=False)[0]
    'scanner'
    """
    agent = (agent or "").strip()
    if staff:
        return STAFF, "signed_in"
    if _GATEWAY.search(agent):
        return SCANNER, "named_scanner"
    if method == "POST":
        return PERSON, "acted"
    if method == "HEAD":
        return SCANNER, "headers_only"
    if not agent or _LIBRARY.match(agent):
        return SCANNER, "program"
    return UNKNOWN, "fetched"
