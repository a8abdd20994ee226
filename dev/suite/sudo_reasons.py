"""Find each ``sudo()`` that doesn't say why."""

import ast
import io
import re
import tokenize
from pathlib import Path

REASON = re.compile(r"#.*\b(sudo: |As the system)")
SKIPPED = ("tests", "e2e", "dev")


def check(root: Path) -> list[str]:
    """Return a line for each ``sudo()`` that no comment before it in its function explains."""
    found = []
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root)
        if not {*name.parts} & {*SKIPPED}:
            lines = unexplained(path.read_text())
            found += [f"{name}:{line}: say why, as in '# sudo: …'" for line in lines]
    return found


def unexplained(text: str) -> list[int]:
    """Return the lines of a module that take all rights without a reason."""
    reasons = [
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and REASON.search(token.string)
    ]
    tree, explained, found = ast.parse(text), set(), set()
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for call in filter(_takes_all_rights, ast.walk(function)):
            # One function inside another is explained by either.
            has_reason = any(function.lineno <= line <= call.end_lineno for line in reasons)
            (explained if has_reason else found).add(call.lineno)
    return sorted(found - explained)


def _takes_all_rights(node: ast.AST) -> bool:
    is_sudo = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "sudo"
    return is_sudo and not node.args and not node.keywords  # sudo(False) gives them back
