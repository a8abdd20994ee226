"""Find texts that Odoo's translation tool doesn't see, and so no translator either.

It looks for calls of ``_`` with a text written out. Under another name (``say = self.env._``), or
with a text that comes from elsewhere, the sentence stays English everywhere.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

FOLDERS = ("controllers", "models", "report", "wizard")
NAMES = ("_", "_lt")


def check(root: Path) -> list[str]:
    """Return a line for each use of ``_`` that the translation tool doesn't see."""
    return [
        f"{path.relative_to(root)}:{line}: call _() itself, with the text"
        for folder in (root, *sorted((root / "bridges").iterdir()))
        for place in FOLDERS
        for path in sorted((folder / place).rglob("*.py"))
        for line in hidden_in(path.read_text())
    ]


def hidden_in(source: str) -> Iterator[int]:
    """Yield the lines of such uses.

    >>> list(hidden_in('say = self.env._\\nsay("Sent")'))
    [1]
    >>> list(hidden_in('self.env._(text)'))
    [1]
    >>> list(hidden_in('self.env._("Sent on %s", day)'))
    []
    """
    tree = ast.parse(source)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    called = {id(call.func) for call in calls}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in NAMES and id(node) not in called:
            yield node.lineno
    for call in calls:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name in NAMES and not (call.args and isinstance(call.args[0], ast.Constant)):
            yield call.lineno
