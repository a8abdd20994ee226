"""Find menus of Sharing, and ways to our settings, that docs and messages name wrongly."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from .phrases import texts_of

ROOT_MENU = "finance_portal.menu_finance_portal"
PLACES = (
    "README.md", "bridges", "controllers", "data", "dev/README.md", "docs", "hooks.py", "models",
    "readme", "static", "views", "wizard",
)  # fmt: skip
KINDS = (".html", ".js", ".md", ".py", ".xml")
STEP = r"[\s*_]*(?:>|→|›)[\s*_]*"
TAG = re.compile(r"<[^<>\n]*>")
PATH = re.compile(rf"\bSharing{STEP}(?=\w)")
TO_SETTINGS = STEP.join(("Invoicing", "Configuration", "Settings", "Finance Portal"))
SETTINGS = re.compile(
    rf"(?:\bInvoicing{STEP})?(?:\bConfiguration{STEP})?\bSettings{STEP}"
    rf"(?:[A-Z][\w ]*{STEP})*Finance Portal"
)

Menus = dict[str, dict]


def check(root: Path) -> list[str]:
    """Return a line for each path of menus that leads nowhere, of the addon and its bridges."""
    menus, found = read_menus(root), []
    for path in _paths(root):
        for line, text in texts_of(path):
            plain, name = html.unescape(TAG.sub("", text)), path.relative_to(root)
            found += [
                f"{name}:{line + start}: no such menu: Sharing > {named}"
                for named, start in wrong_paths(plain, menus)
            ]
            found += [f"{name}:{line}: the settings aren't at {way}" for way in wrong_ways(plain)]
    return found


def read_menus(root: Path) -> Menus:
    """Return the menus below Sharing: names, and what is below each."""
    files = [*root.glob("views/*.xml"), *root.glob("bridges/*/views/*.xml")]
    items, actions = {}, {}
    for path in files:
        module = path.parents[1].name if path.parents[1] != root else "finance_portal"
        for node in ElementTree.parse(path).iter():
            name = f"{module}.{node.get('id', '').rpartition('.')[2]}"
            if node.tag == "record" and node.find("field[@name='name']") is not None:
                actions[name] = node.find("field[@name='name']").text
            elif node.tag == "menuitem":
                parent, action = (_full(module, node.get(key, "")) for key in ("parent", "action"))
                items[name] = node.get("name") or action, parent
    return _below(ROOT_MENU, items, actions)


def _full(module: str, name: str) -> str:
    return name if "." in name else f"{module}.{name}"


def _below(parent: str, items: dict, actions: dict) -> Menus:
    """Return the menus below one: a menu without a name has its action's."""
    return {
        actions.get(name, name): _below(menu, items, actions)
        for menu, (name, above) in items.items()
        if above == parent
    }


def wrong_paths(text: str, menus: Menus) -> Iterator[tuple[str, int]]:
    """Yield each wrong path below Sharing in a text, with the number of line breaks before it.

    >>> menus = {"Accounts": {}, "History": {"Customer Activity": {}}}
    >>> list(wrong_paths("*Sharing > Accounts* and *Sharing > History > Customer Activity*", menus))
    []
    >>> [named for named, _line in wrong_paths("See *Sharing > Logins*, then press X.", menus)]
    ['Logins']
    >>> [named for named, _line in wrong_paths("Open Sharing > History > Links to see.", menus)]
    ['History > Links to see']
    """
    for match in PATH.finditer(text):
        at, here = match.end(), menus
        while here is not None:
            names = (name for name in here if _begins(name, text, at))
            name = max(names, key=len, default=None)
            if name is None:
                yield re.split(r"[*.,:;`\"<]", text[match.end() :])[0], text.count("\n", 0, at)
                break
            at += len(name)
            step = re.compile(STEP).match(text, at)
            at, here = (step.end(), here[name]) if step else (at, None)


def wrong_ways(text: str) -> list[str]:
    """Return each wrong way to our settings in a text.

    >>> wrong_ways("*Invoicing > Configuration > Settings > Finance Portal > Statements*")
    []
    >>> wrong_ways("Uncheck it in Settings > Invoicing > Finance Portal.")
    ['Settings > Invoicing > Finance Portal']
    """
    ways = (match.group() for match in SETTINGS.finditer(text))
    return [way for way in ways if not re.fullmatch(TO_SETTINGS, way)]


def _begins(name: str, text: str, at: int) -> bool:
    """Tell whether a text goes on with a whole name; lines may break between its words."""
    words = r"\s+".join(map(re.escape, name.split()))
    return bool(re.compile(rf"{words}(?!\w)").match(text, at))


def _paths(root: Path) -> Iterator[Path]:
    for place in PLACES:
        paths = [root / place, *sorted((root / place).rglob("*"))]
        yield from (path for path in paths if path.is_file() and path.suffix in KINDS)
