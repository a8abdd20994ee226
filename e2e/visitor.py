"""A customer's browser without a screen: cookies, forms, and nothing else."""

import re

import requests

BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
SCANNER = "Mozilla/5.0 (compatible; Proofpoint-URLDefense/1.0)"

LINK = re.compile(r"https?://[^\s\"'<>]+/(?:finance/[ipt]|q)/([A-Za-z0-9_-]+)")


class Visitor(requests.Session):
    """A session that names itself a phone's browser, or what ``agent`` says."""

    def __init__(self, agent: str = BROWSER):
        super().__init__()
        self.headers["User-Agent"] = agent

    def submit(self, page: requests.Response, action_ends: str) -> requests.Response:
        """Submit the form of ``page`` whose action ends so, as a browser would."""
        pattern = rf'<form[^>]*action="([^"]*{re.escape(action_ends)})"[^>]*>(.*?)</form>'
        action, inner = re.search(pattern, page.text, re.DOTALL).groups()
        names = re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', inner)
        target = requests.compat.urljoin(page.url, action)
        return self.post(target, data=dict(names), allow_redirects=False)


def html_of(message) -> str:
    """Return the HTML part of an email."""
    return message.get_body(("html",)).get_content()


def link_in(message) -> str:
    """Return the one secure link of an email."""
    (link,) = {match.group(0) for match in LINK.finditer(html_of(message))}
    return link


def token_in(message) -> str:
    """Return the raw token of an email."""
    return link_in(message).rsplit("/", 1)[1]
