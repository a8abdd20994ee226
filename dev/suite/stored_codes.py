"""Find stored languages and time zones that are used without asking whether they exist here.

A record may hold a language that was archived, or a zone of another machine. Odoo fails on the
first, and ``zoneinfo`` on the second, so each goes through the one helper that knows what to
take instead.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

HELPERS = {
    "lang": {"_choose_lang", "_get_installed_lang"},
    "tz": {"get_zone", "get_zones", "days_left"},
}
# ``(file, function)``: what reads such a field for something else, or hands it to a helper.
ALLOWED = {
    ("controllers/second_step.py", "_show_code"),  # `_respond` chooses the language
    ("models/web/page_cache.py", "_draw_document"),  # `_format_expiry` asks `get_zone`
    ("models/web/page_language.py", "_get_address_lang"),  # the request's own, which is installed
}


def check(root: Path) -> list[str]:
    """Return a line for each function that reads such a field and calls no helper."""
    folders = [root, *sorted((root / "bridges").glob("*"))]
    found = []
    for folder in folders:
        for part in ("models", "controllers", "wizard"):
            for path in sorted((folder / part).rglob("*.py")):
                name = str(path.relative_to(root))
                found += [f"{name}:{line}" for line in _unasked(name, path.read_text())]
    return found


def _unasked(name: str, text: str) -> Iterator[str]:
    for function in ast.walk(ast.parse(text)):
        if not isinstance(function, ast.FunctionDef) or (name, function.name) in ALLOWED:
            continue
        called = {
            getattr(node.func, "attr", getattr(node.func, "id", None))
            for node in ast.walk(function)
            if isinstance(node, ast.Call)
        }
        for node in ast.walk(function):
            if _is_stored(node) and not HELPERS[node.attr] & called:
                helpers = " or ".join(sorted(HELPERS[node.attr]))
                yield f"{node.lineno}: a stored {node.attr} that may not exist here: {helpers}"


def _is_stored(node: ast.AST) -> bool:
    """Return whether a record's field is read; what the environment holds was asked for before.

    >>> [_is_stored(ast.parse(text, mode="eval").body) for text in ("user.lang", "self.env.lang")]
    [True, False]
    """
    if not isinstance(node, ast.Attribute) or node.attr not in HELPERS:
        return False
    owner = getattr(node.value, "attr", getattr(node.value, "id", ""))
    return isinstance(node.ctx, ast.Load) and owner != "env"
