"""Find queries of end-to-end tests that also find what belongs to another model's record."""

import ast
import re
from pathlib import Path

# An invoice and a project may have the same id. Which of them have depends on what ran before.
BY_ID = re.compile(r"\bres_id (= %s|IN )")
BY_MODEL = re.compile(r"\b(res_)?model (=|IN) ")


def check(folder: Path) -> list[str]:
    """Return a line for each query that asks for the id of a record, but not for its model."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text())
        whole = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
        parts = {id(part) for node in whole for part in node.values}
        for node in ast.walk(tree):
            text = "" if id(node) in parts else _text_of(node)
            if BY_ID.search(text) and not BY_MODEL.search(text):
                name = path.relative_to(folder.parent)
                found.append(f"{name}:{node.lineno}: finds rows of other models with this id")
    return found


def _text_of(node: ast.AST) -> str:
    """Return a string that stands in the source as a whole, whatever an f-string puts in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
