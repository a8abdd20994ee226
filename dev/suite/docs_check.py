"""Hold the docs against the tree: rooms, decisions, settings, and every file that they name."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

PAGE = "docs/architecture.md"
DOCS = ("README.md", "docs/**/*.md", "dev/README.md", "bridges/*/README.md")
DECISIONS = "docs/decisions/README.md"
SETTINGS = "readme/CONFIGURE.md"
SETTINGS_VIEW = "views/res_config_settings_views.xml"
ROW = re.compile(r"^\| `models/(\w+)/` \|", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
NAMED = re.compile(r"`([^`\s]+/[^`\s]+\.(?:py|xml|md|js|css|txt))`")
ELSEWHERE = re.compile(r"[a-z]+:|#")


def check(root: Path) -> list[str]:
    """Return wrong rooms, files that are not there, decisions and settings that nobody lists."""
    docs = sorted({path for pattern in DOCS for path in root.glob(pattern)})
    files = (line for path in docs for line in _check_files(root, path))
    return [*_check_rooms(root), *files, *_check_decisions(root), *_check_settings(root)]


def _check_rooms(root: Path) -> Iterator[str]:
    """Yield each folder of ``models/`` that does not have one row in the table, and no other."""
    rooms = {path.parent.name for path in root.glob("models/*/__init__.py")}
    rows = Counter(ROW.findall((root / PAGE).read_text()))
    for name in sorted(rooms | rows.keys()):
        if name not in rooms:
            yield f"{PAGE}: models/{name}/ is in the table of rooms, but there is no such folder"
        elif rows[name] != 1:
            yield f"{PAGE}: models/{name}/ has {rows[name]} rows in the table of rooms, not 1"


def _check_files(root: Path, doc: Path) -> Iterator[str]:
    """Yield each file that ``doc`` links to or names, and that is not there."""
    for number, line in enumerate(doc.read_text().splitlines(), start=1):
        links = [link for link in LINK.findall(line) if not ELSEWHERE.match(link)]
        linked = [(link, [doc.parent]) for link in links]
        # A README of a bridge names files of its bridge, and those of the whole project.
        named = [(name, [doc.parent, root]) for name in NAMED.findall(line)]
        for target, folders in linked + named:
            if not any((folder / target.partition("#")[0]).exists() for folder in folders):
                yield f"{doc.relative_to(root)}:{number}: there is no {target}"


def _check_decisions(root: Path) -> Iterator[str]:
    """Yield each decision that is not one item of the list."""
    page = root / DECISIONS
    items = [line for line in page.read_text().splitlines() if line.startswith("- [")]
    for path in sorted(page.parent.glob("*.md")):
        if path != page and sum(f"]({path.name})" in item for item in items) != 1:
            yield f"{DECISIONS}: {path.name} is not one item of the list"


def _check_settings(root: Path) -> Iterator[str]:
    """Yield each setting of the addon and its bridges that the page of settings leaves out."""
    explained = (root / SETTINGS).read_text()
    for view in sorted([root / SETTINGS_VIEW, *root.glob(f"bridges/*/{SETTINGS_VIEW}")]):
        labels = _find_labels(view.parents[1] / "models" / "res_company.py")
        for setting in ElementTree.parse(view).iter("setting"):
            field = setting.find(".//field")
            label = setting.get("string") or labels[field.get("name")]
            if f"- **{label}**" not in explained:
                yield f"{SETTINGS}: does not explain the setting {label}"


def _find_labels(module: Path) -> dict[str, str]:
    """Return the label of each field that a model's file declares."""
    labels = {}
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            texts = [a.value for a in node.value.args if isinstance(a, ast.Constant)]
            if texts:
                labels[node.targets[0].id] = texts[0]
    return labels
